// Who gets into the console by a browser: the one-time link, the password, the cookie, and nobody from another site.
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../core/contract/contract.ts';
import { choosePorts, freshData, removeData, startMerpati, type Merpati } from '../helpers/merpati.ts';

let server: Merpati;
let base = '';
beforeAll(async () => {
  const data = await freshData();
  server = await startMerpati(data, await choosePorts(data, ['domain.name=majuterus.lan']), ['--console-port', '0']);
  base = new URL(server.consoleLink).origin;
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeData(server.data);
});

const post = (body: unknown, headers: Record<string, string> = { origin: base }) => fetch(`${base}/session`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
const tokenOf = (link: string): string => new URL(link, base).searchParams.get('link') ?? '';
const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const newLink = async (): Promise<string> => tokenOf((await server.call<{ path: string }>('access.link')).path);

async function socketStatus(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/rpc`, { headers });
  const result = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', () => resolve(-1));
  });
  socket.terminate();
  return result;
}

test('the link signs in once, and the cookie is for this site alone', async () => {
  const token = tokenOf(server.consoleLink);
  const first = await post({ link: token });
  expect(first.status).toBe(204);
  expect(first.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/i);
  expect((await post({ link: token })).status).toBe(401);
  expect(await (await fetch(`${base}/session`, { headers: { cookie: cookieOf(first) } })).json()).toEqual({ signedIn: true, passwordSet: false });
  expect(await (await fetch(`${base}/session`)).json()).toEqual({ signedIn: false, passwordSet: false });
});

test('the contract answers over the WebSocket with the cookie, and not without it or from another site', async () => {
  const cookie = cookieOf(await post({ link: await newLink() }));
  expect(await socketStatus({ origin: base })).toBe(401);
  expect(await socketStatus({ origin: 'http://evil.example', cookie })).toBe(401);
  expect(await socketStatus({ cookie })).toBe(401);
  const socket = new WebSocket(`${base.replace('http', 'ws')}/rpc`, { headers: { origin: base, cookie } });
  await once(socket, 'open');
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  expect((await client.system.info()).product).toBe('Merpati');
  const { revision } = await client.settings.get();
  await expect(client.settings.set({ revision: revision - 1, changes: { 'timers.maxHops': 30 } })).rejects.toMatchObject({ code: 'CONFLICT', data: { revision } });
  await expect(client.settings.set({ revision, changes: { 'ports.smtp': 99_999 } })).rejects.toMatchObject({ code: 'INVALID', data: { issues: [{ field: 'ports.smtp', code: 'port.range' }] } });
  const events = await client.system.events();
  expect((await events.next()).value).toEqual({ topics: [] });
  await client.settings.set({ revision, changes: { 'timers.maxHops': 30 } });
  expect((await events.next()).value).toEqual({ topics: expect.arrayContaining(['settings']) as string[] });
  const closed = once(socket, 'close');
  expect((await fetch(`${base}/session`, { method: 'DELETE', headers: { origin: base, cookie } })).status).toBe(204);
  expect((await closed)[0]).toBe(4401);
  expect(await socketStatus({ origin: base, cookie })).toBe(401);
});

test('passwords: right, wrong, and a wait after several wrong ones', async () => {
  expect((await server.cli('console', 'password', '--password', 'pendek')).code).toBe(1);
  expect((await server.cli('console', 'password', '--password', 'sandi-konsol-panjang')).code).toBe(0);
  expect((await post({ password: 'sandi-konsol-panjang' })).status).toBe(204);
  expect((await post({ password: 'sandi-konsol-panjang' }, { origin: 'http://evil.example' })).status).toBe(403);
  const codes: number[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) codes.push((await post({ password: `salah ${attempt}` })).status);
  expect(codes.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
  expect(codes.at(-1)).toBe(429);
  expect((await post({ password: 'sandi-konsol-panjang' })).status).toBe(429);
});

test('the page comes with headers that keep it to itself', async () => {
  const page = await fetch(base);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  expect(await page.text()).toContain('<title>');
  expect((await fetch(`${base}/../package.json`)).status).toBe(404);
  expect((await fetch(`${base}/%2e%2e/merpati.js`)).status).toBe(404);
});
