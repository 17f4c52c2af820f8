// The window of a message that waits in a queue: what it is, each recipient with his own reason, its text as stored, what happened to
// it so far, and what can be done about it.
import { Mail } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { QueueItem } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { plainLabel } from '../../ui/label.ts';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { useConsole, useFacts } from '../console.ts';
import { dateTime, size } from '../format.ts';
import { languageOf } from '../i18n.ts';
import { problemOf, problemText } from '../problem.ts';
import { nextTry, place } from '../window/queues/columns.tsx';
import { bytesOf } from '../window/queues/save-message.ts';
import { asMenu, useQueueCommands } from '../window/queues/use-queue-commands.tsx';
import { explained } from '../words-of-mail.ts';
import { ReasonBlock } from './ReasonBlock.tsx';
import { Timeline } from './Timeline.tsx';

const inFooter: readonly string[] = ['retry', 'hold', 'release'];

export function QueuedMessage({ item: opened, onClose }: { readonly item: QueueItem; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { item, gone } = useItem(opened);
  const commands = useQueueCommands()({ queue: item.queue, ids: gone ? [] : [item.id], items: gone ? [] : [item], onGone: () => undefined }).filter(({ id }) => id !== 'open' && id !== 'trace');
  return (
    <Dialog
      title={item.subject === '' ? t('queued.title') : item.subject} icon={<Mail size={16} aria-hidden />} width={820} height={620} closeLabel={t('button.close')} fill onClose={onClose}
      footer={(
        <>
          {commands.filter(({ id, enabled }) => inFooter.includes(id) && enabled).map(({ id, label, run }) => <Button key={id} onPress={run}>{plainLabel(label)}</Button>)}
          <MenuButton label={t('queues.more')} items={asMenu(commands.filter(({ id }) => !inFooter.includes(id)), false)} isDisabled={gone} />
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      {gone ? <div className="banner warning" role="status">{t('queued.gone')}</div> : null}
      <Facts item={item} />
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={t('queued.tabs')}>
          <Tab id="recipients" className="tab"><span>{t('queued.recipients')}</span></Tab>
          <Tab id="trace" className="tab"><span>{t('queued.trace')}</span></Tab>
          <Tab id="text" className="tab"><span>{t('queued.text')}</span></Tab>
        </TabList>
        <TabPanel id="recipients" className="tab-panel"><Recipients item={item} /></TabPanel>
        <TabPanel id="trace" className="tab-panel"><Timeline of={{ messageId: item.messageId }} none={t('trace.loading')} /></TabPanel>
        <TabPanel id="text" className="tab-panel filled"><MessageText id={item.id} /></TabPanel>
      </Tabs>
    </Dialog>
  );
}

function Facts({ item }: { readonly item: QueueItem }) {
  const { t, i18n } = useTranslation();
  const [now] = useState(() => Date.now());
  const next = nextTry(item, now, t('queues.next.now'));
  return (
    <dl className="facts transcript-facts">
      <dt>{t('queues.from')}</dt><dd>{item.from === '' ? t('queues.null-sender') : item.from}</dd>
      <dt>{t('queues.queue')}</dt><dd>{t(`queue.${item.queue}`)}, {t('queued.since', { at: dateTime(item.queuedAt), size: size(item.bytes, i18n.language) })}</dd>
      {item.destination === '' ? null : <><dt>{t('queues.destination')}</dt><dd>{place(item)}{item.host === '' ? '' : ` (${t('queued.last-host', { host: item.host })})`}</dd></>}
      <dt>{t('queues.tries')}</dt>
      <dd>
        {item.triedAt === null ? t('queued.never') : t('queued.tried', { count: item.attempts, at: dateTime(item.triedAt) })}
        {next === '-' ? '' : ` ${t('queued.next', { at: next })}`}{item.expiresAt === null ? '' : ` ${t('queued.expires', { at: dateTime(item.expiresAt) })}`}
      </dd>
      <dt>{t('queued.id')}</dt><dd className="said">{item.messageId}</dd>
    </dl>
  );
}

function Recipients({ item }: { readonly item: QueueItem }) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="recipients" aria-label={t('queued.recipients')}>
      {item.recipients.map(({ id, address, reason }) => (
        <li key={id}>
          <b>{address === '' ? t('queued.unknown-recipient') : address}</b>
          {reason === null ? <p className="muted">{t('queued.no-reason')}</p> : <ReasonBlock because={explained(reason, languageOf(i18n.language))} />}
        </li>
      ))}
    </ul>
  );
}

/** The item as it is now; when it leaves the queue its last state stays. */
function useItem(opened: QueueItem): { item: QueueItem; gone: boolean } {
  const console = useConsole();
  const version = useFacts((facts) => facts.versions.queues);
  const [state, setState] = useState({ item: opened, gone: false });
  useEffect(() => {
    let current = true;
    console.api().queues.get({ id: opened.id }).then(
      (item) => { if (current) setState({ item, gone: false }); },
      (error: unknown) => { if (current && problemOf(error).kind === 'not-found') setState((before) => ({ ...before, gone: true })); },
    );
    return () => { current = false; };
  }, [console, opened.id, version]);
  return state;
}

function MessageText({ id }: { readonly id: number }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [state, setState] = useState({ text: '', truncated: false });
  useEffect(() => {
    let current = true;
    console.api().queues.read({ id }).then(
      ({ text, truncated }) => { if (current) setState({ text: decodeUtf8(text), truncated }); },
      (error: unknown) => { if (current) setState({ text: problemText(t, problemOf(error)), truncated: false }); },
    );
    return () => { current = false; };
  }, [console, id, t]);
  return (
    <>
      <pre className="message-text" tabIndex={0} aria-label={t('queued.text')}>{state.text}</pre>
      {state.truncated ? <p className="note">{t('queued.truncated')}</p> : null}
    </>
  );
}

/** Most mail is UTF-8 or ASCII; a character cut at the end of the piece does not make it anything else. */
function decodeUtf8(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(text), { stream: true });
  } catch {
    return text;
  }
}
