// The main window: menu bar, toolbar, the two panes with the bar between them, status bar; dialogs and results above it.
import { CloudOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Splitter } from '../../ui/Splitter.tsx';
import { Toasts } from '../../ui/Toasts.tsx';
import { useConsole, useDialogs, useFacts, useView } from '../console.ts';
import { DialogHost } from '../dialogs/DialogHost.tsx';
import { commandFor } from '../keys.ts';
import { runCommand } from '../run-command.ts';
import { CommandBar, CommandMenus } from './Commands.tsx';
import { LeftPane } from './LeftPane.tsx';
import { RightPane } from './RightPane.tsx';
import { StatusLine } from './StatusLine.tsx';

export function MainWindow() {
  const console = useConsole();
  const { t } = useTranslation();
  const { leftWidth, switched } = useView((view) => view);
  const toasts = useDialogs((dialogs) => dialogs.toasts);
  const product = useFacts((facts) => facts.info?.product ?? '');
  const domain = useFacts((facts) => facts.settings?.['domain.name'] ?? '');
  useEffect(() => { document.title = domain === '' ? product : `${domain} - ${product}`; }, [domain, product]);
  useCommandKeys();
  useDesktop();
  useGuideAtFirst();
  const left = <div className="pane left" style={{ width: `${leftWidth}px` }} key="left"><LeftPane /></div>;
  const right = <div className="pane right" key="right"><RightPane /></div>;
  const bar = <Splitter key="bar" label={t('splitter')} size={leftWidth} min={160} max={600} reversed={switched} onSize={(size) => console.view.setState({ leftWidth: size })} />;
  return (
    <div className="window">
      <header>
        {console.desktop?.nativeMenuBar === true ? null : <CommandMenus />}
        <CommandBar />
      </header>
      <LostBanner />
      <main className="panes">{switched ? [right, bar, left] : [left, bar, right]}</main>
      <StatusLine />
      <DialogHost />
      <Toasts toasts={toasts} closeLabel={t('button.close')} onClose={console.dialogs.dismiss} />
    </div>
  );
}

function LostBanner() {
  const { t } = useTranslation();
  const lost = useStore(useConsole().connection.state, (state) => state.kind === 'lost');
  return (
    <div role="alert" className="lost-place">
      {lost ? <div className="lost"><CloudOff size={16} aria-hidden />{t('lost')}</div> : null}
    </div>
  );
}

/** F2, Alt+N and the others work anywhere in the window, unless a dialog is open. */
function useCommandKeys(): void {
  const console = useConsole();
  const { t } = useTranslation();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = commandFor(event);
      if (command === undefined) return;
      // The browser's own meaning of the key must not happen while a dialog is open either.
      event.preventDefault();
      if (console.dialogs.getState().stack.length === 0) runCommand(console, t, command.id);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [console, t]);
}

/** Commands of the native menu and the tray come in; what the shell must know goes out. */
function useDesktop(): void {
  const console = useConsole();
  const { t, i18n } = useTranslation();
  const dialogOpen = useDialogs((dialogs) => dialogs.stack.length > 0);
  const theme = useFacts((facts) => facts.settings?.['console.theme'] ?? 'system');
  const language = i18n.language === 'id' ? 'id' : 'en';
  useEffect(() => console.desktop?.setState({ dialogOpen, language, theme }), [console, dialogOpen, language, theme]);
  useEffect(() => console.desktop?.onCommand((command) => {
    if (console.dialogs.getState().stack.length === 0) runCommand(console, t, command);
  }), [console, t]);
}

/** A server that was never set up begins with the guide. */
function useGuideAtFirst(): void {
  const { dialogs, facts } = useConsole();
  useEffect(() => {
    const { settings } = facts.getState();
    if (settings !== null && !settings['setup.finished'] && dialogs.getState().stack.length === 0) dialogs.open({ kind: 'guide' });
  }, [dialogs, facts]);
}
