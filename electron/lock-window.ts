// The small window that asks for the lock's password: twice to lock, once to unlock. A page without scripts; its preload fills it in.
import { join } from 'node:path';
import { BrowserWindow, ipcMain, nativeTheme } from 'electron';
import { channels, type LockDescription } from './channels.ts';
import { isFrom, pagePreferences } from './guards.ts';
import type { Lock } from './lock.ts';
import { lockUrl } from './pages.ts';
import type { Language } from '../core/contract/language.ts';
import type { Texts } from './texts.ts';

export interface LockWindowOptions {
  readonly program: string;
  readonly assets: string;
  readonly lock: Lock;
  readonly texts: () => Texts;
  readonly language: () => Language;
  /** It was locked or unlocked. */
  readonly onChange: () => void;
}

export class LockWindow {
  #window: BrowserWindow | null = null;
  readonly #options: LockWindowOptions;

  constructor(options: LockWindowOptions) {
    this.#options = options;
    ipcMain.handle(channels.describeLock, (event) => (this.#isOurs(event) ? this.#describe() : null));
    ipcMain.handle(channels.submitLock, async (event, password: unknown, repeat: unknown) => {
      if (!this.#isOurs(event) || typeof password !== 'string' || typeof repeat !== 'string') return null;
      return await this.#submit(password, repeat);
    });
    ipcMain.on(channels.cancelLock, (event) => {
      if (this.#isOurs(event)) this.#window?.close();
    });
  }

  /** Asks; in front of everything else if it is asking already. */
  open(): void {
    if (this.#window !== null) {
      this.#window.show();
      this.#window.focus();
      return;
    }
    const { program, assets, lock, texts } = this.#options;
    const window = new BrowserWindow({
      width: 420, height: lock.locked ? 164 : 248, useContentSize: true, resizable: false, minimizable: false, maximizable: false, fullscreenable: false, show: false,
      title: texts()(lock.locked ? 'lock.unlockTitle' : 'lock.title'), icon: join(assets, 'icons/64x64.png'),
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
      webPreferences: pagePreferences(join(program, 'lock.cjs')),
    });
    this.#window = window;
    window.setMenuBarVisibility(false);
    window.on('closed', () => {
      this.#window = null;
    });
    window.once('ready-to-show', () => window.show());
    void window.loadURL(lockUrl).catch((error: unknown) => console.error(`The lock window could not be loaded: ${String(error)}`));
  }

  destroy(): void {
    this.#window?.destroy();
    this.#window = null;
  }

  #isOurs(event: Parameters<typeof isFrom>[0]): boolean {
    return isFrom(event, this.#window?.webContents ?? null, lockUrl);
  }

  #describe(): LockDescription {
    const { lock, language } = this.#options;
    const texts = this.#options.texts();
    const mode = lock.locked ? 'unlock' : 'lock';
    return {
      mode, language: language(), password: texts('lock.password'), repeat: texts('lock.repeat'), cancel: texts('lock.cancel'),
      ...(mode === 'unlock'
        ? { title: texts('lock.unlockTitle'), text: texts('lock.unlockText'), ok: texts('lock.unlockOk') }
        : { title: texts('lock.title'), text: texts('lock.text'), ok: texts('lock.ok') }),
    };
  }

  /** @returns what is wrong, or null and the window closes */
  async #submit(password: string, repeat: string): Promise<string | null> {
    const { lock, onChange } = this.#options;
    const texts = this.#options.texts();
    if (password === '') return texts('lock.empty');
    if (lock.locked) {
      if (!(await lock.unlock(password))) return texts('lock.wrong');
    } else {
      if (password !== repeat) return texts('lock.different');
      await lock.lock(password);
    }
    this.#window?.close();
    onChange();
    return null;
  }
}
