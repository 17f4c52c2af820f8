// The text of a message that waits in a queue, as it is stored.
import { Mail } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueItem } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useConsole } from '../console.ts';
import { dateTime, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';

export function QueuedMessage({ item, onClose }: { readonly item: QueueItem; readonly onClose: () => void }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const [truncated, setTruncated] = useState(false);
  useEffect(() => {
    let current = true;
    console.api().queues.read({ id: item.id }).then(
      (answer) => { if (current) { setText(decodeUtf8(answer.text)); setTruncated(answer.truncated); } },
      (error: unknown) => { if (current) setText(problemText(t, problemOf(error))); },
    );
    return () => { current = false; };
  }, [console, item.id, t]);
  return (
    <Dialog
      title={item.subject === '' ? t('queued.title') : item.subject} icon={<Mail size={16} aria-hidden />} width={760} height={560} closeLabel={t('button.close')} fill onClose={onClose}
      footer={<Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>}
    >
      <dl className="facts transcript-facts">
        <dt>{t('queues.from')}</dt><dd>{item.from === '' ? t('queues.null-sender') : item.from}</dd>
        <dt>{t('queues.to')}</dt><dd>{item.to.join(', ')}</dd>
        <dt>{t('queues.since')}</dt><dd>{dateTime(item.queuedAt)}, {size(item.bytes, i18n.language)}</dd>
        <dt>{t('queues.reason')}</dt><dd>{t(`note.${item.reason}`, { defaultValue: item.reason })}</dd>
      </dl>
      <pre className="message-text" tabIndex={0} aria-label={t('queued.text')}>{text}</pre>
      {truncated ? <p className="note">{t('queued.truncated')}</p> : null}
    </Dialog>
  );
}

/** The text crosses as latin1, one character a byte; most mail is UTF-8 or ASCII. */
function decodeUtf8(text: string): string {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}
