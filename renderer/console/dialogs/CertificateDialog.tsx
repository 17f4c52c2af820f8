// Setup > Certificate: what clients see over TLS, the root to trust for a certificate of our own, and setting another one.
import { BadgeCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileTrigger } from 'react-aria-components';
import type { Certificate } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { MemoBox } from '../../ui/TextBox.tsx';
import { useConsole, useFacts } from '../console.ts';
import { download } from '../download.ts';
import { dateTime } from '../format.ts';
import { problemOf, problemText } from '../problem.ts';

export function CertificateDialog({ onClose }: { readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const certificate = useCertificate();
  const [importing, setImporting] = useState(false);
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      await console.dialogs.ask({ title: t('certificate.title'), icon: 'warning', text: problemText(t, problemOf(error)), answers: [{ id: 'ok', label: t('button.ok') }] });
    }
  };
  const saveRoot = () => attempt(async () => { const { pem } = await console.api().certificate.root({}); download('merpati-root.pem', 'application/x-pem-file', pem); });
  const renew = () => attempt(async () => {
    if (certificate?.source === 'imported') {
      const answer = await console.dialogs.ask({
        title: t('certificate.title'), icon: 'question', text: t('certificate.renew.text'), answers: [{ id: 'yes', label: t('certificate.renew') }, { id: 'no', label: t('button.cancel') }], preset: 'no',
      });
      if (answer !== 'yes') return;
    }
    await console.api().certificate.renew({});
    console.dialogs.toast('good', t('certificate.renewed'));
  });
  return (
    <Dialog
      title={t('certificate.title')} icon={<BadgeCheck size={16} aria-hidden />} width={600} closeLabel={t('button.close')} onClose={onClose}
      footer={<Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>}
    >
      {certificate === null ? null : <Facts certificate={certificate} />}
      <div className="button-line">
        <Button isDisabled={certificate?.source !== 'own-authority'} onPress={() => void saveRoot()}>{t('certificate.root')}</Button>
        <Button onPress={() => void renew()}>{t('certificate.renew')}</Button>
        <Button onPress={() => setImporting(!importing)}>{t('certificate.import')}</Button>
      </div>
      <p className="note">{t('certificate.root.note')}</p>
      {importing ? <Import onDone={() => setImporting(false)} /> : null}
    </Dialog>
  );
}

function Facts({ certificate }: { readonly certificate: Certificate }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const days = Math.floor((certificate.validTo - now) / 86_400_000);
  return (
    <GroupBox title={t('certificate.group')}>
      <dl className="facts">
        <dt>{t('certificate.source')}</dt><dd>{t(`certificate.source.${certificate.source}`)}</dd>
        <dt>{t('certificate.subject')}</dt><dd>{certificate.subject}</dd>
        <dt>{t('certificate.names')}</dt><dd>{certificate.names.join(', ')}</dd>
        <dt>{t('certificate.issuer')}</dt><dd>{certificate.issuer}</dd>
        <dt>{t('certificate.valid')}</dt><dd>{t('certificate.valid.range', { from: dateTime(certificate.validFrom), to: dateTime(certificate.validTo) })} ({days < 0 ? t('certificate.expired') : t('certificate.days', { count: days })})</dd>
        <dt>{t('certificate.fingerprint')}</dt><dd className="mono">{certificate.fingerprint256}</dd>
      </dl>
    </GroupBox>
  );
}

function useCertificate(): Certificate | null {
  const console = useConsole();
  const { t } = useTranslation();
  const version = useFacts((facts) => facts.versions.certificate);
  const [certificate, setCertificate] = useState<Certificate | null>(null);
  useEffect(() => {
    let current = true;
    console.api().certificate.get({}).then((found) => { if (current) setCertificate(found); }, (error: unknown) => console.dialogs.toast('error', problemText(t, problemOf(error))));
    return () => { current = false; };
  }, [console, version, t]);
  return certificate;
}

function Import({ onDone }: { readonly onDone: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [certificatePem, setCertificate] = useState('');
  const [keyPem, setKey] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async () => {
    try {
      await console.api().certificate.import({ certificatePem, keyPem });
      console.dialogs.toast('good', t('certificate.imported'));
      onDone();
    } catch (error) {
      setFailure(problemText(t, problemOf(error)));
    }
  };
  const file = (set: (text: string) => void) => <FileTrigger acceptedFileTypes={['.pem', '.crt', '.cer', '.key']} onSelect={(files) => { void files?.item(0)?.text().then(set); }}><Button look="small">{t('button.file')}</Button></FileTrigger>;
  return (
    <GroupBox title={t('certificate.import.group')}>
      <MemoBox wide label={t('certificate.pem')} help={t('certificate.pem.help')} value={certificatePem} onChange={setCertificate} rows={4} mono placeholder="-----BEGIN CERTIFICATE-----" after={file(setCertificate)} />
      <MemoBox wide label={t('certificate.key')} help={t('certificate.key.help')} value={keyPem} onChange={setKey} rows={4} mono placeholder="-----BEGIN PRIVATE KEY-----" after={file(setKey)} />
      {failure === null ? null : <p className="field-error" role="alert">{failure}</p>}
      <div className="align-right"><Button isDisabled={certificatePem.trim() === '' || keyPem.trim() === ''} onPress={() => void submit()}>{t('certificate.import.button')}</Button></div>
    </GroupBox>
  );
}
