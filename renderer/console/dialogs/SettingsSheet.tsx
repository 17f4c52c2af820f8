// A property sheet over settings: Primary Domain Configuration, Security, Preferences. Saves with the revision it was opened at,
// asks before what is far-reaching, and says after Apply what does not work yet (a port that is taken) and what to do.
import { TriangleAlert } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { SettingName, Settings } from '../../../core/contract/settings.ts';
import { PropertySheet } from '../../ui/PropertySheet.tsx';
import { useConsole, useFacts } from '../console.ts';
import { issueText, problemText } from '../problem.ts';
import { asDrafted, createSettingsDraft, saveSettings, SettingsDraftContext, type SettingsDraft } from './settings-draft.ts';
import { useSheetWords } from './words.ts';

export interface SettingsTab {
  readonly id: string;
  readonly label: string;
  readonly fields: readonly SettingName[];
  readonly content: ReactNode;
}

export interface SettingsSheetProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly tabs: readonly SettingsTab[];
  readonly width?: number;
  readonly height?: number;
  /** Asks what must be asked before saving. Resolves to whether to go on. */
  readonly confirm?: (changes: Partial<Settings>, original: Settings) => Promise<boolean>;
  readonly onClose: () => void;
}

export function SettingsSheet(props: SettingsSheetProps) {
  const settings = useFacts((facts) => facts.settings);
  const revision = useFacts((facts) => facts.revision);
  if (settings === null) return null;
  return <LoadedSheet {...props} settings={settings} revision={revision} />;
}

function LoadedSheet({ title, icon, tabs, width, height, confirm, onClose, settings, revision }: SettingsSheetProps & { readonly settings: Settings; readonly revision: number }) {
  const console = useConsole();
  const { t } = useTranslation();
  const words = useSheetWords();
  const [draft] = useState(() => createSettingsDraft(asDrafted(settings, console.facts.getState().secretsSet)));
  const [openedAt, setOpenedAt] = useState(revision);
  useSavesOfOthersHere(draft, openedAt, setOpenedAt);
  const errors = useStore(draft, (state) => state.errors);
  const busy = useStore(draft, (state) => state.busy);
  const dirty = useStore(draft, () => draft.isDirty());
  const settled = useConflict(draft, () => setOpenedAt(console.facts.getState().revision));
  const apply = async () => {
    const changes = draft.changes();
    if (confirm !== undefined && draft.getState().errors.size === 0 && !await confirm(changes, draft.getState().original)) return false;
    return draft.save(async () => {
      const answer = await saveSettings(console, openedAt, changes);
      setOpenedAt(answer.revision);
      if (answer.warnings.length === 0) console.dialogs.toast('good', t('saved'));
      else {
        void console.dialogs.ask({
          title, icon: 'warning', text: [t('saved.with-warnings'), ...new Set(answer.warnings.map((warning) => issueText(t, warning)))].join('\n'), answers: [{ id: 'ok', label: t('button.ok') }],
        });
      }
      const { settings: saved, secretsSet } = console.facts.getState();
      return saved === null ? draft.getState().values : asDrafted(saved, secretsSet);
    });
  };
  return (
    <SettingsDraftContext value={draft}>
      <PropertySheet
        title={title} icon={icon} tabs={tabs} words={words} hint={t('help.hint')} dirty={dirty} busy={busy} errors={new Set(errors.keys())} banner={settled} onApply={apply} onClose={onClose}
        {...(width === undefined ? {} : { width })} {...(height === undefined ? {} : { height })}
      />
    </SettingsDraftContext>
  );
}

/** A sheet opened from this one (Retry settings) saved: that is no conflict with oneself. */
function useSavesOfOthersHere(draft: SettingsDraft, openedAt: number, setOpenedAt: (revision: number) => void): void {
  const { facts } = useConsole();
  useEffect(() => facts.subscribe(({ savedHere, settings, secretsSet }, before) => {
    if (savedHere === null || savedHere === before.savedHere || savedHere.from !== openedAt || settings === null || draft.getState().busy) return;
    draft.rebase(asDrafted(settings, secretsSet));
    setOpenedAt(savedHere.to);
  }), [facts, draft, openedAt, setOpenedAt]);
}

/** What could not be saved, above the tabs. A conflict is offered a way out: load what the other one saved, own changes on top. */
function useConflict(draft: SettingsDraft, onLoaded: () => void): ReactNode {
  const console = useConsole();
  const { t } = useTranslation();
  const problem = useStore(draft, (state) => state.problem);
  useEffect(() => {
    if (problem?.kind !== 'conflict') return;
    draft.dismiss();
    void console.dialogs.ask({
      title: t('conflict.title'), icon: 'question', text: t('conflict.text'),
      answers: [{ id: 'load', label: t('conflict.load') }, { id: 'drop', label: t('conflict.drop') }, { id: 'cancel', label: t('button.cancel') }],
    }).then(async (answer) => {
      if (answer === 'cancel') return;
      const fresh = await console.api().settings.get({});
      console.facts.setState({ settings: fresh.values, secretsSet: fresh.secretsSet, revision: fresh.revision });
      draft.rebase(asDrafted(fresh.values, fresh.secretsSet), answer === 'drop');
      onLoaded();
    });
  });
  if (problem === null || problem.kind === 'conflict') return null;
  return <div className="banner error" role="alert"><TriangleAlert size={16} aria-hidden /><span>{problemText(t, problem)}</span></div>;
}
