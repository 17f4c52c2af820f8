// The two DNS servers, and choosing them by name. A pair of one's own can be kept under a name, and given up again. `children` stand
// among the buttons.
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button.tsx';
import { BareSelect } from '../../../ui/Choice.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { FieldRow } from '../../../ui/Field.tsx';
import { TextBox } from '../../../ui/TextBox.tsx';
import { SettingField } from '../SettingField.tsx';
import { useDraftSetting, useSettingsDraft } from '../settings-draft.ts';
import { choiceOf, dnsChoices, keepPreset } from './dns-choices.ts';
import { Warning } from './Warning.tsx';

export function DnsServers({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const own = useDraftSetting('dns.presets');
  const primary = useDraftSetting('dns.primary');
  const backup = useDraftSetting('dns.backup');
  const [naming, setNaming] = useState(false);
  const choices = dnsChoices(own);
  const chosen = choiceOf(choices, primary, backup);
  const choose = (id: string) => {
    const preset = choices.find((one) => one.id === id);
    if (preset !== undefined) draft.change({ 'dns.primary': preset.primary, 'dns.backup': preset.backup });
  };
  const options = choices.map(({ id, kind, name, primary: first, backup: second }) => ({
    value: id, label: t(`dns.preset.${kind}`, { name, addresses: [first, second].filter((address) => address !== '').join(', ') }),
  }));
  return (
    <>
      <FieldRow label={t('dns.presets')} help={t('dns.presets.help')}>
        {({ labelId, describedBy }) => (
          <BareSelect labelledBy={labelId} describedBy={describedBy} full value={chosen?.id ?? ''} onChange={choose} options={chosen === undefined ? [{ value: '', label: t(primary === '' ? 'dns.presets.choose' : 'dns.presets.other') }, ...options] : options} />
        )}
      </FieldRow>
      <div role="status">{chosen?.kind === 'course' ? <Warning>{t('dns.historic')}</Warning> : null}</div>
      <SettingField name="dns.primary" />
      <SettingField name="dns.backup" />
      <div className="align-right">
        {chosen?.kind === 'own'
          ? <Button onPress={() => draft.change({ 'dns.presets': own.filter(({ name }) => name !== chosen.name) })}>{t('dns.preset.forget')}</Button>
          : <Button isDisabled={primary === '' || chosen !== undefined} onPress={() => setNaming(true)}>{t('dns.preset.keep')}</Button>}
        {children}
      </div>
      {naming ? <NameOfPreset onName={(name) => draft.change({ 'dns.presets': keepPreset(own, { name, primary, backup }) })} onClose={() => setNaming(false)} /> : null}
    </>
  );
}

function NameOfPreset({ onName, onClose }: { readonly onName: (name: string) => void; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const isEmpty = name.trim() === '';
  const accept = () => {
    if (isEmpty) return;
    onName(name.trim().slice(0, 60));
    onClose();
  };
  return (
    <Dialog
      title={t('dns.preset.keep.title')} width={420} closeLabel={t('button.close')} onClose={onClose} onDefault={accept}
      footer={(
        <>
          <Button kind="primary" accessKey={null} isDisabled={isEmpty} onPress={accept}>{t('button.ok')}</Button>
          <Button accessKey={null} onPress={onClose}>{t('button.cancel')}</Button>
        </>
      )}
    >
      <TextBox label={t('dns.preset.name')} help={t('dns.preset.name.help')} value={name} onChange={setName} autoFocus />
    </Dialog>
  );
}
