// Answers that are remembered for as long as they say they are good (the MX cache of the DNS page). Bounded: the oldest goes first.
// Used by resolver.ts.
import type { Finding, Question } from './message.ts';

export interface Remembered {
  readonly question: Question;
  readonly finding: Finding;
  readonly server: string;
  readonly expiresAt: number;
}

const mostEntries = 10_000;

export class DnsCache {
  private readonly entries = new Map<string, Remembered>();
  private fingerprint = '';

  get(question: Question, now: number): Remembered | null {
    const found = this.entries.get(keyOf(question));
    if (found === undefined) return null;
    if (found.expiresAt > now) return found;
    this.entries.delete(keyOf(question));
    return null;
  }

  set(question: Question, finding: Finding, server: string, now: number): void {
    if (finding.ttlSeconds <= 0) return;
    const key = keyOf(question);
    this.entries.delete(key);
    this.entries.set(key, { question, finding, server, expiresAt: now + finding.ttlSeconds * 1000 });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= mostEntries) break;
      this.entries.delete(oldest);
    }
  }

  list(now: number): Remembered[] {
    return [...this.entries.values()].filter(({ expiresAt }) => expiresAt > now);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Answers of other servers than those of now are forgotten. */
  belongTo(fingerprint: string): void {
    if (this.fingerprint !== fingerprint) this.clear();
    this.fingerprint = fingerprint;
  }
}

function keyOf({ type, name }: Question): string {
  return `${type} ${name}`;
}
