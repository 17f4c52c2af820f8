// Draws the dialogs that are open, each above the one before.
import { useTranslation } from 'react-i18next';
import { MessageBox } from '../../ui/MessageBox.tsx';
import { useConsole, useDialogs } from '../console.ts';
import { Guide } from '../guide/Guide.tsx';
import type { DialogRequest } from '../store/dialogs.ts';
import { About } from './About.tsx';
import { AccountEditor } from './AccountEditor.tsx';
import { AccountManager } from './AccountManager.tsx';
import { Aliases } from './Aliases.tsx';
import { CertificateDialog } from './CertificateDialog.tsx';
import { ChangeRecipient } from './ChangeRecipient.tsx';
import { CheckInternet } from './CheckInternet.tsx';
import { ClientSettingsDialog } from './ClientSettingsDialog.tsx';
import { DnsCache } from './DnsCache.tsx';
import { Explain } from './Explain.tsx';
import { History } from './History.tsx';
import { Preferences } from './Preferences.tsx';
import { PrimaryDomain } from './PrimaryDomain.tsx';
import { QueuedMessage } from './QueuedMessage.tsx';
import { Reroute } from './Reroute.tsx';
import { RetrySettings } from './RetrySettings.tsx';
import { SecondaryDomains } from './SecondaryDomains.tsx';
import { Security } from './Security.tsx';
import { Shortcuts } from './Shortcuts.tsx';
import { SmartHosts } from './SmartHosts.tsx';
import { TestPanel } from './TestPanel.tsx';
import { Trace } from './Trace.tsx';
import { Transcript } from './Transcript.tsx';

export function DialogHost() {
  const { dialogs } = useConsole();
  const stack = useDialogs((state) => state.stack);
  return <>{stack.map(({ key, request }) => <DialogOf key={key} request={request} onClose={() => dialogs.close(key)} />)}</>;
}

function DialogOf({ request, onClose }: { readonly request: DialogRequest; readonly onClose: () => void }) {
  const { t } = useTranslation();
  switch (request.kind) {
    case 'primary-domain': return <PrimaryDomain onClose={onClose} />;
    case 'secondary-domains': return <SecondaryDomains onClose={onClose} />;
    case 'security': return <Security onClose={onClose} />;
    case 'certificate': return <CertificateDialog onClose={onClose} />;
    case 'preferences': return <Preferences onClose={onClose} />;
    case 'history': return <History onClose={onClose} />;
    case 'accounts': return <AccountManager onClose={onClose} {...(request.domainId === undefined ? {} : { domainId: request.domainId })} />;
    case 'account': return <AccountEditor accountId={request.accountId} onClose={onClose} {...(request.domainId === undefined ? {} : { domainId: request.domainId })} />;
    case 'aliases': return <Aliases onClose={onClose} />;
    case 'client-settings': return <ClientSettingsDialog accountIds={request.accountIds} onClose={onClose} />;
    case 'transcript': return <Transcript session={request.session} onClose={onClose} />;
    case 'queued-message': return <QueuedMessage item={request.item} onClose={onClose} />;
    case 'reroute': return <Reroute ids={request.ids} via={request.via} onClose={onClose} />;
    case 'change-recipient': return <ChangeRecipient item={request.item} onClose={onClose} />;
    case 'explain': return <Explain onClose={onClose} {...(request.item === undefined ? {} : { item: request.item })} />;
    case 'trace': return <Trace onClose={onClose} {...(request.messageId === undefined ? {} : { messageId: request.messageId })} />;
    case 'test': return <TestPanel title={request.title} run={request.run} asks={request.asks ?? []} onClose={onClose} />;
    case 'retry-settings': return <RetrySettings onClose={onClose} />;
    case 'smart-hosts': return <SmartHosts onClose={onClose} />;
    case 'dns-cache': return <DnsCache onClose={onClose} />;
    case 'check-internet': return <CheckInternet onClose={onClose} />;
    case 'guide': return <Guide onClose={onClose} />;
    case 'shortcuts': return <Shortcuts onClose={onClose} />;
    case 'about': return <About onClose={onClose} />;
    case 'question': return <MessageBox {...request.question} closeLabel={t('button.close')} onAnswer={request.answer} />;
  }
}
