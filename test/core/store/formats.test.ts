// Every storage format gives back exactly the bytes it was given, whatever they are; other programs can read the files.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StorageFormat } from '../../../core/contract/records.ts';
import { toCrlf, toLf } from '../../../core/store/files/line-ends.ts';
import { shelfAt } from '../../../core/store/files/shelf.ts';
import type { Title } from '../../../core/store/files/shelf.ts';
import { addAccount, deliver, openWithDomain, tempFolder } from './fixture.ts';

const formats: readonly StorageFormat[] = ['msg', 'maildir', 'mbox'];

/** Lines that have bitten mailbox formats, and any bytes but LF (accepted mail has CRLF only). */
const line = fc.oneof(
  fc.constantFrom('', 'From ', 'From x', '>From ', '>>From y', ' From', 'from ', '>', '.', '..', 'From a@merpati.invalid Thu Jan  1 00:00:00 1970', 'Content-Length: 5', '\r', '\r\r', 'a\rb', '\0'),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x0d : byte))).toString('latin1')),
);
const message = fc.tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([lines, ended]) => Buffer.from(lines.map((one) => `${one}\r\n`).join('') + (ended ? '' : 'no end'), 'latin1'));

const guidOf = (index: number): string => `guid${String(index).padStart(20, '0')}`;

function titled(messages: readonly Buffer[]): { readonly title: Title; readonly bytes: Buffer }[] {
  return messages.map((bytes, index) => ({ bytes, title: { guid: guidOf(index), octets: bytes.length, receivedAt: 1_795_000_000_000 + index * 1000 } }));
}

test('LF and CRLF change into each other without loss', () => {
  fc.assert(fc.property(message, (bytes) => {
    expect(toCrlf(toLf(bytes)).equals(bytes)).toBe(true);
  }));
});

describe.each(formats)('%s', (format) => {
  test('gives back what it was given, in any order, after removals, and to a reader that knows nothing', () => {
    fc.assert(fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(5), { maxLength: 3 }), (messages, removed) => {
      const directory = tempFolder();
      const all = titled(messages);
      const shelf = shelfAt(directory, format);
      for (const { title, bytes } of all) shelf.put(title, { bytes: () => bytes, file: () => null });
      const gone = new Set(removed.map(guidOf));
      shelf.remove(gone);
      const kept = all.filter(({ title }) => !gone.has(title.guid));
      for (const reader of [shelf, shelfAt(directory, format)]) {
        expect([...reader.guids()].sort()).toEqual(kept.map(({ title }) => title.guid));
        for (const { title, bytes } of kept.toReversed()) expect(reader.read(title)?.toString('latin1')).toBe(bytes.toString('latin1'));
        for (const guid of gone) expect(reader.read({ guid, octets: 1, receivedAt: 1 })).toBeNull();
      }
    }), { numRuns: 60 });
  });

  test('tells the facts of a message from its file alone', () => {
    fc.assert(fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\r\n`).join(''), 'latin1');
      const directory = tempFolder();
      const title = { guid: guidOf(1), octets: bytes.length, receivedAt: 1_795_000_000_000 };
      shelfAt(directory, format).put(title, { bytes: () => bytes, file: () => null });
      expect(shelfAt(directory, format).title(title.guid)).toMatchObject(format === 'msg' ? { guid: title.guid, octets: bytes.length } : title);
    }), { numRuns: 60 });
  });

  test('putting a message again replaces it', () => {
    const shelf = shelfAt(tempFolder(), format);
    const [one, other] = titled([Buffer.from('half'), Buffer.from('other\r\n')]);
    for (const { title, bytes } of [one!, other!]) shelf.put(title, { bytes: () => bytes, file: () => null });
    const whole = Buffer.from('whole\r\n');
    const title = { ...one!.title, octets: whole.length };
    shelf.put(title, { bytes: () => whole, file: () => null });
    expect(shelf.guids().size).toBe(2);
    expect(shelf.read(title)?.toString()).toBe('whole\r\n');
    expect(shelf.read(other!.title)?.toString()).toBe('other\r\n');
  });
});

test.skipIf(process.platform === 'win32')('Python reads our mbox and Maildir as we wrote them', async () => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  const mbox = await addAccount(store, 'mbox', { storageFormat: 'mbox' });
  const maildir = await addAccount(store, 'maildir', { storageFormat: 'maildir' });
  for (const subject of ['one', 'two', 'three']) await deliver(store, `Subject: ${subject}\r\n\r\nFrom the office\r\n\r\nFrom us\r\n`, [mbox.id, maildir.id]);
  await store.settle();
  const users = join(folder, 'Users/kantor.lan');
  const script = `
import mailbox, sys
box = mailbox.mbox(sys.argv[1])
print([m['Subject'] for m in box], box[1].get_payload().count('From us'))
print(sorted(m['Subject'] for m in mailbox.Maildir(sys.argv[2], create=False)))`;
  const said = execFileSync('python3', ['-c', script, join(users, 'mbox/mbox'), join(users, 'maildir')], { encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual(["['one', 'two', 'three'] 1", "['one', 'three', 'two']"]);
});
