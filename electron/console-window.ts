// The window with the console. Closing hides it: the server goes on in the tray, or in the task bar where there is no tray.
import { join } from 'node:path';
import { BrowserWindow, Menu, nativeTheme, screen, type Rectangle, type WebContents } from 'electron';
import type { CommandId } from '../core/contract/commands.ts';
import { channels } from './channels.ts';
import type { EngineState } from './engine-process.ts';
import { pagePreferences } from './guards.ts';
import { editItems } from './menus.ts';
import { consoleUrl } from './pages.ts';
import type { Memory } from './remembered.ts';
import type { Texts } from './texts.ts';

export interface ConsoleWindowOptions {
  readonly program: string;
  readonly assets: string;
  readonly memory: Memory;
  texts(): Texts;
  /** The user closed it: `hide` into the tray, `minimise` where there is none. */
  whenClosed(): 'hide' | 'minimise';
}

const smallest = { width: 640, height: 420 };
const usual = { width: 1180, height: 760 };
/** A page that dies again this soon is left alone. */
const reloadAgainAfterMs = 10_000;

export class ConsoleWindow {
  #window: BrowserWindow | null = null;
  #listening = false;
  #waiting: CommandId[] = [];
  #lastReload = 0;
  readonly #options: ConsoleWindowOptions;

  constructor(options: ConsoleWindowOptions) {
    this.#options = options;
  }

  get contents(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  get browserWindow(): BrowserWindow | null {
    return this.#window;
  }

  show(): void {
    const window = this.#made();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** For a start at logon on a desktop without a tray: there, but out of the way. */
  showMinimized(): void {
    this.#made().minimize();
  }

  hide(): void {
    this.#window?.hide();
  }

  /** Shows the window and passes a command to the page as soon as it listens. */
  command(id: CommandId): void {
    this.show();
    if (this.#listening) this.#window?.webContents.send(channels.command, id);
    else this.#waiting.push(id);
  }

  /** The page is up and listens. */
  ready(engine: EngineState): void {
    this.#listening = true;
    this.tellEngine(engine);
    for (const id of this.#waiting.splice(0)) this.#window?.webContents.send(channels.command, id);
  }

  tellEngine(state: EngineState): void {
    this.#window?.webContents.send(channels.engine, state === 'running' ? 'running' : 'stopped');
  }

  /** For good: the program ends. */
  destroy(): void {
    this.#window?.destroy();
    this.#window = null;
  }

  #made(): BrowserWindow {
    if (this.#window !== null) return this.#window;
    const { program, assets, memory } = this.#options;
    const window = new BrowserWindow({
      ...usual, ...visibleBounds(memory.values.bounds), minWidth: smallest.width, minHeight: smallest.height,
      show: false, title: 'Merpati', icon: join(assets, process.platform === 'win32' ? 'icon.ico' : 'icons/256x256.png'),
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
      webPreferences: pagePreferences(join(program, 'preload.cjs')),
    });
    this.#window = window;
    // The page draws the menu bar (but on macOS); the native one gives its keys.
    window.setMenuBarVisibility(false);
    if (memory.values.maximized) window.maximize();
    window.on('close', (event) => {
      event.preventDefault();
      this.#rememberBounds(window);
      if (this.#options.whenClosed() === 'hide') window.hide();
      else window.minimize();
    });
    window.on('closed', () => {
      this.#window = null;
      this.#listening = false;
    });
    window.webContents.on('did-start-loading', () => {
      this.#listening = false;
    });
    window.webContents.on('context-menu', (_event, { isEditable }) => {
      if (isEditable) Menu.buildFromTemplate(editItems(this.#options.texts())).popup({ window });
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      console.error(`The console page ended: ${reason}`);
      if (reason === 'clean-exit' || Date.now() - this.#lastReload < reloadAgainAfterMs) return;
      this.#lastReload = Date.now();
      window.webContents.reload();
    });
    void window.loadURL(consoleUrl).catch((error: unknown) => console.error(`The console page could not be loaded: ${String(error)}`));
    return window;
  }

  #rememberBounds(window: BrowserWindow): void {
    this.#options.memory.remember({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  }
}

/** Where the window stood, if that place is still on a screen. */
function visibleBounds(bounds: Rectangle | null): Partial<Rectangle> {
  if (bounds === null) return {};
  const { x, y, width, height } = screen.getDisplayMatching(bounds).workArea;
  const visibleWidth = Math.min(bounds.x + bounds.width, x + width) - Math.max(bounds.x, x);
  const visibleHeight = Math.min(bounds.y + bounds.height, y + height) - Math.max(bounds.y, y);
  return visibleWidth >= 100 && visibleHeight >= 100 ? bounds : { width: bounds.width, height: bounds.height };
}
