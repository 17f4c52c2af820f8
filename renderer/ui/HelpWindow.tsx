// What the Help button of a dialog shows: each field of the present tab with what it is for.
import { CircleQuestionMark } from 'lucide-react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

export interface HelpEntry {
  readonly term: string;
  readonly text: string;
}

interface HelpWindowProps {
  readonly title: string;
  readonly entries: readonly HelpEntry[];
  readonly empty: string;
  readonly close: string;
  readonly onClose: () => void;
}

export function HelpWindow({ title, entries, empty, close, onClose }: HelpWindowProps) {
  return (
    <Dialog
      title={title} icon={<CircleQuestionMark size={16} aria-hidden />} width={520} closeLabel={close} onClose={onClose} onDefault={onClose}
      footer={<Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{close}</Button>}
    >
      {entries.length === 0 ? <p>{empty}</p> : (
        <dl className="help-list">
          {entries.map(({ term, text }) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}
        </dl>
      )}
    </Dialog>
  );
}
