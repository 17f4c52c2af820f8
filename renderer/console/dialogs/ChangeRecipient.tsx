// Queues > Edit recipient: another address instead of one that was mistyped, or has moved.
import { AtSign } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueItem } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { RadioBox } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { useConsole } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';

export function ChangeRecipient({ item, onClose }: { readonly item: QueueItem; readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(item.recipients[0]);
  const [address, setAddress] = useState(item.recipients[0]?.address ?? '');
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const ready = !busy && chosen !== undefined && address.trim().length > 2 && address.trim() !== chosen.address;
  const save = async () => {
    if (!ready) return;
    setBusy(true);
    try {
      await console.api().queues.changeRecipient({ id: item.id, recipientId: chosen.id, address: address.trim() });
      console.dialogs.toast('good', t('recipient.changed', { before: chosen.address, after: address.trim() }));
      onClose();
    } catch (failure) {
      setError(problemText(t, problemOf(failure)));
    } finally {
      setBusy(false);
    }
  };
  const choose = (id: string) => {
    const found = item.recipients.find((recipient) => String(recipient.id) === id);
    setChosen(found);
    setAddress(found?.address ?? '');
    setError(undefined);
  };
  return (
    <Dialog
      title={t('recipient.title')} icon={<AtSign size={16} aria-hidden />} width={520} closeLabel={t('button.close')} onClose={onClose} onDefault={() => void save()}
      footer={(
        <>
          <Button kind="primary" accessKey={null} isDisabled={!ready} onPress={() => void save()}>{t('button.ok')}</Button>
          <Button accessKey={null} onPress={onClose}>{t('button.cancel')}</Button>
        </>
      )}
    >
      {item.recipients.length < 2 ? null : <RadioBox label={t('recipient.which')} value={String(chosen?.id ?? '')} onChange={choose} options={item.recipients.map(({ id, address: name }) => ({ value: String(id), label: name }))} />}
      <TextBox label={t('recipient.address')} help={t('recipient.address.help')} value={address} onChange={(text) => { setAddress(text); setError(undefined); }} autoFocus error={error} />
      <p className="note">{t('recipient.note')}</p>
    </Dialog>
  );
}
