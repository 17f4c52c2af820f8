// The shell's words in both languages: the native menus, the tray, message boxes, the lock window. The words of menus and commands and
// the names of servers and queues are the ones that the console page shows too (core/contract/locales).
import { fillIn } from '../core/contract/fill-in.ts';
import type { Language } from '../core/contract/language.ts';
import enCommands from '../core/contract/locales/en/commands.json' with { type: 'json' };
import enShell from '../core/contract/locales/en/shell.json' with { type: 'json' };
import enWords from '../core/contract/locales/en/words.json' with { type: 'json' };
import idCommands from '../core/contract/locales/id/commands.json' with { type: 'json' };
import idShell from '../core/contract/locales/id/shell.json' with { type: 'json' };
import idWords from '../core/contract/locales/id/words.json' with { type: 'json' };

const english = { ...enCommands, ...enShell, ...enWords };
export type TextKey = keyof typeof english;
export type Texts = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const languages: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en: english, id: { ...idCommands, ...idShell, ...idWords } };

/** Texts of one language; `{{name}}` is filled in from `values`. */
export function textsIn(language: Language): Texts {
  return (key, values = {}) => fillIn(languages[language][key], values);
}
