// The draft of a settings dialog: all settings at their revision; what was changed is saved with that revision, so that a change
// somebody else made meanwhile is never overwritten unseen.
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Issue } from '../../../core/contract/contract.ts';
import { secretSettings, settingFields, settingNames, type SettingChanges, type SettingName, type Settings } from '../../../core/contract/settings.ts';
import { check } from '../check.ts';
import type { Console } from '../console.ts';
import { createDraft, type Draft } from '../store/draft.ts';

export type SettingsDraft = Draft<Settings>;

/** In a draft: there is a secret, and it stays as it is. The secret itself never comes here, so it needs a stand-in that nobody types. */
export const unchangedSecret = '\u25cf'.repeat(8);

/** The settings as a dialog edits them. */
export function asDrafted(settings: Settings, secretsSet: readonly string[]): Settings {
  return { ...settings, ...Object.fromEntries(secretSettings.filter((name) => secretsSet.includes(name)).map((name) => [name, unchangedSecret])) };
}

export function checkSettings(values: Settings, fields: readonly string[] | null): Issue[] {
  const names = fields === null ? settingNames : settingNames.filter((name) => fields.includes(name));
  return names.flatMap((name) => [...check(settingFields[name], values[name], name).map((issue) => atSetting(name, issue, values[name])), ...portTwice(name, values)]);
}

const listeners = [['ports.smtp', 'servers.smtp'], ['ports.submission', 'servers.submission'], ['ports.smtps', 'servers.smtps'], ['ports.pop3', 'servers.pop3'], ['ports.pop3s', 'servers.pop3s']] as const;

/** Two of our own servers cannot share a port; the later one of the list is told. */
function portTwice(name: SettingName, values: Settings): Issue[] {
  const own = listeners.findIndex(([port]) => port === name);
  const pair = listeners[own];
  if (pair === undefined || !values[pair[1]]) return [];
  const port = values[pair[0]];
  const isTaken = listeners.slice(0, own).some(([other, server]) => values[server] && values[other] === port);
  return isTaken ? [{ field: name, code: 'port.twice', message: `Another server of Merpati uses port ${port}.`, params: { port } }] : [];
}

const judgedWith = (field: string): readonly string[] => (/^(ports|servers)[.]/.test(field) ? [field, ...listeners.map(([port]) => port)] : [field]);

/** An issue of one entry of a list belongs to the list; it says which entry. */
function atSetting(name: SettingName, issue: Issue, value: Settings[SettingName]): Issue {
  if (!Array.isArray(value)) return { ...issue, field: name };
  const entry = value[Number(issue.field.slice(name.length + 1))];
  return { ...issue, field: name, code: name === 'dns.staticMx' ? 'mx.illegal' : 'ip.list', params: { entry: typeof entry === 'string' ? entry : '' } };
}

export function createSettingsDraft(settings: Settings): SettingsDraft {
  return createDraft<Settings>(settings, checkSettings, judgedWith);
}

/** Saves what changed. @returns warnings: saved, but something does not work with it yet */
export async function saveSettings({ api, facts }: Console, revision: number, changes: SettingChanges): Promise<{ revision: number; warnings: readonly Issue[] }> {
  const answer = await api().settings.set({ revision, changes });
  const fresh = await api().settings.get({});
  facts.setState({ settings: fresh.values, secretsSet: fresh.secretsSet, revision: fresh.revision, savedHere: { from: revision, to: answer.revision } });
  return answer;
}

export const SettingsDraftContext = createContext<SettingsDraft | null>(null);

export function useSettingsDraft(): SettingsDraft {
  const draft = use(SettingsDraftContext);
  if (draft === null) throw new Error('outside of a settings dialog');
  return draft;
}

/** The value of one setting as it stands in the dialog. */
export function useDraftSetting<K extends SettingName>(name: K): Settings[K] {
  return useStore(useSettingsDraft(), (state) => state.values[name]);
}
