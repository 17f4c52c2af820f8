// The shell's message boxes and hints.
import { dialog, Notification, type BrowserWindow, type MessageBoxOptions } from 'electron';
import type { Memory } from './remembered.ts';
import type { Texts } from './texts.ts';

/** "Shut down Merpati?" Asked over the console where it is to be seen. */
export async function askExit(over: BrowserWindow | null, texts: Texts): Promise<boolean> {
  const options: MessageBoxOptions = {
    type: 'question', title: 'Merpati', message: texts('exit.question'), detail: texts('exit.detail'),
    buttons: [texts('exit.yes'), texts('exit.no')], defaultId: 1, cancelId: 1, noLink: true, normalizeAccessKeys: true,
  };
  const { response } = over?.isVisible() === true ? await dialog.showMessageBox(over, options) : await dialog.showMessageBox(options);
  return response === 0;
}

/** Once ever: where the window went. */
export function hintAfterClosing(memory: Memory, hasTray: boolean, texts: Texts): void {
  if (memory.values.closeHintGiven || !Notification.isSupported()) return;
  memory.remember({ closeHintGiven: true });
  new Notification({ title: texts('close.hintTitle'), body: texts(hasTray ? 'close.hint' : 'close.hintMinimised') }).show();
}

const told = new Set<string>();

/** Once for each reason: the engine is tried again and again, the person is not. */
export function tellEngineFailed(reason: string, texts: Texts): void {
  if (told.has(reason)) return;
  told.add(reason);
  dialog.showMessageBox({ type: 'error', title: 'Merpati', message: texts('engine.failedTitle'), detail: texts('engine.failedDetail', { reason }) })
    .catch((error: unknown) => console.error(`No message box: ${String(error)}`));
}
