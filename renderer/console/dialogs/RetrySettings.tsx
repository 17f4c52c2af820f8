// Retry settings: how long a message that cannot be sent waits, how often it is tried, and who hears of it.
import { Timer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { InternetGroup } from './InternetGroup.tsx';
import { SettingField } from './SettingField.tsx';
import { useDraftSetting } from './settings-draft.ts';
import { SettingsSheet } from './SettingsSheet.tsx';

const waiting = ['retry.primaryMinutes', 'retry.everyMinutes', 'retry.informSender', 'retry.informAgain', 'retry.includeOriginal', 'retry.badReports'] as const;
const fate = ['retry.days', 'retry.badQueue', 'retry.informPostmaster'] as const;

export function RetrySettings({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return <SettingsSheet title={t('retry.title')} icon={<Timer size={16} aria-hidden />} width={640} height={560} onClose={onClose} tabs={[{ id: 'retry', label: t('retry.tab'), fields: [...waiting, ...fate], content: <RetryTab /> }]} />;
}

function RetryTab() {
  const { t } = useTranslation();
  const saysNothing = ![useDraftSetting('retry.informSender'), useDraftSetting('retry.informAgain')].includes(true);
  return (
    <div className="wide-labels">
      <InternetGroup title={t('retry.schedule')}>
        {waiting.map((name) => <SettingField key={name} name={name} disabled={name === 'retry.includeOriginal' && saysNothing} />)}
      </InternetGroup>
      <InternetGroup title={t('retry.fate')}>
        {fate.map((name) => <SettingField key={name} name={name} />)}
        <p className="note">{t('retry.report')}</p>
      </InternetGroup>
    </div>
  );
}
