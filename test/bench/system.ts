// What the bench asks of a mail system: start with so many accounts, tell its ports and processes, stop.
// Accounts are u1@bench.test ... uN@bench.test, all with the password "secret", in every system.
import { readdirSync, readFileSync } from 'node:fs';

export const domain = 'bench.test';
export const password = 'secret';

export interface System {
  readonly name: string;
  readonly title: string;
  /** What a 250 means, and how it was set: for the report. */
  readonly durability: string;
  /** `directory` is empty and on the common disk. Resolves when both ports answer. */
  start(directory: string, accounts: number): Promise<Running>;
}

export interface Running {
  readonly smtpPort: number;
  readonly pop3Port: number;
  /** The roots of its process trees. */
  readonly pids: readonly number[];
  /** Resolves when everything accepted so far is in the mailboxes, without looking into one. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Proportional set size of a process tree in bytes: shared pages are counted once over all who share them. */
export function memoryOf(roots: readonly number[]): { readonly bytes: number; readonly processes: number } {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = readOr(`/proc/${name}/stat`, '');
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    if (status !== '') children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  let bytes = 0;
  let processes = 0;
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`, ''));
    if (pss !== null) {
      bytes += Number(pss[1]) * 1024;
      processes += 1;
    }
    open.push(...children.get(pid) ?? []);
  }
  return { bytes, processes };
}

/** A process may be gone by the time it is looked at. */
function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
