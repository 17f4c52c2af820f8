// Puts a message of our own into a mailbox here, durable and logged like any other. Called by create-mail.ts.
import { isAscii } from 'node:buffer';
import type { DirectoryAccount, Incoming } from '../store/store.ts';
import { readSubject } from './accept/subject.ts';
import { HeaderScanner } from './accept/header-scanner.ts';
import type { Counting } from './counters.ts';
import type { MailEvent } from './types.ts';

export interface OwnDelivery {
  readonly incoming: Incoming;
  readonly now: () => number;
  readonly counting: Counting;
  readonly tell: (event: MailEvent) => void;
}

/** @param compose makes the complete message from the id of its file and its time. Rejects with what the store says. */
export async function deliverOwn(account: DirectoryAccount, compose: (id: string, at: number) => Buffer, { incoming, now, counting, tell }: OwnDelivery): Promise<void> {
  const file = incoming.create();
  const at = now();
  const { address } = account;
  const message = compose(file.id, at);
  const subject = subjectOf(message);
  try {
    if (!file.write(message)) await file.drained();
    await incoming.commit([{ file, receivedAt: at, reversePath: '', subject, envid: null, ret: null, smtpUtf8: false, eightBit: !isAscii(message), local: [account.id], queued: [] }]);
  } catch (error) {
    await file.discard();
    throw error;
  }
  counting.add({ delivered: 1 });
  const destinations = [{ recipient: address, kind: 'local', address, reason: null }] as const;
  tell({ kind: 'accepted', id: file.id, sessionId: 0, from: '', to: [address], subject, bytes: message.length, remoteAddress: '', destinations });
}

function subjectOf(message: Buffer): string {
  const scanner = new HeaderScanner();
  scanner.scan(message, message.length);
  return readSubject(message, scanner.subject);
}
