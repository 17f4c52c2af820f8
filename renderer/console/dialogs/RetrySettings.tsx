// Retry settings: how long a message that cannot be sent waits, how often it is tried, and who hears of it.
import { Timer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../ui/Field.tsx';
import { SettingField } from './SettingField.tsx';
import { SettingsSheet } from './SettingsSheet.tsx';

const schedule = ['retry.primaryMinutes', 'retry.everyMinutes'] as const;
const notices = ['retry.informSender', 'retry.informAgain', 'retry.includeOriginal'] as const;
const fate = ['retry.days', 'retry.badQueue', 'retry.informPostmaster', 'retry.badReports'] as const;

export function RetrySettings({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <SettingsSheet
      title={t('retry.title')} icon={<Timer size={16} aria-hidden />} width={620} height={520} onClose={onClose}
      tabs={[{
        id: 'retry', label: t('retry.tab'), fields: [...schedule, ...notices, ...fate],
        content: (
          <div className="wide-labels">
            <GroupBox title={t('retry.schedule')}>{schedule.map((name) => <SettingField key={name} name={name} />)}{notices.map((name) => <SettingField key={name} name={name} />)}</GroupBox>
            <GroupBox title={t('retry.fate')}>{fate.map((name) => <SettingField key={name} name={name} />)}<p className="note">{t('retry.report')}</p></GroupBox>
          </div>
        ),
      }]}
    />
  );
}
