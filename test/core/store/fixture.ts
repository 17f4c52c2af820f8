// A store on a real folder for one test, and short words for what tests do with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Account, AccountInput } from '../../../core/contract/records.ts';
import { openStore } from '../../../core/store/open.ts';
import type { OpenedStore, StoreOptions } from '../../../core/store/open.ts';
import type { AcceptedPart } from '../../../core/store/store.ts';

export const actor = { who: 'admin', from: '127.0.0.1' };

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'merpati-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function open(dataDirectory = tempFolder(), options: Partial<StoreOptions> = {}): Promise<OpenedStore & { readonly lines: string[] }> {
  const lines: string[] = [];
  const store = await openStore({ dataDirectory, log: (level, remark) => lines.push(`${level}: ${typeof remark === 'string' ? remark : remark.text}`), ...options });
  onTestFinished(() => store.close());
  return { ...store, lines };
}

/** A store with the primary domain kantor.lan. */
export async function openWithDomain(dataDirectory = tempFolder(), options: Partial<StoreOptions> = {}): Promise<OpenedStore & { readonly lines: string[] }> {
  const store = await open(dataDirectory, options);
  await store.settings.save({ 'domain.name': 'kantor.lan' }, store.settings.read().revision, actor);
  return store;
}

export function input(mailbox: string, more: Partial<AccountInput> = {}): AccountInput {
  return {
    domainId: 1, mailbox, fullName: '', enabled: true, allowPopImap: true, apop: false, notes: '', directory: '', storageFormat: 'msg', extractAttachments: false, ...more,
  };
}

/** The input with which nothing of an account changes. */
export function inputOf({ domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments }: Account): AccountInput {
  return { domainId, mailbox, fullName, enabled, allowPopImap, apop, notes, directory, storageFormat, extractAttachments };
}

export function addAccount(store: OpenedStore, mailbox: string, more: Partial<AccountInput> = {}): Promise<Account> {
  return store.accounts.add(input(mailbox, more), { passwordHash: 'hash' }, actor);
}

type Queued = AcceptedPart['queued'][number];
const why = { code: 'remote.waiting', params: {}, text: 'Waiting to be sent to another server.' };
export const remote = (address: string): Queued => ({ queue: 'remote', address, destination: address.slice(address.lastIndexOf('@') + 1), notify: null, orcpt: null, reason: why });
export const bad = (address: string): Queued => ({ queue: 'bad', address, destination: '', notify: null, orcpt: null, reason: { code: 'bad.unknown', params: { address }, text: `There is no mailbox ${address}.` } });

/** @returns the message's id */
export async function deliver(store: OpenedStore, content: string | Buffer, local: readonly number[], queued: readonly Queued[] = [], receivedAt = 1_795_000_000_000): Promise<string> {
  const file = store.incoming.create();
  const bytes = Buffer.from(content);
  try {
    for (let from = 0; from < bytes.length; from += 60_000) if (!file.write(bytes.subarray(from, from + 60_000))) await file.drained();
  } catch (error) {
    await file.discard();
    throw error;
  }
  await store.incoming.commit([{ file, receivedAt, reversePath: 'a@contoh.id', subject: 'S', envid: null, ret: null, smtpUtf8: false, eightBit: false, local, queued }]);
  return file.id;
}

export interface Read {
  readonly uidl: string;
  readonly octets: number;
  readonly receivedAt: number;
  readonly bytes: Buffer;
}

export async function readAll(store: OpenedStore, accountId: number): Promise<Read[]> {
  const mailbox = store.mailboxes.open(accountId);
  if (mailbox === null) throw new Error('the mailbox is held');
  try {
    const all: Read[] = [];
    for (const [index, { uidl, octets, receivedAt }] of mailbox.messages.entries()) all.push({ uidl, octets, receivedAt, bytes: await gather(mailbox.read(index)) });
    return all;
  } finally {
    mailbox.release();
  }
}

export async function texts(store: OpenedStore, accountId: number): Promise<string[]> {
  return (await readAll(store, accountId)).map(({ bytes }) => bytes.toString('latin1'));
}

export async function remove(store: OpenedStore, accountId: number, indexes: readonly number[]): Promise<void> {
  const mailbox = store.mailboxes.open(accountId);
  await mailbox?.remove(indexes);
  mailbox?.release();
}

export async function gather(read: Buffer | Promise<Buffer> | AsyncIterable<Buffer>): Promise<Buffer> {
  if (!(Symbol.asyncIterator in read)) return read;
  const pieces: Buffer[] = [];
  for await (const piece of read) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The code of the StoreError that this fails with, 'done' if it does not. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
