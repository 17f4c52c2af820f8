// The window of every Test button: lines as they come, then one sentence that says what is the matter and what to do. Nothing is sent.
import { CircleCheck, CircleX, FlaskConical } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine, TestReport } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import type { Api } from '../connection.ts';
import { useConsole } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';
import { LineList, type LineSelection } from '../window/LineList.tsx';
import { useCopyLines } from '../window/LogView.tsx';

export type TestRun = (api: Api, signal: AbortSignal) => Promise<AsyncIterable<TestReport>>;
interface Progress {
  readonly lines: readonly LogLine[];
  readonly verdict: TestReport['verdict'];
  readonly running: boolean;
}
const nothing: Progress = { lines: [], verdict: null, running: true };

export function TestPanel({ title, run, onClose }: { readonly title: string; readonly run: TestRun; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [turn, setTurn] = useState(0);
  const { progress, stop } = useTest(run, turn);
  const [selection, setSelection] = useState<LineSelection>({ anchor: -1, end: -1 });
  const copy = useCopyLines();
  return (
    <Dialog
      title={title} icon={<FlaskConical size={16} aria-hidden />} width={760} height={480} closeLabel={t('button.close')} fill onClose={onClose}
      footer={(
        <>
          <Button isDisabled={progress.lines.length === 0} onPress={() => void copy(progress.lines, selection)}>{t('log.copy')}</Button>
          {progress.running ? <Button onPress={stop}>{t('test.stop')}</Button> : <Button onPress={() => setTurn(turn + 1)}>{t('test.again')}</Button>}
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <div className="framed"><LineList label={t('test.lines')} lines={progress.lines} empty={t('test.begins')} selection={selection} onSelect={setSelection} onCopy={() => void copy(progress.lines, selection)} /></div>
      <VerdictLine verdict={progress.verdict} running={progress.running} />
    </Dialog>
  );
}

/** The sentence at the end; screen readers hear it and nothing of the lines. */
export function VerdictLine({ verdict, running }: { readonly verdict: TestReport['verdict']; readonly running: boolean }) {
  const { t } = useTranslation();
  const tone = verdict === null ? 'running' : verdict.ok ? 'good' : 'bad';
  return (
    <div className="verdict" data-tone={tone} role="status" aria-live="polite">
      {verdict === null ? null : verdict.ok ? <CircleCheck size={18} aria-hidden /> : <CircleX size={18} aria-hidden />}
      <span>{verdict === null ? t(running ? 'test.running' : 'test.stopped') : t(`verdict.${verdict.code}`, { ...verdict.params, defaultValue: verdict.text })}</span>
    </div>
  );
}

/** Runs a test for as long as the window is open; a higher `turn` runs it again. */
export function useTest(run: TestRun, turn: number): { readonly progress: Progress; readonly stop: () => void } {
  const console = useConsole();
  const { t } = useTranslation();
  const [progress, setProgress] = useState<Progress>(nothing);
  const [control, setControl] = useState<AbortController | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const follow = async () => {
      setControl(abort);
      setProgress(nothing);
      try {
        for await (const { lines, verdict } of await run(console.api(), abort.signal)) {
          if (abort.signal.aborted) return;
          setProgress((before) => ({ lines: [...before.lines, ...lines.map((line, index) => asLogLine(line, before.lines.length + index))], verdict: verdict ?? before.verdict, running: verdict === null }));
        }
      } catch (error) {
        if (!abort.signal.aborted) console.dialogs.toast('error', problemText(t, problemOf(error)));
      }
      setProgress((before) => ({ ...before, running: false }));
    };
    void follow();
    return () => abort.abort();
  }, [console, run, t, turn]);
  return { progress, stop: () => { control?.abort(); setProgress((before) => ({ ...before, running: false })); } };
}

function asLogLine({ at, text, level }: TestReport['lines'][number], index: number): LogLine {
  return { sequence: index + 1, at, channel: 'smtp-out', session: 0, text, level };
}
