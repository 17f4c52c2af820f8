// "Lock server": the console of this computer stays shut until the password it was locked with is entered. The password lives as a
// scrypt hash in memory only; whoever forgets it shuts the program down by the system and starts it again.
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

export class Lock {
  #secret: { readonly salt: Buffer; readonly hash: Buffer } | null = null;

  get locked(): boolean {
    return this.#secret !== null;
  }

  async lock(password: string): Promise<void> {
    const salt = randomBytes(16);
    this.#secret = { salt, hash: await hashOf(password, salt) };
  }

  /** @returns whether it is open now */
  async unlock(password: string): Promise<boolean> {
    const secret = this.#secret;
    if (secret === null) return true;
    if (!timingSafeEqual(await hashOf(password, secret.salt), secret.hash)) return false;
    this.#secret = null;
    return true;
  }
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
