// The card of one account: what to type into a mail client. On the screen, and one a card on the printed sheet.
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { ClientSettings } from '../../../core/contract/records.ts';

interface ClientCardProps {
  readonly settings: ClientSettings;
  /** Known only right after it was made here. */
  readonly password: string | null;
}

export function ClientCard({ settings, password }: ClientCardProps) {
  const { t } = useTranslation();
  const { fullName, address, logon, hosts, incoming, outgoing } = settings;
  const logonNeeded = outgoing.some((way) => way.logon);
  return (
    <section className="card-sheet" aria-label={address}>
      <h3>{fullName === '' ? address : fullName}</h3>
      <dl className="facts">
        <dt>{t('card.address')}</dt><dd>{address}</dd>
        <dt>{t('card.logon')}</dt><dd>{logon}</dd>
        <dt>{t('card.password')}</dt><dd>{password !== null ? <span className="mono">{password}</span> : <span className="muted">{t('card.password.own')}</span>}</dd>
        <dt>{t('card.server')}</dt><dd>{hosts[0] ?? ''}{hosts.length > 1 ? <span className="muted"> ({t('card.or', { hosts: hosts.slice(1).join(', ') })})</span> : null}</dd>
        <dt>{t('card.incoming')}</dt><dd>{incoming.length === 0 ? t('card.off') : incoming.map((way) => <div key={`${way.port}${way.security}`}>{t('card.way', { protocol: 'POP3', port: way.port, security: t(`card.security.${way.security}`) })}</div>)}</dd>
        <dt>{t('card.outgoing')}</dt><dd>{outgoing.length === 0 ? t('card.off') : outgoing.map((way) => <div key={`${way.port}${way.security}`}>{t('card.way', { protocol: 'SMTP', port: way.port, security: t(`card.security.${way.security}`) })}</div>)}</dd>
      </dl>
      {logonNeeded ? <p className="note">{t('card.logon.note')}</p> : null}
    </section>
  );
}

/** The same cards for the printer: not on the screen, and all there is on paper. */
export function PrintArea({ cards, passwords }: { readonly cards: readonly ClientSettings[]; readonly passwords: ReadonlyMap<number, string> }) {
  return createPortal(
    <div className="print-area" aria-hidden>{cards.map((settings) => <ClientCard key={settings.accountId} settings={settings} password={passwords.get(settings.accountId) ?? null} />)}</div>,
    document.body,
  );
}
