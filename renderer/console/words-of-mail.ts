// What the engine says about mail, in the reader's language: reasons of queued mail, events of the trace, steps of a route. They come
// with a key, their values and an English text; the text stands where a language has no sentence of its own.
import type { Language } from '../../core/contract/language.ts';
import type { ReasonRecord, RouteStepRecord, TraceEvent } from '../../core/contract/records.ts';
import { translate } from '../../core/contract/sentences.ts';
import { texts } from './i18n.ts';

type Values = ReasonRecord['params'];

/** What a person should know of a reason. Parts are '' where there is nothing to say. */
export interface Explained {
  readonly means: string;
  readonly fault: string;
  readonly cure: string;
  /** The other server's own words, with its code. */
  readonly said: string;
}

function sentenceIn(language: Language, key: string, values: Values): string {
  const template = texts[language][key] ?? texts.en[key];
  return template === undefined ? '' : translate(template, values, ({ text }) => text, language === 'en' ? ',' : '.');
}

const wordsOf = ({ code, enhanced, said }: Values): string => (said === undefined ? '' : [code, enhanced, said].filter((part) => part !== undefined && part !== '').join(' '));

export function explained({ code, params, text }: ReasonRecord, language: Language): Explained {
  const say = (key: string, values: Values = params) => sentenceIn(language, key, values);
  if (code.startsWith('reply.')) return { means: say(`${code}.means`) || text, fault: say(`${code}.fault`), cure: say(`${code}.cure`), said: wordsOf(params) };
  const { lastCode, last, ...rest } = params;
  if (typeof lastCode !== 'string') return { means: say(`reason.${code}`) || text, fault: '', cure: say(`reason.${code}.cure`), said: '' };
  // Given up after many tries: what stopped the last one is the story.
  const before = explained({ code: lastCode, params: rest, text: String(last ?? '') }, language);
  return { ...before, means: say(`reason.${code}`, { ...params, last: before.means }) || text, cure: before.cure || say(`reason.${code}.cure`) };
}

export const reasonText = (because: ReasonRecord | null, language: Language): string => (because === null ? '' : explained(because, language).means);

export function stepText({ kind, facts, text }: RouteStepRecord, language: Language): string {
  return language === 'en' ? text : sentenceIn(language, `step.${kind}`, facts) || text;
}

/** An event with what lies behind it; facts of a reason stand among those of the event (mail/trace-notes.ts). */
export function eventWords({ kind, facts, text }: TraceEvent, language: Language): Explained & { readonly what: string } {
  const what = sentenceIn(language, `trace.${kind}`, facts);
  const { reason } = facts;
  const because = typeof reason === 'string' ? explained({ code: reason, params: facts, text: '' }, language) : { means: '', fault: '', cure: '', said: '' };
  return { ...because, what: what === '' ? text : what };
}
