// What a Test button shows while it runs: lines as they come, then one verdict. Every check is a function that writes to a
// TranscriptRecord, as sending itself does, and returns its verdict; this makes the stream of the contract of it.
import { fillIn } from '../../contract/fill-in.ts';
import en from '../../contract/locales/en/verdicts.json' with { type: 'json' };
import type { TestReport } from '../../contract/records.ts';
import type { TranscriptRecord } from '../../mail/outbound/ports.ts';
import { Waker } from '../changes.ts';
import { printable } from '../log/files.ts';

export type VerdictCode = keyof typeof en extends `verdict.${infer Code}` ? Code : never;
export interface Verdict {
  readonly ok: boolean;
  readonly code: VerdictCode;
  readonly params: Readonly<Record<string, string | number>>;
}
export type Check = (record: TranscriptRecord, signal: AbortSignal) => Promise<Verdict>;

/** Nobody waits longer for a Test button. */
const longestMs = 120_000;
const gatherMs = 60;

export function verdict(code: VerdictCode, params: Verdict['params'] = {}): Verdict {
  return { ok: code.split('.')[1]?.startsWith('ok') === true, code, params };
}

/** In English, for logs and the command line. */
export function verdictText({ code, params }: Verdict): string {
  return fillIn(en[`verdict.${code}`], params);
}

/** @param onVerdict told once, for the log */
export async function* runCheck(check: Check, outer: AbortSignal | undefined, onVerdict: (text: string) => void): AsyncGenerator<TestReport> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(longestMs), ...(outer === undefined ? [] : [outer])]);
  const wake = new Waker(outer);
  let lines: TestReport['lines'] = [];
  const end: { verdict: TestReport['verdict'] } = { verdict: null };
  const add = (text: string, level: 'info' | 'warning' | 'error' = 'info'): void => {
    lines.push({ at: Date.now(), text: printable(text), level });
    wake.ring();
  };
  const record: TranscriptRecord = {
    id: 0, sent: (line) => add(`--> ${line}`), received: (line) => add(`<-- ${line}`), note: add,
    update: () => undefined, traffic: () => undefined,
    end: (_outcome, reason) => {
      if (reason !== undefined && reason !== '') add(reason);
    },
  };
  const running = check(record, signal)
    .catch((error: unknown) => (signal.aborted ? verdict('stopped') : verdict('failed', { cause: error instanceof Error ? error.message : String(error) })))
    .then((found) => {
      end.verdict = { ...found, params: { ...found.params }, text: verdictText(found) };
      onVerdict(end.verdict.text);
      wake.ring();
    });
  try {
    while (await wake.wait()) {
      const now = lines;
      lines = [];
      const { verdict: found } = end;
      yield { lines: now, verdict: found };
      if (found !== null || !(await wake.pause(gatherMs))) return;
    }
  } finally {
    stop.abort();
    await running;
  }
}
