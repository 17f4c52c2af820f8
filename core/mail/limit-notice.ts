// What the postmaster reads when somebody has reached the sending limit: it may be a newsletter, it may be a stolen password.
// Called by create-mail.ts.
import type { Language } from '../contract/language.ts';
import type { LimitReached } from './limits.ts';
import { ownMessage, type OwnHeader } from './own-message.ts';
import { textIn, type ReportText, type TextValues } from './texts.ts';
import { wrapped } from './wrapped.ts';

/** The complete message, CRLF line ends. */
export function limitNotice({ who, kind, reason, limit, session }: LimitReached, header: Omit<OwnHeader, 'fromName' | 'subject' | 'submitted'>, language: Language): Buffer {
  const say = (key: ReportText, values: TextValues = {}): string => textIn(language, key, values) ?? '';
  const values = { who, count: reason.params['count'] ?? 0, limit };
  const paragraphs = [
    say(reason.code === 'limit.messages' ? 'report.limit.messages' : 'report.limit.recipients', values),
    say(kind === 'account' ? 'report.limit.account' : 'report.limit.address'),
    say('report.limit.more', { peer: session.remoteAddress }),
  ];
  const text = paragraphs.flatMap((paragraph) => [...wrapped(paragraph), '']).join('\r\n');
  return ownMessage({ ...header, fromName: say('report.from'), subject: say('report.limit.subject', { who }), submitted: 'auto-generated' }, text);
}
