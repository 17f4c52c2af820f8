// Setup > Check Internet mail: does DNS answer, does the line let mail out, is the domain known. Each with its verdict.
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { useConsole, useFacts } from '../console.ts';
import { useTest, VerdictLine, type TestAsk, type TestRun } from './TestPanel.tsx';

interface OneTest {
  readonly id: string;
  readonly asks: readonly TestAsk[];
  readonly run: TestRun;
}

export function CheckInternet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const settings = useFacts((facts) => facts.settings);
  const [turn, setTurn] = useState(1);
  // Made once: a new function would begin the test anew.
  const [tests] = useState((): readonly OneTest[] => {
    const dns = { useSystem: settings?.['dns.useSystem'] ?? true, primary: settings?.['dns.primary'] ?? '', backup: settings?.['dns.backup'] ?? '' };
    return [
      { id: 'dns', asks: ['name'], run: (api, signal, asked) => api.tests.dns({ ...dns, ...asked }, { signal }) },
      { id: 'port25', asks: ['host'], run: (api, signal, asked) => api.tests.port25(asked, { signal }) },
      { id: 'domain', asks: [], run: (api, signal) => api.tests.domain({}, { signal }) },
    ];
  });
  return (
    <Dialog
      title={t('check.title')} icon={<FlaskConical size={16} aria-hidden />} width={680} closeLabel={t('button.close')} onClose={onClose}
      footer={(
        <>
          <Button onPress={() => setTurn(turn + 1)}>{t('test.again')}</Button>
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <p className="note">{t('check.note')}</p>
      {tests.map((test) => <Check key={test.id} test={test} turn={turn} />)}
    </Dialog>
  );
}

function Check({ test: { id, asks, run }, turn }: { readonly test: OneTest; readonly turn: number }) {
  const console = useConsole();
  const { t } = useTranslation();
  const { progress } = useTest(run, turn);
  return (
    <GroupBox title={t(`check.${id}`)}>
      <div className="check-result">
        <VerdictLine {...progress} />
        <Button look="small" onPress={() => console.dialogs.open({ kind: 'test', title: t(`check.${id}`), asks, run })}>{t('check.details')}</Button>
      </div>
    </GroupBox>
  );
}
