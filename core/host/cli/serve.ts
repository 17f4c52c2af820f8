// `merpati serve`: the engine in the foreground, without a display. SIGTERM and SIGINT end it gracefully.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { languageOfEnvironment } from '../../contract/language.ts';
import { startEngine } from '../engine.ts';
import { installLastResort } from '../last-resort.ts';
import { complain, print } from './output.ts';
import { dataOption } from './data-directory.ts';

export const serveHelp = `merpati serve [--data DIR] [--console] [--console-port N] [--console-address IP] [--open] [--quiet]

  --data DIR           where settings and mail are kept
  --console            open the console for browsers on this computer (off without it)
  --console-port N     its port (default 8025; implies --console)
  --console-address IP its address (default 127.0.0.1; another one is served over TLS and needs the console password)
  --open               open the browser, signed in
  --quiet              no System log on the terminal`;

/** Set-up of a port failed for good; systemd and people see why. */
const failed = 1;

export async function serve(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args], strict: true,
    options: {
      ...dataOption, console: { type: 'boolean' }, 'console-port': { type: 'string' }, 'console-address': { type: 'string' }, open: { type: 'boolean' }, quiet: { type: 'boolean' },
    },
  });
  const wantsConsole = values.console === true || values['console-port'] !== undefined || values['console-address'] !== undefined || values.open === true;
  const port = Number(values['console-port'] ?? 8025);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    complain('--console-port takes a number from 0 to 65535.');
    return failed;
  }
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const engine = await startEngine({
    dataDirectory: values.data, host: 'headless', listen: true, onShutDown: stop, defaultLanguage: languageOfEnvironment(process.env),
    ...(values.quiet === true ? {} : { echo: (text, level) => (level === 'error' ? complain(text) : print(text)) }),
  });
  installLastResort((text, level) => engine.note(text, level), () => engine.close());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  try {
    if (wantsConsole) {
      const page = await engine.openConsole({ address: values['console-address'] ?? '127.0.0.1', port });
      const link = `${page.url}${engine.access.link().path}`;
      print(`Console: ${page.url}`);
      print(`Sign in once with this link (good for 15 minutes): ${link}`);
      if (values.open === true) openBrowser(link);
    }
    print('Merpati is running');
    await stopped;
    print('Stopping ...');
  } finally {
    await engine.close();
  }
  return 0;
}

/** Opening is a courtesy: where it does not work the link on the terminal is enough. */
function openBrowser(url: string): void {
  const [program, args] = process.platform === 'win32' ? ['rundll32', ['url.dll,FileProtocolHandler', url]] as const : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]] as const;
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
