// Saves queued messages as .eml files: each whole, byte for byte, read from the engine piece by piece.
import type { TFunction } from 'i18next';
import type { QueueItem } from '../../../../core/contract/records.ts';
import type { Api } from '../../connection.ts';
import type { Console } from '../../console.ts';
import { download } from '../../download.ts';
import { problemOf, problemText } from '../../problem.ts';

const pieceBytes = 1_000_000;
/** A browser asks before it takes many files at once, and who wants more of them wants a backup. */
export const mostFiles = 20;

export async function saveMessages(console: Console, t: TFunction, items: readonly QueueItem[]): Promise<void> {
  try {
    for (const item of items) download(fileName(item), 'message/rfc822', await wholeMessage(console.api(), item.id));
    console.dialogs.toast('good', t('queues.did.save', { count: items.length }));
  } catch (error) {
    console.dialogs.toast('error', problemText(t, problemOf(error)));
  }
}

async function wholeMessage(api: Api, id: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (;;) {
    const { text, truncated } = await api.queues.read({ id, offset, limit: pieceBytes });
    parts.push(bytesOf(text));
    offset += text.length;
    if (!truncated || text === '') return new Blob(parts, { type: 'message/rfc822' });
  }
}

/** The text crosses as latin1, one character a byte. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** From the subject, without what no file system takes. */
export function fileName({ subject, messageId }: Pick<QueueItem, 'subject' | 'messageId'>): string {
  const name = subject.replaceAll(/[\p{Cc}\p{Cf}\\/:*?"<>|]+/gu, ' ').replaceAll(/\s+/g, ' ').replaceAll(/^[. ]+|[. ]+$/g, '').slice(0, 80).trim();
  return `${name === '' ? messageId : name}.eml`;
}
