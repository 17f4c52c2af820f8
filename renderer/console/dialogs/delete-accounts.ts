// Deleting accounts: asks once for all of them, and whether their messages go too. Keeping the files is the safe preset.
import type { TFunction } from 'i18next';
import type { Console } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';
import type { AccountPageStore } from '../store/account-pages.ts';

const atOnce = 500;

/** @returns whether they were deleted */
export async function deleteAccounts(console: Console, t: TFunction, ids: readonly number[], pages: AccountPageStore): Promise<boolean> {
  const only = ids.length === 1 ? [...pages.getState().pages.values()].flat().find((account) => account.id === ids[0])?.address : undefined;
  const answer = await console.dialogs.ask({
    title: t('accounts.delete.title'), icon: 'warning', preset: 'cancel',
    text: only === undefined ? t('accounts.delete.many', { count: ids.length }) : t('accounts.delete.one', { address: only }),
    answers: [{ id: 'keep', label: t('accounts.delete.keep') }, { id: 'delete', label: t('accounts.delete.all'), danger: true }, { id: 'cancel', label: t('button.cancel') }],
  });
  if (answer === 'cancel') return false;
  try {
    let removed = 0;
    for (let start = 0; start < ids.length; start += atOnce) {
      removed += (await console.api().accounts.remove({ ids: ids.slice(start, start + atOnce), mail: answer === 'delete' ? 'delete' : 'keep' })).removed;
    }
    console.dialogs.toast('good', t('accounts.deleted', { count: removed }));
    return true;
  } catch (error) {
    console.dialogs.toast('error', problemText(t, problemOf(error)));
    return false;
  }
}
