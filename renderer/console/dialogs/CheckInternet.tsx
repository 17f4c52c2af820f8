// Setup > Check Internet mail: is the domain known, does DNS answer, does the line let mail out. One after the other, each with its verdict.
import { Globe } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { useConsole, useFacts } from '../console.ts';
import { useTest, VerdictLine, type TestRun } from './TestPanel.tsx';

export function CheckInternet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const settings = useFacts((facts) => facts.settings);
  const [turn, setTurn] = useState(0);
  // Made once: a new function would begin the test anew.
  const [runs] = useState((): readonly { readonly id: string; readonly run: TestRun }[] => [
    { id: 'dns', run: (api, signal) => api.tests.dns({ useSystem: settings?.['dns.useSystem'] ?? true, primary: settings?.['dns.primary'] ?? '', backup: settings?.['dns.backup'] ?? '' }, { signal }) },
    { id: 'port25', run: (api, signal) => api.tests.port25({}, { signal }) },
    { id: 'domain', run: (api, signal) => api.tests.domain({}, { signal }) },
  ]);
  return (
    <Dialog
      title={t('check.title')} icon={<Globe size={16} aria-hidden />} width={680} closeLabel={t('button.close')} onClose={onClose}
      footer={(
        <>
          <Button onPress={() => setTurn(turn + 1)}>{t('test.again')}</Button>
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <p className="note">{t('check.note')}</p>
      {runs.map(({ id, run }) => <OneCheck key={id} id={id} run={run} turn={turn} />)}
    </Dialog>
  );
}

function OneCheck({ id, run, turn }: { readonly id: string; readonly run: TestRun; readonly turn: number }) {
  const console = useConsole();
  const { t } = useTranslation();
  const { progress } = useTest(run, turn);
  return (
    <GroupBox title={t(`check.${id}`)}>
      <VerdictLine verdict={progress.verdict} running={progress.running} />
      <div className="align-right"><Button look="small" onPress={() => console.dialogs.open({ kind: 'test', title: t(`check.${id}`), run })}>{t('check.details')}</Button></div>
    </GroupBox>
  );
}
