// Why something did not go: what it means, whose fault it is, what to do, and the other server's own words.
import { useTranslation } from 'react-i18next';
import type { Explained } from '../words-of-mail.ts';

export function ReasonBlock({ because }: { readonly because: Explained }) {
  const { t } = useTranslation();
  return (
    <div className="reason">
      {because.means === '' ? null : <p>{because.means}</p>}
      <dl className="facts">
        {because.fault === '' ? null : <><dt>{t('reason.fault')}</dt><dd>{because.fault}</dd></>}
        {because.cure === '' ? null : <><dt>{t('reason.cure')}</dt><dd>{because.cure}</dd></>}
        {because.said === '' ? null : <><dt>{t('reason.said')}</dt><dd className="said">{because.said}</dd></>}
      </dl>
    </div>
  );
}
