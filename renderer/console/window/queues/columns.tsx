// What the queue window says of each message: who, what, why it is still here, and when it is tried again.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueItem } from '../../../../core/contract/records.ts';
import type { Column } from '../../../ui/Grid.tsx';
import { age, dateTime, nearTime, size } from '../../format.ts';
import { languageOf } from '../../i18n.ts';
import { reasonText } from '../../words-of-mail.ts';

const minuteMs = 60_000;

export function useQueueColumns(): Column<QueueItem>[] {
  const { t, i18n } = useTranslation();
  const language = languageOf(i18n.language);
  const now = useMinutes();
  return [
    { id: 'from', title: t('queues.from'), width: 145, sortable: true, render: (item) => (item.from === '' ? t('queues.null-sender') : item.from), text: (item) => item.from },
    { id: 'to', title: t('queues.to'), width: 150, sortable: true, render: (item) => item.to.join(', '), text: (item) => item.to[0] ?? '' },
    { id: 'subject', title: t('queues.subject'), width: 125, sortable: true, render: (item) => item.subject, text: (item) => item.subject },
    { id: 'reason', title: t('queues.reason'), width: 265, grow: true, render: (item) => <span title={reasonText(item.reason, language)}>{item.sending ? t('queues.sending') : reasonText(item.reason, language)}</span> },
    { id: 'nextTryAt', title: t('queues.next'), width: 96, sortable: true, render: (item) => <span title={item.nextTryAt === null ? undefined : dateTime(item.nextTryAt)}>{nextTry(item, now, t('queues.next.now'), (at) => nearTime(at, now))}</span> },
    { id: 'attempts', title: t('queues.tries'), width: 56, align: 'right', sortable: true, render: (item) => String(item.attempts) },
    { id: 'queuedAt', title: t('queues.age'), width: 64, align: 'right', sortable: true, render: (item) => <span title={dateTime(item.queuedAt)}>{age(now - item.queuedAt, language)}</span> },
    { id: 'bytes', title: t('queues.size'), width: 74, align: 'right', sortable: true, render: (item) => size(item.bytes, i18n.language) },
    { id: 'destination', title: t('queues.destination'), width: 150, sortable: true, render: (item) => place(item), text: (item) => item.destination },
  ];
}

export function nextTry({ nextTryAt, sending }: QueueItem, now: number, soon: string, say: (at: number) => string = dateTime): string {
  if (sending) return soon;
  return nextTryAt === null ? '-' : nextTryAt <= now ? soon : say(nextTryAt);
}

/** Where it goes, and through which host if an administrator chose one. */
export function place({ destination, via }: QueueItem): string {
  return via === '' ? destination : `${destination} > ${via}`;
}

function useMinutes(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minuteMs / 4);
    return () => clearInterval(timer);
  }, []);
  return now;
}
