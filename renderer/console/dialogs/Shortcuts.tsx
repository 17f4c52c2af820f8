// Help > Keyboard shortcuts (F1): the keys of the command table, and those of every dialog and list.
import { Keyboard } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { commands } from '../../../core/contract/commands.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { GroupBox } from '../../ui/Field.tsx';
import { plainLabel } from '../../ui/label.ts';
import { useConsole } from '../console.ts';

const general = [
  ['Alt, F10', 'shortcuts.menu'], ['Enter', 'shortcuts.enter'], ['Esc', 'shortcuts.escape'], ['Ctrl+Tab, Ctrl+PgDn', 'shortcuts.tab'], ['Ctrl+A, Shift, Ctrl', 'shortcuts.select'],
  ['Shift+F10', 'shortcuts.context'], ['Del', 'shortcuts.delete'],
] as const;

/** As in window/queues/use-queue-commands.tsx, in its order. */
const queueKeys = [
  ['Ctrl+Enter', 'queues.menu.retry'], ['Ctrl+H', 'queues.menu.hold'], ['Ctrl+L', 'queues.menu.release'], ['Ctrl+G', 'queues.menu.reroute'], ['Ctrl+B', 'queues.menu.giveBack'],
  ['Ctrl+E', 'queues.menu.explain'], ['Ctrl+I', 'queues.menu.trace'], ['Ctrl+S', 'queues.menu.save'], ['Ctrl+C', 'queues.menu.copy'],
] as const;

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { desktop } = useConsole();
  const keyed = commands.filter(({ key, where }) => key !== undefined && (where === 'page' || desktop !== null));
  return (
    <Dialog
      title={t('shortcuts.title')} icon={<Keyboard size={16} aria-hidden />} width={520} closeLabel={t('button.close')} onClose={onClose} onDefault={onClose}
      footer={<Button kind="primary" accessKey={null} autoFocus onPress={onClose}>{t('button.close')}</Button>}
    >
      <GroupBox title={t('shortcuts.commands')}>
        <dl className="facts">{keyed.map(({ id, key }) => <div key={id} className="contents"><dt><kbd>{key}</kbd></dt><dd>{plainLabel(t(`command.${id}`))}</dd></div>)}</dl>
      </GroupBox>
      <GroupBox title={t('tab.queues')}>
        <dl className="facts">{queueKeys.map(([key, text]) => <div key={key} className="contents"><dt><kbd>{key}</kbd></dt><dd>{plainLabel(t(text))}</dd></div>)}</dl>
      </GroupBox>
      <GroupBox title={t('shortcuts.everywhere')}>
        <dl className="facts">{general.map(([key, text]) => <div key={key} className="contents"><dt><kbd>{key}</kbd></dt><dd>{t(text)}</dd></div>)}</dl>
      </GroupBox>
    </Dialog>
  );
}
