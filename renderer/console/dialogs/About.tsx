// Help > About: name, version, whom it owes its inspiration to, whose marks it names.
import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import icon from '../../../assets/source/icon.svg';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useFacts } from '../console.ts';
import { dateTime } from '../format.ts';

/** The author's work by its own title: not to be translated. */
const credit = "Inspired by the course 'Mengelola Mail Server dengan MDaemon' by M. Choirul Amri, (c) 2003 IlmuKomputer.Com";

export function About({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const info = useFacts((facts) => facts.info);
  if (info === null) return null;
  return (
    <Dialog
      title={t('about.title', { product: info.product })} icon={<Info size={16} aria-hidden />} width={480} closeLabel={t('button.close')} onClose={onClose} onDefault={onClose}
      footer={<Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>}
    >
      <div className="about">
        <img src={icon} alt="" width={56} height={56} />
        <div>
          <p className="about-name">{info.product} {info.version}</p>
          <p>{t('about.what')}</p>
        </div>
      </div>
      <dl className="facts">
        <dt>{t('about.computer')}</dt><dd>{info.hostName} ({info.platform})</dd>
        <dt>{t('about.data')}</dt><dd>{info.dataDirectory}</dd>
        <dt>{t('about.started')}</dt><dd>{dateTime(info.startedAt)}</dd>
      </dl>
      <p className="note about-credit" lang="en">{credit}</p>
      <p className="note">{t('about.trademarks')}</p>
    </Dialog>
  );
}
