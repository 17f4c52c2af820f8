// The set-up guide: three steps to mail on a LAN (domain, accounts, mail clients), and three more to the Internet for those who want
// them. Opens by itself on a new server, and again from the Help menu at any time; what is there already is shown, nothing is done twice.
import { WandSparkles } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useConsole, useFacts, type Console } from '../console.ts';
import type { SettingChanges } from '../../../core/contract/settings.ts';
import { saveSettings } from '../dialogs/settings-draft.ts';
import { languageOf } from '../i18n.ts';
import { AccountsStep } from './AccountsStep.tsx';
import { ClientsStep } from './ClientsStep.tsx';
import { DomainStep } from './DomainStep.tsx';
import { InternetOffer, InternetPart } from './internet/InternetPart.tsx';

const steps = ['domain', 'accounts', 'clients'] as const;
type Step = (typeof steps)[number];

/** What one step did that a later one shows: accounts made here, with the passwords that only now are known. */
export interface MadeAccount {
  readonly id: number;
  readonly address: string;
  readonly fullName: string;
  readonly password: string;
}

export function Guide({ onClose }: { readonly onClose: () => void }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const hasDomain = useFacts((facts) => facts.domains.length > 0);
  const [step, setStep] = useState<Step>('domain');
  const [internet, setInternet] = useState(false);
  const isSetUp = useFacts((facts) => facts.settings?.['setup.finished'] === true);
  const [made, setMade] = useState<readonly MadeAccount[]>([]);
  const index = steps.indexOf(step);
  const go = (by: 1 | -1) => { const next = steps[index + by]; if (next !== undefined) setStep(next); };
  const leave = () => { onClose(); if (hasDomain) void finish(); };
  const finish = () => saveQuietly(console, { 'setup.finished': true, ...languageOfReader(console, i18n.language) });
  // Before the first account: its welcome message is written in this language.
  const afterDomain = async () => { await saveQuietly(console, languageOfReader(console, i18n.language)); go(1); };
  const ready = (): void => { leave(); };
  const lan = (
    <>
      <ol className="guide-steps" aria-label={t('guide.steps')}>
        {steps.map((id, number) => (
          <li key={id} aria-current={id === step ? 'step' : undefined} className={number < index ? 'done' : ''}><b>{number + 1}</b>{t(`guide.step.${id}`)}</li>
        ))}
      </ol>
      <div className="step">
        {step === 'domain' ? <DomainStep onDone={() => void afterDomain()} onCancel={leave} /> : null}
        {step === 'accounts' ? <AccountsStep made={made} onMade={(account) => setMade((before) => [...before, account])} /> : null}
        {step === 'clients' ? <ClientsStep made={made} /> : null}
      </div>
      {step === 'clients' || isSetUp ? <InternetOffer onAccept={() => setInternet(true)} /> : null}
      {step === 'domain' ? null : (
        <div className="footer">
          <Button onPress={() => go(-1)}>{t('guide.back')}</Button>
          {step === 'accounts' ? <Button kind="primary" onPress={() => go(1)}>{t('guide.next')}</Button> : <Button kind="primary" onPress={ready}>{t('guide.finish')}</Button>}
          <Button accessKey={null} onPress={leave}>{t('button.close')}</Button>
        </div>
      )}
    </>
  );
  return (
    <Dialog title={t('guide.title')} icon={<WandSparkles size={16} aria-hidden />} width={760} height={700} closeLabel={t('button.close')} fill onClose={leave}>
      {internet ? <InternetPart onBack={() => setInternet(false)} onFinish={leave} /> : lan}
    </Dialog>
  );
}

/** Whoever sets up the server in one language wants its mail in it: where no language was chosen, and the server by itself would speak another. */
function languageOfReader({ facts }: Console, shown: string): SettingChanges {
  const { settings, info } = facts.getState();
  const language = languageOf(shown);
  return settings?.['console.language'] === 'system' && info !== null && info.defaultLanguage !== language ? { 'console.language': language } : {};
}

/** Not worth a message: at worst the guide opens once more. */
async function saveQuietly(console: Console, changes: SettingChanges): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  try {
    await saveSettings(console, console.facts.getState().revision, changes);
  } catch {
    return;
  }
}
