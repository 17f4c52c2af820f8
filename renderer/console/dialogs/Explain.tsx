// Queues > Explain this route: every decision on the way of a message from this sender to these addresses, as the engine would take it
// now. DNS is asked; nothing is sent.
import { CircleAlert, CircleCheck, Hourglass, Route, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExplainedRoute, QueueItem } from '../../../core/contract/records.ts';
import { Button } from '../../ui/Button.tsx';
import { ComboBoxField } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { useConsole } from '../console.ts';
import { languageOf } from '../i18n.ts';
import { problemOf, problemText } from '../problem.ts';
import { stepText } from '../words-of-mail.ts';
import { levelIcons } from './Timeline.tsx';

const offered = 100;
const outcomes: Readonly<Record<ExplainedRoute['outcome'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  local: { icon: CircleCheck, tone: 'good' }, remote: { icon: CircleCheck, tone: 'good' }, waits: { icon: Hourglass, tone: 'warning' }, bad: { icon: TriangleAlert, tone: 'warning' },
  refused: { icon: CircleAlert, tone: 'error' }, undeliverable: { icon: CircleAlert, tone: 'error' },
};

interface Answer {
  readonly routes: readonly ExplainedRoute[] | null;
  readonly failure: string | null;
  readonly busy: boolean;
}

export function Explain({ item, onClose }: { readonly item?: QueueItem; readonly onClose: () => void }) {
  const console = useConsole();
  const { t } = useTranslation();
  const [sender, setSender] = useState('');
  const [recipients, setRecipients] = useState('');
  const [answer, setAnswer] = useState<Answer>({ routes: null, failure: null, busy: false });
  const accounts = useAddresses(sender);
  const wanted = recipients.split(/[\s,;]+/).filter((address) => address !== '');
  const ask = useCallback(async (question: Parameters<ReturnType<typeof console.api>['route']['explain']>[0]) => {
    setAnswer((before) => ({ ...before, busy: true }));
    try {
      setAnswer({ routes: await console.api().route.explain(question), failure: null, busy: false });
    } catch (error) {
      setAnswer({ routes: null, failure: problemText(t, problemOf(error)), busy: false });
    }
  }, [console, t]);
  const itemId = item?.id;
  useEffect(() => { if (itemId !== undefined) void Promise.resolve().then(() => ask({ queueItem: itemId })); }, [ask, itemId]);
  const run = () => {
    if (itemId !== undefined) void ask({ queueItem: itemId });
    else if (wanted.length > 0) void ask({ sender: sender.trim(), recipients: wanted });
  };
  return (
    <Dialog
      title={t('explain.title')} icon={<Route size={16} aria-hidden />} width={760} height={660} closeLabel={t('button.close')} fill onClose={onClose} onDefault={run}
      footer={(
        <>
          <Button kind="primary" isDisabled={answer.busy || (item === undefined && wanted.length === 0)} onPress={run}>{t(answer.routes === null ? 'explain.run' : 'explain.again')}</Button>
          <Button accessKey={null} onPress={onClose}>{t('button.close')}</Button>
        </>
      )}
    >
      {item === undefined ? (
        <div className="explain-question">
          <TextBox label={t('explain.to')} help={t('explain.to.help')} value={recipients} onChange={setRecipients} autoFocus placeholder="budi@contoh.id, ani@majuterus.com" />
          <ComboBoxField label={t('explain.from')} help={t('explain.from.help')} value={sender} onChange={setSender} placeholder={t('explain.from.any')} options={accounts.map((address) => ({ value: address, label: address }))} />
        </div>
      ) : <p className="lead">{t('explain.item', { from: item.from === '' ? t('queues.null-sender') : item.from, to: item.to.join(', ') })}</p>}
      <div className="explain-answer" role="status" aria-live="polite" aria-busy={answer.busy} tabIndex={0} aria-label={t('explain.answer')}>
        {answer.failure === null ? null : <div className="banner error">{answer.failure}</div>}
        {answer.routes === null && answer.failure === null ? <p className="timeline-none">{t(answer.busy ? 'explain.asking' : 'explain.begin')}</p> : null}
        {answer.routes?.map((route, index) => <OneRoute key={index} route={route} />)}
      </div>
    </Dialog>
  );
}

function OneRoute({ route }: { readonly route: ExplainedRoute }) {
  const { t, i18n } = useTranslation();
  const language = languageOf(i18n.language);
  const { icon: Outcome, tone } = outcomes[route.outcome];
  return (
    <section className="route" aria-label={route.recipient}>
      <h3 className={`outcome ${tone}`}><Outcome size={18} aria-hidden /><span>{route.recipient}: {t(`explain.outcome.${route.outcome}`)}</span></h3>
      <p className="muted">{t('explain.nothing-sent')}</p>
      <ol className="steps">
        {route.steps.map((step, index) => {
          const Icon = levelIcons[step.level];
          return <li key={index} className={step.level}><Icon size={15} role="img" aria-label={t(`level.${step.level}`)} /><span>{stepText(step, language)}</span></li>;
        })}
      </ol>
    </section>
  );
}

/** Addresses of accounts that fit what was typed. */
function useAddresses(typed: string): readonly string[] {
  const console = useConsole();
  const [addresses, setAddresses] = useState<readonly string[]>([]);
  useEffect(() => {
    let current = true;
    const search = typed.includes('@') ? '' : typed;
    console.api().accounts.list({ limit: offered, search }).then((answer) => { if (current) setAddresses(answer.accounts.map(({ address }) => address)); }, () => undefined);
    return () => { current = false; };
  }, [console, typed]);
  return addresses;
}
