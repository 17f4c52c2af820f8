// Fills a text of the locales: `{{name}}` becomes the value of that name, or nothing. What i18next does in the console page, for the
// engine and the shell. Sentences of the log, with parts of their own, are filled in sentences.ts.

export function fillIn(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}
