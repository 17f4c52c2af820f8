// The machine key: 32 random bytes in the data folder that encrypt what must stay readable to the engine (AES-256-GCM).
// Where the system has a key store (Electron's safeStorage), the key itself is wrapped by it.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileMode } from './files/disk.ts';
import { codeOf, reason } from './failures.ts';
import { StoreError } from './errors.ts';

export interface KeyWrap {
  /** Without it a wrapped key is opened, and kept unwrapped from then on. */
  wrap?(bytes: Buffer): Promise<Buffer>;
  unwrap(bytes: Buffer): Promise<Buffer>;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const wrappedMark = Buffer.from('merpati wrapped key\n');

export class MachineKey {
  private readonly key: Buffer;

  constructor(key: Buffer) {
    this.key = key;
  }

  /** @param name where the value belongs: it can be opened under that name only */
  seal(name: string, text: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    cipher.setAAD(Buffer.from(name));
    const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), content]);
  }

  /** @returns null if it was sealed with another key or name, or was altered */
  open(name: string, sealed: Buffer): string | null {
    if (sealed.length < nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}

/** Reads the key, or makes it at the first start. */
export async function loadMachineKey(dataDirectory: string, wrap?: KeyWrap): Promise<MachineKey> {
  const file = join(dataDirectory, 'machine.key');
  const stored = await readIfThere(file);
  if (stored === null) {
    const key = randomBytes(keyBytes);
    await write(file, key, wrap);
    return new MachineKey(key);
  }
  if (!stored.subarray(0, wrappedMark.length).equals(wrappedMark)) {
    if (stored.length !== keyBytes) throw damaged(file, 'it has a wrong length');
    if (wrap?.wrap !== undefined) await write(file, stored, wrap);
    return new MachineKey(stored);
  }
  if (wrap === undefined) throw bound(file);
  try {
    const key = await wrap.unwrap(stored.subarray(wrappedMark.length));
    if (key.length !== keyBytes) throw new Error('wrong length');
    if (wrap.wrap === undefined) await write(file, key, wrap);
    return new MachineKey(key);
  } catch (error) {
    throw damaged(file, `the key store of this computer does not open it (${reason(error)})`);
  }
}

function damaged(file: string, why: string): StoreError {
  return new StoreError('store.damaged', `The key file ${file} cannot be used: ${why}. Restore it from a backup; without it, remove it and set secret values anew.`, { params: { file } });
}

/** For who runs the engine without the desktop on a data folder of the desktop. */
function bound(file: string): StoreError {
  return new StoreError('store.damaged', `The key file ${file} is protected by the key store of the desktop: start Merpati there, as the same user. To run it without the desktop for good, move that file away: a new key is made, and the certificate and the passwords that Merpati must be able to read (smart hosts, APOP) have to be set anew. Mail, accounts and logons stay.`, { params: { file } });
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function write(file: string, key: Buffer, wrap: KeyWrap | undefined): Promise<void> {
  const bytes = wrap?.wrap === undefined ? key : Buffer.concat([wrappedMark, await wrap.wrap(key)]);
  const handle = await open(`${file}.new`, 'w', fileMode);
  try {
    await handle.chmod(fileMode);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
