// The shell put together: engine process, windows, tray, menus, lock. One per program; main.ts makes it when the app is ready.
import { join } from 'node:path';
import { app, Menu, nativeTheme, powerMonitor } from 'electron';
import type { CommandId } from '../core/contract/commands.ts';
import type { PageState } from '../core/contract/desktop.ts';
import { systemLanguage, type Language } from '../core/contract/language.ts';
import { channels } from './channels.ts';
import { answerConsole } from './console-answers.ts';
import { ConsoleWindow } from './console-window.ts';
import { EngineProcess, type EngineState } from './engine-process.ts';
import { isFrom } from './guards.ts';
import type { KeyStore } from './key-store.ts';
import { Lock } from './lock.ts';
import { LockWindow } from './lock-window.ts';
import { applicationMenu, trayMenu, type MenuActions, type MenuState } from './menus.ts';
import type { ShellOptions } from './options.ts';
import { consoleUrl } from './pages.ts';
import { askExit, hintAfterClosing, tellEngineFailed } from './questions.ts';
import { Memory } from './remembered.ts';
import { logonCommand, setStartAtLogon } from './start-at-logon.ts';
import { textsIn, type Texts } from './texts.ts';
import { createTray, type TrayIconView } from './tray.ts';
import { trayStatus, type ShellState } from './tray-status.ts';
import { clientOver, watchFacts, type Api, type Facts } from './watch.ts';

export interface ShellParts {
  readonly options: ShellOptions;
  /** dist/electron */
  readonly program: string;
  readonly assets: string;
  readonly profile: string;
  readonly keys: KeyStore;
  /** Whether a tray icon would be seen on this desktop. */
  readonly hasTray: boolean;
}

export class Shell {
  readonly #parts: ShellParts;
  readonly #memory: Memory;
  readonly #lock = new Lock();
  readonly #console: ConsoleWindow;
  readonly #lockWindow: LockWindow;
  readonly #engine: EngineProcess;
  readonly #tray: TrayIconView;
  #language: Language;
  /** As the tray shows it: after a death the problem stays until the engine runs again. */
  #engineShown: EngineState = 'starting';
  #reason = '';
  #facts: Facts | null = null;
  #api: Api | null = null;
  #dialogOpen = false;
  #wantsPort = false;
  #startAtLogon: boolean | null = null;
  #menuShown = '';
  #asking = false;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    const { program, assets } = parts;
    this.#memory = new Memory(join(parts.profile, 'shell.json'));
    this.#language = this.#memory.values.language ?? systemLanguage(app.getPreferredSystemLanguages());
    nativeTheme.themeSource = this.#memory.values.theme;
    const texts = (): Texts => this.#texts;
    this.#console = new ConsoleWindow({ program, assets, memory: this.#memory, texts, whenClosed: () => this.#whenClosed() });
    this.#lockWindow = new LockWindow({ program, assets, lock: this.#lock, texts, language: () => this.#language, onChange: () => this.#onLock() });
    this.#engine = new EngineProcess({
      entry: join(program, 'engine.js'), dataDirectory: parts.options.dataDirectory, pageDirectory: join(program, '..', 'renderer'), keys: parts.keys,
      language: () => this.#language, onState: (state, reason) => this.#onEngine(state, reason), onShutDown: () => app.quit(),
    });
    this.#tray = createTray(assets, trayStatus(this.#state, this.#texts), () => this.open());
    answerConsole({
      isOurs: (event) => isFrom(event, this.#console.contents, consoleUrl),
      window: () => this.#console.browserWindow,
      onReady: () => this.#console.ready(this.#engine.state),
      onPortWanted: () => {
        this.#wantsPort = true;
        this.#givePort();
      },
      onCommand: (id) => this.#command(id),
      onState: (state) => this.#onPageState(state),
    });
  }

  start(): void {
    const { options, hasTray, keys } = this.#parts;
    this.#update();
    this.#engine.start();
    if (keys.problem !== '') console.error(keys.problem);
    powerMonitor.on('suspend', () => this.#engine.power('suspend'));
    powerMonitor.on('resume', () => this.#engine.power('resume'));
    powerMonitor.on('shutdown', () => app.quit());
    if (!options.hidden) this.#console.show();
    else if (!hasTray) this.#console.showMinimized();
  }

  /** Shows the console, or asks for the password while it is locked. */
  open(): void {
    if (this.#lock.locked) this.#lockWindow.open();
    else this.#console.show();
  }

  /** The order of an end: windows, engine (which finishes what is in hand), tray. */
  async stop(): Promise<void> {
    this.#lockWindow.destroy();
    this.#console.destroy();
    await this.#engine.stop();
    this.#tray.destroy();
  }

  get #texts(): Texts {
    return textsIn(this.#language);
  }

  get #state(): ShellState {
    return { engine: this.#engineShown, reason: this.#reason, facts: this.#facts, locked: this.#lock.locked };
  }

  #command(id: CommandId): void {
    if (id === 'file.close') this.#console.browserWindow?.close();
    else if (id === 'file.lock' || id === 'file.unlock' || this.#lock.locked) this.#lockWindow.open();
    else if (id === 'file.exit') void this.#exit();
    else this.#console.command(id);
  }

  async #exit(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      if (await askExit(this.#console.browserWindow, this.#texts)) app.quit();
    } finally {
      this.#asking = false;
    }
  }

  async #processQueues(): Promise<void> {
    try {
      await this.#api?.queues.process({});
      this.#engine.note('All queues processed, as asked for in the tray', 'info');
    } catch (error) {
      this.#engine.note(`Process all queues now, asked for in the tray: ${String(error)}`, 'error');
    }
  }

  #whenClosed(): 'hide' | 'minimise' {
    hintAfterClosing(this.#memory, this.#parts.hasTray, this.#texts);
    return this.#parts.hasTray ? 'hide' : 'minimise';
  }

  #onLock(): void {
    if (this.#lock.locked) this.#console.hide();
    else this.#console.show();
    this.#update();
  }

  #onEngine(state: EngineState, reason: string): void {
    if (state !== 'starting' || this.#engineShown !== 'stopped') {
      this.#engineShown = state;
      this.#reason = reason;
    }
    this.#console.tellEngine(state);
    if (state === 'running') {
      if (this.#parts.keys.problem !== '') this.#engine.note(this.#parts.keys.problem, 'warning');
      void this.#watch();
      if (this.#wantsPort) this.#givePort();
    } else {
      this.#api = null;
      this.#facts = null;
    }
    if (state === 'stopped' && reason !== '' && !this.#parts.options.hidden) tellEngineFailed(reason, this.#texts);
    this.#update();
  }

  async #watch(): Promise<void> {
    const port = this.#engine.connect();
    if (port === null) return;
    const api = clientOver(port);
    this.#api = api;
    try {
      await watchFacts(api, (facts) => {
        if (this.#api === api) this.#onFacts(facts);
      });
    } catch (error) {
      // The port closes when the engine ends. Anything else belongs into the log.
      if (this.#api === api) this.#engine.note(`The tray lost sight of the engine: ${String(error)}`, 'error');
    }
  }

  #onFacts(facts: Facts): void {
    const first = this.#facts === null;
    const { 'console.language': language, 'console.theme': theme, 'console.startAtLogon': startAtLogon } = facts.settings;
    const before = this.#facts?.settings;
    this.#facts = facts;
    if (first || before?.['console.language'] !== language) this.#setLanguage(language === 'system' ? systemLanguage(app.getPreferredSystemLanguages()) : language);
    if (first || before?.['console.theme'] !== theme) this.#setTheme(theme);
    if (this.#startAtLogon !== startAtLogon) void this.#setStartAtLogon(startAtLogon);
    this.#update();
  }

  async #setStartAtLogon(enabled: boolean): Promise<void> {
    this.#startAtLogon = enabled;
    const { dataDirectory, dataChosen } = this.#parts.options;
    try {
      await setStartAtLogon(enabled, logonCommand(dataChosen ? dataDirectory : null, this.#parts.profile));
    } catch (error) {
      this.#engine.note(`Start at logon could not be ${enabled ? 'set' : 'removed'}: ${String(error)}`, 'error');
    }
  }

  #onPageState({ dialogOpen, language, theme }: PageState): void {
    this.#dialogOpen = dialogOpen;
    this.#setLanguage(language);
    this.#setTheme(theme);
    this.#update();
  }

  #setLanguage(language: Language): void {
    this.#language = language;
    this.#memory.remember({ language });
  }

  #setTheme(theme: PageState['theme']): void {
    nativeTheme.themeSource = theme;
    this.#memory.remember({ theme });
  }

  #givePort(): void {
    const port = this.#engine.connect();
    const contents = this.#console.contents;
    if (port === null || contents === null) return;
    this.#wantsPort = false;
    contents.postMessage(channels.port, null, [port]);
  }

  /** Tray and menus as things are now. Menus are built again only when they differ: an open one would close. */
  #update(): void {
    this.#tray.show(trayStatus(this.#state, this.#texts));
    const state: MenuState = { platform: process.platform, locked: this.#lock.locked, dialogOpen: this.#dialogOpen, engineRunning: this.#engine.state === 'running' };
    const menu = JSON.stringify([state, this.#language]);
    if (menu === this.#menuShown) return;
    this.#menuShown = menu;
    const actions: MenuActions = { command: (id) => this.#command(id), open: () => this.open(), processQueues: () => void this.#processQueues() };
    Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(state, this.#texts, actions)));
    this.#tray.menu(trayMenu(state, this.#texts, actions));
  }
}
