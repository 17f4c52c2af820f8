// The page before the console in a browser. Without a password only the one-time link lets anybody in, so it says where that is.
import { KeyRound } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button.tsx';
import { SimplePasswordBox } from '../ui/TextBox.tsx';
import type { SignedOutBecause } from './connection.ts';
import { useConsole } from './console.ts';
import { signIn } from './sign-in.ts';

export function SignInPage({ passwordSet, because }: { readonly passwordSet: boolean; readonly because: SignedOutBecause }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <div className="card">
        <h1><KeyRound size={20} aria-hidden />{t('sign-in.title')}</h1>
        {because === 'new' ? null : <p className="banner" role="status">{t(`sign-in.because.${because}`)}</p>}
        {passwordSet ? <PasswordForm /> : <p>{t('sign-in.link-only')}</p>}
        <p className="note">{t('sign-in.link-how')} <code>merpati link</code></p>
      </div>
    </main>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const { connection } = useConsole();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const answer = await signIn(password);
    setBusy(false);
    if (answer.kind === 'ok') { connection.retry(); return; }
    setPassword('');
    setError(answer.kind === 'failed' ? t('sign-in.failed') : answer.waitSeconds > 0 ? t('sign-in.wait', { seconds: answer.waitSeconds }) : t('sign-in.wrong'));
  };
  return (
    <form noValidate onSubmit={(event: SubmitEvent) => { event.preventDefault(); void submit(); }}>
      <SimplePasswordBox wide label={t('sign-in.password')} value={password} onChange={(text) => { setPassword(text); setError(undefined); }} showLabel={t('password.show')} error={error} autoFocus />
      <div className="right"><Button type="submit" kind="primary" isDisabled={busy || password === ''}>{t('sign-in.button')}</Button></div>
    </form>
  );
}
