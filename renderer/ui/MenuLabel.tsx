import { parseLabel } from './label.ts';

/** A label with its letter underlined (shown while Alt is held, and in menus opened by the keyboard). */
export function MenuLabel({ text }: { readonly text: string }) {
  const { before, letter, after } = parseLabel(text);
  return <>{before}{letter === '' ? null : <u>{letter}</u>}{after}</>;
}
