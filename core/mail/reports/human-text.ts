// The part of a report that people read: what happened to which message, what it means, what to do, the other server's own words last;
// in the language of the console, with one line in the other language. Called by make-report.ts.
import type { Language } from '../../contract/language.ts';
import type { Action } from '../../protocol/dsn/status.ts';
import { oneLine } from '../../protocol/mime/compose.ts';
import { explainReason, printableWords } from '../describe-reply.ts';
import type { RecipientFate } from '../outbound/ports.ts';
import { textIn, type ReportText, type TextValues } from '../texts.ts';
import type { Reply } from '../types.ts';
import { wrapped } from '../wrapped.ts';

export interface HumanReport {
  readonly action: Action;
  readonly subject: string;
  readonly sentAt: number;
  readonly fates: readonly RecipientFate[];
  readonly tries: { readonly nextTryAt: number; readonly expiresAt: number } | null;
  readonly originalWhole: boolean;
  readonly hostName: string;
  readonly language: Language;
}

export function reportSubject({ action, subject, language }: Pick<HumanReport, 'action' | 'subject' | 'language'>): string {
  return say(language, `report.subject.${action}`, { subject: subjectText(subject, language) });
}

/** Lines ended by CRLF. */
export function reportText(report: HumanReport): string {
  const { action, fates, tries, language, hostName } = report;
  const groups = Map.groupBy(fates, ({ reason, reply }) => JSON.stringify([reason.code, reason.params, reply]));
  const lines = [
    ...wrapped(say(language, `report.intro.${action}`)), '',
    ...wrapped(say(language, 'report.message.subject', { subject: subjectText(report.subject, language) }), '  '),
    `  ${say(language, 'report.message.sent', { date: dateText(report.sentAt, language) })}`, '',
    ...[...groups.values()].flatMap((group) => groupLines(group, action, language)),
    ...(tries === null ? [] : [say(language, 'report.next', { date: dateText(tries.nextTryAt, language) }), say(language, 'report.until', { date: dateText(tries.expiresAt, language) }), '']),
    ...wrapped(`${say(language, report.originalWhole ? 'report.attached.full' : 'report.attached.headers')} ${say(language, 'report.sign', { host: hostName })}`), '',
    ...wrapped(say(language === 'en' ? 'id' : 'en', `report.summary.${action}`, { to: shortList(fates, language === 'en' ? 'id' : 'en') })),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Recipients with the same fate, and what is to be said of it. */
function groupLines(group: readonly RecipientFate[], action: Action, language: Language): readonly string[] {
  const addresses = [...group.map(({ address }) => `  ${say(language, 'report.message.to', { address: oneLine(address) })}`), ''];
  const first = group[0];
  if (first === undefined || action === 'delivered' || action === 'relayed') return addresses;
  const { means, fault, cure } = explainReason(first.reason, language);
  return [
    ...addresses,
    ...wrapped(say(language, 'report.means', { means })),
    ...(fault === '' ? [] : wrapped(say(language, 'report.fault', { fault }))),
    ...(cure === '' ? [] : wrapped(say(language, 'report.cure', { cure }))),
    '',
    ...(first.reply === null ? [] : [...wrapped(say(language, 'report.said', { host: oneLine(first.host) })), ...wrapped(replyText(first.reply), '    '), '']),
  ];
}

export function replyText({ code, enhanced, text }: Reply): string {
  return [String(code), /^[245]\.\d{1,3}\.\d{1,3}$/.test(enhanced) ? enhanced : '', printableWords(text)].filter((word) => word !== '').join(' ');
}

function shortList(fates: readonly RecipientFate[], language: Language): string {
  const first = oneLine(fates[0]?.address ?? '');
  return fates.length < 2 ? first : say(language, 'report.more', { first, count: fates.length - 1 });
}

function subjectText(subject: string, language: Language): string {
  return oneLine(subject) || say(language, 'report.no-subject');
}

function say(language: Language, key: ReportText, values?: TextValues): string {
  return textIn(language, key, values) ?? '';
}

function dateText(at: number, language: Language): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat(language === 'id' ? 'id-ID' : 'en-GB', format).format(at);
}
