// Internet step 1: what this line can do. DNS, outgoing port 25 and the domain are tested one after the other, live, each with a verdict.
import { CircleDashed } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultSettings, type Settings } from '../../../../core/contract/settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import { useConsole } from '../../console.ts';
import { useTest, VerdictLine, type TestRun } from '../../dialogs/TestPanel.tsx';
import { lineChecks, type Finding, type Findings, type LineCheck } from './findings.ts';

interface LineStepProps {
  readonly findings: Findings;
  readonly onFinding: (check: LineCheck, finding: Finding) => void;
  readonly onAgain: () => void;
}

export function LineStep({ findings, onFinding, onAgain }: LineStepProps) {
  const console = useConsole();
  const { t } = useTranslation();
  const done = lineChecks.every((check) => findings[check] !== undefined);
  const dnsFails = findings.dns !== undefined && findings.dns.verdict?.ok !== true;
  return (
    <div className="step-body">
      <h3>{t('internet-guide.line.heading')}</h3>
      <p>{t('internet-guide.line.text')}</p>
      {lineChecks.map((check, index) => {
        const finding = findings[check];
        const before = index === 0 ? undefined : lineChecks[index - 1];
        const isNext = before === undefined || findings[before] !== undefined;
        return (
          <GroupBox key={check} title={t(`internet-guide.check.${check}`)}>
            {finding !== undefined ? <Done finding={finding} /> : isNext ? <Running check={check} onFinding={onFinding} /> : <p className="flow"><CircleDashed size={16} aria-hidden />{t('internet-guide.line.later')}</p>}
          </GroupBox>
        );
      })}
      <div className="button-row">
        <Button isDisabled={!done} onPress={onAgain}>{t('internet-guide.line.again')}</Button>
        {dnsFails ? <Button onPress={() => console.dialogs.open({ kind: 'primary-domain' })}>{t('internet-guide.line.dns')}</Button> : null}
      </div>
    </div>
  );
}

function runOf(check: LineCheck, settings: Settings): TestRun {
  switch (check) {
    case 'dns': return (api, signal) => api.tests.dns({ useSystem: settings['dns.useSystem'], primary: settings['dns.primary'], backup: settings['dns.backup'] }, { signal });
    case 'port25': return (api, signal) => api.tests.port25({}, { signal });
    case 'domain': return (api, signal) => api.tests.domain({}, { signal });
  }
}

function Running({ check, onFinding }: { readonly check: LineCheck; readonly onFinding: LineStepProps['onFinding'] }) {
  const console = useConsole();
  // Made once: a new function would begin the test anew.
  const [run] = useState(() => runOf(check, console.facts.getState().settings ?? defaultSettings));
  const { progress } = useTest(run, 0);
  const told = useRef(onFinding);
  useEffect(() => { told.current = onFinding; });
  useEffect(() => { if (!progress.running) told.current(check, { verdict: progress.verdict, lines: progress.lines }); }, [check, progress]);
  return (
    <>
      <VerdictLine verdict={null} running />
      <p className="muted said last-line">{progress.lines.at(-1)?.text ?? ' '}</p>
    </>
  );
}

function Done({ finding: { verdict, lines } }: { readonly finding: Finding }) {
  const { t } = useTranslation();
  return (
    <>
      <VerdictLine verdict={verdict} running={false} />
      {lines.length === 0 ? null : (
        <details className="what-was-said">
          <summary>{t('test.lines')}</summary>
          <pre className="said" tabIndex={0}>{lines.map(({ text }) => text).join('\n')}</pre>
        </details>
      )}
    </>
  );
}
