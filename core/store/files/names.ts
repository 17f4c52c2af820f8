// How the file of a message is called in each format. The guid is in the name, so that the index can be rebuilt from the files.
import { join } from 'node:path';
import { guidPattern } from './guid.ts';

const msgName = /^md([a-z0-9]+)\.msg$/;
const maildirName = /^(\d{1,11})\.([a-z0-9]+)\.merpati([:;!]2,[A-Za-z]*)?$/;

export function msgFile(directory: string, guid: string): string {
  return join(directory, `md${guid}.msg`);
}

export function guidOfMsg(name: string): string | null {
  return guidOr(msgName.exec(name)?.[1]);
}

/** A Maildir name begins with the second of delivery. */
export function maildirBase(guid: string, receivedAt: number): string {
  return `${Math.max(0, Math.floor(receivedAt / 1000))}.${guid}.merpati`;
}

/** The parts of a Maildir name of ours, with or without flags (`:2,S`; `;` and `!` where a file system has no colon). */
export function readMaildirName(name: string): { readonly guid: string; readonly receivedAt: number } | null {
  const match = maildirName.exec(name);
  const guid = guidOr(match?.[2]);
  return guid === null ? null : { guid, receivedAt: Number(match?.[1]) * 1000 };
}

/** Where a large message is while it comes in. */
export function incomingFile(directory: string, guid: string): string {
  return join(directory, `${guid}.msg`);
}

export function guidOfIncoming(name: string): string | null {
  return name.endsWith('.msg') ? guidOr(name.slice(0, -4)) : null;
}

function guidOr(text: string | undefined): string | null {
  return text !== undefined && guidPattern.test(text) ? text : null;
}
