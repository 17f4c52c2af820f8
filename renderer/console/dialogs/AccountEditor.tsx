// Accounts > New account (Alt+N), and editing one: "Account Editor" with the tabs Account and Mailbox, labels as in the tutorial.
import { TriangleAlert, UserRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Account } from '../../../core/contract/records.ts';
import { PropertySheet } from '../../ui/PropertySheet.tsx';
import { useConsole, useFacts } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';
import { createAccountDraft, newAccountValues, toInput, valuesOf, type AccountDraft } from './account-draft.ts';
import { AccountTab } from './AccountTab.tsx';
import { MailboxTab } from './MailboxTab.tsx';
import { useSheetWords } from './words.ts';

interface AccountEditorProps {
  readonly accountId: number | null;
  readonly domainId?: number;
  readonly onClose: () => void;
}

export function AccountEditor({ accountId, domainId, onClose }: AccountEditorProps) {
  const console = useConsole();
  const { t } = useTranslation();
  const domains = useFacts((facts) => facts.domains);
  const [account, setAccount] = useState<Account | null>(null);
  useEffect(() => {
    if (accountId === null) return;
    console.api().accounts.get({ id: accountId }).then(setAccount, (error: unknown) => {
      console.dialogs.toast('error', problemText(t, problemOf(error)));
      onClose();
    });
    // Loaded once: what is edited must not change under the reader's hands.
  }, [accountId]); // eslint-disable-line react-hooks/exhaustive-deps
  const preset = domains.find((domain) => domain.id === domainId) ?? domains.find((domain) => domain.isPrimary) ?? domains[0];
  if (accountId !== null && account === null) return null;
  if (account === null && preset === undefined) return null;
  return <LoadedEditor account={account} presetDomain={preset?.id ?? 0} onClose={onClose} />;
}

function LoadedEditor({ account: opened, presetDomain, onClose }: { readonly account: Account | null; readonly presetDomain: number; readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const words = useSheetWords();
  const [account, setAccount] = useState(opened);
  const [draft] = useState(() => createAccountDraft(opened === null ? newAccountValues(presetDomain) : valuesOf(opened)));
  const errors = useStore(draft, (state) => state.errors);
  const busy = useStore(draft, (state) => state.busy);
  const problem = useStore(draft, (state) => state.problem);
  const dirty = useStore(draft, () => draft.isDirty());
  const conflict = useAccountConflict(draft, account, setAccount);
  const apply = async () => {
    const done = await draft.save(async (values) => {
      const saved = account === null ? await console.api().accounts.add(toInput(values)) : await console.api().accounts.change({ id: account.id, revision: account.revision, value: toInput(values) });
      setAccount(saved);
      console.dialogs.toast('good', t(account === null ? 'account.made' : 'account.saved', { address: saved.address }));
      return valuesOf(saved);
    });
    if (!done && draft.getState().problem?.kind === 'conflict') await conflict();
    return done;
  };
  return (
    <PropertySheet
      title={account === null ? 'Account Editor' : `Account Editor - ${account.address}`} icon={<UserRound size={16} aria-hidden />} width={600} height={600} words={words} hint={t('help.hint')}
      dirty={dirty} alwaysApply={account === null} busy={busy} errors={new Set(errors.keys())} onApply={apply} onClose={onClose}
      banner={problem === null || problem.kind === 'conflict' ? null : <div className="banner error" role="alert"><TriangleAlert size={16} aria-hidden /><span>{problemText(t, problem)}</span></div>}
      tabs={[
        { id: 'account', label: 'Account', fields: ['fullName', 'mailbox', 'domainId', 'password', 'notes', 'allowPopImap', 'enabled', 'apop'], content: <AccountTab draft={draft} account={account} /> },
        { id: 'mailbox', label: 'Mailbox', fields: ['directory', 'storageFormat', 'extractAttachments'], content: <MailboxTab draft={draft} account={account} /> },
      ]}
    />
  );
}

/** Somebody else saved this account meanwhile: load it again, with or without what was edited here. */
function useAccountConflict(draft: AccountDraft, account: Account | null, setAccount: (account: Account) => void): () => Promise<void> {
  const console = useConsole();
  const { t } = useTranslation();
  return async () => {
    draft.dismiss();
    if (account === null) return;
    const answer = await console.dialogs.ask({
      title: t('conflict.title'), icon: 'question', text: t('conflict.text'),
      answers: [{ id: 'load', label: t('conflict.load') }, { id: 'drop', label: t('conflict.drop') }, { id: 'cancel', label: t('button.cancel') }],
    });
    if (answer === 'cancel') return;
    const fresh = await console.api().accounts.get({ id: account.id });
    setAccount(fresh);
    draft.rebase(valuesOf(fresh), answer === 'drop');
  };
}
