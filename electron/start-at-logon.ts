// Start at logon, as the setting says: the system's own list on Windows and macOS, a desktop entry in the autostart folder on Linux
// (which Electron leaves to us).
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app } from 'electron';
import { desktopEntry } from './desktop-entry.ts';

export interface LogonCommand {
  /** One for each data folder that Merpati runs on. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** The command that starts this program again: an AppImage by its own file, a clone by Electron and its folder. */
export function logonCommand(dataDirectory: string | null, profile: string): LogonCommand {
  const args = [...(app.isPackaged ? [] : [app.getAppPath()]), '--hidden', ...(dataDirectory === null ? [] : ['--data', dataDirectory])];
  return { name: basename(profile).toLowerCase(), program: process.env['APPIMAGE'] ?? process.execPath, args };
}

export async function setStartAtLogon(enabled: boolean, { name, program, args }: LogonCommand): Promise<void> {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: enabled, name, path: program, args: args.map((word) => (/\s/.test(word) ? `"${word}"` : word)) });
    return;
  }
  const folder = join(process.env['XDG_CONFIG_HOME'] ?? join(app.getPath('home'), '.config'), 'autostart');
  const file = join(folder, `${name}.desktop`);
  if (!enabled) {
    await rm(file, { force: true });
    return;
  }
  const wanted = desktopEntry(program, args);
  if ((await readFile(file, 'utf8').catch(() => '')) === wanted) return;
  await mkdir(folder, { recursive: true });
  await writeFile(file, wanted);
}
