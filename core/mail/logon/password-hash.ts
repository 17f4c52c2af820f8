// Password hashes: scrypt (RFC 7914) off the main thread, its parameters in the stored text, so that they can be raised later.
// `$scrypt$ln=15,r=8,p=1$salt$hash` in the form of the PHC string format. Called by host/ for new passwords and by logons.ts.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

const cost: Cost = { log2N: 15, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;
/** A stored text that asks for more than this is damaged or hostile, and is not worked on. */
const maxCost: Cost = { log2N: 18, r: 16, p: 4 };

/** @returns text for DirectoryAccount.passwordHash */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return format(cost, salt, hash);
}

/** False for a wrong password and for stored text that is not a hash (such as '', no password). */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parse(stored);
  if (parsed === null) return false;
  return timingSafeEqual(await derive(password, parsed.salt, parsed.cost), parsed.hash);
}

/** A well-formed hash that no password matches: verifying against it costs what a real one costs. */
export function unmatchableHash(): string {
  return format(cost, randomBytes(saltBytes), randomBytes(hashBytes));
}

function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** log2N;
  return new Promise((resolve, reject) => {
    // RFC 8265 §4.2.2: the same password typed on another system may be composed differently.
    scrypt(password.normalize('NFC'), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function format({ log2N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function parse(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const found = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d)\$([\w-]{16,64})\$([\w-]{43})$/.exec(stored);
  if (found === null) return null;
  const read: Cost = { log2N: Number(found[1]), r: Number(found[2]), p: Number(found[3]) };
  const sane = read.log2N >= 1 && read.log2N <= maxCost.log2N && read.r >= 1 && read.r <= maxCost.r && read.p >= 1 && read.p <= maxCost.p;
  return sane ? { cost: read, salt: Buffer.from(found[4] ?? '', 'base64url'), hash: Buffer.from(found[5] ?? '', 'base64url') } : null;
}
