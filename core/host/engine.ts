// The whole engine, put together on one page: store, mail, servers, logs, console. Runs in plain Node: in Electron's engine process,
// under `merpati serve`, and without servers for one command of the command line.
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { SupportedMessagePort } from '@orpc/client/message-port';
import { sentence, type Remark } from '../contract/sentences.ts';
import { createMail } from '../mail/create-mail.ts';
import { logonName } from '../mail/logon/user-name.ts';
import { hashPassword, verifyPassword } from '../mail/logon/password-hash.ts';
import type { KeyWrap } from '../store/machine-key.ts';
import { openStore } from '../store/open.ts';
import { Changes } from './changes.ts';
import { createCertificates } from './certificates.ts';
import { clientSettingsFor } from './client-settings.ts';
import { createDiskAlarm } from './disk-alarm.ts';
import { createInternet } from './internet/create-internet.ts';
import { createAccess, type BrowserAccess } from './http/access.ts';
import { startConsoleServer, type ConsoleServer } from './http/console-server.ts';
import { LiveSessions } from './live-sessions.ts';
import { serveLocalSocket } from './local-socket.ts';
import { createLog } from './log/log.ts';
import type { Level } from './log/ring.ts';
import { logMailEvents } from './mail-events.ts';
import { createMailServer, greetingName } from './mail-servers.ts';
import type { Parts } from './parts.ts';
import { product } from './product.ts';
import type { Caller } from './rpc/base.ts';
import { Gate } from './rpc/gate.ts';
import { createRouter, type Router } from './rpc/router.ts';
import { causeSaid } from './said.ts';
import { createSettingsSaver } from './save-settings.ts';
import { Servers } from './servers.ts';
import { keepTrace } from './trace.ts';

export interface EngineOptions {
  readonly dataDirectory: string;
  readonly host: 'desktop' | 'headless';
  /** False: nothing listens, for one command on a data folder. */
  readonly listen: boolean;
  readonly wrapKey?: KeyWrap;
  readonly defaultLanguage?: 'en' | 'id';
  /** The built console page; as built it lies beside the program. */
  readonly pageDirectory?: string;
  /** System log lines, for a terminal. */
  readonly echo?: (text: string, level: Level) => void;
  /** Somebody asked the engine to stop; the host does it. */
  readonly onShutDown?: () => void;
}

export interface Engine {
  readonly router: Router;
  readonly access: BrowserAccess;
  readonly changes: Changes;
  /** Serves the contract on a MessagePort of the desktop. */
  servePort(port: SupportedMessagePort): void;
  /** A line in the System log. */
  note(remark: Remark, level: Level): void;
  openConsole(where: { address: string; port: number }): Promise<ConsoleServer>;
  /** Finishes what is in hand, closes everything; may be called twice. */
  close(): Promise<void>;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const now = Date.now;
  const startedAt = now();
  const dataDirectory = resolve(options.dataDirectory);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const early: [Remark, Level][] = [];
  let note = (remark: Remark, level: Level): void => void early.push([remark, level]);
  const store = await openStore({ dataDirectory, now, log: (level, remark) => note(remark, level), ...(options.wrapKey === undefined ? {} : { wrapKey: options.wrapKey }) });
  const settings = () => store.settings.read().values;
  const inData = (path: string): string => (isAbsolute(path) ? path : join(dataDirectory, path));

  const log = createLog({ directory: () => inData(settings()['directories.logs']), otherwise: inData('Logs'), keepDays: () => settings()['logs.keepDays'], now, ...(options.echo === undefined ? {} : { echo: options.echo }) });
  note = (remark, level) => log.line('system', remark, level);
  if (options.listen) log.line('system', sentence('say.starting', { product: product.name, version: product.version, directory: dataDirectory }));
  for (const [remark, level] of early) note(remark, level);

  const changes = new Changes();
  const counters = { since: startedAt, smtpSessions: 0, smtpOutSessions: 0, pop3Sessions: 0 };
  store.onChange((change) => changes.announce(change.topic === 'mail' ? 'statistics' : change.topic));
  const sessions = new LiveSessions({
    now, log,
    limits: () => ({ smtp: settings()['sessions.maxSmtp'], pop3: settings()['sessions.maxPop3'], perAddress: settings()['sessions.maxPerAddress'] }),
    onChange(server, opened) {
      if (opened) counters[server === 'smtp-out' ? 'smtpOutSessions' : server === 'pop3' || server === 'pop3s' ? 'pop3Sessions' : 'smtpSessions'] += 1;
      changes.announce('sessions');
    },
  });
  const disk = createDiskAlarm({ freeBytes: () => store.freeBytes(), directory: dataDirectory, now, note: (remark, level) => note(remark, level) });
  const certificates = await createCertificates(store, now, (remark, level) => note(remark, level), () => changes.announce('certificate'));
  const hostName = greetingName(store);
  const stopping = new AbortController();
  const language = (): 'en' | 'id' => {
    const chosen = settings()['console.language'];
    return chosen === 'system' ? (options.defaultLanguage ?? 'en') : chosen;
  };
  const logEvent = logMailEvents(log, () => disk.noRoom());
  const trace = keepTrace({ trace: store.trace, keepDays: () => settings()['trace.keepDays'], now });
  const mail = createMail({
    store, settings, now, hostName, language,
    log: (event) => {
      logEvent(event);
      trace.note(event);
    },
    wait: (ms) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined),
  });
  const servers = new Servers({
    make: (name) => createMailServer(name, { mail, sessions, settings, hostName, certificates, note: (remark, level) => note(remark, level) }),
    settings, directory: () => store.directory(), sessionsOf: (name) => sessions.countOf([name]), log, onChange: () => changes.announce('servers'),
  });
  const internet = createInternet({ store, mail, sessions, now });
  const access = createAccess({
    read: () => store.values.read('console.password'), save: (hash) => store.values.save('console.password', hash),
    hash: hashPassword, verify: verifyPassword,
  }, { read: () => store.values.read('console.sessions'), save: (sessions) => store.values.save('console.sessions', sessions) }, now, () => changes.announce('settings'));

  const consoles: ConsoleServer[] = [];
  const parts: Parts = {
    store, mail, internet, log, sessions, servers, changes, counters, certificates, access, startedAt, now, host: options.host,
    defaultLanguage: options.defaultLanguage ?? 'en',
    requestShutDown: () => setTimeout(() => options.onShutDown?.(), 50),
    saveSettings: createSettingsSaver({ store, servers, log, listening: options.listen, namesChanged: () => certificates.namesChanged() }),
    consoles: () => consoles.map(({ url }) => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')),
    clientSettings: (account) => clientSettingsFor(account, settings(), servers.list(), logonName(account, store.directory())),
  };
  const router = createRouter(parts);
  const ports = new PortHandler<Caller>(router);
  const sockets = new SocketHandler<Caller>(router);
  const local = options.listen ? await serveLocalSocket(dataDirectory, sockets) : null;
  if (options.listen) {
    await disk.look();
    await servers.apply();
    followDomains();
    internet.start();
    trace.start();
  }

  /** A domain that comes or goes may bring an address to listen on and a name for the certificate. */
  function followDomains(): void {
    const present = (): string => JSON.stringify(store.domains.list().map(({ name, ip }) => [name, ip]));
    let known = present();
    store.onChange(({ topic }) => {
      if (topic !== 'domains' || closing !== null || present() === known) return;
      known = present();
      certificates.namesChanged().then(() => servers.apply()).catch((error: unknown) => note(sentence('say.domains-not-followed', { cause: causeSaid(error) }), 'error'));
    });
  }

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    stopping.abort();
    certificates.close();
    disk.close();
    // What is on its way comes to an end while nothing new is taken.
    const quiet = internet.stop();
    await servers.close();
    await quiet;
    sessions.close();
    trace.close();
    await Promise.all(consoles.map((one) => one.close()));
    await local?.close();
    if (options.listen) log.line('system', sentence('say.stopped', { product: product.name }));
    await log.close();
    await store.close();
  }

  return {
    router, access, changes,
    note: (remark, level) => note(remark, level),
    servePort: (port) => ports.upgrade(port, { context: { transport: 'desktop', who: 'administrator', from: 'this computer', gate: new Gate({ pause: () => undefined, resume: () => undefined }) } }),
    async openConsole({ address, port }) {
      const loopback = /^(127\.|::1$|localhost$)/.test(address);
      if (!loopback && !access.passwordSet()) throw new Error('Set a console password before the console is opened to other computers: merpati console password --password ...');
      const server = await startConsoleServer({
        address, port, access, handler: sockets, now, note: (remark) => note(remark, 'info'),
        pageDirectory: options.pageDirectory ?? fileURLToPath(new URL('./renderer', import.meta.url)), tls: loopback ? null : certificates.material(),
      });
      consoles.push(server);
      certificates.onMaterial(() => server.useCertificate(certificates.material()));
      return server;
    },
    close: () => (closing ??= close()),
  };
}
