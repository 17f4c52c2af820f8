// Step 1: the name behind the @ and the address of this computer on the LAN.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../../ui/Button.tsx';
import { useConsole, useFacts } from '../console.ts';
import { createSettingsDraft, saveSettings, SettingsDraftContext } from '../dialogs/settings-draft.ts';
import { SettingField } from '../dialogs/SettingField.tsx';
import { defaultSettings } from '../../../core/contract/settings.ts';
import { issueText, problemText } from '../problem.ts';
import { lanAddress } from './lan-address.ts';

export function DomainStep({ onDone, onCancel }: { readonly onDone: () => void; readonly onCancel: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const addresses = useFacts((facts) => facts.info?.localAddresses ?? []);
  const [draft] = useState(() => {
    const settings = console.facts.getState().settings ?? defaultSettings;
    const created = createSettingsDraft(settings);
    // The likely address is filled in on a new server; the reader may choose another one or none.
    if (settings['domain.name'] === '' && settings['domain.ip'] === '') created.change({ 'domain.ip': lanAddress(addresses) });
    return created;
  });
  const problem = useStore(draft, (state) => state.problem);
  const name = useStore(draft, (state) => state.values['domain.name']);
  const wrong = useStore(draft, (state) => state.errors.has('domain.name'));
  const busy = useStore(draft, (state) => state.busy);
  const next = async () => {
    const changes = draft.changes();
    if (Object.keys(changes).length === 0) { onDone(); return; }
    const before = draft.getState().original['domain.name'];
    const accounts = console.facts.getState().domains.find((domain) => domain.isPrimary)?.accounts ?? 0;
    if (before !== '' && changes['domain.name'] !== undefined && accounts > 0) {
      const answer = await console.dialogs.ask({
        title: t('domain.rename.title'), icon: 'question', text: t('domain.rename.text', { count: accounts, before, after: changes['domain.name'] }), preset: 'no',
        answers: [{ id: 'yes', label: t('domain.rename.yes') }, { id: 'no', label: t('button.cancel') }],
      });
      if (answer !== 'yes') return;
    }
    const done = await draft.save(async () => {
      const { warnings } = await saveSettings(console, console.facts.getState().revision, changes);
      for (const warning of warnings) console.dialogs.toast('warning', issueText(t, warning));
      return console.facts.getState().settings ?? draft.getState().values;
    });
    if (done) {
      console.facts.setState({ domains: await console.api().domains.list({}) });
      onDone();
    }
  };
  const enter = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.getAttribute('aria-expanded') !== 'true' && name !== '') { event.preventDefault(); void next(); }
  };
  return (
    <SettingsDraftContext value={draft}>
      <div className="step-body" onKeyDownCapture={enter}>
        <h3>{t('guide.domain.heading')}</h3>
        <p>{t('guide.domain.text')}</p>
        <SettingField name="domain.name" autoFocus placeholder="majuterus.lan" />
        <ul className="hints"><li>{t('guide.domain.lan')}</li><li>{t('guide.domain.internet')}</li></ul>
        <SettingField name="domain.ip" offers={addresses.map((address) => ({ value: address, label: address }))} placeholder={t('domain.ip.any')} />
        <p className="note">{t('guide.domain.ip')}</p>
        {name === '' || wrong ? null : <p className="example">{t('guide.domain.example', { domain: name.trim().toLowerCase() })}</p>}
        {problem === null ? null : <p className="banner error" role="alert">{problemText(t, problem)}</p>}
      </div>
      <div className="footer">
        <Button kind="primary" isDisabled={name.trim() === '' || busy} onPress={() => void next()}>{t('guide.next')}</Button>
        <Button accessKey={null} onPress={onCancel}>{t('button.close')}</Button>
      </div>
    </SettingsDraftContext>
  );
}
