// Setup > Smart hosts: mail to one domain, or from one account, that leaves another way than the rest. The list above, the chosen
// one below to change; Add, Replace, Remove, and Test with what is typed.
import { Route } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { smartHostInput, type SmartHost, type SmartHostInput } from '../../../core/contract/records.ts';
import type { Issue } from '../../../core/contract/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { check } from '../check.ts';
import { useConsole, useFacts } from '../console.ts';
import { problemOf, problemText } from '../problem.ts';
import { RecordButtons } from './RecordButtons.tsx';
import { useAnswer } from '../use-answer.ts';
import { SmartHostFields } from './SmartHostFields.tsx';

const nothing: SmartHostInput = { kind: 'domain', match: '', host: '', tls: 'opportunistic', verify: true, user: '', method: 'auto', enabled: true };
const none: readonly SmartHost[] = [];

export function SmartHosts({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const console = useConsole();
  const version = useFacts((facts) => facts.versions['smart-hosts']);
  const [saves, setSaves] = useState(0);
  const hosts = useAnswer((api) => api.smartHosts.list({}), version + saves) ?? none;
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [values, setValues] = useState(nothing);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  // By id: after somebody else changed it the revision of the fresh one counts.
  const chosen = hosts.find(({ id }) => id === chosenId);
  const edit = (change: Partial<SmartHostInput>) => {
    const next = { ...values, ...change };
    // As it is: no password is sent, so that the saved one stays.
    if (next.password === undefined) delete next.password;
    setValues(next);
    setIssues(check(smartHostInput, next).filter(({ field }) => field in change));
  };
  const select = (host: SmartHost | undefined) => {
    setChosenId(host?.id ?? null);
    setValues(host === undefined ? nothing : { kind: host.kind, match: host.match, host: host.host, tls: host.tls, verify: host.verify, user: host.user, method: host.method, enabled: host.enabled });
    setIssues([]);
  };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      select(undefined);
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.kind === 'fields' && problem.issues.some(({ field }) => field in values || field === 'password')) setIssues(problem.issues);
      else await console.dialogs.ask({ title: t('smart-hosts.title'), icon: 'warning', text: problemText(t, problem), answers: [{ id: 'ok', label: t('button.ok') }] });
    }
    setSaves(saves + 1);
  };
  const save = async (work: () => Promise<unknown>) => {
    const found = check(smartHostInput, values);
    setIssues(found);
    if (found.length === 0) await attempt(work);
  };
  const add = () => save(() => console.api().smartHosts.add(values));
  const replace = (host: SmartHost) => save(() => console.api().smartHosts.change({ id: host.id, revision: host.revision, value: values }));
  const remove = async (host: SmartHost) => {
    const answer = await console.dialogs.ask({
      title: t('smart-hosts.remove.title'), icon: 'question', text: t('smart-hosts.remove.text', { match: host.match }), preset: 'no', answers: [{ id: 'yes', label: t('button.remove'), danger: true }, { id: 'no', label: t('button.cancel') }],
    });
    if (answer === 'yes') await attempt(() => console.api().smartHosts.remove({ id: host.id }));
  };
  const test = () => {
    const { host, tls, verify, user, method, password } = values;
    const typed = { host, tls, verify, logon: user !== '', user, method, ...(password === undefined ? {} : { password }), ...(chosen === undefined ? {} : { smartHostId: chosen.id }) };
    console.dialogs.open({ kind: 'test', title: t('test.smart-host', { host }), asks: ['from', 'to'], run: (api, signal, asked) => api.tests.smartHost({ ...typed, ...asked }, { signal }) });
  };
  return (
    <Dialog
      title={t('smart-hosts.title')} icon={<Route size={16} aria-hidden />} width={760} height={660} closeLabel={t('button.close')} hint={t('help.hint')} fill onClose={onClose} onDefault={() => void (chosen === undefined ? add() : replace(chosen))}
      footer={<Button accessKey={null} onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="beside">
        <Grid
          label={t('smart-hosts.title')} count={hosts.length} row={(index) => hosts[index]} id={(host) => host.id} selected={new Set(chosenId === null ? [] : [chosenId])}
          onSelect={(ids) => select(hosts.find((host) => ids.has(host.id)))} onDelete={() => { if (chosen !== undefined) void remove(chosen); }} empty={t('smart-hosts.none')}
          columns={[
            { id: 'match', title: t('smart-hosts.match'), width: 200, render: (host) => t(`smart-hosts.which.${host.kind}`, { match: host.match }), text: (host) => host.match },
            { id: 'host', title: t('smart-hosts.host'), width: 190, render: (host) => (host.host === '' ? t('smart-hosts.direct') : host.host) },
            { id: 'user', title: t('smart-hosts.user'), width: 130, render: (host) => host.user },
            { id: 'enabled', title: t('smart-hosts.enabled'), width: 80, render: (host) => t(host.enabled ? 'yes' : 'no') },
          ]}
        />
        <RecordButtons chosen={chosen} canAdd={values.match !== ''} onAdd={add} onReplace={replace} onRemove={remove}>
          <Button onPress={test} isDisabled={values.host === ''}>{t('button.test')}</Button>
        </RecordButtons>
      </div>
      <SmartHostFields values={values} issues={issues} passwordSet={chosen?.passwordSet === true} onChange={edit} />
    </Dialog>
  );
}
