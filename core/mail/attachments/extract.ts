// Automatic extraction of MIME attachments for an account that wants it: the files are written into its Files folder and are on
// disk before the message is committed; if that fails they are taken away again. Called by accept/settle.ts.
import { mkdir, open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeTransfer } from '../../protocol/mime/decode.ts';
import type { Attachment } from './choose.ts';
import { replaceByNotes } from './note.ts';
import type { Language, SavedFile } from './note.ts';
import { numberedName, safeFileName } from './safe-name.ts';

export interface Extraction {
  /** The message with notes in place of the attachments. */
  readonly pieces: readonly Buffer[];
  readonly files: readonly string[];
  /** Takes the files away again. */
  undo(): Promise<void>;
}

const maxNumber = 200;

/**
 * @param content the message as it would be stored
 * @param directory the account's Message directory
 * @param id of the message: makes a name when all its numbered forms are taken
 * @throws what the file system says; no file is left then
 */
export async function extractAttachments(content: Buffer, attachments: readonly Attachment[], directory: string, id: string, language: Language): Promise<Extraction> {
  const folder = join(directory, 'Files');
  await mkdir(folder, { recursive: true });
  const saved: SavedFile[] = [];
  const undo = async (): Promise<void> => {
    await Promise.all(saved.map((file) => unlink(join(folder, file.name)).catch(ignoreMissing)));
  };
  try {
    for (const { part } of attachments) {
      const body = decodeTransfer(content.subarray(part.bodyStart, part.end), part.content.encoding) ?? [];
      saved.push(await saveFile(folder, safeFileName(part.content.fileName, part.content.type), id, body));
    }
    await syncDirectory(folder);
  } catch (error) {
    await undo();
    throw error;
  }
  return { pieces: replaceByNotes(content, attachments, saved, language), files: saved.map((file) => file.name), undo };
}

async function saveFile(folder: string, wanted: string, id: string, body: Iterable<Buffer>): Promise<SavedFile> {
  const { name, handle } = await createFree(folder, wanted, id);
  try {
    let bytes = 0;
    for (const piece of body) {
      await handle.writeFile(piece);
      bytes += piece.length;
    }
    await handle.sync();
    await handle.close();
    return { name, bytes };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(join(folder, name)).catch(ignoreMissing);
    throw error;
  }
}

/** `wx` never opens what is there already, a link included. */
async function createFree(folder: string, wanted: string, id: string): Promise<{ name: string; handle: FileHandle }> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : number <= maxNumber ? numberedName(wanted, number) : `${id.slice(-8)}-${number} ${wanted}`;
    try {
      return { name, handle: await open(join(folder, name), 'wx', 0o600) };
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}

/** So that the names survive a power cut. Windows cannot open a directory; there NTFS journals it. */
async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!isErrno(error, 'ENOENT')) throw error;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
