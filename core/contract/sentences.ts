// Sentences that the engine writes into its log for people. The log files and the terminal have them in English; key and values go
// along, so that a console can say them in its reader's language. English: locales/en/log.json; the console's: locales/*/log.json.
import english from './locales/en/log.json' with { type: 'json' };

export type SentenceKey = keyof typeof english;

/** Part of a sentence with a translation of its own: a reason, the title of a setting. Shaped like Reason of core/mail/describe.ts. */
export interface Words {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly text: string;
}
export type SentenceValues = Readonly<Record<string, string | number | Words | readonly Words[]>>;

export interface Sentence<Values extends SentenceValues = SentenceValues> {
  readonly key: SentenceKey;
  readonly params: Values;
  /** In English. */
  readonly text: string;
}

/** What a log line is made of: a sentence of ours, or plain text where there is none (words of a library, of the system). */
export type Remark = string | Sentence;

type Piece = string | { readonly name: string; readonly grouped: boolean };

/** `{{name}}` is filled in, `{{name, number}}` with its thousands grouped; all else stays. */
function piecesOf(template: string): readonly Piece[] {
  return template.split(/(\{\{\w+(?:, number)?\}\})/).map((piece) => {
    const [, name, grouped] = /^\{\{(\w+)(, number)?\}\}$/.exec(piece) ?? [];
    return name === undefined ? piece : { name, grouped: grouped !== undefined };
  });
}

const templates = new Map(Object.entries(english).map(([key, template]) => [key, piecesOf(template)]));

/** One is made for every message that is accepted: no regular expression on the way of plain values. */
export function sentence(key: SentenceKey): Sentence<Record<string, never>>;
export function sentence<Values extends SentenceValues>(key: SentenceKey, params: Values): Sentence<Values>;
export function sentence(key: SentenceKey, params: SentenceValues = {}): Sentence {
  return { key, params, text: fill(templates.get(key) ?? [], params, ({ text }) => text, ',') };
}

/** Fills a template of another language. @param say the words of a part in that language @param thousands what groups digits there */
export function translate(template: string, params: SentenceValues, say: (words: Words) => string, thousands: string): string {
  return fill(piecesOf(template), params, say, thousands);
}

function fill(pieces: readonly Piece[], params: SentenceValues, say: (words: Words) => string, thousands: string): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    const value = params[piece.name];
    if (typeof value === 'string') text += value;
    else if (typeof value === 'number') text += piece.grouped ? grouped(value, thousands) : String(value);
    else if (value !== undefined) text += isList(value) ? value.map(say).join(', ') : say(value);
  }
  return text;
}

export const isList = (value: Words | readonly Words[]): value is readonly Words[] => Array.isArray(value);

/** 4096 as 4,096. Intl takes longer for it than everything else here together. */
function grouped(count: number, thousands: string): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, thousands);
}
