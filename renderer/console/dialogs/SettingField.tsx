// One setting as a field: label, help, unit, limits, choices and errors all come from its declaration (core/contract/settings.ts).
// Settings of Internet mail are stored already but have no effect on a LAN: they carry a mark. A secret is never shown, only whether there is one.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useStore } from 'zustand';
import { settingFields, settingInfo, type SettingChanges, type SettingName } from '../../../core/contract/settings.ts';
import { CheckBox, ComboBoxField, RadioBox, SelectBox, type Option } from '../../ui/Choice.tsx';
import { SecretBox } from '../../ui/SecretBox.tsx';
import { MemoBox, NumberBox, TextBox } from '../../ui/TextBox.tsx';
import { useFacts } from '../console.ts';
import { issueText } from '../problem.ts';
import { InternetMark } from './InternetGroup.tsx';
import { unchangedSecret, useSettingsDraft } from './settings-draft.ts';
import { useSecretWords } from './words.ts';

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
  /** What changes with it. */
  readonly also?: (value: string) => SettingChanges;
  /** Lines of a list in view. */
  readonly rows?: number;
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

export function SettingField({ name, radio, offers, disabled, wide, placeholder, autoFocus, also, rows }: SettingFieldProps) {
  const { t } = useTranslation();
  const draft = useSettingsDraft();
  const value = useStore(draft, (state) => state.values[name]);
  const issue = useStore(draft, (state) => state.errors.get(name));
  const isSet = useFacts((facts) => facts.secretsSet.includes(name));
  const secretWords = useSecretWords();
  const { unit, internet } = settingInfo(name);
  const kind = settingKind(name);
  const words = typeof value === 'string' ? value : '';
  // The declaration of the setting is what its value has been checked against, so the kinds below match it.
  const change = (next: unknown) => draft.change({ [name]: next, ...(also !== undefined && typeof next === 'string' ? also(next) : {}) });
  const field = {
    label: t(`setting.${name}.title`), help: t(`setting.${name}.help`), error: issue === undefined ? undefined : issueText(t, issue), disabled: disabled === true, wide: wide === true,
    ...(unit === undefined || saidByLabel.includes(unit) ? {} : { unit: t(`unit.${unit}`) }), ...(internet === true ? { after: <InternetMark /> } : {}),
  };
  const options = kind.kind === 'choice' ? kind.values.map((option) => ({ value: option, label: t(`setting.${name}.option.${option}`) })) : [];
  switch (kind.kind) {
    case 'flag': return <CheckBox {...field} value={value === true} onChange={change} />;
    case 'number': return <NumberBox {...field} value={Number(value)} onChange={change} min={kind.min} max={kind.max} />;
    case 'choice': return radio === true ? <RadioBox {...field} value={words} onChange={change} options={options} /> : <SelectBox {...field} value={words} onChange={change} options={options} />;
    case 'secret': return <SecretBox {...field} words={secretWords} isSet={isSet} value={words === unchangedSecret ? undefined : words} onChange={(typed) => change(typed ?? (isSet ? unchangedSecret : ''))} />;
    case 'list': return <ListField {...field} value={Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []} onChange={change} rows={rows ?? 5} placeholder={placeholder} />;
    case 'text': {
      const text = { ...field, value: words, onChange: change, ...(placeholder === undefined ? {} : { placeholder }) };
      return offers === undefined ? <TextBox {...text} autoFocus={autoFocus === true} /> : <ComboBoxField {...text} options={offers} />;
    }
  }
}

interface ListFieldProps {
  readonly label: string;
  readonly help: string;
  readonly error: string | undefined;
  readonly disabled: boolean;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly rows: number;
  readonly placeholder: string | undefined;
}

/** One entry a line. What is typed stays as typed; the setting gets the entries. */
function ListField({ value, onChange, placeholder, ...field }: ListFieldProps) {
  const [text, setText] = useState(value.join('\n'));
  const edit = (next: string) => {
    setText(next);
    onChange(next.split(/[\n,;]/).map((entry) => entry.trim()).filter((entry) => entry !== ''));
  };
  return <MemoBox {...field} value={text} onChange={edit} {...(placeholder === undefined ? {} : { placeholder })} mono />;
}
