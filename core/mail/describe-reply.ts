// What replies of other servers mean, for people: one topic a reply, with three sentences (what it means, whose fault, what to do) in
// core/contract/locales/*/replies.json. Called by whoever sends (for the queue, the log and the trace) and by reports/.
import type { ReasonRecord } from '../contract/records.ts';
import type { Language } from '../contract/language.ts';
import { topicOf } from './reply-topics.ts';
import { textIn } from './texts.ts';
import type { Reply } from './types.ts';

/** Servers explain themselves at length, links included; more than this helps nobody. */
const maxSaid = 500;

/** A reply of another server as a reason: code `reply.<topic>`, params host, code, enhanced and `said`, its own words. */
export function replyReason(host: string, reply: Reply): ReasonRecord {
  const said = printableWords(reply.text);
  const code = `reply.${topicOf(reply.code, reply.enhanced, said.toLowerCase())}`;
  const params = { host: printableWords(host), code: reply.code, enhanced: reply.enhanced, said };
  return { code, params, text: textIn('en', `${code}.means`, params) ?? '' };
}

/** What a person should know of a reason. `fault` and `cure` are '' where there is nothing to say. */
export interface Explanation {
  readonly means: string;
  readonly fault: string;
  readonly cure: string;
}

export function explainReason(because: ReasonRecord, language: Language): Explanation {
  const { code, params } = because;
  const sentence = (key: string): string => textIn(language, key, params) ?? '';
  if (code.startsWith('reply.')) return { means: sentence(`${code}.means`) || because.text, fault: sentence(`${code}.fault`), cure: sentence(`${code}.cure`) };
  const last = lastReason(because);
  if (last === null) return { means: sentence(`reason.${code}`) || because.text, fault: '', cure: sentence(`reason.${code}.cure`) };
  const before = explainReason(last, language);
  return { means: textIn(language, `reason.${code}`, { ...params, last: before.means }) ?? because.text, fault: before.fault, cure: before.cure || sentence(`reason.${code}.cure`) };
}

/** What stopped a message in its last try, if this says that it was given up (expiredReason). */
function lastReason({ params: { lastCode, last, ...params } }: ReasonRecord): ReasonRecord | null {
  return typeof lastCode === 'string' ? { code: lastCode, params, text: String(last ?? '') } : null;
}

/** One line without control characters and marks that turn the direction of writing, and not longer than it helps. */
export function printableWords(text: string): string {
  const plain = text.slice(0, 4 * maxSaid).toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]+/gu, ' ').replaceAll(/ {2,}/g, ' ').trim();
  return plain.length <= maxSaid ? plain : `${plain.slice(0, maxSaid).toWellFormed()}...`;
}
