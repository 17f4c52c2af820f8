// Accounts > Address aliases: other addresses that lead to an account. A bare name counts in every local domain.
import { AtSign } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Issue } from '../../../core/contract/contract.ts';
import { aliasInput, type Alias, type AliasInput } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { ComboBoxField } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { check } from '../check.ts';
import { useConsole, useFacts } from '../console.ts';
import { issueText, problemOf, problemText } from '../problem.ts';
import { RecordButtons } from './RecordButtons.tsx';
import { useMatchingAccounts } from './matching-accounts.ts';

const nothing: AliasInput = { alias: '', target: '' };

export function Aliases({ onClose }: { readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const aliases = useAliases();
  const [chosen, setChosen] = useState<Alias | null>(null);
  const [values, setValues] = useState(nothing);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const targets = useMatchingAccounts(values.target);
  const error = (field: keyof AliasInput) => { const issue = issues.find((one) => one.field === field); return issue === undefined ? undefined : issueText(t, issue); };
  const edit = (change: Partial<AliasInput>) => { setValues({ ...values, ...change }); setIssues(issues.filter(({ field }) => !(field in change))); };
  const select = (alias: Alias | undefined) => { setChosen(alias ?? null); setValues(alias === undefined ? nothing : { alias: alias.alias, target: alias.target }); setIssues([]); };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      select(undefined);
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.kind === 'fields' && problem.issues.some(({ field }) => field in values)) setIssues(problem.issues);
      else await console.dialogs.ask({ title: t('aliases.title'), icon: 'warning', text: problemText(t, problem), answers: [{ id: 'ok', label: t('button.ok') }] });
    }
  };
  const save = async (work: () => Promise<unknown>) => {
    const found = check(aliasInput, values);
    setIssues(found);
    if (found.length === 0) await attempt(work);
  };
  const add = () => save(() => console.api().aliases.add(values));
  const replace = (alias: Alias) => save(() => console.api().aliases.change({ id: alias.id, value: values }));
  const remove = (alias: Alias) => attempt(() => console.api().aliases.remove({ id: alias.id }));
  return (
    <Dialog
      title={t('aliases.title')} icon={<AtSign size={16} aria-hidden />} width={660} height={500} closeLabel={t('button.close')} hint={t('help.hint')} fill onClose={onClose} onDefault={() => void (chosen === null ? add() : replace(chosen))}
      footer={<Button accessKey={null} onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="beside">
        <Grid
          label={t('aliases.list')} count={aliases.length} row={(index) => aliases[index]} id={(alias) => alias.id} selected={new Set(chosen === null ? [] : [chosen.id])}
          onSelect={(ids) => select(aliases.find((alias) => ids.has(alias.id)))} onDelete={() => { if (chosen !== null) void remove(chosen); }} empty={t('aliases.none')}
          columns={[
            { id: 'alias', title: t('aliases.alias'), width: 240, render: (alias) => alias.alias, text: (alias) => alias.alias },
            { id: 'target', title: t('aliases.target'), width: 240, render: (alias) => alias.target },
          ]}
        />
        <RecordButtons chosen={chosen} canAdd={values.alias !== '' && values.target !== ''} onAdd={add} onReplace={replace} onRemove={remove} />
      </div>
      <div className="below-list">
        <TextBox label={t('aliases.alias')} help={t('aliases.alias.help')} value={values.alias} onChange={(alias) => edit({ alias })} error={error('alias')} autoFocus />
        <ComboBoxField label={t('aliases.target')} help={t('aliases.target.help')} value={values.target} onChange={(target) => edit({ target })} error={error('target')} options={targets.map((address) => ({ value: address, label: address }))} />
      </div>
    </Dialog>
  );
}

function useAliases(): readonly Alias[] {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.aliases + facts.versions.domains + facts.versions.accounts);
  const [aliases, setAliases] = useState<readonly Alias[]>([]);
  const ask = useCallback(() => console.api().aliases.list({}), [console]);
  useEffect(() => {
    let current = true;
    ask().then((list) => { if (current) setAliases(list); }, (error: unknown) => console.dialogs.toast('error', problemText(t, problemOf(error))));
    return () => { current = false; };
  }, [ask, version, console, t]);
  return aliases;
}
