// WebContents: one page of Chromium with its preload, and everything that goes in and out of it.
import type { EventEmitter } from 'node:events';
import type { Chromium } from './cdp.ts';
import { decode, encode } from './codec.ts';
import { answer, receive } from './ipc.ts';
import { Menu } from './menu.ts';
import { nativeTheme } from './others.ts';
import { bindingName, receiverName, worldName, type FromPage, type ToPage } from './page-messages.ts';
import { pageScripts } from './page-scripts.ts';
import { Transferred, type MessagePortMain } from './ports.ts';
import { answerRequest, fromPageUrl, toPageUrl } from './protocol.ts';
import { permissionsFor } from './session.ts';
import { isPrevented, strictEmitter } from './strict.ts';

interface Frame {
  readonly id: string;
  readonly url: string;
  readonly parentId?: string;
}
interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: { readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>> };
}
export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly preload: string | undefined;
}
type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

const ContentsBase = strictEmitter('WebContents', [
  'will-navigate', 'will-redirect', 'will-attach-webview', 'context-menu', 'render-process-gone', 'did-start-loading', 'did-stop-loading', 'did-finish-load', 'dom-ready', 'destroyed',
]);
let lastId = 0;

export class WebContents extends ContentsBase {
  readonly id = (lastId += 1);
  readonly #chromium: Chromium;
  readonly #ports: Transferred;
  readonly #opened: Promise<void>;
  #session = '';
  #target = '';
  #context: number | null = null;
  #url = 'about:blank';
  #expected = '';
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  #destroyed = false;

  constructor(chromium: Chromium, options: PageOptions) {
    super();
    this.#chromium = chromium;
    this.#ports = new Transferred((id, data) => this.#tell({ op: 'port', id, data: encode(data) }), (id) => this.#tell({ op: 'close', id }));
    this.#opened = this.#open(options);
    this.#opened.catch((error: unknown) => console.error(error));
    nativeTheme.on('updated', () => void this.#applyTheme());
  }

  get mainFrame(): { readonly url: string; readonly parent: null } {
    return { url: this.#url, parent: null };
  }

  getURL(): string {
    return this.#url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#tell({ op: 'message', channel, args: encode(args), ports: [] });
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const { ids, open } = this.#ports.take(transfer);
    this.#tell({ op: 'message', channel, args: encode([message]), ports: ids });
    open();
  }

  async loadURL(url: string): Promise<void> {
    await this.#opened;
    for (const { name, granted } of await permissionsFor(this)) await this.#chromium.call('Browser.setPermission', { permission: { name }, setting: granted ? 'granted' : 'denied' });
    this.#expected = toPageUrl(url);
    const loaded = new Promise<void>((resolve) => void this.once('did-finish-load', () => resolve()));
    const { errorText } = await this.#call<{ errorText?: string }>('Page.navigate', { url: this.#expected });
    if (errorText !== undefined) throw new Error(`${errorText} (loading ${url})`);
    await loaded;
  }

  reload(): void {
    void this.loadURL(this.#url).catch((error: unknown) => console.error(error));
  }

  /** Ends the page's process, as forcefullyCrashRenderer does. */
  forcefullyCrashRenderer(): void {
    void this.#call('Page.crash').catch(() => undefined);
  }

  /** By its window. */
  discard(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ports.closeAll();
    void this.#opened.then(() => this.#chromium.call('Target.closeTarget', { targetId: this.#target })).catch(() => undefined);
    this.emit('destroyed');
  }

  async bringToFront(): Promise<void> {
    await this.#opened;
    if (!this.#destroyed) await this.#call('Page.bringToFront');
  }

  async #call<T = unknown>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return await this.#chromium.call<T>(method, params, this.#session);
  }

  async #open({ width, height, preload }: PageOptions): Promise<void> {
    const scripts = pageScripts(preload);
    const { targetId } = await this.#chromium.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank', width, height, newWindow: true });
    const { sessionId } = await this.#chromium.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    this.#target = targetId;
    this.#session = sessionId;
    this.#listen(this.#chromium.events(sessionId));
    await this.#call('Page.enable');
    await this.#call('Runtime.enable');
    await this.#call('Runtime.addBinding', { name: bindingName, executionContextName: worldName });
    await this.#call('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { source: scripts.world });
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { source: scripts.isolated, worldName });
    await this.#call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.#applyTheme();
  }

  #listen(events: EventEmitter): void {
    events.on('Runtime.executionContextCreated', ({ context }: { context: { id: number; name: string; auxData?: { frameId?: string } } }) => {
      if (context.name === worldName && context.auxData?.frameId === this.#target) this.#context = context.id;
    });
    events.on('Runtime.executionContextsCleared', () => this.#leave());
    events.on('Runtime.bindingCalled', ({ name, payload, executionContextId }: { name: string; payload: string; executionContextId: number }) => {
      if (name === bindingName && executionContextId === this.#context) this.#hear(JSON.parse(payload) as FromPage);
    });
    events.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }: { exceptionDetails: { text: string; exception?: { description?: string } } }) => console.error(`page: ${exception?.description ?? text}`));
    events.on('Fetch.requestPaused', (paused: Paused) => void this.#onRequest(paused).catch((error: unknown) => console.error(error)));
    events.on('Page.frameNavigated', ({ frame }: { frame: Frame }) => {
      if (frame.parentId === undefined) this.#url = fromPageUrl(frame.url);
    });
    events.on('Page.frameStartedLoading', ({ frameId }: { frameId: string }) => frameId === this.#target && this.emit('did-start-loading'));
    events.on('Page.frameStoppedLoading', ({ frameId }: { frameId: string }) => frameId === this.#target && this.emit('did-stop-loading'));
    events.on('Page.domContentEventFired', () => this.emit('dom-ready'));
    events.on('Page.loadEventFired', () => this.#url !== 'about:blank' && this.emit('did-finish-load'));
    events.on('Page.windowOpen', ({ url }: { url: string }) => void this.#onWindowOpen(url));
    events.on('Inspector.targetCrashed', () => {
      this.#leave();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    });
  }

  /** The document is gone, and what it held. */
  #leave(): void {
    this.#context = null;
    this.#ports.closeAll();
  }

  #tell(message: ToPage): void {
    if (this.#context === null || this.#destroyed) return;
    void this.#call('Runtime.evaluate', { contextId: this.#context, expression: `${receiverName}(${JSON.stringify(message)})` }).catch(() => undefined);
  }

  #hear(message: FromPage): void {
    const event = { sender: this, senderFrame: this.mainFrame, ports: [] };
    switch (message.op) {
      case 'send':
        receive(message.channel, event, decode(message.args) as unknown[]);
        break;
      case 'invoke':
        void answer(message.channel, event, decode(message.args) as unknown[]).then(
          (value) => this.#tell({ op: 'reply', id: message.id, value: encode(value) }),
        ).catch((error: unknown) => this.#tell({ op: 'refuse', id: message.id, message: `Error invoking remote method '${message.channel}': ${String(error)}` }));
        break;
      case 'port':
        this.#ports.received(message.id, decode(message.data));
        break;
      case 'close':
        this.#ports.closed(message.id);
        break;
      case 'key':
        Menu.getApplicationMenu()?.press(message);
        break;
      case 'context-menu':
        this.emit('context-menu', {}, { isEditable: message.isEditable });
        break;
      case 'preload-failed':
        console.error(`Unable to load preload script: ${message.message}`);
        break;
    }
  }

  async #onRequest({ requestId, frameId, resourceType, request: { url, method, headers } }: Paused): Promise<void> {
    const navigates = resourceType === 'Document' && frameId === this.#target;
    if (navigates && url !== this.#expected && this.#prevents(fromPageUrl(url))) {
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    if (navigates) this.#expected = '';
    const answered = await answerRequest(url, method, headers);
    if (answered === null) {
      console.error(`stand-in: the page asks for ${url}; nothing outside is there`);
      await this.#call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      return;
    }
    await this.#call('Fetch.fulfillRequest', { requestId, responseCode: answered.status, responseHeaders: answered.headers, body: answered.body });
  }

  /** A navigation that the page itself began. */
  #prevents(url: string): boolean {
    return isPrevented((event) => this.emit('will-navigate', Object.assign(event, { url })));
  }

  async #onWindowOpen(url: string): Promise<void> {
    const { action } = this.#openHandler({ url: fromPageUrl(url) });
    const { targetInfos } = await this.#chromium.call<{ targetInfos: { targetId: string; openerId?: string }[] }>('Target.getTargets');
    for (const { targetId, openerId } of targetInfos) if (openerId === this.#target) await this.#chromium.call('Target.closeTarget', { targetId });
    if (action === 'allow') console.error(`stand-in: windows opened by a page are not there (${url})`);
  }

  async #applyTheme(): Promise<void> {
    if (this.#session === '' || this.#destroyed) return;
    const { themeSource } = nativeTheme;
    await this.#call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: themeSource === 'system' ? 'light' : themeSource }] }).catch(() => undefined);
  }
}
