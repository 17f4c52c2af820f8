// The console under test: the real engine (`merpati serve`) on a fresh data folder, and its page in Debian's Chromium, signed in by
// the one-time link. Screenshots go to out/screenshots; complaints of the page fail the test that asks for them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { build } from '../../../scripts/build.ts';
import { choosePorts, freshData, removeData, startMerpati, type Merpati } from '../../helpers/merpati.ts';
import { connectLocally, type Client } from './client.ts';

const pictures = join(import.meta.dirname, '..', '..', '..', 'out', 'screenshots');

export interface ConsoleUnderTest {
  readonly server: Merpati;
  /** The contract over the data folder's local socket, to prepare and to check what the page did. */
  readonly client: Client;
  readonly page: Page;
  /** What the page complained about: errors thrown, messages of the browser's console. */
  readonly complaints: readonly string[];
  /** Another page, of another visitor who is not signed in. */
  visitor(): Promise<Page>;
  /** Starts the engine again on the same data and ports after it was stopped. */
  restart(): Promise<void>;
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface ConsoleOptions {
  /** `name=value` words for `merpati settings set`. */
  readonly settings?: readonly string[];
  readonly context?: BrowserContextOptions;
}

export const launchChromium = (): Promise<Browser> => chromium.launch({
  executablePath: '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** DNS is asked of an address of this computer where nobody answers, unless a test names another one: nothing leaves the machine. */
const offline = ['dns.useSystem=false', 'dns.primary=127.0.0.9', 'dns.useHostsFile=false', 'dns.retries=0', 'timers.mxSeconds=1', 'timers.aSeconds=1'] as const;

/** Words for a server that is set up already. */
export const setUp = ['domain.name=majuterus.com', 'setup.finished=true', 'accounts.welcomeMessage=false'] as const;

export async function openConsole(options: ConsoleOptions = {}): Promise<ConsoleUnderTest> {
  await build({ quiet: true });
  const data = await freshData();
  const ports = await choosePorts(data, [...offline, ...options.settings ?? []]);
  let server = await startMerpati(data, ports, ['--console-port', '0']);
  const origin = new URL(server.consoleLink).origin;
  let connection = await connectLocally(data);
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, locale: 'en-GB', ...options.context });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`); });
  await page.goto(server.consoleLink);
  await page.getByRole('menubar').waitFor();
  return {
    get server() { return server; },
    get client() { return connection.client; },
    page, complaints,
    async visitor() {
      const other = await (await browser.newContext({ viewport: { width: 1180, height: 760 }, locale: 'en-GB' })).newPage();
      other.setDefaultTimeout(15_000);
      await other.goto(origin);
      return other;
    },
    async restart() {
      server = await startMerpati(data, ports, ['--console-port', new URL(origin).port]);
      connection = await connectLocally(data);
    },
    async picture(name) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    },
    async close() {
      await browser.close();
      connection.close();
      await server.stop();
      await removeData(data);
    },
  };
}

export const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole('dialog', { name });
export const question = (page: Page): Locator => page.getByRole('alertdialog');

/** Opens a menu by its name and chooses an item, with the mouse. */
export async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole('menubar').getByRole('menuitem', { name: menu, exact: true }).click();
  await page.getByRole('menu').getByRole('menuitem', { name: item, exact: true }).click();
}

/** A field of a dialog by its label. */
export const field = (within: Locator, label: string): Locator => within.getByRole('textbox', { name: label, exact: true });

export const gone = (locator: Locator): Promise<void> => locator.waitFor({ state: 'detached' });

/** Waits until `ask` says true. Bounded, and asks at a calm pace. */
export async function until(ask: () => Promise<boolean>, what: string, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
