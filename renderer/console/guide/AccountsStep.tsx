// Step 2: accounts for everybody. One by one with nothing but the name, or a whole list pasted at once; passwords are made.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { BareSelect } from '../../ui/Choice.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { MemoBox, TextBox } from '../../ui/TextBox.tsx';
import { useConsole, useFacts } from '../console.ts';
import { makePassword } from '../password.ts';
import { issueText, problemOf, problemText } from '../problem.ts';
import type { MadeAccount } from './Guide.tsx';
import { readRoster, type RosterLine } from './roster.ts';

interface AccountsStepProps {
  readonly made: readonly MadeAccount[];
  readonly onMade: (account: MadeAccount) => void;
}

export function AccountsStep({ made, onMade }: AccountsStepProps) {
  const console = useConsole();
  const { t } = useTranslation();
  const domains = useFacts((facts) => facts.domains);
  const primary = domains.find((domain) => domain.isPrimary) ?? domains[0];
  const [domainId, setDomainId] = useState(primary?.id ?? 0);
  const [many, setMany] = useState(false);
  const add = async ({ fullName, mailbox, password }: Pick<RosterLine, 'fullName' | 'mailbox' | 'password'>) => {
    const name = mailbox !== '' ? mailbox : (await console.api().accounts.suggest({ fullName, domainId })).mailbox;
    const chosen = password === '' ? makePassword() : password;
    const account = await console.api().accounts.add({ domainId, fullName, mailbox: name, password: chosen });
    onMade({ id: account.id, address: account.address, fullName: account.fullName, password: chosen });
  };
  const existing = domains.reduce((sum, domain) => sum + domain.accounts, 0);
  return (
    <div className="step-body">
      <h3>{t('guide.accounts.heading')}</h3>
      <p>{t('guide.accounts.text')}{existing > made.length ? ` ${t('guide.accounts.existing', { count: existing })}` : ''}</p>
      <div className="filter-bar">
        {domains.length > 1 ? <span className="filter-field">@ <BareSelect label={t('account.domain')} value={String(domainId)} onChange={(id) => setDomainId(Number(id))} options={domains.map(({ id, name }) => ({ value: String(id), label: name }))} /></span> : null}
        <span className="spacer" />
        <Button look="small" onPress={() => setMany(!many)}>{many ? t('guide.accounts.one') : t('guide.accounts.many')}</Button>
      </div>
      {many ? <PasteList domainId={domainId} add={add} /> : <OneAccount add={add} />}
      {made.length === 0 ? null : <Made made={made} />}
    </div>
  );
}

type Add = (line: Pick<RosterLine, 'fullName' | 'mailbox' | 'password'>) => Promise<void>;

function OneAccount({ add }: { readonly add: Add }) {
  const { t } = useTranslation();
  const [fullName, setFullName] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (fullName.trim() === '' || busy) return;
    setBusy(true);
    try {
      await add({ fullName: fullName.trim(), mailbox: '', password: '' });
      setFullName('');
      setError(undefined);
    } catch (failure) {
      setError(problemText(t, problemOf(failure)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div onKeyDownCapture={(event) => { if (event.key === 'Enter' && event.target instanceof HTMLInputElement) { event.preventDefault(); void submit(); } }}>
      <TextBox
        label="Full name" help={t('guide.accounts.name.help')} value={fullName} onChange={(text) => { setFullName(text); setError(undefined); }} error={error} autoFocus placeholder="Kurnia Kumalawati"
        after={<Button look="small" isDisabled={fullName.trim() === '' || busy} onPress={() => void submit()}>{t('guide.accounts.add')}</Button>}
      />
      <p className="note">{t('guide.accounts.name.note')}</p>
    </div>
  );
}

function PasteList({ domainId, add }: { readonly domainId: number; readonly add: Add }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [failures, setFailures] = useState<ReadonlyMap<number, string>>(new Map());
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const lines = readRoster(text, domainId);
  const good = lines.filter((line) => line.issue === null);
  const submit = async () => {
    const failed = new Map<number, string>();
    const left: string[] = [];
    const source = text.split(/\r?\n/);
    for (const [index, line] of good.entries()) {
      setProgress({ done: index, of: good.length });
      try {
        await add(line);
      } catch (error) {
        left.push(source[line.line - 1] ?? '');
        failed.set(left.length, problemText(t, problemOf(error)));
      }
    }
    setProgress(null);
    // What could not be added stays in the box, to be corrected.
    setText([...left, ...lines.filter((line) => line.issue !== null).map((line) => source[line.line - 1] ?? '')].join('\n'));
    setFailures(failed);
  };
  return (
    <GroupBox title={t('guide.accounts.paste')}>
      <MemoBox
        label={t('guide.accounts.list')} help={t('guide.accounts.list.help')} wide rows={6} mono value={text} onChange={(next) => { setText(next); setFailures(new Map()); }}
        placeholder={'Kurnia Kumalawati\nDina Marlina, dina\nBudi Santoso, budi, hujan-pagi-27'}
      />
      <ul className="roster-problems" aria-live="polite">
        {lines.map((line) => {
          const wrong = line.issue !== null ? issueText(t, line.issue) : failures.get(line.line);
          return wrong === undefined ? null : <li key={line.line} className="field-error">{t('guide.accounts.line', { line: line.line, name: line.fullName === '' ? '...' : line.fullName })} {wrong}</li>;
        })}
      </ul>
      <div className="align-right">
        <span className="muted spacer" role="status">{progress === null ? '' : t('guide.accounts.progress', progress)}</span>
        <Button isDisabled={good.length === 0 || progress !== null} onPress={() => void submit()}>{t('guide.accounts.addAll', { count: good.length })}</Button>
      </div>
    </GroupBox>
  );
}

function Made({ made }: { readonly made: readonly MadeAccount[] }) {
  const { t } = useTranslation();
  return (
    <GroupBox title={t('guide.accounts.made', { count: made.length })}>
      <table className="made">
        <thead><tr><th>{t('card.name')}</th><th>{t('card.address')}</th><th>{t('card.password')}</th></tr></thead>
        <tbody>{made.map(({ id, fullName, address, password }) => <tr key={id}><td>{fullName}</td><td>{address}</td><td className="mono">{password}</td></tr>)}</tbody>
      </table>
      <p className="note">{t('guide.accounts.passwords')}</p>
    </GroupBox>
  );
}
