// The window of every Test button: lines as they come, then one sentence that says what is the matter and what to do. Nothing is sent.
// Some tests may be asked something (whether a message from here to there would be taken); Again asks it.
import { CircleAlert, CircleCheck, CircleX, FlaskConical, LoaderCircle } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine, TestReport } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import type { Api } from '../connection.ts';
import { useConsole } from '../console.ts';
import { problemOf, problemText, type Problem } from '../problem.ts';
import { LineList, type LineSelection } from '../window/LineList.tsx';
import { useCopyLines } from '../window/LogView.tsx';

/** What a person may be asked for a test: sender and recipient, a name to look up, a host to try. */
export type TestAsk = 'from' | 'to' | 'name' | 'host';
type Asked = Readonly<Partial<Record<TestAsk, string>>>;
/** `asked`: only what the test asks for, and nothing the first time. */
export type TestRun = (api: Api, signal: AbortSignal, asked: Asked) => Promise<AsyncIterable<TestReport>>;

interface TestProgress {
  readonly lines: readonly LogLine[];
  readonly verdict: TestReport['verdict'];
  /** Why it could not be begun, or broke off. */
  readonly problem: Problem | null;
  readonly running: boolean;
}

const nothing: TestProgress = { lines: [], verdict: null, problem: null, running: true };
const unasked: Asked = {};

interface TestPanelProps {
  readonly title: string;
  readonly run: TestRun;
  readonly asks?: readonly TestAsk[];
  readonly onClose: () => void;
}

export function TestPanel({ title, run, asks = [], onClose }: TestPanelProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<Asked>(unasked);
  const [{ turn, asked }, setTurn] = useState({ turn: 0, asked: unasked });
  const { progress, stop } = useTest(run, turn, asked);
  const [selection, setSelection] = useState<LineSelection>({ anchor: -1, end: -1 });
  const copyLines = useCopyLines();
  const verdictText = useVerdictText();
  const { lines, verdict, running } = progress;
  const repeat = () => {
    if (running) return;
    setSelection({ anchor: -1, end: -1 });
    setTurn({ turn: turn + 1, asked: typed });
  };
  // Somebody who asks for help with it pastes the verdict too.
  const copy = () => void copyLines(verdict === null ? lines : [...lines, asLine({ at: lines.at(-1)?.at ?? 0, text: verdictText(verdict), level: verdict.ok ? 'info' : 'error' }, lines.length)], selection);
  return (
    <Dialog
      title={title} icon={<FlaskConical size={16} aria-hidden />} width={760} height={asks.length === 0 ? 460 : 540} closeLabel={t('button.close')} fill onClose={onClose} onDefault={repeat}
      footer={(
        <>
          <Button isDisabled={lines.length === 0} onPress={copy}>{t('log.copy')}</Button>
          <Button onPress={running ? stop : repeat}>{t(running ? 'test.stop' : 'test.again')}</Button>
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      {asks.length === 0 ? null : (
        <div className="test-asks">
          {asks.map((ask) => <TextBox key={ask} label={t(`test.ask.${ask}`)} help={t(`test.ask.${ask}.help`)} value={typed[ask] ?? ''} onChange={(text) => setTyped({ ...typed, [ask]: text.trim() })} placeholder={t(`test.ask.${ask}.empty`)} />)}
          <p className="note beside-label">{t(asks.includes('to') ? 'test.ask.mail' : 'test.ask.again')}</p>
        </div>
      )}
      <div className="framed"><LineList label={t('test.lines')} lines={lines} empty={t('test.begins')} selection={selection} onSelect={setSelection} onCopy={copy} /></div>
      <VerdictLine {...progress} />
    </Dialog>
  );
}

type Verdict = NonNullable<TestReport['verdict']>;

function useVerdictText(): (verdict: Verdict) => string {
  const { t } = useTranslation();
  return ({ code, params, text }) => t(`verdict.${code}`, { ...params, defaultValue: text });
}

const icons = { running: LoaderCircle, stopped: CircleAlert, good: CircleCheck, bad: CircleX };

/** The sentence at the end. Screen readers hear it, and nothing of the lines before. */
export function VerdictLine({ verdict, running, problem = null }: Pick<TestProgress, 'verdict' | 'running'> & { readonly problem?: Problem | null }) {
  const { t } = useTranslation();
  const verdictText = useVerdictText();
  const tone = verdict === null ? (problem !== null ? 'bad' : running ? 'running' : 'stopped') : verdict.ok ? 'good' : 'bad';
  const Icon = icons[tone];
  return (
    <div className="verdict" data-tone={tone} role="status" aria-live="polite">
      <Icon size={18} aria-hidden />
      <span>{verdict !== null ? verdictText(verdict) : problem !== null ? problemText(t, problem) : t(running ? 'test.running' : 'test.stopped')}</span>
    </div>
  );
}

/** Runs a test for as long as the window is open; a higher `turn` runs it again. */
export function useTest(run: TestRun, turn: number, asked: Asked = unasked): { readonly progress: TestProgress; readonly stop: () => void } {
  const console = useConsole();
  const [progress, setProgress] = useState(nothing);
  const control = useRef<AbortController | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    control.current = abort;
    const follow = async () => {
      setProgress(nothing);
      try {
        for await (const report of await run(console.api(), abort.signal, asked)) {
          if (abort.signal.aborted) return;
          setProgress((before) => after(before, report));
        }
        if (!abort.signal.aborted) setProgress((before) => ({ ...before, running: false }));
      } catch (error) {
        if (!abort.signal.aborted) setProgress((before) => ({ ...before, problem: problemOf(error), running: false }));
      }
    };
    void follow();
    return () => abort.abort();
  }, [console, run, turn, asked]);
  return {
    progress,
    stop: () => {
      control.current?.abort();
      setProgress((before) => ({ ...before, running: false }));
    },
  };
}

function after(before: TestProgress, { lines, verdict }: TestReport): TestProgress {
  return { ...before, lines: [...before.lines, ...lines.map((line, index) => asLine(line, before.lines.length + index))], verdict: verdict ?? before.verdict, running: verdict === null };
}

/** As the log shows it. `index`: how many lines came before. */
function asLine({ at, text, level }: TestReport['lines'][number], index: number): LogLine {
  return { sequence: index + 1, at, channel: 'smtp-out', session: 0, text, level };
}
