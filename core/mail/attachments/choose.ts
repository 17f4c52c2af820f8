// Which parts of a message are attachments that can be taken out. Pure; called by extract.ts.
// Left alone: whatever is signed or encrypted (one changed byte breaks it), pictures that an HTML text shows (multipart/related),
// the versions of one text (multipart/alternative), reports.
import { usualMimeLimits, parseStructure } from '../../protocol/mime/structure.ts';
import type { MimePart } from '../../protocol/mime/structure.ts';

export interface Attachment {
  readonly part: MimePart;
  /** Null: the whole message is one attachment. */
  readonly parent: MimePart | null;
}

const sealedTypes: ReadonlySet<string> = new Set([
  'multipart/signed', 'multipart/encrypted', 'application/pkcs7-mime', 'application/x-pkcs7-mime', 'application/pgp-encrypted', 'application/pgp',
]);
const keptTogether: ReadonlySet<string> = new Set(['multipart/alternative', 'multipart/related', 'multipart/report', 'multipart/digest']);
const maxAttachments = 1000;

/** Empty: nothing to take out, or a message that must stay as it is. */
export function chooseAttachments(bytes: Buffer): readonly Attachment[] {
  const root = parseStructure(bytes, usualMimeLimits);
  if (root === null) return [];
  const found: Attachment[] = [];
  const open: Attachment[] = [{ part: root, parent: null }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { part, parent } = entry;
    if (sealedTypes.has(part.content.type)) return [];
    if (part.content.boundary === null) {
      if (isAttachment(part, parent)) found.push(entry);
    } else {
      for (const child of part.children.toReversed()) open.push({ part: child, parent: part });
    }
  }
  return found.length > maxAttachments ? [] : found;
}

function isAttachment({ content }: MimePart, parent: MimePart | null): boolean {
  if (parent !== null && keptTogether.has(parent.content.type)) return false;
  if (!isDecodable(content.encoding)) return false;
  const isNamed = content.disposition === 'attachment' || content.fileName !== null;
  if (content.type.startsWith('text/')) return isNamed;
  // An attached message is a file if somebody called it one; other message/* types mean something to mail programs.
  if (content.type.startsWith('message/')) return content.type === 'message/rfc822' && isNamed;
  return true;
}

function isDecodable(encoding: string): boolean {
  return ['', '7bit', '8bit', 'binary', 'base64', 'quoted-printable'].includes(encoding);
}
