// Parts of log sentences that come from elsewhere: who made a change, what an error said. Used wherever host/ writes to the System log.
import type { Words } from '../contract/sentences.ts';

/** Who did something, or from where: `administrator` and `this computer` are words of ours, a user name or an address stays. */
export function whoSaid(text: string): Words {
  return { key: `who.${text}`, params: {}, text };
}

export function causeSaid(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
