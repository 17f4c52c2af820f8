// Texts that the engine itself says to people in their own language: reasons, what replies of other servers mean, reports, notices.
// They stand in core/contract/locales, where the console page reads them too. Called by describe.ts, describe-reply.ts, reports/.
import enReasons from '../contract/locales/en/reasons.json' with { type: 'json' };
import enReplies from '../contract/locales/en/replies.json' with { type: 'json' };
import enReports from '../contract/locales/en/reports.json' with { type: 'json' };
import enTrace from '../contract/locales/en/trace.json' with { type: 'json' };
import idReasons from '../contract/locales/id/reasons.json' with { type: 'json' };
import idReplies from '../contract/locales/id/replies.json' with { type: 'json' };
import idReports from '../contract/locales/id/reports.json' with { type: 'json' };
import idTrace from '../contract/locales/id/trace.json' with { type: 'json' };
import { fillIn } from '../contract/fill-in.ts';
import type { Language } from '../contract/language.ts';

const texts: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { ...enReasons, ...enReplies, ...enReports, ...enTrace },
  id: { ...idReasons, ...idReplies, ...idReports, ...idTrace },
};

export type TextValues = Readonly<Record<string, string | number>>;
/** Codes of the reasons that have a sentence. */
export type ReasonTextCode = Exclude<keyof typeof enReasons extends `reason.${infer Code}` ? Code : never, `${string}.cure`>;
export type ReplyTopic = keyof typeof enReplies extends `reply.${infer Topic}.${'means' | 'fault' | 'cure'}` ? Topic : never;
/** What can happen to a message. */
export type TraceKind = keyof typeof enTrace extends `trace.${infer Kind}` ? Kind : never;
export type ReportText = keyof typeof enReports;

/** Null: there is no such text. Values that came from outside are cut, so that nobody fills our log or a report with them. */
export function textIn(language: Language, key: string, values: TextValues = {}): string | null {
  const template = texts[language][key];
  if (template === undefined) return null;
  return fillIn(template, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cut(String(value))])));
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}
