// Step 3: what to type into each mail client, to read or to print, and the sign that mail flows: the first message that arrives.
import { CircleCheck, Hourglass, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { BareSelect } from '../../ui/Choice.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { useConsole, useFacts } from '../console.ts';
import { serverProblem } from '../window/server-problem.ts';
import { ClientCard, PrintArea } from './ClientCard.tsx';
import { printCards, useClientSettings } from './client-settings.ts';
import type { MadeAccount } from './Guide.tsx';

const listed = 500;

export function ClientsStep({ made }: { readonly made: readonly MadeAccount[] }) {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const offered = made.length > 0 ? made : accounts;
  const [picked, setPicked] = useState<number | null>(null);
  const chosen = picked ?? offered[0]?.id ?? null;
  const { cards, failure } = useClientSettings(offered.map(({ id }) => id));
  const passwords = new Map(made.map(({ id, password }) => [id, password]));
  const shown = cards.find(({ accountId }) => accountId === chosen);
  return (
    <div className="step-body">
      <h3>{t('guide.clients.heading')}</h3>
      <p>{t('guide.clients.text')}</p>
      {failure === null ? null : <p className="banner error" role="alert">{failure}</p>}
      {offered.length === 0 ? <p className="note">{t('guide.clients.none')}</p> : (
        <>
          <div className="filter-bar">
            <BareSelect label={t('client.account')} value={String(chosen)} onChange={(id) => setPicked(Number(id))} options={offered.map(({ id, address }) => ({ value: String(id), label: address }))} />
            <span className="spacer" />
            <Button look="small" isDisabled={cards.length === 0} onPress={() => printCards()}><Printer size={14} aria-hidden />{t('guide.clients.print', { count: cards.length })}</Button>
          </div>
          {shown === undefined ? null : <ClientCard settings={shown} password={passwords.get(shown.accountId) ?? null} />}
        </>
      )}
      <MailFlows />
      <PrintArea cards={cards} passwords={passwords} />
    </div>
  );
}

function useAccounts(): readonly Account[] {
  const console = useConsole();
  const version = useFacts((facts) => facts.versions.accounts);
  const [accounts, setAccounts] = useState<readonly Account[]>([]);
  useEffect(() => {
    let current = true;
    console.api().accounts.list({ limit: listed, sort: 'fullName' }).then((answer) => { if (current) setAccounts(answer.accounts); }, () => undefined);
    return () => { current = false; };
  }, [console, version]);
  return accounts;
}

/** Are the servers up, and has a message arrived? Answers itself as soon as it happens. */
function MailFlows() {
  const { t } = useTranslation();
  const servers = useFacts((facts) => facts.servers);
  // Not `delivered`: welcome messages are delivered, too, and say nothing about mail from one person to another.
  const received = useFacts((facts) => facts.statistics?.received ?? 0);
  const fetched = useFacts((facts) => facts.statistics?.fetched ?? 0);
  const wrong = servers.filter((server) => server.state === 'failed');
  return (
    <GroupBox title={t('flows.title')}>
      <div role="status" aria-live="polite">
        {wrong.map((server) => <p key={server.name} className="flow bad"><span className="light failed" aria-hidden />{t(`server.${server.name}`)}: {serverProblem(t, server)}</p>)}
        {wrong.length === 0 ? <p className="flow good"><CircleCheck size={16} aria-hidden />{t('flows.servers')}</p> : null}
        <p className={received > 0 ? 'flow good' : 'flow'}>{received > 0 ? <CircleCheck size={16} aria-hidden /> : <Hourglass size={16} aria-hidden />}{received > 0 ? t('flows.delivered', { count: received }) : t('flows.waiting')}</p>
        <p className={fetched > 0 ? 'flow good' : 'flow'}>{fetched > 0 ? <CircleCheck size={16} aria-hidden /> : <Hourglass size={16} aria-hidden />}{fetched > 0 ? t('flows.fetched', { count: fetched }) : t('flows.not-fetched')}</p>
      </div>
    </GroupBox>
  );
}
