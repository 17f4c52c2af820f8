// A disk that is really full: a small tmpfs, which takes root to mount. Without it the tests are skipped and say so.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { actor, addAccount, codeOf, deliver, inputOf, open, openWithDomain, tempFolder, texts } from './fixture.ts';

function smallDisk(): string | null {
  const folder = join(tempFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
if (!canMount) console.warn('The tests of a full disk are skipped: they need root on Linux to mount a small file system.');

/** Leaves less than `bytes` free. */
function fillUp(folder: string, bytes: number): string {
  const file = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  return file;
}

test.skipIf(!canMount)('small and large messages are refused with disk.full, nothing half kept, and taken again when there is room', async ({ skip }) => {
  const folder = smallDisk();
  if (folder === null) return skip('this machine does not let root mount a tmpfs');
  const store = await openWithDomain(folder);
  const { id } = await addAccount(store, 'dina');
  await deliver(store, 'first\r\n', [id]);
  await store.settle();
  const ballast = fillUp(folder, 100_000);
  const accepted: string[] = ['first\r\n'];
  const codes = new Set<string>();
  for (let index = 0; index < 40; index += 1) {
    const text = `${index} ${'x'.repeat(20_000)}\r\n`;
    const code = await codeOf(deliver(store, text, [id]));
    codes.add(code);
    if (code === 'done') accepted.push(text);
  }
  expect([...codes].sort()).toEqual(['disk.full', 'done']);
  for (const size of [100_000, 1_000_000]) expect(await codeOf(deliver(store, 'y'.repeat(size), [id]))).toBe('disk.full');
  expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
  expect(await texts(store, id)).toEqual(accepted);
  rmSync(ballast);
  await deliver(store, 'last\r\n', [id]);
  await store.settle();
  expect(await texts(store, id)).toEqual([...accepted, 'last\r\n']);
  await store.close();
  const again = await open(folder);
  await again.swept();
  expect(await texts(again, id)).toEqual([...accepted, 'last\r\n']);
});

test.skipIf(!canMount)('a mailbox whose own disk is full keeps its mail readable, and a move there is refused whole', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === null) return skip('this machine does not let root mount a tmpfs');
  const store = await openWithDomain(tempFolder());
  const full = await addAccount(store, 'dina', { directory: join(disk, 'dina') });
  const other = await addAccount(store, 'budi');
  const text = `Subject: x\r\n\r\n${'x'.repeat(20_000)}\r\n`;
  for (let index = 0; index < 30; index += 1) await deliver(store, text, [other.id]);
  await store.settle();
  const ballast = fillUp(disk, 200_000);
  for (let index = 0; index < 30; index += 1) await deliver(store, text, [full.id]);
  await store.settle();
  expect(await texts(store, full.id)).toEqual(Array.from({ length: 30 }, () => text));
  expect(store.lines.join('\n')).toContain('Messages cannot be written to');
  const move = store.accounts.change(other.id, 1, { ...inputOf(other), directory: join(disk, 'budi'), storageFormat: 'mbox' }, {}, actor);
  expect(await codeOf(move)).toBe('disk.full');
  expect(await texts(store, other.id)).toHaveLength(30);
  expect(readdirSync(disk).filter((name) => name === 'budi')).toEqual([]);
  rmSync(ballast);
  await store.settle();
  expect(await texts(store, full.id)).toHaveLength(30);
  expect(readdirSync(join(disk, 'dina'))).toHaveLength(30);
});

test.skipIf(!canMount)('with not a byte left a change is refused in words, who looks is answered, and the store can be opened again', async ({ skip }) => {
  const folder = smallDisk();
  if (folder === null) return skip('this machine does not let root mount a tmpfs');
  const store = await openWithDomain(folder);
  const dina = await addAccount(store, 'dina');
  await store.settle();
  fillUp(folder, 0);
  for (const name of ['budi', 'citra', 'eka']) {
    expect(await codeOf(addAccount(store, name))).toBe('disk.full');
    expect(store.directory().accountByAddress(`${name}@kantor.lan`)).toBeNull();
  }
  // Until nothing more fits into the write-ahead log either.
  for (let turn = 0; turn < 50; turn += 1) if (await codeOf(store.values.save('x', 'x'.repeat(4000))) !== 'done') break;
  store.accounts.touch(dina.id, 1_795_000_000_000);
  expect(store.accounts.get(dina.id)?.address).toBe('dina@kantor.lan');
  await store.close();
  const code = await codeOf(open(folder).then((again) => again.close()));
  expect(code).toMatch(/^(done|disk\.full)$/);
});
