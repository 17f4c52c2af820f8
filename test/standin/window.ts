// BrowserWindow: the state of a window around a page. Nothing is drawn but the page.
import { app } from './app.ts';
import type { Chromium } from './cdp.ts';
import { checkOptions, isPrevented, strictEmitter } from './strict.ts';
import { WebContents } from './web-contents.ts';

interface Options {
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly show?: boolean;
  readonly title?: string;
  readonly webPreferences?: Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

const known = [
  'width', 'height', 'x', 'y', 'minWidth', 'minHeight', 'useContentSize', 'show', 'title', 'icon', 'backgroundColor', 'webPreferences', 'resizable', 'minimizable', 'maximizable',
  'fullscreenable',
];
const knownPreferences = ['preload', 'sandbox', 'contextIsolation', 'nodeIntegration', 'webviewTag', 'spellcheck', 'navigateOnDragDrop'];
let chromium: Chromium | null = null;
const windows = new Set<BrowserWindow>();

/** By run.ts. */
export function useChromium(used: Chromium): void {
  chromium = used;
}

const WindowBase = strictEmitter('BrowserWindow', ['close', 'closed', 'ready-to-show', 'show', 'hide', 'minimize', 'restore', 'maximize', 'focus']);

export class BrowserWindow extends WindowBase {
  readonly webContents: WebContents;
  #bounds: { x: number; y: number; width: number; height: number };
  #visible: boolean;
  #minimized = false;
  #maximized = false;
  #destroyed = false;
  readonly #title: string;

  constructor(options: Options = {}) {
    super();
    if (!app.isReady() || chromium === null) throw new Error('stand-in: Cannot create BrowserWindow before app is ready');
    checkOptions('BrowserWindow', options, known);
    const preferences = options.webPreferences ?? {};
    checkOptions('webPreferences', preferences, knownPreferences);
    if (preferences['sandbox'] === false || preferences['contextIsolation'] === false || preferences['nodeIntegration'] === true) throw new Error('stand-in: only sandboxed, isolated pages are modelled');
    const { width = 800, height = 600, x = 100, y = 100, show = true, title = '' } = options;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    this.#title = title;
    this.webContents = new WebContents(chromium, { width, height, preload: preferences['preload'] as string | undefined });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    windows.add(this);
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url);
  }

  show(): void {
    this.#visible = true;
    this.#minimized = false;
    this.emit('show');
    void this.webContents.bringToFront().catch(() => undefined);
  }

  hide(): void {
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    this.emit('focus');
  }

  minimize(): void {
    this.#minimized = true;
    this.#visible = true;
    this.emit('minimize');
  }

  restore(): void {
    this.#minimized = false;
    this.emit('restore');
  }

  maximize(): void {
    this.#maximized = true;
    this.emit('maximize');
  }

  isVisible(): boolean {
    return this.#visible && !this.#minimized;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  getTitle(): string {
    return this.#title;
  }

  getBounds(): { x: number; y: number; width: number; height: number } {
    return { ...this.#bounds };
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }

  setMenuBarVisibility(): void {
    // No menu bar is drawn.
  }

  /** As by the user. */
  close(): void {
    if (this.#destroyed) return;
    if (!isPrevented((event) => this.emit('close', event))) this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#visible = false;
    windows.delete(this);
    this.webContents.discard();
    this.emit('closed');
    if (windows.size === 0) app.allClosed();
  }
}

/** As app.quit does. @returns false when a window refused */
export function closeWindows(): boolean {
  for (const window of [...windows]) window.close();
  return windows.size === 0;
}
