// A file name that a stranger chose, made harmless on every system: no path, no control or direction marks, no name that Windows
// reserves, not too long, Unicode in NFC. Pure. Called by extract.ts. Hazard: path traversal by attachment name.

const maxLength = 120;
const maxBytes = 200;
const maxExtension = 20;

/** Device names of Windows, with any extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const reserved: ReadonlySet<string> = new Set([
  'con', 'prn', 'aux', 'nul', 'clock$', 'conin$', 'conout$',
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '\u00b9', '\u00b2', '\u00b3'].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
]);

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf', 'application/zip': '.zip', 'application/msword': '.doc', 'application/vnd.ms-excel': '.xls', 'application/ms-tnef': '.dat', 'application/rtf': '.rtf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'image/jpeg': '.jpg', 'image/png': '.png', 'image/gif': '.gif', 'image/webp': '.webp', 'image/tiff': '.tif', 'audio/mpeg': '.mp3', 'video/mp4': '.mp4',
  'text/plain': '.txt', 'text/html': '.html', 'text/csv': '.csv', 'text/calendar': '.ics', 'text/vcard': '.vcf', 'message/rfc822': '.eml',
};

/**
 * @param written as the message says, null if it names none
 * @param type media type, for the extension of a name of our own
 */
export function safeFileName(written: string | null, type: string): string {
  const name = withoutReserved(trimmed(withoutIllegal(lastComponent(written ?? ''))));
  return name === '' ? `attachment${extensions[type] ?? '.bin'}` : shortened(name);
}

/** The name with a number, for when it is taken: `laporan (2).pdf`. */
export function numberedName(name: string, number: number): string {
  const { stem, extension } = split(name);
  return `${stem} (${number})${extension}`;
}

function lastComponent(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

/** Control and format characters (direction marks hide an extension), what Windows forbids, what no file system can write. */
function withoutIllegal(name: string): string {
  return name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, '').replaceAll(/[<>:"|?*]/g, '_').replaceAll(/\s/g, ' ').normalize('NFC');
}

/** Windows drops dots and spaces at the end; a dot at the start hides a file elsewhere. */
function trimmed(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && (name[start] === '.' || name[start] === ' ')) start += 1;
  while (end > start && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(start, end);
}

function withoutReserved(name: string): string {
  const base = name.slice(0, name.includes('.') ? name.indexOf('.') : name.length).trimEnd().toLowerCase();
  return reserved.has(base) ? `_${name}` : name;
}

function shortened(name: string): string {
  const { stem, extension } = split(name);
  const characters = Array.from(stem);
  const isTooLong = (): boolean => characters.length + extension.length > maxLength || Buffer.byteLength(characters.join('')) + Buffer.byteLength(extension) > maxBytes;
  characters.length = Math.min(characters.length, maxLength);
  while (characters.length > 1 && isTooLong()) characters.pop();
  const short = trimmed(characters.join(''));
  return `${short === '' ? 'attachment' : short}${extension}`;
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && name.length - dot <= maxExtension;
  return isExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}
