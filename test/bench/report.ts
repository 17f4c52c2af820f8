// The figures of a run as a table for people and as JSON (out/bench.json) for programs.
import type { Occupancy } from './occupancy.ts';
import type { Measured, Work } from './works.ts';

export interface Result extends Measured { readonly work: string; readonly system: string; readonly round: number }

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How much better `ours` is than `theirs`: above 1 is better. */
export const ratio = (ours: number, theirs: number, better: 'more' | 'less'): number => (better === 'more' ? ours / theirs : theirs / ours);

const rounded = (value: number): string => (Number.isNaN(value) ? '-' : value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** One row per work: the median of each system, and for all but the first how many times better the first one is. */
export function rateTable(works: readonly Work[], systems: readonly string[], results: readonly Result[]): string {
  const [first = '', ...others] = systems;
  const head = ['', 'unit', first, ...others.flatMap((name) => [name, 'ratio']), 'aim'];
  const rows = works.map((work) => {
    const of = (name: string) => median(results.filter((one) => one.work === work.name && one.system === name).map(({ value }) => value));
    return [
      work.title, work.unit, rounded(of(first)),
      ...others.flatMap((name) => [rounded(of(name)), Number.isNaN(of(name)) || Number.isNaN(of(first)) ? '' : `x ${ratio(of(first), of(name), work.better).toFixed(2)}`]),
      work.aim === undefined ? '' : `x ${work.aim}`,
    ];
  });
  return table(head, rows);
}

/** Milliseconds of processor time per message or session: says more than rates on a machine that others use too. */
export function processorTable(works: readonly Work[], systems: readonly string[], results: readonly Result[]): string {
  const rows = works.map((work) => [work.title, ...systems.map((name) => rounded(median(results.filter((one) => one.work === work.name && one.system === name).map(({ more }) => more?.['processorMsEach'] ?? Number.NaN))))]);
  return table(['Processor time each, ms', ...systems], rows.filter((row) => row.slice(1).some((cell) => cell !== '-')));
}

export function occupancyTable(found: Readonly<Record<string, Occupancy>>): string {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  const entries = Object.entries(found);
  const row = (title: string, text: (one: Occupancy) => string, aim: string) => [title, ...entries.map(([, one]) => text(one)), aim];
  return table(['', ...entries.map(([name]) => name), 'aim'], [
    row('Memory idle, 50 accounts (processes)', (one) => `${megabytes(one.idle)} (${one.idleProcesses})`, '128 MiB'),
    row('Memory under load, at most (processes)', (one) => `${megabytes(one.load)} (${one.loadProcesses})`, '256 MiB'),
    row('Idle connections held, of those asked for', (one) => `${one.open} of ${one.asked}`, '5000'),
    row('Memory with those', (one) => megabytes(one.held), ''),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
