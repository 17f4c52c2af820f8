// What the console page may ask of the shell (core/contract/desktop.ts). Every message is checked: that it comes from our page's top
// frame, and that it says something we know.
import { dialog, ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { commands, type CommandId } from '../core/contract/commands.ts';
import type { PageState } from '../core/contract/desktop.ts';
import { channels } from './channels.ts';

export interface ConsoleAnswers {
  readonly isOurs: (event: IpcMainEvent | IpcMainInvokeEvent) => boolean;
  readonly window: () => BrowserWindow | null;
  readonly onReady: () => void;
  readonly onPortWanted: () => void;
  readonly onCommand: (id: CommandId) => void;
  readonly onState: (state: PageState) => void;
}

const pageState = z.object({ dialogOpen: z.boolean(), language: z.enum(['en', 'id']), theme: z.enum(['system', 'light', 'dark']) });

export function answerConsole({ isOurs, window, onReady, onPortWanted, onCommand, onState }: ConsoleAnswers): void {
  const on = (channel: string, answer: (value: unknown) => void): void => {
    ipcMain.on(channel, (event, value: unknown) => {
      if (isOurs(event)) answer(value);
      else console.error(`${channel} came from ${event.senderFrame?.url ?? 'nowhere'} and was ignored`);
    });
  };
  on(channels.ready, onReady);
  on(channels.requestPort, onPortWanted);
  on(channels.run, (value) => {
    const command = commands.find(({ id, where }) => id === value && where === 'shell');
    if (command !== undefined) onCommand(command.id);
  });
  on(channels.setState, (value) => {
    const state = pageState.safeParse(value);
    if (state.success) onState(state.data);
  });
  ipcMain.handle(channels.chooseFolder, async (event, startIn: unknown) => {
    const parent = window();
    if (!isOurs(event) || parent === null) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      properties: ['openDirectory', 'createDirectory'], ...(typeof startIn === 'string' && startIn !== '' ? { defaultPath: startIn } : {}),
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
}
