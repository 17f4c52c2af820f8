// What a person types into a mail client, per account, and the sheet to print. For chosen accounts, or for one that is looked up.
import { Printer, Smartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { ComboBoxField } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useConsole } from '../console.ts';
import { ClientCard, PrintArea } from '../guide/ClientCard.tsx';
import { printCards, useClientSettings } from '../guide/client-settings.ts';

export function ClientSettingsDialog({ accountIds, onClose }: { readonly accountIds: readonly number[] | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<number | null>(null);
  const ids = accountIds ?? (found === null ? [] : [found]);
  const { cards, failure } = useClientSettings(ids);
  return (
    <Dialog
      title={t('client.title')} icon={<Smartphone size={16} aria-hidden />} width={600} height={600} closeLabel={t('button.close')} onClose={onClose}
      footer={(
        <>
          <Button isDisabled={cards.length === 0} onPress={() => printCards()}><Printer size={14} aria-hidden />{t('client.print')}</Button>
          <Button kind="primary" accessKey={null} autoFocus={accountIds !== null} onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      {accountIds === null ? <AccountSearch onFound={setFound} /> : null}
      {failure === null ? null : <p className="banner error" role="alert">{failure}</p>}
      {cards.length === 0 && failure === null ? <p className="note">{t('client.choose')}</p> : null}
      <div className="cards">{cards.map((settings) => <ClientCard key={settings.accountId} settings={settings} password={null} />)}</div>
      <PrintArea cards={cards} passwords={noPasswords} />
    </Dialog>
  );
}

const offered = 50;
const noPasswords: ReadonlyMap<number, string> = new Map();

function AccountSearch({ onFound }: { readonly onFound: (id: number | null) => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [options, setOptions] = useState<readonly { value: string; label: string }[]>([]);
  useEffect(() => {
    let current = true;
    console.api().accounts.list({ search: text.split('@')[0] ?? '', limit: offered }).then(({ accounts }) => {
      if (!current) return;
      setOptions(accounts.map(({ address, fullName }) => ({ value: address, label: fullName === '' ? address : `${address} (${fullName})` })));
      onFound(accounts.find(({ address }) => address.toLowerCase() === text.trim().toLowerCase())?.id ?? (accounts.length === 1 ? accounts[0]?.id ?? null : null));
    }, () => undefined);
    return () => { current = false; };
  }, [console, text, onFound]);
  return <ComboBoxField label={t('client.account')} help={t('client.account.help')} value={text} onChange={setText} options={options} placeholder={t('client.account.placeholder')} />;
}
