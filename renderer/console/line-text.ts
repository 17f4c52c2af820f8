// A log line in the console's language: sentences of the engine are said anew from their key and values; what peers said stays as it was.
import type { Language } from '../../core/contract/language.ts';
import type { LogLine } from '../../core/contract/records.ts';
import { translate, type Words } from '../../core/contract/sentences.ts';
import { texts } from './i18n.ts';

const said = new WeakMap<LogLine, string>();

/** Remembered by line: a search looks at thousands of them with every letter that is typed. */
export function lineText(line: LogLine, language: Language): string {
  const { key, params } = line;
  if (language === 'en' || key === undefined) return line.text;
  const known = said.get(line);
  if (known !== undefined) return known;
  const template = texts[language][key];
  const text = template === undefined ? line.text : translate(template, params ?? {}, (words) => wordsText(words, language), '.');
  said.set(line, text);
  return text;
}

function wordsText({ key, params, text }: Words, language: Language): string {
  const template = texts[language][key];
  return template === undefined ? text : translate(template, params, ({ text: plain }) => plain, '.');
}
