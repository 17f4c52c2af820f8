// Setup > Secondary domains (F3): a list, the three fields of the chosen one below, and Add, Replace, Remove.
import { Layers } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { domainInput, type Domain, type DomainInput } from '../../../core/contract/records.ts';
import type { Issue } from '../../../core/contract/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { CheckBox, ComboBoxField } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { check } from '../check.ts';
import { useConsole, useFacts } from '../console.ts';
import { count } from '../format.ts';
import { issueText, problemOf, problemText } from '../problem.ts';
import { RecordButtons } from './RecordButtons.tsx';

const nothing: DomainInput = { name: '', ip: '', bindToIp: false };

export function SecondaryDomains({ onClose }: { readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const console = useConsole();
  const all = useFacts((facts) => facts.domains);
  const addresses = useFacts((facts) => facts.info?.localAddresses ?? []);
  const domains = all.filter((domain) => !domain.isPrimary);
  const [chosen, setChosen] = useState<Domain | null>(null);
  const [values, setValues] = useState(nothing);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const error = (field: keyof DomainInput) => { const issue = issues.find((one) => one.field === field); return issue === undefined ? undefined : issueText(t, issue); };
  const edit = (change: Partial<DomainInput>) => {
    const next = { ...values, ...change };
    setValues(next);
    setIssues(check(domainInput, next).filter(({ field }) => field in change));
  };
  const select = (domain: Domain | undefined) => {
    setChosen(domain ?? null);
    setValues(domain === undefined ? nothing : { name: domain.name, ip: domain.ip, bindToIp: domain.bindToIp });
    setIssues([]);
  };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      console.facts.setState({ domains: await console.api().domains.list({}) });
      select(undefined);
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.kind === 'fields' && problem.issues.some(({ field }) => field in values)) setIssues(problem.issues);
      else await console.dialogs.ask({ title: t('secondary.title'), icon: 'warning', text: problemText(t, problem), answers: [{ id: 'ok', label: t('button.ok') }] });
    }
  };
  const save = async (work: () => Promise<unknown>) => {
    const found = check(domainInput, values);
    setIssues(found);
    if (found.length === 0) await attempt(work);
  };
  // Saved all the same: the network may come later.
  const warnOfIp = () => { if (values.ip !== '' && !addresses.includes(values.ip)) console.dialogs.toast('warning', t('error.ip.not-here', { ip: values.ip })); };
  const add = () => save(async () => { await console.api().domains.add(values); warnOfIp(); });
  const replace = async (domain: Domain) => {
    if (domain.accounts > 0 && values.name.trim().toLowerCase() !== domain.name) {
      const answer = await console.dialogs.ask({
        title: t('domain.rename.title'), icon: 'question', text: t('domain.rename.text', { count: domain.accounts, before: domain.name, after: values.name.trim().toLowerCase() }), preset: 'no',
        answers: [{ id: 'yes', label: t('domain.rename.yes') }, { id: 'no', label: t('button.cancel') }],
      });
      if (answer !== 'yes') return;
    }
    await save(async () => { await console.api().domains.change({ id: domain.id, revision: domain.revision, value: values }); warnOfIp(); });
  };
  const remove = async (domain: Domain) => {
    const answer = await console.dialogs.ask({
      title: t('secondary.remove.title'), icon: 'question', text: t('secondary.remove.text', { name: domain.name }), preset: 'no', answers: [{ id: 'yes', label: t('button.remove'), danger: true }, { id: 'no', label: t('button.cancel') }],
    });
    if (answer === 'yes') await attempt(() => console.api().domains.remove({ id: domain.id }));
  };
  return (
    <Dialog
      title={t('secondary.title')} icon={<Layers size={16} aria-hidden />} width={680} height={520} closeLabel={t('button.close')} hint={t('help.hint')} fill onClose={onClose} onDefault={() => void (chosen === null ? add() : replace(chosen))}
      footer={<Button accessKey={null} onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="beside">
        <Grid
          label={t('secondary.list')} count={domains.length} row={(index) => domains[index]} id={(domain) => domain.id} selected={new Set(chosen === null ? [] : [chosen.id])}
          onSelect={(ids) => select(domains.find((domain) => ids.has(domain.id)))} onDelete={() => { if (chosen !== null) void remove(chosen); }} empty={t('secondary.none')}
          columns={[
            { id: 'name', title: 'Domain name', width: 200, render: (domain) => domain.name, text: (domain) => domain.name },
            { id: 'ip', title: 'Domain IP', width: 120, render: (domain) => domain.ip },
            { id: 'bind', title: t('secondary.bound'), width: 80, render: (domain) => (domain.bindToIp ? t('yes') : t('no')) },
            { id: 'accounts', title: t('secondary.accounts'), width: 80, align: 'right', render: (domain) => count(domain.accounts, i18n.language) },
          ]}
        />
        <RecordButtons chosen={chosen} canAdd={values.name !== ''} onAdd={add} onReplace={replace} onRemove={remove} />
      </div>
      <div className="below-list">
        <TextBox label="Domain name" help={t('secondary.name.help')} value={values.name} onChange={(name) => edit({ name })} error={error('name')} autoFocus />
        <ComboBoxField label="Domain IP" help={t('secondary.ip.help')} value={values.ip} onChange={(ip) => edit({ ip: ip.trim() })} error={error('ip')} options={addresses.map((address) => ({ value: address, label: address }))} placeholder={t('domain.ip.any')} />
        <CheckBox label="Bind listening sockets to this IP only" help={t('secondary.bind.help')} value={values.bindToIp} onChange={(bindToIp) => edit({ bindToIp })} disabled={values.ip === ''} />
      </div>
    </Dialog>
  );
}
