// Account Editor, tab Account: name, address composed live, access, password, notes.
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Account } from '../../../core/contract/records.ts';
import { BareSelect, CheckBox } from '../../ui/Choice.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { MemoBox, TextBox } from '../../ui/TextBox.tsx';
import { useConsole, useFacts } from '../console.ts';
import { issueText } from '../problem.ts';
import type { AccountDraft, AccountValues } from './account-draft.ts';
import { NewPassword } from './NewPassword.tsx';

interface TabProps {
  readonly draft: AccountDraft;
  /** null: a new one. */
  readonly account: Account | null;
}

export function useField(draft: AccountDraft): (name: keyof AccountValues) => string | undefined {
  const { t } = useTranslation();
  const errors = useStore(draft, (state) => state.errors);
  return (name) => { const issue = errors.get(name); return issue === undefined ? undefined : issueText(t, issue); };
}

export function AccountTab({ draft, account }: TabProps) {
  const { t } = useTranslation();
  const values = useStore(draft, (state) => state.values);
  const error = useField(draft);
  const suggest = useSuggestion(draft, account === null);
  const domains = useFacts((facts) => facts.domains);
  const domain = domains.find(({ id }) => id === values.domainId)?.name ?? '';
  return (
    <>
      <TextBox label="Full name" help={t('account.fullName.help')} value={values.fullName} onChange={(fullName) => { draft.change({ fullName }); suggest.later(); }} error={error('fullName')} autoFocus />
      <TextBox
        label="Mailbox name" help={t('account.mailbox.help')} value={values.mailbox} onChange={(mailbox) => { suggest.stop(); draft.change({ mailbox }); }} error={error('mailbox')}
        after={(
          <span className="at-domain">
            @
            <BareSelect label={t('account.domain')} value={String(values.domainId)} onChange={(id) => { draft.change({ domainId: Number(id) }); suggest.later(); }} options={domains.map(({ id, name }) => ({ value: String(id), label: name }))} />
          </span>
        )}
      />
      <div className="row">
        <span className="label muted">{t('account.address')}</span>
        <output className="address" aria-label={t('account.address')}>{values.mailbox === '' ? '-' : `${values.mailbox.trim()}@${domain}`}</output>
      </div>
      <GroupBox title={t('account.access')}>
        <CheckBox label={t('account.enabled')} help={t('account.enabled.help')} value={values.enabled} onChange={(enabled) => draft.change({ enabled })} />
        <CheckBox
          label="Allow this account to be accessed with POP/IMAP mail clients" help={t('account.allowPopImap.help')} value={values.allowPopImap} onChange={(allowPopImap) => draft.change({ allowPopImap })}
          disabled={!values.enabled}
        />
        <NewPassword
          label="Account password" help={t('account.password.help')} value={values.password} onChange={(password) => draft.change({ password })} error={error('password')} own={[values.fullName, values.mailbox, domain]}
          placeholder={account === null ? '' : account.passwordSet ? t('account.password.unchanged') : t('account.password.none')}
        />
        <CheckBox label={t('account.apop')} help={t('account.apop.help')} value={values.apop} onChange={(apop) => draft.change({ apop })} disabled={!values.enabled || !values.allowPopImap} error={error('apop')} />
        {values.apop ? <p className="note indent">{t('account.apop.note')}</p> : null}
      </GroupBox>
      <MemoBox label="Notes/Comments on this Account" help={t('account.notes.help')} value={values.notes} onChange={(notes) => draft.change({ notes })} error={error('notes')} rows={3} wide />
    </>
  );
}

const typingPauseMs = 150;

/** Mailbox name and directory are suggested from the full name, until the reader types a mailbox name. */
function useSuggestion(draft: AccountDraft, isNew: boolean): { later: () => void; stop: () => void } {
  const console = useConsole();
  const state = useRef<{ on: boolean; timer: ReturnType<typeof setTimeout> | undefined; asked: number }>({ on: isNew, timer: undefined, asked: 0 });
  useEffect(() => { const { current } = state; return () => clearTimeout(current.timer); }, []);
  const ask = async () => {
    const { fullName, domainId } = draft.getState().values;
    const number = ++state.current.asked;
    if (fullName.trim() === '') { draft.change({ mailbox: '' }); return; }
    try {
      const { mailbox } = await console.api().accounts.suggest({ fullName, domainId });
      if (number === state.current.asked && state.current.on) draft.change({ mailbox });
    } catch {
      // A suggestion that does not come is no problem: the name can be typed.
    }
  };
  return {
    later() {
      if (!state.current.on) return;
      clearTimeout(state.current.timer);
      state.current.timer = setTimeout(() => void ask(), typingPauseMs);
    },
    stop() {
      state.current.on = false;
      clearTimeout(state.current.timer);
    },
  };
}
