// Starts the console page: chooses the transport (desktop or browser), makes the stores, draws the window.
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import type { DesktopApi } from '../../core/contract/desktop.ts';
import { systemLanguage } from '../../core/contract/language.ts';
import '../ui/styles/theme.css';
import '../ui/styles/controls.css';
import '../ui/styles/dialog.css';
import '../ui/styles/lists.css';
import './console.css';
import { App } from './App.tsx';
import { browserTransport, desktopTransport, startConnection } from './connection.ts';
import { ConsoleContext, createConsole } from './console.ts';
import { startTexts } from './i18n.ts';
import { signInByLink } from './sign-in.ts';

declare global {
  interface Window {
    readonly merpati?: DesktopApi;
  }
}

// Our content security policy has no unsafe-eval; zod would try to compile its checks and leave a complaint in the log.
z.config({ jitless: true });

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  const desktop = window.merpati ?? null;
  const texts = await startTexts(systemLanguage(navigator.languages));
  const byLink = desktop === null ? await signInByLink() : null;
  const connection = startConnection(desktop === null ? browserTransport() : desktopTransport(desktop), byLink?.kind === 'wrong' ? 'link-refused' : 'new');
  const console = createConsole(connection, desktop, localStorage);
  createRoot(root).render(
    <I18nextProvider i18n={texts}>
      <ConsoleContext value={console}><App /></ConsoleContext>
    </I18nextProvider>,
  );
}

void start();
