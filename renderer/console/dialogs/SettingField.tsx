// One setting as a field: label, help, unit, limits, choices and errors all come from its declaration (core/contract/settings.ts).
// Settings of Internet mail are stored already but have no effect on a LAN: they carry a mark.
import { Globe } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useStore } from 'zustand';
import { settingFields, settingInfo, type SettingName } from '../../../core/contract/settings.ts';
import { CheckBox, ComboBoxField, RadioBox, SelectBox, type Option } from '../../ui/Choice.tsx';
import { MemoBox, NumberBox, SimplePasswordBox, TextBox } from '../../ui/TextBox.tsx';
import { useFacts } from '../console.ts';
import { issueText } from '../problem.ts';
import { useSettingsDraft } from './settings-draft.ts';

interface SettingFieldProps {
  readonly name: SettingName;
  /** A choice as radio buttons, not as a list that drops down. */
  readonly radio?: boolean;
  /** A text field that offers these. */
  readonly offers?: readonly Option[];
  readonly disabled?: boolean;
  readonly wide?: boolean;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
}

/** The kind of field, by the type of the setting. */
type Kind =
  | { readonly kind: 'flag' }
  | { readonly kind: 'number'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list' }
  | { readonly kind: 'secret' }
  | { readonly kind: 'text' };

/** Units that stand in the label already: "... port", "... sessions". */
const saidByLabel: readonly string[] = ['port', 'sessions'];

export function settingKind(name: SettingName): Kind {
  const schema: z.ZodType = settingFields[name].unwrap();
  if (schema instanceof z.ZodBoolean) return { kind: 'flag' };
  if (schema instanceof z.ZodNumber) return { kind: 'number', min: schema.minValue ?? undefined, max: schema.maxValue ?? undefined };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', values: schema.options.map(String) };
  if (schema instanceof z.ZodArray) return { kind: 'list' };
  if (settingInfo(name).secret === true) return { kind: 'secret' };
  return { kind: 'text' };
}

export function SettingField({ name, radio, offers, disabled, wide, placeholder, autoFocus }: SettingFieldProps) {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const value = useStore(draft, (state) => state.values[name]);
  const issue = useStore(draft, (state) => state.errors.get(name));
  const isSet = useFacts((facts) => facts.secretsSet.includes(name));
  const { unit, internet } = settingInfo(name);
  const kind = settingKind(name);
  const words = typeof value === 'string' ? value : '';
  // The declaration of the setting is what its value has been checked against, so the kinds below match it.
  const change = (next: unknown) => draft.change({ [name]: next });
  const field = {
    label: t(`setting.${name}.title`), help: t(`setting.${name}.help`), error: issue === undefined ? undefined : issueText(t, issue), disabled: disabled === true, wide: wide === true,
    ...(unit === undefined || saidByLabel.includes(unit) ? {} : { unit: t(`unit.${unit}`) }), ...(internet === true ? { after: <InternetMark /> } : {}),
  };
  const options = kind.kind === 'choice' ? kind.values.map((option) => ({ value: option, label: t(`setting.${name}.option.${option}`) })) : [];
  switch (kind.kind) {
    case 'flag': return <CheckBox {...field} value={value === true} onChange={change} />;
    case 'number': return <NumberBox {...field} value={Number(value)} onChange={change} min={kind.min} max={kind.max} />;
    case 'choice': return radio === true ? <RadioBox {...field} value={words} onChange={change} options={options} /> : <SelectBox {...field} value={words} onChange={change} options={options} />;
    case 'secret': return <SimplePasswordBox {...field} value={words} onChange={change} showLabel={t('password.show')} placeholder={t(isSet ? 'secret.set' : 'secret.not-set')} />;
    case 'list': return <ListField {...field} value={Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []} onChange={change} />;
    case 'text': {
      const text = { ...field, value: words, onChange: change, ...(placeholder === undefined ? {} : { placeholder }) };
      return offers === undefined ? <TextBox {...text} autoFocus={autoFocus === true} /> : <ComboBoxField {...text} options={offers} />;
    }
  }
}

export function InternetMark() {
  const { t } = useTranslation();
  return <span className="internet"><Globe size={11} aria-hidden />{t('internet.mark')}</span>;
}

interface ListFieldProps {
  readonly label: string;
  readonly help: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

/** One entry a line. What is typed stays as typed; the setting gets the entries. */
function ListField({ value, onChange, ...field }: ListFieldProps) {
  const [text, setText] = useState(value.join('\n'));
  const edit = (next: string) => {
    setText(next);
    onChange(next.split(/[\n,;]/).map((entry) => entry.trim()).filter((entry) => entry !== ''));
  };
  return <MemoBox {...field} value={text} onChange={edit} rows={5} mono />;
}
