// The status bar: how the whole is, sessions, queued mail, accounts, the time of this computer.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useConsole, useFacts } from '../console.ts';
import { count, time } from '../format.ts';

export function StatusLine() {
  const { t, i18n } = useTranslation();
  const connection = useStore(useConsole().connection.state, (state) => state.kind);
  const servers = useFacts((facts) => facts.servers);
  const sessions = useFacts((facts) => facts.sessions.length);
  const queued = useFacts((facts) => facts.queues.reduce((sum, queue) => sum + queue.messages, 0));
  const accounts = useFacts((facts) => facts.statistics?.accounts ?? 0);
  const failed = servers.filter((server) => server.state === 'failed');
  const active = servers.some((server) => server.state === 'active');
  const online = connection === 'online';
  const light = !online ? 'unknown' : failed.length > 0 ? 'failed' : active ? 'active' : 'inactive';
  const text = !online ? t('status.lost')
    : failed.length > 0 ? t('status.failed', { servers: failed.map((server) => t(`server.${server.name}`)).join(', ') })
      : active ? t('status.ready') : t('status.off');
  return (
    <footer className="status-bar">
      <div className="cell grow"><span className={`light ${light}`} aria-hidden />{text}</div>
      {online ? <div className="cell">{t('status.sessions', { count: sessions })}</div> : null}
      <div className="cell">{t('status.queued', { count: queued })}</div>
      <div className="cell">{t('status.accounts', { count: accounts, shown: count(accounts, i18n.language) })}</div>
      <Clock />
    </footer>
  );
}

function Clock() {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <div className="cell numbers" aria-hidden>{time(now)}</div>;
}
