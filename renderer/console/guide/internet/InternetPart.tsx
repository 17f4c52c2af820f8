// The set-up guide's second part: three steps from a LAN to the Internet. Offered after the first part, and whenever the guide is opened
// again; nothing is sent by it, and nothing saved before its second step is left with Next.
import { Globe } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button.tsx';
import type { Findings } from './findings.ts';
import { LineStep } from './LineStep.tsx';
import { SummaryStep } from './SummaryStep.tsx';
import { WayStep } from './WayStep.tsx';

const steps = ['line', 'way', 'summary'] as const;

export function InternetPart({ onBack, onFinish }: { readonly onBack: () => void; readonly onFinish: () => void }) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const [findings, setFindings] = useState<Findings>({});
  const step = steps[index] ?? 'line';
  return (
    <>
      <ol className="guide-steps" aria-label={t('guide.steps')}>
        {steps.map((id, number) => (
          <li key={id} aria-current={id === step ? 'step' : undefined} className={number < index ? 'done' : ''}><b>{number + 1}</b>{t(`internet-guide.step.${id}`)}</li>
        ))}
      </ol>
      <div className="step">
        {step === 'line' ? <LineStep findings={findings} onFinding={(check, finding) => setFindings((before) => ({ ...before, [check]: finding }))} onAgain={() => setFindings({})} /> : null}
        {step === 'way' ? <WayStep findings={findings} onBack={() => setIndex(0)} onDone={() => setIndex(2)} onCancel={onFinish} /> : null}
        {step === 'summary' ? <SummaryStep findings={findings} /> : null}
      </div>
      {step === 'way' ? null : (
        <div className="footer">
          <Button onPress={() => { if (index === 0) onBack(); else setIndex(index - 1); }}>{t('guide.back')}</Button>
          {step === 'line' ? <Button kind="primary" autoFocus onPress={() => setIndex(1)}>{t('guide.next')}</Button> : <Button kind="primary" autoFocus onPress={onFinish}>{t('guide.finish')}</Button>}
          <Button accessKey={null} onPress={onFinish}>{t('button.close')}</Button>
        </div>
      )}
    </>
  );
}

/** The line in the first part that leads here. */
export function InternetOffer({ onAccept }: { readonly onAccept: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="banner offer">
      <Globe size={16} aria-hidden />
      <span className="grow">{t('internet-guide.offer')}</span>
      <Button look="small" onPress={onAccept}>{t('internet-guide.offer.accept')}</Button>
    </div>
  );
}
