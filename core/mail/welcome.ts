// The message that waits in a new mailbox. Called by host/ when an account has been made and a welcome is wanted.
// The text is our own, in English or Indonesian; valid MIME, ASCII header (RFC 2047 for a name that is not).
import { oneLine } from '../protocol/mime/compose.ts';
import type { Language } from './attachments/note.ts';
import { ownMessage } from './own-message.ts';

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
  const name = oneLine(fullName);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const header = { fromName: words.from, domain, toName: name, toAddress: address, subject: words.subject, hostName, id, at, submitted: 'auto-generated' } as const;
  return ownMessage(header, words.body(name === '' ? address : name, address, logon).join('\r\n'));
}
