// Killed at any moment (SIGKILL): whatever was answered is there exactly once with its bytes, whatever was removed stays away, and a
// mailbox on the move is whole in one place.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { addAccount, openWithDomain, readAll, tempFolder, open } from './fixture.ts';

const child = join(import.meta.dirname, 'crash-child.ts');

/** What the world knows of one mailbox. */
interface Known {
  readonly present: Map<string, number>;
  readonly maybe: Set<string>;
  readonly gone: Set<string>;
}

/** Runs the child until it has said `lines` lines, kills it in the middle of whatever it does, and adds up what it said. */
async function runAndKill(folder: string, mode: string, lines: number, known: ReadonlyMap<number, Known>): Promise<void> {
  const running = spawn(process.execPath, [child, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let count = 0;
  for await (const line of createInterface(running.stdout)) {
    const [word, first = '', ...rest] = line.split(' ');
    if (word === 'accepted') for (const { present } of known.values()) present.set(first, Number(rest[0]));
    if (word === 'removing' || word === 'removed') {
      const box = known.get(Number(first))!;
      for (const guid of rest.filter((one) => one !== '')) {
        if (word === 'removing') box.maybe.add(guid);
        else box.gone.add(guid);
      }
    }
    count += 1;
    if (count === lines) running.kill('SIGKILL');
  }
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  expect(running.signalCode).toBe('SIGKILL');
}

async function check(folder: string, known: ReadonlyMap<number, Known>): Promise<void> {
  const store = await open(folder);
  for (const placed of [false, true]) {
    if (placed) {
      await store.swept();
      await store.settle();
    }
    for (const [id, { present, maybe, gone }] of known) {
      const messages = await readAll(store, id);
      const uidls = messages.map(({ uidl }) => uidl);
      expect(new Set(uidls).size).toBe(uidls.length);
      const there = new Set(uidls);
      expect([...present.keys()].filter((guid) => !there.has(guid) && !maybe.has(guid))).toEqual([]);
      expect(uidls.filter((guid) => gone.has(guid))).toEqual([]);
      for (const { uidl, octets, bytes } of messages) {
        expect(bytes).toHaveLength(octets);
        expect(present.get(uidl) ?? octets).toBe(octets);
        expect(bytes.toString('latin1').startsWith(`Subject: ${uidl}\r\n\r\nFrom x\r\n`)).toBe(true);
      }
      expect(store.accounts.get(id)?.messages).toBe(messages.length);
      // A message that was never answered for may be there; its removal is not in doubt any more.
      for (const guid of [...maybe]) if (!there.has(guid)) gone.add(guid);
    }
  }
  expect(readdirSync(join(folder, 'Incoming'))).toEqual([]);
  await store.close();
}

test.each([['mail', 25], ['move', 20]])('%s, killed again and again', async (mode, rounds) => {
  const folder = tempFolder();
  const store = await openWithDomain(folder);
  for (const storageFormat of ['msg', 'maildir', 'mbox'] as const) await addAccount(store, storageFormat, { storageFormat });
  await store.close();
  const known = new Map([1, 2, 3].map((id) => [id, { present: new Map<string, number>(), maybe: new Set<string>(), gone: new Set<string>() }]));
  for (let round = 0; round < rounds; round += 1) {
    await runAndKill(folder, mode, 2 + Math.floor(Math.random() * 120), known);
    if (round % 3 === 2) await check(folder, known);
  }
  await check(folder, known);
  expect(known.get(1)!.present.size).toBeGreaterThan(rounds);
}, 240_000);
