// The message without its attachments: in their place a note that names the files. Pure; works on byte ranges, so that
// everything else stays byte for byte. Called by extract.ts.
import { quotedPrintable } from '../../protocol/mime/quoted-printable.ts';
import { isAscii } from '../../protocol/domain-name.ts';
import type { MimePart } from '../../protocol/mime/structure.ts';
import type { Attachment } from './choose.ts';

export interface SavedFile {
  readonly name: string;
  readonly bytes: number;
}
export type Language = 'en' | 'id';

const sentences: Readonly<Record<Language, { one: string; many: string; bytes: string; locale: string }>> = {
  en: { one: 'The attachment of this message was saved in the Files folder of your mailbox:', many: 'The attachments of this message were saved in the Files folder of your mailbox:', bytes: 'bytes', locale: 'en-GB' },
  id: { one: 'Lampiran surat ini disimpan di folder Files kotak surat Anda:', many: 'Lampiran-lampiran surat ini disimpan di folder Files kotak surat Anda:', bytes: 'byte', locale: 'id-ID' },
};

/** @param saved the file of each attachment, in the same order. Returns the new message in pieces. */
export function replaceByNotes(bytes: Buffer, attachments: readonly Attachment[], saved: readonly SavedFile[], language: Language): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const edit of edits(bytes, attachments, saved, language)) {
    pieces.push(bytes.subarray(at, edit.start), edit.replacement);
    at = edit.end;
  }
  pieces.push(bytes.subarray(at));
  return pieces.filter((piece) => piece.length > 0);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: Buffer;
}

/** The first attachment of a multipart makes room for the note, the others go: a multipart never becomes empty (RFC 2046 §5.1). */
function edits(bytes: Buffer, attachments: readonly Attachment[], saved: readonly SavedFile[], language: Language): Edit[] {
  const byParent = Map.groupBy(attachments.map((attachment, index) => ({ ...attachment, file: saved[index] })), (entry) => entry.parent);
  const all: Edit[] = [];
  for (const [parent, entries] of byParent) {
    const files = entries.map((entry) => entry.file).filter((file) => file !== undefined);
    const note = noteBody(files, language);
    for (const [index, { part }] of entries.entries()) {
      if (parent === null) all.push(...wholeMessage(part, note));
      else if (index === 0) all.push({ start: part.start, end: part.end, replacement: Buffer.from(`${note.fields}\r\n${note.text}`) });
      else all.push({ start: part.delimiterStart, end: afterPart(bytes, part), replacement: Buffer.alloc(0) });
    }
  }
  return all.toSorted((one, other) => one.start - other.start);
}

/** A message that is nothing but an attachment: its Content-* fields give way to those of the note. */
function wholeMessage(part: MimePart, note: Note): Edit[] {
  const bodyEdit: Edit = { start: part.bodyStart, end: part.end, replacement: Buffer.from(note.text) };
  const fieldEdits = part.content.fields.map((field, index): Edit => ({ start: field.start, end: field.end, replacement: Buffer.from(index === 0 ? note.fields : '') }));
  return [...fieldEdits, bodyEdit];
}

/** Up to the next delimiter: the CRLF that belongs to it goes along. */
function afterPart(bytes: Buffer, part: MimePart): number {
  return bytes[part.end] === 0x0d && bytes[part.end + 1] === 0x0a ? part.end + 2 : part.end;
}

interface Note {
  readonly fields: string;
  readonly text: string;
}

function noteBody(files: readonly SavedFile[], language: Language): Note {
  const words = sentences[language];
  const lines = files.map((file) => `  ${file.name} (${file.bytes.toLocaleString(words.locale)} ${words.bytes})`);
  const text = `${files.length === 1 ? words.one : words.many}\r\n\r\n${lines.join('\r\n')}\r\n`;
  // Old clients, for whom this exists, read plain ASCII best.
  if (isAscii(text) && lines.every((line) => line.length < 900)) return { fields: 'Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n', text };
  return { fields: 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n', text: quotedPrintable(text) };
}
