// Labels of menus carry their access key as Windows resources do: `&File`; `&&` is the sign itself.

export interface Label {
  readonly before: string;
  readonly letter: string;
  readonly after: string;
}

export function parseLabel(text: string): Label {
  const match = /^((?:[^&]|&&)*)&([^&])(.*)$/su.exec(text);
  if (match === null) return { before: text.replaceAll('&&', '&'), letter: '', after: '' };
  const [, before = '', letter = '', after = ''] = match;
  return { before: before.replaceAll('&&', '&'), letter, after: after.replaceAll('&&', '&') };
}

/** The label without the mark. */
export function plainLabel(text: string): string {
  const { before, letter, after } = parseLabel(text);
  return `${before}${letter}${after}`;
}

export function labelKey(text: string): string {
  return parseLabel(text).letter.toLowerCase();
}
