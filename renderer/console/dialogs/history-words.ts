// The history keeps plain English and raw values; here its entries get the reader's words: titles of settings, labels of fields, Yes and
// No, the choices by their labels, numbers with their units. What is not known (a name, an address) stays as it is.
import type { TFunction } from 'i18next';
import { defaultSettings, settingInfo, settingNames, type SettingName } from '../../../core/contract/settings.ts';

const isSetting = (field: string): field is SettingName => settingNames.some((name) => name === field);
const flags: ReadonlySet<string> = new Set(['enabled', 'allowPopImap', 'apop', 'extractAttachments', 'bindToIp', 'verify']);
/** How the store writes down that a secret has a value. */
const secretSet = '(set)';

export function fieldText(t: TFunction, field: string): string {
  return isSetting(field) ? t(`setting.${field}.title`) : t(`history.field.${field}`, { defaultValue: field });
}

export function valueText(t: TFunction, field: string, value: string): string {
  if (value === secretSet) return t('history.secret');
  const isFlag = isSetting(field) ? typeof defaultSettings[field] === 'boolean' : flags.has(field);
  if (isFlag && (value === 'true' || value === 'false')) return value === 'true' ? t('yes') : t('no');
  if (field === 'storageFormat') return t(`mailbox.format.${value}`, { defaultValue: value });
  if (!isSetting(field)) return value;
  if (Array.isArray(defaultSettings[field])) return listText(value);
  const { unit } = settingInfo(field);
  return unit === undefined ? t(`setting.${field}.option.${value}`, { defaultValue: value }) : `${value} ${t(`unit.${unit}`, { defaultValue: '' })}`.trimEnd();
}

/** `settings`, or a kind and a name: `account dina@majuterus.com`, `queue remote`. */
export function subjectText(t: TFunction, subject: string): string {
  const [, kind = '', name = ''] = /^([\w-]+) ?(.*)$/.exec(subject) ?? [];
  return t(`history.kind.${kind}`, { name: kind === 'queue' ? t(`queue.${name}`, { defaultValue: name }) : name, defaultValue: subject });
}

/** Who, and from where: `administrator`, `this computer` and `command line` are words of ours. */
export function whoText(t: TFunction, who: string): string {
  return t(`who.${who}`, { defaultValue: who });
}

function listText(value: string): string {
  try {
    const list: unknown = JSON.parse(value);
    if (!Array.isArray(list)) return value;
    return list.map((one: unknown) => (typeof one === 'string' ? one : typeof one === 'object' && one !== null && 'name' in one ? String(one.name) : JSON.stringify(one))).join(', ');
  } catch {
    return value;
  }
}
