// Queues > Reroute: another host for the chosen messages, or the one of the settings again. Nothing typed: as the settings say.
import { Route } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hostField } from '../../../core/contract/settings.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { check } from '../check.ts';
import { useConsole } from '../console.ts';
import { issueText } from '../problem.ts';
import { act } from '../window/queues/queue-actions.ts';

export function Reroute({ ids, via, onClose }: { readonly ids: readonly number[]; readonly via: string; readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [host, setHost] = useState(via);
  const [busy, setBusy] = useState(false);
  const [issue] = check(hostField, host);
  const save = async () => {
    if (busy || issue !== undefined) return;
    setBusy(true);
    const done = await act(console, t, 'reroute', ids, host.trim());
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={t('reroute.title')} icon={<Route size={16} aria-hidden />} width={520} closeLabel={t('button.close')} onClose={onClose} onDefault={() => void save()}
      footer={(
        <>
          <Button kind="primary" accessKey={null} isDisabled={busy || issue !== undefined} onPress={() => void save()}>{t('button.ok')}</Button>
          <Button accessKey={null} onPress={onClose}>{t('button.cancel')}</Button>
        </>
      )}
    >
      <p className="lead">{t('reroute.text', { count: ids.length })}</p>
      <TextBox label={t('reroute.host')} help={t('reroute.host.help')} value={host} onChange={setHost} autoFocus placeholder="smtp.example.org:587" error={issue === undefined ? undefined : issueText(t, issue)} />
      <p className="note">{t('reroute.note')}</p>
    </Dialog>
  );
}
