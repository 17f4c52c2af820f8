// What is remembered of DNS: answers with their time to live, fixed mail servers, the hosts file. Clear forgets the answers.
import { DatabaseZap } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Grid } from '../../ui/Grid.tsx';
import type { Api } from '../connection.ts';
import { useConsole } from '../console.ts';
import { dateTime } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';

type Entry = Awaited<ReturnType<Api['dns']['cache']>>[number] & { readonly number: number };
const none: ReadonlySet<number> = new Set();

export function DnsCache({ onClose }: { readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const attempt = useCallback(async (before?: () => Promise<unknown>) => {
    try {
      await before?.();
      setEntries((await console.api().dns.cache({})).map((entry, number) => ({ ...entry, number })));
    } catch (error) {
      console.dialogs.toast('error', problemText(t, problemOf(error)));
    }
  }, [console, t]);
  useEffect(() => {
    void Promise.resolve().then(() => attempt());
  }, [attempt]);
  return (
    <Dialog
      title={t('dns.cache.title')} icon={<DatabaseZap size={16} aria-hidden />} width={760} height={460} closeLabel={t('button.close')} fill onClose={onClose}
      footer={(
        <>
          <Button onPress={() => void attempt()}>{t('button.refresh')}</Button>
          <Button onPress={() => void attempt(() => console.api().dns.clearCache({}))}>{t('dns.cache.clear')}</Button>
          <Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      <Grid
        label={t('dns.cache.title')} count={entries.length} row={(index) => entries[index]} id={(entry) => entry.number} selected={none} onSelect={() => undefined} empty={t('dns.cache.none')}
        columns={[
          { id: 'name', title: t('dns.cache.name'), width: 190, render: (entry) => entry.name, text: (entry) => entry.name },
          { id: 'type', title: t('dns.cache.type'), width: 60, render: (entry) => entry.type },
          { id: 'answer', title: t('dns.cache.answer'), width: 240, render: (entry) => entry.answer },
          { id: 'server', title: t('dns.cache.server'), width: 110, render: (entry) => entry.server },
          { id: 'expires', title: t('dns.cache.expires'), width: 130, render: (entry) => (entry.expiresAt === null ? t('dns.cache.fixed') : dateTime(entry.expiresAt)) },
        ]}
      />
    </Dialog>
  );
}
