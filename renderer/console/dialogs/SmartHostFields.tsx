// The fields of one smart host of its own, below the list of SmartHosts.tsx.
import { useTranslation } from 'react-i18next';
import type { Issue } from '../../../core/contract/contract.ts';
import type { SmartHostInput } from '../../../core/contract/records.ts';
import { smartHostPresets, type SmartHostPreset } from '../../../core/contract/presets.ts';
import { logonMethods, tlsChoices } from '../../../core/contract/settings.ts';
import { CheckBox, ComboBoxField, RadioBox, SelectBox } from '../../ui/Choice.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { SecretBox } from '../../ui/SecretBox.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { issueText } from '../problem.ts';
import { useMatchingAccounts } from './matching-accounts.ts';
import { providerOf } from './primary/smart-host-hints.ts';
import { useSecretWords } from './words.ts';

interface SmartHostFieldsProps {
  readonly values: SmartHostInput;
  readonly issues: readonly Issue[];
  readonly passwordSet: boolean;
  readonly onChange: (change: Partial<SmartHostInput>) => void;
}

export function SmartHostFields({ values, issues, passwordSet, onChange }: SmartHostFieldsProps) {
  const { t } = useTranslation();
  const error = (field: keyof SmartHostInput) => { const issue = issues.find((one) => one.field === field); return issue === undefined ? undefined : issueText(t, issue); };
  const isDirect = values.host === '';
  const choose = (preset: SmartHostPreset) => onChange({ host: preset.host, tls: preset.tls, verify: true, method: preset.logon === 'token' ? 'xoauth2' : 'auto' });
  return (
    <div className="below-list">
      <RadioBox label={t('smart-hosts.kind')} value={values.kind} onChange={(kind) => onChange({ kind: kind === 'account' ? 'account' : 'domain' })} options={(['domain', 'account'] as const).map((kind) => ({ value: kind, label: t(`smart-hosts.kind.${kind}`) }))} />
      <Match values={values} error={error('match')} onChange={onChange} />
      <TextBox
        label={t('smart-hosts.host')} help={t('smart-hosts.host.help')} value={values.host} onChange={(host) => onChange({ host: host.trim() })} error={error('host')} placeholder={t('smart-hosts.direct')}
        after={<MenuButton label={t('isp.presets')} items={smartHostPresets.map((preset) => ({ id: preset.name, label: preset.name.replaceAll('&', '&&'), run: () => choose(preset) }))} />}
      />
      <SelectBox label={t('setting.delivery.smartHostTls.title')} help={t('setting.delivery.smartHostTls.help')} value={values.tls} onChange={(tls) => onChange({ tls: tlsChoices.find((one) => one === tls) ?? 'opportunistic' })} disabled={isDirect} options={tlsChoices.map((tls) => ({ value: tls, label: t(`setting.delivery.smartHostTls.option.${tls}`) }))} />
      <CheckBox label={t('setting.delivery.smartHostVerify.title')} help={t('setting.delivery.smartHostVerify.help')} value={values.verify} onChange={(verify) => onChange({ verify })} disabled={isDirect || values.tls === 'none' || values.tls === 'opportunistic'} />
      <Logon values={values} error={error} passwordSet={passwordSet} disabled={isDirect} onChange={onChange} />
      <CheckBox label={t('smart-hosts.use')} help={t('smart-hosts.use.help')} value={values.enabled} onChange={(enabled) => onChange({ enabled })} />
    </div>
  );
}

type PartProps = Pick<SmartHostFieldsProps, 'values' | 'onChange'>;

function Match({ values, error, onChange }: PartProps & { readonly error: string | undefined }) {
  const { t } = useTranslation();
  const accounts = useMatchingAccounts(values.kind === 'account' ? values.match : '');
  const field = { label: t(`smart-hosts.match.${values.kind}`), help: t(`smart-hosts.match.${values.kind}.help`), value: values.match, error, onChange: (match: string) => onChange({ match: match.trim() }) };
  return values.kind === 'domain' ? <TextBox {...field} autoFocus /> : <ComboBoxField {...field} options={accounts.map((address) => ({ value: address, label: address }))} />;
}

function Logon({ values, error, passwordSet, disabled, onChange }: PartProps & { readonly error: (field: keyof SmartHostInput) => string | undefined; readonly passwordSet: boolean; readonly disabled: boolean }) {
  const { t } = useTranslation();
  const words = useSecretWords();
  const noUser = disabled || values.user === '';
  const provider = providerOf(values.host);
  return (
    <>
      <TextBox label={t('setting.delivery.smartHostUser.title')} help={t('smart-hosts.user.help')} value={values.user} onChange={(user) => onChange({ user })} error={error('user')} disabled={disabled} placeholder={t('smart-hosts.no-logon')} />
      <SecretBox label={t('setting.delivery.smartHostPassword.title')} help={t('setting.delivery.smartHostPassword.help')} words={words} isSet={passwordSet} value={values.password} onChange={(password) => onChange({ password })} error={error('password')} disabled={noUser} />
      <div role="status">{provider === undefined ? null : <p className="note beside-label">{t(`isp.preset.${provider.logon}`, { name: provider.name })}</p>}</div>
      <SelectBox label={t('setting.delivery.smartHostMethod.title')} help={t('setting.delivery.smartHostMethod.help')} value={values.method} onChange={(method) => onChange({ method: logonMethods.find((one) => one === method) ?? 'auto' })} disabled={noUser} options={logonMethods.map((method) => ({ value: method, label: t(`setting.delivery.smartHostMethod.option.${method}`) }))} />
    </>
  );
}
