// The draft of the Account Editor: its values, their checks, and what is sent. The password stays empty unless a new one is typed.
import type { Issue } from '../../../core/contract/contract.ts';
import { accountInput, type Account, type AccountInput } from '../../../core/contract/records.ts';
import { check } from '../check.ts';
import { createDraft, type Draft } from '../store/draft.ts';

export type AccountValues = Required<Omit<AccountInput, 'password'>> & { readonly password: string };
export type AccountDraft = Draft<AccountValues>;

export function valuesOf(account: Account): AccountValues {
  const { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments } = account;
  return { domainId, mailbox, fullName, password: '', enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments };
}

export function newAccountValues(domainId: number): AccountValues {
  return { domainId, mailbox: '', fullName: '', password: '', enabled: true, allowPopImap: true, apop: false, notes: '', directory: '', storageFormat: 'msg', extractAttachments: false };
}

export function createAccountDraft(values: AccountValues): AccountDraft {
  const checkFields = (next: AccountValues, fields: readonly string[] | null): Issue[] => {
    const issues = check(accountInput, toInput(next)).filter((issue) => fields === null || fields.includes(issue.field));
    // An account that has APOP already has its readable secret.
    if (fields === null && next.apop && !draft.getState().original.apop && next.password === '') {
      issues.push({ field: 'password', code: 'apop.needs-password', message: 'APOP needs the password to be typed again.', params: {} });
    }
    return issues;
  };
  const draft = createDraft(values, checkFields);
  return draft;
}

export function toInput({ password, ...rest }: AccountValues): AccountInput {
  return password === '' ? rest : { ...rest, password };
}
