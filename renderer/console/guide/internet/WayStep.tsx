// Internet step 2: which way of sending works on this line, in plain words, and the choice of one; the smart host with its Test.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { smartHostPresets } from '../../../../core/contract/presets.ts';
import { defaultSettings, deliveryModes } from '../../../../core/contract/settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { RadioBox, SelectBox } from '../../../ui/Choice.tsx';
import { GroupBox } from '../../../ui/Field.tsx';
import { useConsole } from '../../console.ts';
import { typedSmartHost } from '../../dialogs/primary/typed-smart-host.ts';
import { createSettingsDraft, saveSettings, SettingsDraftContext, useDraftSetting, useSettingsDraft, type SettingsDraft } from '../../dialogs/settings-draft.ts';
import { SettingField } from '../../dialogs/SettingField.tsx';
import { issueText, problemText } from '../../problem.ts';
import { adviceOf, isDomainKnown, isDoubtful, wayToBeginWith, type Findings } from './findings.ts';

interface WayStepProps {
  readonly findings: Findings;
  readonly onBack: () => void;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function WayStep({ findings, onBack, onDone, onCancel }: WayStepProps) {
  const console = useConsole();
  const { t } = useTranslation();
  const [draft] = useState(() => {
    const created = createSettingsDraft(console.facts.getState().settings ?? defaultSettings);
    created.change({ 'delivery.mode': wayToBeginWith(findings, created.getState().values) });
    return created;
  });
  const problem = useStore(draft, (state) => state.problem);
  const busy = useStore(draft, (state) => state.busy);
  const lacksHost = useStore(draft, ({ values }) => values['delivery.mode'] !== 'direct' && values['delivery.smartHost'].trim() === '');
  const next = async () => {
    const saved = await draft.save(async (_, changes) => {
      if (Object.keys(changes).length === 0) return draft.getState().values;
      const { warnings } = await saveSettings(console, console.facts.getState().revision, changes);
      for (const warning of warnings) console.dialogs.toast('warning', issueText(t, warning));
      return console.facts.getState().settings ?? draft.getState().values;
    });
    if (saved) onDone();
  };
  return (
    <SettingsDraftContext value={draft}>
      <div className="step-body">
        <h3>{t('internet-guide.way.heading')}</h3>
        <p className="example">{t(`internet-guide.advice.${adviceOf(findings)}`)}{isDomainKnown(findings) ? '' : ` ${t('internet-guide.advice.domain')}`}</p>
        <Ways findings={findings} />
        {problem === null ? null : <p className="banner error" role="alert">{problemText(t, problem)}</p>}
      </div>
      <div className="footer">
        <Button onPress={onBack}>{t('guide.back')}</Button>
        <Button kind="primary" isDisabled={busy || lacksHost} onPress={() => void next()}>{t('guide.next')}</Button>
        <Button accessKey={null} onPress={onCancel}>{t('button.close')}</Button>
      </div>
    </SettingsDraftContext>
  );
}

function Ways({ findings }: { readonly findings: Findings }) {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const mode = useDraftSetting('delivery.mode');
  const choose = (value: string) => { const found = deliveryModes.find((one) => one === value); if (found !== undefined) draft.change({ 'delivery.mode': found }); };
  return (
    <>
      <RadioBox label={t('internet-guide.way.label')} value={mode} onChange={choose} options={deliveryModes.map((value) => ({ value, label: t(`internet-guide.way.${value}`) }))} />
      {mode === 'direct' ? <p className="way-note">{t('internet-guide.way.direct.text')}</p> : <SmartHost draft={draft} />}
      {isDoubtful(findings, mode) ? <p className="banner warning" role="status">{t('internet-guide.way.doubtful')}</p> : null}
    </>
  );
}

const other = 'other';

function SmartHost({ draft }: { readonly draft: SettingsDraft }) {
  const console = useConsole();
  const { t } = useTranslation();
  const host = useDraftSetting('delivery.smartHost');
  const logon = useDraftSetting('delivery.smartHostLogon');
  const preset = smartHostPresets.find((one) => one.host === host);
  const choose = (name: string) => {
    const chosen = smartHostPresets.find((one) => one.name === name);
    if (chosen === undefined) { draft.change({ 'delivery.smartHost': '' }); return; }
    draft.change({ 'delivery.smartHost': chosen.host, 'delivery.smartHostTls': chosen.tls, 'delivery.smartHostVerify': true, 'delivery.smartHostLogon': true, 'delivery.smartHostMethod': chosen.logon === 'token' ? 'xoauth2' : 'auto' });
  };
  const test = () => {
    const typed = typedSmartHost(draft.getState().values);
    console.dialogs.open({ kind: 'test', title: t('test.smart-host', { host: typed.host }), run: (api, signal) => api.tests.smartHost(typed, { signal }) });
  };
  return (
    <GroupBox title={t('internet-guide.host.group')}>
      <SelectBox
        label={t('internet-guide.host.provider')} help={t('internet-guide.host.provider.help')} value={preset?.name ?? other} onChange={choose}
        options={[{ value: other, label: t('internet-guide.host.other') }, ...smartHostPresets.map(({ name }) => ({ value: name, label: name }))]}
      />
      {preset === undefined ? null : <p className="note" role="status">{t(`isp.preset.${preset.logon}`, { name: preset.name })}</p>}
      <SettingField name="delivery.smartHost" placeholder="smtp.example.org:587" wide />
      <SettingField name="delivery.smartHostTls" />
      <SettingField name="delivery.smartHostLogon" />
      <div className="indented">
        <SettingField name="delivery.smartHostUser" disabled={!logon} />
        <SettingField name="delivery.smartHostPassword" disabled={!logon} />
      </div>
      <div className="button-row"><Button isDisabled={host.trim() === ''} onPress={test}>{t('button.test')}</Button></div>
    </GroupBox>
  );
}
