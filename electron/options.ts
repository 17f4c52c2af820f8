// The words behind `merpati` on the command line of the desktop, and where its data lies.
//
//     merpati [--data DIR] [--hidden]
import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';

export interface ShellOptions {
  readonly dataDirectory: string;
  /** Another folder than the usual one was named. */
  readonly dataChosen: boolean;
  /** Start in the tray, as at logon. */
  readonly hidden: boolean;
}

/** Reads what it knows; Electron and Chromium have words of their own, which pass by. A second start's words come with its folder. */
export function readOptions(args: readonly string[], home: string, environment: Readonly<Record<string, string | undefined>>, workingDirectory: string): ShellOptions {
  const at = args.indexOf('--data');
  const named = at >= 0 ? args[at + 1] : args.find((word) => word.startsWith('--data='))?.slice('--data='.length);
  const usual = join(home, 'Merpati');
  const wanted = named ?? environment['MERPATI_DATA'] ?? usual;
  const dataDirectory = isAbsolute(wanted) ? resolve(wanted) : resolve(workingDirectory, wanted);
  return { dataDirectory, dataChosen: dataDirectory !== usual, hidden: args.includes('--hidden') };
}

/** The window's own folder: one for each data folder, so that each has its own single instance. */
export function profileDirectory(appData: string, { dataDirectory, dataChosen }: ShellOptions): string {
  return join(appData, dataChosen ? `Merpati-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}` : 'Merpati');
}
