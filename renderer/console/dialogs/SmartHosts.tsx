// Setup > Smart hosts: mail to one domain, or from one account, that leaves another way than the rest.
import { Route } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { smartHostInput, type SmartHost, type SmartHostInput } from '../../../core/contract/records.ts';
import { logonMethods, tlsChoices } from '../../../core/contract/settings.ts';
import type { Issue } from '../../../core/contract/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { CheckBox, RadioBox, SelectBox } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import { SimplePasswordBox, TextBox } from '../../ui/TextBox.tsx';
import { check } from '../check.ts';
import { useConsole, useFacts } from '../console.ts';
import { issueText, problemOf, problemText } from '../problem.ts';

const nothing: SmartHostInput = { kind: 'domain', match: '', host: '', tls: 'opportunistic', verify: true, user: '', method: 'auto', enabled: true };

export function SmartHosts({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const console = useConsole();
  const hosts = useSmartHosts();
  const [chosen, setChosen] = useState<SmartHost | null>(null);
  const [values, setValues] = useState(nothing);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const error = (field: keyof SmartHostInput) => { const issue = issues.find((one) => one.field === field); return issue === undefined ? undefined : issueText(t, issue); };
  const edit = (change: Partial<SmartHostInput>) => {
    const next = { ...values, ...change };
    setValues(next);
    setIssues(check(smartHostInput, next).filter(({ field }) => field in change));
  };
  const select = (host: SmartHost | undefined) => {
    setChosen(host ?? null);
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
    const typed = { host, tls, verify, logon: user !== '', user, method, ...(password === undefined ? {} : { password }), ...(chosen === null ? {} : { smartHostId: chosen.id }) };
    console.dialogs.open({ kind: 'test', title: t('test.smart-host', { host }), run: (api, signal) => api.tests.smartHost(typed, { signal }) });
  };
  return (
    <Dialog
      title={t('smart-hosts.title')} icon={<Route size={16} aria-hidden />} width={760} height={640} closeLabel={t('button.close')} hint={t('help.hint')} fill onClose={onClose} onDefault={() => void (chosen === null ? add() : replace(chosen))}
      footer={<Button accessKey={null} onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="beside">
        <Grid
          label={t('smart-hosts.title')} count={hosts.length} row={(index) => hosts[index]} id={(host) => host.id} selected={new Set(chosen === null ? [] : [chosen.id])}
          onSelect={(ids) => select(hosts.find((host) => ids.has(host.id)))} onDelete={() => { if (chosen !== null) void remove(chosen); }} empty={t('smart-hosts.none')}
          columns={[
            { id: 'kind', title: t('smart-hosts.kind'), width: 100, render: (host) => t(`smart-hosts.kind.${host.kind}`) },
            { id: 'match', title: t('smart-hosts.match'), width: 190, render: (host) => host.match, text: (host) => host.match },
            { id: 'host', title: t('smart-hosts.host'), width: 190, render: (host) => (host.host === '' ? t('smart-hosts.direct') : host.host) },
            { id: 'user', title: t('smart-hosts.user'), width: 110, render: (host) => host.user },
          ]}
        />
        <div className="buttons">
          <Button onPress={() => void add()} isDisabled={values.match === ''}>{t('button.add')}</Button>
          <Button onPress={() => { if (chosen !== null) void replace(chosen); }} isDisabled={chosen === null}>{t('button.replace')}</Button>
          <Button onPress={() => { if (chosen !== null) void remove(chosen); }} isDisabled={chosen === null}>{t('button.remove')}</Button>
          <Button onPress={test} isDisabled={values.host === ''}>{t('button.test')}</Button>
        </div>
      </div>
      <div className="below-list">
        <RadioBox label={t('smart-hosts.kind')} value={values.kind} onChange={(kind) => edit({ kind: kind === 'account' ? 'account' : 'domain' })} options={(['domain', 'account'] as const).map((kind) => ({ value: kind, label: t(`smart-hosts.kind.${kind}.long`) }))} />
        <TextBox label={t(`smart-hosts.match.${values.kind}`)} help={t(`smart-hosts.match.${values.kind}.help`)} value={values.match} onChange={(match) => edit({ match })} error={error('match')} autoFocus />
        <TextBox label={t('smart-hosts.host')} help={t('smart-hosts.host.help')} value={values.host} onChange={(host) => edit({ host: host.trim() })} error={error('host')} placeholder={t('smart-hosts.direct')} />
        <SelectBox label={t('setting.delivery.smartHostTls.title')} value={values.tls} onChange={(tls) => edit({ tls: tlsChoices.find((one) => one === tls) ?? 'opportunistic' })} disabled={values.host === ''} options={tlsChoices.map((tls) => ({ value: tls, label: t(`setting.delivery.smartHostTls.option.${tls}`) }))} />
        <CheckBox label={t('setting.delivery.smartHostVerify.title')} help={t('setting.delivery.smartHostVerify.help')} value={values.verify} onChange={(verify) => edit({ verify })} disabled={values.host === ''} />
        <TextBox label={t('setting.delivery.smartHostUser.title')} help={t('smart-hosts.user.help')} value={values.user} onChange={(user) => edit({ user })} error={error('user')} disabled={values.host === ''} />
        <SimplePasswordBox
          label={t('setting.delivery.smartHostPassword.title')} help={t('setting.delivery.smartHostPassword.help')} value={values.password ?? ''} onChange={(password) => edit({ password })} error={error('password')} showLabel={t('password.show')}
          disabled={values.user === ''} placeholder={chosen?.passwordSet === true ? t('secret.set') : ''}
        />
        <SelectBox label={t('setting.delivery.smartHostMethod.title')} value={values.method} onChange={(method) => edit({ method: logonMethods.find((one) => one === method) ?? 'auto' })} disabled={values.user === ''} options={logonMethods.map((method) => ({ value: method, label: t(`setting.delivery.smartHostMethod.option.${method}`) }))} />
        <CheckBox label={t('smart-hosts.enabled')} value={values.enabled} onChange={(enabled) => edit({ enabled })} />
      </div>
    </Dialog>
  );
}

/** Asked again whenever the engine says that they changed. */
function useSmartHosts(): readonly SmartHost[] {
  const console = useConsole();
  const version = useFacts((facts) => facts.versions['smart-hosts']);
  const [hosts, setHosts] = useState<readonly SmartHost[]>([]);
  useEffect(() => {
    let current = true;
    console.api().smartHosts.list({}).then((found) => { if (current) setHosts(found); }).catch(() => undefined);
    return () => { current = false; };
  }, [console, version]);
  return hosts;
}
