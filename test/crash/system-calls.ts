// Reads what `strace -f -yy` wrote: one entry per finished system call, with the place of its beginning and its end among all lines.
// A call that another thread interrupts in the log is written in two lines, "<unfinished ...>" and "<... resumed>".
export interface SystemCall {
  readonly name: string;
  readonly text: string;
  readonly begins: number;
  readonly ends: number;
  readonly succeeded: boolean;
}

export function systemCalls(log: string): SystemCall[] {
  const unfinished = new Map<string, { text: string; begins: number }>();
  const calls: SystemCall[] = [];
  for (const [at, line] of log.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const open = unfinished.get(thread);
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { text: rest.slice(0, -'<unfinished ...>'.length), begins: at });
    } else if (resumed !== null && open !== undefined) {
      unfinished.delete(thread);
      calls.push(callOf(open.text + (resumed[1] ?? ''), open.begins, at));
    } else if (resumed === null && /^\w+\(/.test(rest)) {
      calls.push(callOf(rest, at, at));
    }
  }
  return calls;
}

function callOf(text: string, begins: number, ends: number): SystemCall {
  return { name: /^\w+/.exec(text)?.[0] ?? '', text, begins, ends, succeeded: !/= -1 /.test(text) };
}

/** The path of an open file that a call is about: `fsync(23</path>)`. */
export const pathOf = (call: SystemCall): string => /^\w+\(\d+<([^>]*)>/.exec(call.text)?.[1] ?? '';
/** The quoted strings of a call: the two names of a rename or link. */
export const stringsOf = (call: SystemCall): string[] => [...call.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text ?? '');
