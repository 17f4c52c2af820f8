// What a server answered, read once: several lines become one text, the enhanced code stands apart. Called by the files beside it.
//
//     Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF        RFC 5321 §4.2
//     status-code = class "." subject "." detail, at the start of each textstring                   RFC 2034 §4, RFC 3463 §2
import type { Reply } from './types.ts';

const maxTextLength = 1000;
const beginsWithCode = /^[2-5]\d\d(?:[ -]|$)/;
const line = /^\d{3}[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?(.*)$/;

/** @param text all lines of the reply, with LF between them; null if it is no reply at all */
export function readReply(text: string): Reply | null {
  if (!beginsWithCode.test(text)) return null;
  let enhanced = '';
  const texts: string[] = [];
  for (const one of text.length > 2 * maxTextLength ? text.slice(0, 2 * maxTextLength).split('\n') : text.split('\n')) {
    const [, code = '', words = one] = line.exec(one) ?? [];
    if (enhanced === '') enhanced = code;
    texts.push(words.trim());
  }
  return { code: Number(text.slice(0, 3)), enhanced, text: printable(texts.join(' ').trim()).slice(0, maxTextLength) };
}

export function isPositive(reply: Reply): boolean {
  return reply.code < 300;
}

/** Control characters of a stranger belong in no log and no report. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
