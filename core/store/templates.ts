// Templates of mailbox names and Message directories: macros filled in from the account, every name made safe as a folder name.
// A name of a person or domain can never leave the folder that the template says, on any system.
import { hostname } from 'node:os';

export interface TemplateFacts {
  readonly fullName: string;
  readonly domain: string;
  readonly domainIp: string;
  readonly mailbox: string;
}

const macro = /\$([A-Z]+)(\d{0,2})\$/g;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?$/i;
// Path separators, what Windows forbids in names, control characters, and characters that only change how text looks.
const forbidden = /[\u0000-\u001f\u007f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const longestName = 200;

/** A Message directory: each part of the path is filled in and made safe by itself. Relative unless the template is absolute. */
export function expandDirectory(template: string, facts: TemplateFacts): string {
  const root = /^([A-Za-z]:)?[\\/]/.exec(template)?.[0] ?? '';
  const parts = template.slice(root.length).split(/[\\/]+/).filter((part) => part !== '');
  return root.replaceAll('\\', '/') + parts.map((part) => (part === '.' || part === '..' ? part : safeName(fillIn(part, facts)))).join('/');
}

/** A mailbox name: letters of other scripts stay, accents go, what may not stand in an address is left out. */
export function expandMailbox(template: string, facts: TemplateFacts): string {
  const text = fillIn(template, facts).normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
  return text.replace(/[^\p{L}\p{N}#$%&'*+=?^_`{}~.-]/gu, '').replace(/\.{2,}/g, '.').replace(/^\.+|\.+$/g, '').slice(0, 60).replace(/\.+$/, '');
}

/** A folder name for this text on every system: no separators, no device names, no dot or blank at the end. */
export function safeName(text: string): string {
  let name = text.normalize('NFC').replace(forbidden, '_').replace(/^\s+|[\s.]+$/g, '');
  while (Buffer.byteLength(name) > longestName) name = Array.from(name).slice(0, -1).join('').replace(/[\s.]+$/, '');
  if (name === '' || /^\.+$/.test(name)) return '_';
  return reserved.test(name) ? `_${name}` : name;
}

function fillIn(template: string, facts: TemplateFacts): string {
  const words = facts.fullName.trim().split(/\s+/).filter((word) => word !== '');
  const first = words[0] ?? '';
  // "Sukarno" has no last name: initial and last name together give "Sukarno", not "S".
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return template.replace(macro, (whole, name: string, count: string) => {
    if (name === 'MAILBOXFIRSTCHARS' && count !== '') return Array.from(facts.mailbox).slice(0, Math.min(10, Math.max(1, Number(count)))).join('');
    if (count !== '') return whole;
    switch (name) {
      case 'DOMAIN': return facts.domain;
      case 'DOMAINIP': return facts.domainIp;
      case 'MACHINENAME': return hostname();
      case 'MAILBOX': return facts.mailbox;
      case 'USERNAME': return words.join(' ');
      case 'USERFIRSTNAME': return first;
      case 'USERLASTNAME': return last;
      case 'USERFIRSTINITIAL': return words.length > 1 ? (Array.from(first)[0] ?? '') : first;
      case 'USERLASTINITIAL': return Array.from(last)[0] ?? '';
      default: return whole;
    }
  });
}
