// The live sessions, one row each. Double-click shows what is being said; Disconnect drops one at once.
import { LockKeyhole, LockKeyholeOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Toolbar } from 'react-aria-components';
import type { Session } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Grid, type Column } from '../../ui/Grid.tsx';
import { useConsole, useFacts } from '../console.ts';
import { duration, size } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';

export function SessionsView() {
  const console = useConsole();
  const { t } = useTranslation();
  const sessions = useFacts((facts) => facts.sessions);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const columns = useColumns();
  const open = (session: Session) => console.dialogs.open({ kind: 'transcript', session });
  const disconnect = async (ids: readonly number[]) => {
    for (const id of ids) {
      try {
        await console.api().sessions.disconnect({ id });
      } catch (error) {
        const problem = problemOf(error);
        // It ended by itself meanwhile: that is what was asked for.
        if (problem.kind !== 'not-found') console.dialogs.toast('error', problemText(t, problem));
      }
    }
  };
  const chosen = sessions.filter((session) => selected.has(session.id));
  const first = chosen[0];
  return (
    <div className="log-view">
      <Toolbar className="toolbar" aria-label={t('sessions.toolbar')}>
        <Button look="flat" accessKey={null} isDisabled={first === undefined} onPress={() => { if (first !== undefined) open(first); }}>{t('sessions.transcript')}</Button>
        <Button look="flat" accessKey={null} isDisabled={first === undefined} onPress={() => void disconnect(chosen.map(({ id }) => id))}>{t('sessions.disconnect')}</Button>
        <span className="spacer" />
        <span className="muted">{t('status.sessions', { count: sessions.length })}</span>
      </Toolbar>
      <Grid
        bare label={t('tab.sessions')} columns={columns} count={sessions.length} row={(index) => sessions[index]} id={(session) => session.id} selected={selected} onSelect={setSelected}
        onOpen={open} onDelete={() => void disconnect(chosen.map(({ id }) => id))} empty={t('sessions.none')}
        menu={(session) => [
          { id: 'transcript', label: t('sessions.menu.transcript'), run: () => open(session) },
          { id: 'disconnect', label: t('sessions.menu.disconnect'), run: () => void disconnect([session.id]) },
        ]}
      />
    </div>
  );
}

function useColumns(): Column<Session>[] {
  const { t, i18n } = useTranslation();
  const now = useSeconds();
  return [
    { id: 'server', title: t('sessions.server'), width: 100, render: (session) => t(`server.${session.server}`), text: (session) => session.server },
    {
      id: 'peer', title: t('sessions.peer'), width: 165, text: (session) => session.peer,
      render: (session) => <>{session.tls ? <LockKeyhole size={12} role="img" aria-label="TLS" /> : <LockKeyholeOpen size={12} className="muted" role="img" aria-label={t('sessions.no-tls')} />}<span>{session.peer}</span></>,
    },
    { id: 'account', title: t('sessions.account'), width: 135, render: (session) => session.account },
    { id: 'state', title: t('sessions.state'), width: 105, render: (session) => t(`sessions.state.${session.state}`, { defaultValue: session.state }) },
    { id: 'from', title: t('sessions.from'), width: 130, grow: true, render: (session) => session.from },
    { id: 'to', title: t('sessions.to'), width: 120, render: (session) => session.to.join(', ') },
    { id: 'bytes', title: t('sessions.bytes'), width: 115, align: 'right', render: (session) => `${size(session.bytesIn, i18n.language)} / ${size(session.bytesOut, i18n.language)}` },
    { id: 'since', title: t('sessions.duration'), width: 60, align: 'right', render: (session) => duration(now - session.startedAt) },
  ];
}

function useSeconds(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
