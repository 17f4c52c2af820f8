// Internet step 3: what is set now, what the tests found, and where to look when a message does not arrive.
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import { useConsole, useFacts } from '../../console.ts';
import { isDoubtful, lineChecks, type Findings } from './findings.ts';

export function SummaryStep({ findings }: { readonly findings: Findings }) {
  const console = useConsole();
  const { t } = useTranslation();
  const settings = useFacts((facts) => facts.settings);
  if (settings === null) return null;
  const mode = settings['delivery.mode'];
  return (
    <div className="step-body">
      <h3>{t(isDoubtful(findings, mode) ? 'internet-guide.summary.doubtful' : 'internet-guide.summary.heading')}</h3>
      <p>{t('internet-guide.summary.text', { domain: settings['domain.name'] })}{isDoubtful(findings, mode) ? ` ${t('internet-guide.summary.doubtful.text')}` : ''}</p>
      <GroupBox title={t('internet-guide.summary.way')}>
        <dl className="facts">
          <dt>{t('internet-guide.way.label')}</dt><dd>{t(`internet-guide.way.${mode}`)}</dd>
          {mode === 'direct' ? null : (
            <>
              <dt>{t('internet-guide.host.group')}</dt><dd>{settings['delivery.smartHost']}</dd>
              <dt>{t('setting.delivery.smartHostTls.title')}</dt><dd>{t(`setting.delivery.smartHostTls.option.${settings['delivery.smartHostTls']}`)}</dd>
              <dt>{t('internet-guide.summary.logon')}</dt><dd>{settings['delivery.smartHostLogon'] ? settings['delivery.smartHostUser'] : t('internet-guide.summary.no-logon')}</dd>
            </>
          )}
        </dl>
      </GroupBox>
      <GroupBox title={t('internet-guide.summary.found')}>
        {lineChecks.map((check) => {
          const verdict = findings[check]?.verdict ?? null;
          const good = verdict?.ok === true;
          return (
            <p key={check} className={good ? 'flow good' : 'flow warn'}>
              {good ? <CircleCheck size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
              <span>{verdict === null ? t('internet-guide.summary.untested', { what: t(`internet-guide.check.${check}`) }) : t(`verdict.${verdict.code}`, { ...verdict.params, defaultValue: verdict.text })}</span>
            </p>
          );
        })}
      </GroupBox>
      <p className="summary-next">{t('internet-guide.summary.next')}</p>
      <div className="button-row">
        <Button onPress={() => console.dialogs.open({ kind: 'explain' })}>{t('internet-guide.summary.explain')}</Button>
        <Button onPress={() => console.dialogs.open({ kind: 'trace' })}>{t('internet-guide.summary.trace')}</Button>
      </div>
    </div>
  );
}
