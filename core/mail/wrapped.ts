// Text of our own messages in lines that every mail program shows well. Called by reports/human-text.ts and limit-notice.ts.

const width = 72;

/** Broken at spaces; a word that is longer than a line stays whole, since it may be a link. */
export function wrapped(text: string, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
