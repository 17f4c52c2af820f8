// The smaller modules: they remember what they were told, and dialogs must be answered by the test.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from './app.ts';
import type { Menu } from './menu.ts';
import { strictModule } from './strict-module.ts';
import { checkOptions, strictEmitter } from './strict.ts';

const unanswered = (name: string) => (): never => {
  throw new Error(`stand-in: nobody answers ${name}: replace it in the test`);
};
export const dialog = strictModule('dialog', { showMessageBox: unanswered('dialog.showMessageBox'), showOpenDialog: unanswered('dialog.showOpenDialog') });
export const shell = strictModule('shell', {});

const ThemeBase = strictEmitter('nativeTheme', ['updated']);
type ThemeSource = 'system' | 'light' | 'dark';
class NativeTheme extends ThemeBase {
  #source: ThemeSource = 'system';

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    if (source === this.#source) return;
    this.#source = source;
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}
export const nativeTheme = new NativeTheme();

const PowerBase = strictEmitter('powerMonitor', ['suspend', 'resume', 'shutdown']);
export const powerMonitor = new (class PowerMonitor extends PowerBase {})();

const area = { x: 0, y: 0, width: 1920, height: 1040 };
export const screen = strictModule('screen', { getDisplayMatching: () => ({ id: 1, bounds: { ...area, height: 1080 }, workArea: area }) });

/** The key lies in the profile: a key store of this stand-in only. --password-store=basic means no keyring, as on Electron. */
function storageKey(): Buffer {
  const file = join(app.getPath('userData'), 'standin-key');
  if (!existsSync(file)) {
    mkdirSync(app.getPath('userData'), { recursive: true });
    writeFileSync(file, randomBytes(32));
  }
  return readFileSync(file);
}
export const safeStorage = strictModule('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () => (process.argv.includes('--password-store=basic') ? 'basic_text' : 'gnome_libsecret'),
  encryptStringAsync(text: string): Promise<Buffer> {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', storageKey(), iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), sealed]));
  },
  decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const decipher = createDecipheriv('aes-256-gcm', storageKey(), sealed.subarray(0, 12)).setAuthTag(sealed.subarray(12, 28));
    return Promise.resolve({ result: Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8'), shouldReEncrypt: false });
  },
});

const NotificationBase = strictEmitter('Notification', ['click', 'close', 'show']);
/** Every notification shown, for tests on the stand-in. */
export const shownNotifications: { readonly title: string; readonly body: string }[] = [];
export class Notification extends NotificationBase {
  readonly #said: { readonly title: string; readonly body: string };

  constructor(options: { readonly title: string; readonly body: string }) {
    super();
    checkOptions('Notification', options, ['title', 'body']);
    this.#said = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    shownNotifications.push(this.#said);
  }
}

const TrayBase = strictEmitter('Tray', ['click', 'double-click', 'right-click']);
/** An image is a file that must exist: an empty icon is an invisible tray. */
function checkImage(path: string): string {
  if (!existsSync(path)) throw new Error(`stand-in: the tray image ${path} does not exist`);
  return path;
}
export class Tray extends TrayBase {
  // Named as what they are to a test; Electron has no way to ask.
  readonly standin: { image: string; tooltip: string; menu: Menu | null; destroyed: boolean };

  constructor(image: string) {
    super();
    if (!app.isReady()) throw new Error('stand-in: a Tray before the app is ready');
    this.standin = { image: checkImage(image), tooltip: '', menu: null, destroyed: false };
  }

  setImage(image: string): void {
    this.standin.image = checkImage(image);
  }

  setToolTip(tooltip: string): void {
    this.standin.tooltip = tooltip;
  }

  setContextMenu(menu: Menu | null): void {
    this.standin.menu = menu;
  }

  destroy(): void {
    this.standin.destroyed = true;
  }

  isDestroyed(): boolean {
    return this.standin.destroyed;
  }
}
