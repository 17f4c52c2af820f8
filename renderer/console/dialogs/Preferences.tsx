// Setup > Preferences: language and looks of the console, start at logon, the password of the console in a browser.
import { Settings as SettingsIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { SimplePasswordBox } from '../../ui/TextBox.tsx';
import { useConsole, useFacts } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';
import { SettingField } from './SettingField.tsx';
import { SettingsSheet } from './SettingsSheet.tsx';

export function Preferences({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const desktop = useFacts((facts) => facts.info?.host === 'desktop');
  return (
    <SettingsSheet
      title={t('preferences.title')} icon={<SettingsIcon size={16} aria-hidden />} width={540} height={470} onClose={onClose}
      tabs={[
        {
          id: 'looks', label: t('preferences.looks'), fields: ['console.language', 'console.theme', 'console.startAtLogon'],
          content: (
            <>
              <GroupBox title={t('preferences.looks.group')}>
                <SettingField name="console.language" />
                <SettingField name="console.theme" />
              </GroupBox>
              <GroupBox title={t('preferences.start.group')}>
                <SettingField name="console.startAtLogon" disabled={!desktop} />
                {desktop ? null : <p className="note">{t('preferences.start.desktop-only')}</p>}
              </GroupBox>
            </>
          ),
        },
        { id: 'access', label: t('preferences.access'), fields: [], content: <ConsolePassword /> },
      ]}
    />
  );
}

const shortest = 8;

/** Takes effect at its own button: a password does not belong into the settings that Apply saves. */
function ConsolePassword() {
  const console = useConsole();
  const { t } = useTranslation();
  const isSet = useFacts((facts) => facts.access?.passwordSet ?? false);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const different = again !== '' && again !== password;
  const save = async () => {
    try {
      await console.api().access.setPassword({ password });
      setPassword('');
      setAgain('');
      setFailure(undefined);
      console.facts.setState({ access: await console.api().access.get({}) });
      console.dialogs.toast('good', t('preferences.password.saved'));
    } catch (error) {
      setFailure(problemText(t, problemOf(error)));
    }
  };
  return (
    <GroupBox title={t('preferences.password.group')}>
      <p className="note">{isSet ? t('preferences.password.is-set') : t('preferences.password.not-set')}</p>
      <SimplePasswordBox
        label={t('preferences.password.new')} help={t('preferences.password.help')} value={password} onChange={setPassword} showLabel={t('password.show')}
        error={failure ?? (password !== '' && password.length < shortest ? t('error.password.too-short') : undefined)}
      />
      <SimplePasswordBox label={t('preferences.password.again')} value={again} onChange={setAgain} showLabel={t('password.show')} error={different ? t('error.password.differ') : undefined} />
      <div className="align-right"><Button isDisabled={password.length < shortest || again !== password} onPress={() => void save()}>{t('preferences.password.set')}</Button></div>
    </GroupBox>
  );
}
