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

/** Proportional set size of process trees in bytes: shared pages are counted once over all who share them. */
export function memoryOf(roots: readonly number[]): { readonly bytes: number; readonly processes: number } {
  const sizes = treeOf(roots).map(({ pid }) => /^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`, ''))?.[1]).filter((size) => size !== undefined);
  return { bytes: sizes.reduce((sum, size) => sum + Number(size) * 1024, 0), processes: sizes.length };
}

/** Processor time that process trees have used so far, in seconds; children that have ended are counted by those who waited for them. */
export function processorTimeOf(roots: readonly number[]): number {
  // proc_pid_stat(5): utime, stime, cutime, cstime in ticks of 10 ms.
  return treeOf(roots).reduce((sum, { fields }) => sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0), 0) / 100;
}

/** The processes and the fields of their /proc/PID/stat from the third (state) on. */
function treeOf(roots: readonly number[]): { pid: number; fields: string[] }[] {
  const all = new Map<number, { pid: number; fields: string[] }>();
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOr(`/proc/${name}/stat`, '');
    if (stat === '') continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const parent = Number(fields[1]);
    all.set(Number(name), { pid: Number(name), fields });
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  const tree: { pid: number; fields: string[] }[] = [];
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const found = all.get(pid);
    if (found !== undefined) tree.push(found);
    open.push(...children.get(pid) ?? []);
  }
  return tree;
}

/** A process may be gone by the time it is looked at. */
function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
