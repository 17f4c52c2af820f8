// The shell's words in both languages: the native menus, the tray, message boxes, the lock window. The words of menus and commands
// are the ones the console page shows too (core/contract/locales).
import enCommands from '../core/contract/locales/en/commands.json' with { type: 'json' };
import enShell from '../core/contract/locales/en/shell.json' with { type: 'json' };
import idCommands from '../core/contract/locales/id/commands.json' with { type: 'json' };
import idShell from '../core/contract/locales/id/shell.json' with { type: 'json' };

export type Language = 'en' | 'id';
const english = { ...enCommands, ...enShell };
export type TextKey = keyof typeof english;
export type Texts = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const languages: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en: english, id: { ...idCommands, ...idShell } };

/** Texts of one language; `{{name}}` is filled in from `values`. */
export function textsIn(language: Language): Texts {
  return (key, values = {}) => languages[language][key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** What `system` means: the first of the system's languages that there is. Old Indonesian systems say `in`. */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const code = tag.toLowerCase().split('-')[0];
    if (code === 'id' || code === 'in' || code === 'ms') return 'id';
    if (code === 'en') return 'en';
  }
  return 'en';
}
