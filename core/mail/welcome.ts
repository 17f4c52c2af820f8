// The message that waits in a new mailbox. Called by host/ when an account has been made and a welcome is wanted.
// The text is our own, in English or Indonesian; valid MIME, ASCII header (RFC 2047 for a name that is not).
import libmime from 'libmime';
import { asciiDomain, isAscii } from '../protocol/domain-name.ts';
import { formatMailDate } from '../protocol/mail-date.ts';
import { quotedPrintable } from '../protocol/mime/quoted-printable.ts';
import type { Language } from './attachments/note.ts';

export interface Welcome {
  readonly address: string;
  readonly fullName: string;
  /** What to type as user name: the same that the sheet of client settings shows. */
  readonly logon: string;
  readonly hostName: string;
  readonly language: Language;
  readonly id: string;
  readonly at: number;
}

const texts: Readonly<Record<Language, { from: string; subject: string; body: (name: string, address: string, logon: string) => readonly string[] }>> = {
  en: {
    from: 'Postmaster',
    subject: 'Welcome to your new mailbox',
    body: (name, address, logon) => [
      `Hello ${name},`, '', `your mailbox ${address} is ready. Whatever is sent to this address arrives here.`, '',
      `Your user name: ${logon}`, '',
      'If mail does not arrive or you have forgotten your password, write to the', 'postmaster or ask your administrator.', '',
    ],
  },
  id: {
    from: 'Postmaster',
    subject: 'Selamat datang di kotak surat Anda',
    body: (name, address, logon) => [
      `Halo ${name},`, '', `kotak surat Anda, ${address}, sudah siap. Semua surat ke alamat ini akan masuk ke sini.`, '',
      `Nama pengguna Anda: ${logon}`, '',
      'Jika surat tidak sampai atau kata sandi terlupa, kirim surat ke postmaster', 'atau hubungi administrator Anda.', '',
    ],
  },
};

/** The complete message, CRLF line ends. */
export function welcomeMessage({ address, fullName, logon, hostName, language, id, at }: Welcome): Buffer {
  const words = texts[language];
  const name = fullName.replaceAll(/\p{Cc}+/gu, ' ').trim();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const body = words.body(name === '' ? address : name, address, logon).join('\r\n');
  const plain = isAscii(body) && !body.split('\r\n').some((line) => line.length > 900);
  const fields = [
    'Return-Path: <>',
    `Date: ${formatMailDate(at)}`,
    `From: ${words.from} <postmaster@${asciiDomain(domain)}>`,
    `To: ${displayName(name)}<${headerAddress(address)}>`,
    `Subject: ${words.subject}`,
    `Message-ID: <${id}@${asciiDomain(hostName)}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${plain ? 'us-ascii' : 'utf-8'}`,
    `Content-Transfer-Encoding: ${plain ? '7bit' : 'quoted-printable'}`,
  ];
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n${plain ? body : quotedPrintable(body)}`);
}

/** RFC 5322 §3.4 display-name, quoted or as encoded words. */
function displayName(name: string): string {
  if (name === '') return '';
  return isAscii(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}" ` : `${libmime.encodeWord(name, 'B', 60)} `;
}

/** The domain in its ASCII spelling; a local part beyond ASCII stays as it is (RFC 6532 §3.2). */
function headerAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1))}`;
}
