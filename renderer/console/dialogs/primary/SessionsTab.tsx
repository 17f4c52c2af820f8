// Sessions: how much at once, in and out, and how large a message may be.
import { useTranslation } from 'react-i18next';
import { GroupBox } from '../../../ui/Field.tsx';
import { InternetGroup } from '../InternetGroup.tsx';
import { SettingField } from '../SettingField.tsx';

const inbound = ['sessions.maxSmtp', 'sessions.maxPop3', 'sessions.maxPerAddress'] as const;
const outbound = ['sessions.maxSmtpOut', 'sessions.maxPerDestination', 'sessions.maxMessagesPerSession'] as const;
const messages = ['smtp.maxMessageKb', 'smtp.maxRecipients'] as const;
export const sessionsFields = [...inbound, ...outbound, ...messages] as const;

export function SessionsTab() {
  const { t } = useTranslation();
  return (
    <div className="wide-labels">
      <GroupBox title={t('sessions.group')}>{inbound.map((name) => <SettingField key={name} name={name} />)}</GroupBox>
      <InternetGroup title={t('sessions.outbound')}>{outbound.map((name) => <SettingField key={name} name={name} />)}</InternetGroup>
      <GroupBox title={t('messages.group')}>{messages.map((name) => <SettingField key={name} name={name} />)}</GroupBox>
    </div>
  );
}
