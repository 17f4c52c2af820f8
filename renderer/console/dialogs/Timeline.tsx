// What happened to one message, from the connection to the outcome, in words. Asked again when the queues change: it goes on.
import { CircleAlert, CircleCheck, CircleDot, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TraceEntry, TraceEvent } from '../../../core/contract/records.ts';
import { useConsole, useFacts } from '../console.ts';
import { dateTime, time } from '../format.ts';
import { languageOf } from '../i18n.ts';
import { problemOf, problemText } from '../problem.ts';
import { eventWords } from '../words-of-mail.ts';
import { ReasonBlock } from './ReasonBlock.tsx';

export const levelIcons: Readonly<Record<TraceEvent['level'], LucideIcon>> = { info: CircleDot, good: CircleCheck, warning: TriangleAlert, error: CircleAlert };

/** By number in the trace, or by the id of the message. */
export type TraceKey = { readonly id: number } | { readonly messageId: string };
interface Found { readonly entry: TraceEntry; readonly events: readonly TraceEvent[] }

export function Timeline({ of, none }: { readonly of: TraceKey | null; readonly none: string }) {
  const { t } = useTranslation();
  const { found, failure } = useTrace(of);
  if (failure !== null) return <p className="timeline-none">{failure}</p>;
  if (found === null) return <p className="timeline-none">{none}</p>;
  return (
    <ol className="timeline" aria-label={t('trace.events')} tabIndex={0}>
      {found.events.map((event, index) => <Happening key={index} event={event} before={found.events[index - 1]} />)}
    </ol>
  );
}

function Happening({ event, before }: { readonly event: TraceEvent; readonly before: TraceEvent | undefined }) {
  const { t, i18n } = useTranslation();
  const words = eventWords(event, languageOf(i18n.language));
  const Icon = levelIcons[event.level];
  const newDay = before === undefined || dateTime(before.at).slice(0, 10) !== dateTime(event.at).slice(0, 10);
  return (
    <li className={`happening ${event.level}`}>
      <time title={dateTime(event.at)}>{newDay ? <><span className="muted">{dateTime(event.at).slice(0, 10)}</span><br /></> : null}{time(event.at)}</time>
      <Icon size={16} role="img" aria-label={t(`level.${event.level}`)} />
      <div>
        <p>{event.recipient === '' ? null : <b>{event.recipient}: </b>}{words.what}</p>
        <ReasonBlock because={words} />
        {event.session === 0 ? null : <p className="muted">{t('trace.session', { id: event.session })}</p>}
      </div>
    </li>
  );
}

function useTrace(of: TraceKey | null): { found: Found | null; failure: string | null } {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.queues);
  const [state, setState] = useState<{ key: string; found: Found | null; failure: string | null }>({ key: '', found: null, failure: null });
  const key = of === null ? '' : JSON.stringify(of);
  useEffect(() => {
    if (key === '') return undefined;
    let current = true;
    // The key is made of a TraceKey three lines above.
    console.api().trace.get(JSON.parse(key) as TraceKey).then(
      (found) => { if (current) setState({ key, found, failure: null }); },
      (error: unknown) => {
        const problem = problemOf(error);
        if (current) setState({ key, found: null, failure: problem.kind === 'not-found' ? t('trace.gone') : problemText(t, problem) });
      },
    );
    return () => { current = false; };
  }, [console, key, version, t]);
  return key !== '' && state.key === key ? state : { found: null, failure: null };
}
