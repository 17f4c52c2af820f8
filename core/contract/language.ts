// The two languages, and which one a computer or a browser asks for. Used by the console, the desktop shell and the command line.

export type Language = 'en' | 'id';

/** The first of these languages that there is: `id-ID`, `en_US.UTF-8`. Old Indonesian systems say `in`; Malay readers are nearer to Indonesian. */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const code = tag.toLowerCase().split(/[-_.@]/)[0];
    if (code === 'id' || code === 'in' || code === 'ms') return 'id';
    if (code === 'en') return 'en';
  }
  return 'en';
}

/** What the environment of a program without a display asks for (POSIX: LC_ALL goes before LC_MESSAGES, that before LANG). */
export function languageOfEnvironment({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>): Language {
  return systemLanguage([[LC_ALL, LC_MESSAGES, LANG].find((value) => value !== undefined && value !== '') ?? '']);
}
