// A question or a message with its answers as buttons. The first answer is the default one unless `preset` names another.
import { CircleAlert, CircleCheck, CircleQuestionMark, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

export type MessageIcon = 'question' | 'warning' | 'error' | 'info';
const icons = { question: CircleQuestionMark, warning: TriangleAlert, error: CircleAlert, info: CircleCheck };

export interface MessageAnswer {
  readonly id: string;
  readonly label: string;
  readonly danger?: boolean;
}

export interface MessageBoxProps {
  readonly title: string;
  readonly icon: MessageIcon;
  readonly text: string;
  readonly details?: ReactNode;
  /** The last one is what Esc means. */
  readonly answers: readonly MessageAnswer[];
  readonly preset?: string;
  readonly closeLabel: string;
  readonly onAnswer: (id: string) => void;
}

export function MessageBox({ title, icon, text, details, answers, preset, closeLabel, onAnswer }: MessageBoxProps) {
  const Icon = icons[icon];
  const chosen = preset ?? answers[0]?.id ?? '';
  const dismiss = () => onAnswer(answers.at(-1)?.id ?? '');
  return (
    <Dialog
      role="alertdialog" className="message-box" title={title} width={460} closeLabel={closeLabel} onClose={dismiss} onDefault={() => onAnswer(chosen)}
      footer={answers.map(({ id, label, danger }) => (
        <Button key={id} kind={id === chosen ? 'primary' : danger === true ? 'danger' : 'plain'} autoFocus={id === chosen} onPress={() => onAnswer(id)}>{label}</Button>
      ))}
    >
      <Icon size={32} strokeWidth={1.6} className={icon} aria-hidden />
      <div className="text">
        {text.split('\n').map((line) => <p key={line}>{line}</p>)}
        {details}
      </div>
    </Dialog>
  );
}
