// What each command does. Called by the menu bar, the toolbar, the keys of the page and the desktop's native menu alike.
import type { TFunction } from 'i18next';
import type { CommandId } from '../../core/contract/commands.ts';
import type { Console } from './console.ts';
import { problemOf, problemText } from './problem.ts';
import { signOut } from './sign-in.ts';

export function runCommand(console: Console, t: TFunction, id: CommandId): void {
  const { dialogs, view } = console;
  switch (id) {
    case 'file.lock': case 'file.unlock': case 'file.close': case 'file.exit': console.desktop?.run(id); return;
    case 'file.signOut': void signOut().then((done) => { if (!done) dialogs.toast('error', t('problem.offline')); }); return;
    case 'setup.primaryDomain': dialogs.open({ kind: 'primary-domain' }); return;
    case 'setup.secondaryDomains': dialogs.open({ kind: 'secondary-domains' }); return;
    case 'setup.security': dialogs.open({ kind: 'security' }); return;
    case 'setup.certificate': dialogs.open({ kind: 'certificate' }); return;
    case 'setup.preferences': dialogs.open({ kind: 'preferences' }); return;
    case 'setup.history': dialogs.open({ kind: 'history' }); return;
    case 'setup.smartHosts': dialogs.open({ kind: 'smart-hosts' }); return;
    case 'setup.checkInternet': dialogs.open({ kind: 'check-internet' }); return;
    case 'accounts.manager': dialogs.open({ kind: 'accounts' }); return;
    case 'accounts.new': newAccount(console, t); return;
    case 'accounts.aliases': dialogs.open({ kind: 'aliases' }); return;
    case 'queues.processAll': void processQueues(console, t); return;
    case 'queues.view': view.setState({ tab: 'queues' }); return;
    case 'queues.trace': dialogs.open({ kind: 'trace' }); return;
    case 'queues.explain': dialogs.open({ kind: 'explain' }); return;
    case 'windows.log': view.setState({ tab: 'system' }); return;
    case 'windows.sessions': view.setState({ tab: 'sessions' }); return;
    case 'windows.switchPanes': view.setState(({ switched }) => ({ switched: !switched })); return;
    case 'help.guide': dialogs.open({ kind: 'guide' }); return;
    case 'help.clientSettings': dialogs.open({ kind: 'client-settings', accountIds: null }); return;
    case 'help.shortcuts': dialogs.open({ kind: 'shortcuts' }); return;
    case 'help.about': dialogs.open({ kind: 'about' }); return;
  }
}

/** An account lives in a domain; without one the guide comes first. */
export function newAccount({ dialogs, facts }: Console, t: TFunction, domainId?: number): void {
  if (facts.getState().domains.length > 0) {
    dialogs.open({ kind: 'account', accountId: null, ...(domainId === undefined ? {} : { domainId }) });
    return;
  }
  void dialogs.ask({
    title: t('account.no-domain.title'), icon: 'info', text: t('account.no-domain.text'),
    answers: [{ id: 'domain', label: t('account.no-domain.open') }, { id: 'no', label: t('button.cancel') }],
  }).then((answer) => { if (answer === 'domain') dialogs.open({ kind: 'primary-domain' }); });
}

async function processQueues({ api, dialogs }: Console, t: TFunction): Promise<void> {
  try {
    const { note, messages } = await api().queues.process({});
    dialogs.toast('good', t(`note.${note}`, { count: messages, defaultValue: t('queues.processed') }));
  } catch (error) {
    dialogs.toast('error', problemText(t, problemOf(error)));
  }
}
