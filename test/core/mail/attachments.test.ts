// Automatic extraction of attachments, on real files. What comes out is read by Python's mail package, which nobody here wrote.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseAttachments } from '../../../core/mail/attachments/choose.ts';
import { extractAttachments } from '../../../core/mail/attachments/extract.ts';
import { parseStructure } from '../../../core/protocol/mime/structure.ts';

let directory = '';
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'merpati-attachments-')); });
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const id = 'abcdefghij0123456789';
const lines = (...text: readonly string[]): Buffer => Buffer.from(text.map((line) => `${line}\r\n`).join(''));
async function extract(message: Buffer, language: 'en' | 'id' = 'en') {
  const extraction = await extractAttachments(message, chooseAttachments(message), directory, id, language);
  return { ...extraction, text: Buffer.concat(extraction.pieces) };
}
const saved = (): Record<string, string> => Object.fromEntries(readdirSync(join(directory, 'Files')).map((name) => [name, readFileSync(join(directory, 'Files', name)).toString('latin1')]));

/** What Python makes of a message: its defects, and each leaf with type, name and content. */
function pythonReads(message: Buffer): { defects: string[]; parts: [string, string | null, string][] } {
  const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
defects = [type(d).__name__ for p in m.walk() for d in p.defects]
parts = [[p.get_content_type(), p.get_filename(), (p.get_payload(decode=True) or b'').decode('latin1')] for p in m.walk() if not p.is_multipart()]
print(json.dumps({'defects': defects, 'parts': parts}))`;
  return JSON.parse(execFileSync('python3', ['-c', script], { input: message, maxBuffer: 1 << 28 }).toString()) as ReturnType<typeof pythonReads>;
}

/** A message that Python makes, with these files attached. */
function pythonWrites(files: readonly (readonly [string, Buffer])[]): Buffer {
  const script = `
import sys, json, base64, email.message, email.policy
m = email.message.EmailMessage(policy=email.policy.SMTP)
m['From'], m['To'], m['Subject'] = 'a@x', 'b@y', 'Berkas'
m.set_content('Halo.\\n')
m.add_alternative('<p>Halo.</p>', subtype='html')
for name, data in json.loads(sys.stdin.read()):
    m.add_attachment(base64.b64decode(data), maintype='application', subtype='octet-stream', filename=name)
sys.stdout.buffer.write(m.as_bytes())`;
  return execFileSync('python3', ['-c', script], { input: JSON.stringify(files.map(([name, data]) => [name, data.toString('base64')])), maxBuffer: 1 << 28 });
}

test('three files made by another program come out byte for byte, and the message stays valid', async () => {
  const binary = Buffer.from(Array.from({ length: 100_003 }, (_, index) => (index * 7919) % 256));
  const message = pythonWrites([['../../x', Buffer.from('satu\r\n')], ['laporan é 报告.pdf', binary], ['kosong.txt', Buffer.alloc(0)]]);
  const { text, files } = await extract(message);
  expect(files).toEqual(['x', 'laporan é 报告.pdf', 'kosong.txt']);
  expect(saved()).toEqual({ 'x': 'satu\r\n', 'laporan é 报告.pdf': binary.toString('latin1'), 'kosong.txt': '' });
  expect(readdirSync(directory)).toEqual(['Files']);
  const read = pythonReads(text);
  expect(read.defects).toEqual([]);
  expect(read.parts.map(([type]) => type)).toEqual(['text/plain', 'text/html', 'text/plain']);
  expect(Buffer.from(read.parts[2]![2], 'latin1').toString()).toBe(
    'The attachments of this message were saved in the Files folder of your mailbox:\r\n\r\n  x (6 bytes)\r\n  laporan é 报告.pdf (100,003 bytes)\r\n  kosong.txt (0 bytes)\r\n');
  // Everything before the first attachment is as it was.
  expect(text.subarray(0, 300)).toEqual(message.subarray(0, 300));
});

test('hostile and unlucky names', async () => {
  const names = ['../../x', 'C:\\x', 'CON', 'gnp.\u202etxt.exe', '', 'x', 'X', 'a.txt', 'a.txt', 'a.txt'];
  const message = Buffer.concat([
    lines('MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', ''),
    ...names.map((name, index) => Buffer.concat([
      lines('--b', 'Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}`, '', Buffer.from(`file ${index}`).toString('base64')),
    ])),
    lines('--b--'),
  ]);
  const { files } = await extract(message);
  expect(files).toEqual(['x', 'x (2)', '_CON', 'gnp.txt.exe', 'attachment.bin', 'x (3)', 'X', 'a.txt', 'a (2).txt', 'a (3).txt']);
  expect(Object.values(saved()).toSorted()).toEqual(names.map((_, index) => `file ${index}`));
});

test('a file that is there already is kept, and a link is never followed', async () => {
  mkdirSync(join(directory, 'Files'));
  writeFileSync(join(directory, 'outside'), 'untouched');
  symlinkSync(join(directory, 'outside'), join(directory, 'Files', 'a.txt'));
  writeFileSync(join(directory, 'Files', 'a (2).txt'), 'mine');
  const { files } = await extract(lines('Content-Type: text/plain; name=a.txt', 'MIME-Version: 1.0', '', 'Isi'));
  expect(files).toEqual(['a (3).txt']);
  expect(readFileSync(join(directory, 'outside'), 'utf8')).toBe('untouched');
  expect(saved()['a (2).txt']).toBe('mine');
});

describe('what is taken out and what is not', () => {
  const part = (header: readonly string[], body = 'Isi'): Buffer => lines(...header, '', body);
  const multipart = (type: string, ...parts: readonly Buffer[]): Buffer => Buffer.concat([lines(`Content-Type: ${type}; boundary="=_${type}"`, ''), ...parts.flatMap((each) => [lines(`--=_${type}`), each]), lines(`--=_${type}--`)]);
  const text = part(['Content-Type: text/plain']);
  const html = part(['Content-Type: text/html']);
  const pdf = part(['Content-Type: application/pdf; name="=?utf-8?Q?Kurnia=27s_caf=C3=A9.pdf?="', 'Content-Transfer-Encoding: quoted-printable'], 'a=3Db =\r\nc=\r\n');
  const picture = part(['Content-Type: image/png', 'Content-ID: <1>', 'Content-Disposition: inline; filename=logo.png']);
  const names = (message: Buffer): (string | null)[] => chooseAttachments(message).map((attachment) => attachment.part.content.fileName);

  test.each<[string, Buffer, (string | null)[]]>([
    ['plain text', text, []],
    ['no MIME at all', lines('Subject: x', '', 'Isi'), []],
    ['nested', multipart('multipart/mixed', multipart('multipart/x', text, pdf), pdf), ["Kurnia's café.pdf", "Kurnia's café.pdf"]],
    ['pictures of an HTML text', multipart('multipart/related', html, picture), []],
    ['pictures of an HTML text beside a file', multipart('multipart/mixed', multipart('multipart/related', html, picture), pdf), ["Kurnia's café.pdf"]],
    ['a version of the text', multipart('multipart/alternative', text, part(['Content-Type: text/calendar; name=a.ics'])), []],
    ['a file inside a version', multipart('multipart/alternative', text, multipart('multipart/mixed', html, pdf)), ["Kurnia's café.pdf"]],
    ['signed', multipart('multipart/signed', multipart('multipart/mixed', text, pdf), part(['Content-Type: application/pgp-signature; name=s.asc'])), []],
    ['signed inside', multipart('multipart/mixed', multipart('multipart/signed', text, pdf), pdf), []],
    ['encrypted', multipart('multipart/encrypted', part(['Content-Type: application/pgp-encrypted']), part(['Content-Type: application/octet-stream; name=e.asc'])), []],
    ['S/MIME', part(['Content-Type: application/pkcs7-mime; name=smime.p7m']), []],
    ['a report', multipart('multipart/report', text, part(['Content-Type: message/delivery-status']), part(['Content-Type: message/rfc822'])), []],
    ['a forwarded message', multipart('multipart/mixed', text, part(['Content-Type: message/rfc822'], 'Subject: y\r\n\r\nz')), []],
    ['an attached message', multipart('multipart/mixed', text, part(['Content-Type: message/rfc822', 'Content-Disposition: attachment; filename=y.eml'])), ['y.eml']],
    ['Outlook', multipart('multipart/mixed', text, part(['Content-Type: application/ms-tnef; name="winmail.dat"'])), ['winmail.dat']],
    ['uuencode', multipart('multipart/mixed', text, part(['Content-Type: application/pdf', 'Content-Transfer-Encoding: x-uuencode'])), []],
    ['no name', multipart('multipart/mixed', text, part(['Content-Type: application/pdf'])), [null]],
    ['split name', multipart('multipart/mixed', text, part(['Content-Type: application/pdf', 'Content-Disposition: attachment;', " filename*0*=utf-8''%e6%8a%a5;", ' filename*1*=%e5%91%8a;', ' filename*2=".pdf"'])), ['报告.pdf']],
    ['raw UTF-8 name', multipart('multipart/mixed', text, part(['Content-Type: application/pdf; name="報告.pdf"'])), ['報告.pdf']],
  ])('%s', (_, message, expected) => {
    expect(names(message)).toEqual(expected);
  });

  test('each multipart keeps a note, so that none becomes empty; other bytes stay', async () => {
    const message = Buffer.concat([lines('MIME-Version: 1.0'), multipart('multipart/mixed', text, multipart('multipart/x', pdf, pdf), picture, html)]);
    const { text: left, files } = await extract(message, 'id');
    expect(files).toEqual(["Kurnia's café.pdf", "Kurnia's café (2).pdf", 'logo.png']);
    expect(saved()["Kurnia's café.pdf"]).toBe('a=b c');
    const read = pythonReads(left);
    expect(read.defects).toEqual([]);
    expect(read.parts.map(([type, name]) => [type, name])).toEqual([['text/plain', null], ['text/plain', null], ['text/plain', null], ['text/html', null]]);
    expect(Buffer.from(read.parts[1]![2], 'latin1').toString()).toContain("  Kurnia's café.pdf (5 byte)\r\n  Kurnia's café (2).pdf (5 byte)");
    expect(left.includes(html)).toBe(true);
  });

  test('a message that is one file becomes a note', async () => {
    const { text: left } = await extract(lines('Subject: x', 'Content-Type: application/pdf;', ' name=a.pdf', 'MIME-Version: 1.0', 'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment', '', 'aGFsbw=='));
    expect(saved()).toEqual({ 'a.pdf': 'halo' });
    expect(left.toString()).toBe('Subject: x\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n\r\nThe attachment of this message was saved in the Files folder of your mailbox:\r\n\r\n  a.pdf (4 bytes)\r\n');
  });

  test('a multipart that was cut off gives what is there', async () => {
    const whole = multipart('multipart/mixed', text, pdf);
    const cut = Buffer.concat([lines('MIME-Version: 1.0'), whole.subarray(0, whole.length - '--=_multipart/mixed--\r\n'.length)]);
    const { files, text: left } = await extract(cut);
    expect(files).toEqual(["Kurnia's café.pdf"]);
    expect(pythonReads(left).parts.map(([type]) => type)).toEqual(['text/plain', 'text/plain']);
  });
});

describe('limits', () => {
  test('nesting, parts and headers beyond the limits leave the message as it is', () => {
    const nested = (depth: number): Buffer => Buffer.concat([...Array.from({ length: depth }, (_, level) => lines(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`)), lines('Content-Type: application/pdf', '', 'x')]);
    expect(chooseAttachments(nested(100))).toHaveLength(1);
    expect(chooseAttachments(nested(101))).toEqual([]);
    const many = (count: number): Buffer => Buffer.concat([lines('Content-Type: multipart/mixed; boundary=b', ''), lines(...Array.from({ length: count }, () => '--b\r\n\r\nx')), lines('--b--')]);
    expect(parseStructure(many(9_999))!.children).toHaveLength(9_999);
    expect(parseStructure(many(10_000))).toBeNull();
    expect(parseStructure(Buffer.concat([lines('X: y'), Buffer.alloc(1_100_000, 'a'), lines('', '', 'b')]))).toBeNull();
  });

  test('bytes may be searched only so often', () => {
    const deep = Buffer.concat([...Array.from({ length: 50 }, (_, level) => lines(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`)), Buffer.from('\r\n'), Buffer.alloc(100_000, 'x')]);
    expect(parseStructure(deep, { depth: 100, parts: 1000, headerBytes: 1000, work: 1_000_000 })).toBeNull();
    expect(parseStructure(deep, { depth: 100, parts: 1000, headerBytes: 1000, work: 10_000_000 })).not.toBeNull();
  });
});

test('undo takes the files away, and a folder that cannot be written leaves none', async () => {
  const message = pythonWrites([['a', Buffer.from('1')], ['b', Buffer.from('2')]]);
  const extraction = await extract(message);
  await extraction.undo();
  expect(saved()).toEqual({});
  writeFileSync(join(directory, 'blocked'), '');
  await expect(extractAttachments(message, chooseAttachments(message), join(directory, 'blocked'), id, 'en')).rejects.toThrow(/ENOTDIR/);
});
