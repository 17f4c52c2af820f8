// The whole engine in this process, on free ports of loopback addresses.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, expect, test } from 'vitest';
import { startEngine, type Engine } from '../../../core/host/engine.ts';
import { localSocketPath, requireOwnSocketFolder, serveLocalSocket } from '../../../core/host/local-socket.ts';
import { RPCHandler } from '@orpc/server/ws';
import type { Caller } from '../../../core/host/rpc/base.ts';
import { freePorts } from '../../helpers/free-ports.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'merpati-test-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const clientOf = (engine: Engine) => createRouterClient(engine.router, { context: { transport: 'local', who: 'test', from: 'test' } });

test('a secondary domain with an address of its own is listened on and named in the certificate as soon as it is added', async () => {
  const dataDirectory = await freshFolder();
  const [smtp = 0] = await freePorts(1);
  const settings = { 'ports.smtp': smtp, 'servers.submission': false, 'servers.smtps': false, 'servers.pop3': false, 'servers.pop3s': false, 'domain.name': 'majuterus.lan', 'domain.ip': '127.0.0.1', 'domain.bindToIp': true };
  const before = await startEngine({ dataDirectory, host: 'headless', listen: false });
  const offline = clientOf(before);
  await offline.settings.set({ revision: (await offline.settings.get()).revision, changes: settings });
  await before.close();

  const engine = await startEngine({ dataDirectory, host: 'headless', listen: true });
  closers.push(() => engine.close());
  const client = clientOf(engine);
  const opened = new Promise<void>((resolve) => engine.changes.onTopic((topic) => {
    if (topic === 'servers') resolve();
  }));
  await client.domains.add({ name: 'kedua.lan', ip: '127.0.0.2' });
  await opened;
  const server = (await client.servers.list()).find(({ name }) => name === 'smtp');
  expect(server?.addresses.map(({ address, listening }) => [address, listening])).toEqual([['127.0.0.1', true], ['127.0.0.2', true]]);
  expect((await client.certificate.get()).names).toContain('kedua.lan');
});

test('who is signed in to the console stays so over a restart, until the password is changed', async () => {
  const dataDirectory = await freshFolder();
  const start = () => startEngine({ dataDirectory, host: 'headless', listen: false });
  const first = await start();
  const token = first.access.openSession();
  await first.close();
  const second = await start();
  expect(second.access.sessionOf(token)).not.toBeNull();
  await clientOf(second).access.setPassword({ password: 'sandi-konsol-panjang' });
  expect(second.access.sessionOf(token)).toBeNull();
  await second.close();
  const third = await start();
  closers.push(() => third.close());
  expect(third.access.sessionOf(token)).toBeNull();
});

test('what nobody expected goes wrong in words for the caller and with its reason in the System log', async () => {
  const engine = await startEngine({ dataDirectory: await freshFolder(), host: 'headless', listen: false });
  const client = clientOf(engine);
  await engine.close();
  await expect(client.accounts.list({})).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'That failed inside the server. The System log says why.' });
  const log = await client.logs.follow({ channels: ['system'] });
  const told: string[] = [];
  for await (const { lines } of log) {
    told.push(...lines.map(({ text }) => text).filter((text) => text.startsWith('accounts.list failed: ')));
    break;
  }
  expect(told).toHaveLength(1);
});

test.runIf(process.platform !== 'win32')('a socket that cannot be opened is said in words', async () => {
  const folder = await freshFolder();
  await mkdir(join(folder, 'control.sock'));
  await expect(serveLocalSocket(folder, new RPCHandler<Caller>({}))).rejects.toThrow('Remove what is there under that name.');
});

test.runIf(process.platform !== 'win32')('a socket folder that others may enter is not used', async () => {
  const data = join(await freshFolder(), 'x'.repeat(100));
  const socket = await serveLocalSocket(data, new RPCHandler<Caller>({}));
  await socket.close();
  await requireOwnSocketFolder(data);
  const folder = join(localSocketPath(data), '..');
  closers.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o777);
  await expect(serveLocalSocket(data, new RPCHandler<Caller>({}))).rejects.toThrow('not a folder of yours alone');
});
