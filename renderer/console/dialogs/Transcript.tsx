// A session's window: who it is, what has been said and is being said, Disconnect.
import { Activity } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine, Session } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useConsole, useFacts } from '../console.ts';
import { dateTime, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';
import { LineList, type LineSelection } from '../window/LineList.tsx';
import { useCopyLines } from '../window/LogView.tsx';

export function Transcript({ session: opened, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const live = useFacts((facts) => facts.sessions.find(({ id }) => id === opened.id));
  const [last, setLast] = useState(opened);
  if (live !== undefined && live !== last) setLast(live);
  const { lines, ended } = useTranscript(opened.id);
  const [selection, setSelection] = useState<LineSelection>({ anchor: -1, end: -1 });
  const copy = useCopyLines();
  const disconnect = async () => {
    try {
      await console.api().sessions.disconnect({ id: opened.id });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.kind !== 'not-found') console.dialogs.toast('error', problemText(t, problem));
    }
  };
  return (
    <Dialog
      title={t('transcript.title', { id: opened.id, peer: opened.peer })} icon={<Activity size={16} aria-hidden />} width={820} height={520} closeLabel={t('button.close')} fill onClose={onClose}
      footer={(
        <>
          <Button isDisabled={ended} onPress={() => void disconnect()}>{t('sessions.disconnect')}</Button>
          <Button onPress={() => void copy(lines, selection)}>{t('log.copy')}</Button>
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <dl className="facts transcript-facts">
        <dt>{t('sessions.server')}</dt><dd>{t(`server.${last.server}`)}{last.tls ? ' (TLS)' : ''}, {dateTime(last.startedAt)}{ended ? ` - ${t('transcript.ended')}` : ''}</dd>
        <dt>{t('sessions.account')}</dt><dd>{last.account === '' ? '-' : last.account}</dd>
        <dt>{t('sessions.bytes')}</dt><dd>{size(last.bytesIn, i18n.language)} / {size(last.bytesOut, i18n.language)}</dd>
      </dl>
      <div className="framed"><LineList label={t('transcript.lines')} lines={lines} empty={ended ? t('transcript.gone') : t('log.empty')} selection={selection} onSelect={setSelection} onCopy={() => void copy(lines, selection)} /></div>
    </Dialog>
  );
}

function useTranscript(id: number): { lines: readonly LogLine[]; ended: boolean } {
  const console = useConsole();
  const [state, setState] = useState<{ lines: readonly LogLine[]; ended: boolean }>({ lines: [], ended: false });
  useEffect(() => {
    const stop = new AbortController();
    const follow = async () => {
      try {
        for await (const { lines, ended } of await console.api().sessions.follow({ id }, { signal: stop.signal })) {
          if (stop.signal.aborted) return;
          setState((before) => ({ lines: [...before.lines, ...lines], ended }));
        }
      } catch {
        // The session or the connection is gone.
      }
      if (!stop.signal.aborted) setState((before) => ({ ...before, ended: true }));
    };
    void follow();
    return () => stop.abort();
  }, [console, id]);
  return state;
}
