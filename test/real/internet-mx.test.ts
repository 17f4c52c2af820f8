// Sending method 2 of the course: DNS shows the way (rows S1.11, S1.16, S3.16): MX by preference with fall-back, domains without MX,
// domains that take no mail, names that do not exist, DNS that fails; HELO and source address; the method switched while it runs.
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ExplainedRoute, TraceEntry, TraceEvent } from '../../core/contract/records.ts';
import { startDnsmasq, type Dnsmasq } from '../helpers/dnsmasq.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { mailbox, send, sender, startSender, until, waiting } from '../helpers/internet.ts';
import { removeData, type Merpati } from '../helpers/merpati.ts';
import { startPostfix, type Postfix } from '../helpers/postfix.ts';

let server: Merpati;
let dns: Dnsmasq;
let second: Postfix;
let port = 0;
const set = async (...words: string[]): Promise<void> => expect((await server.cli('settings', 'set', ...words)).all).toContain('Saved');

beforeAll(async () => {
  port = (await freePorts(1))[0] ?? 0;
  dns = await startDnsmasq({
    records: [
      'mx-host=contoh.test,mx1.contoh.test,10', 'mx-host=contoh.test,mx2.contoh.test,20', 'host-record=mx1.contoh.test,127.0.0.11', 'host-record=mx2.contoh.test,127.0.0.12',
      'host-record=tanpa-mx.test,127.0.0.12', 'txt-record=kosong.test,nothing',
    ],
  });
  second = await startPostfix({ address: '127.0.0.12', port, name: 'mx2.contoh.test', domains: ['contoh.test', 'tanpa-mx.test'], refusals: { 'tidak@contoh.test': '550 5.1.1 no such user here' } });
  server = await startSender(['delivery.mode=direct', `ports.smtpOut=${port}`, 'dns.primary=127.0.0.1', `ports.dns=${dns.port}`]);
}, 90_000);
beforeEach(async () => {
  for (const item of await waiting(server)) await server.cli('queue', 'remove', String(item.id));
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await second.stop();
  await dns.stop();
  await removeData(server.data);
});

test('the first MX is down: the mail arrives at the second; then at the first when it is there', async () => {
  await send(server, ['orang@contoh.test'], '--h-Subject', 'Lewat mx2');
  const before = await second.delivered(1);
  expect(before[0]?.text).toMatch(/Received: from mail\.majuterus\.com[^\n]*\n?[^\n]*127\.0\.0\.1/);
  const first = await startPostfix({ address: '127.0.0.11', port, name: 'mx1.contoh.test', domains: ['contoh.test'] });
  try {
    // A server that was down just now is left in peace for a minute, unless a person asks for another try.
    await server.cli('queue', 'process');
    await send(server, ['orang@contoh.test'], '--h-Subject', 'Lewat mx1');
    expect((await first.delivered(1))[0]?.text).toContain('Lewat mx1');
    expect(second.messages()).toHaveLength(1);
  } finally {
    await first.stop();
  }
}, 90_000);

test('a domain without MX is its own mail server', async () => {
  const before = second.messages().length;
  await send(server, ['orang@tanpa-mx.test']);
  expect((await second.delivered(before + 1)).at(-1)?.recipient).toBe('orang@tanpa-mx.test');
}, 60_000);

test('a name that does not exist comes back to the sender at once, in words', async () => {
  await send(server, ['orang@tidak-ada.test'], '--h-Subject', 'Ke mana ini');
  const reports = await until(() => mailbox(server, sender.address, sender.password), (messages) => messages.some((text) => text.includes('tidak-ada.test')));
  expect(reports.find((text) => text.includes('tidak-ada.test'))).toMatch(/^Status: 5\.1\.2/m);
  expect(await waiting(server)).toEqual([]);
}, 60_000);

test('an unknown user elsewhere: the report comes back to the sender, and Trace tells the whole way', async () => {
  await send(server, ['tidak@contoh.test'], '--h-Subject', 'Salah alamat');
  await until(() => mailbox(server, sender.address, sender.password), (messages) => messages.some((text) => text.includes('tidak@contoh.test')));
  const find = async (): Promise<TraceEntry | undefined> => (await server.call<{ entries: TraceEntry[] }>('trace.search', { text: 'Salah alamat' })).entries.find(({ to }) => to.includes('tidak@contoh.test'));
  const entry = await until(find, (found) => found?.state === 'failed');
  const { events } = await server.call<{ events: TraceEvent[] }>('trace.get', { id: entry?.id });
  expect(events.find(({ recipient, level }) => recipient === 'tidak@contoh.test' && level === 'error')?.facts).toMatchObject({ code: 550, host: 'mx2.contoh.test' });
  expect(events.length).toBeGreaterThanOrEqual(2);
}, 60_000);

test('DNS that fails is no reason to give up: the mail waits and says why', async () => {
  const before = second.messages().length;
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  await set(`ports.dns=${(silent.address()).port}`);
  try {
    await send(server, ['orang@contoh.test'], '--h-Subject', 'Tunggu DNS');
    const item = await until(() => waiting(server), (items) => ['dns.failed', 'line.down'].includes(items[0]?.reason?.code ?? ''));
    expect(item[0]?.queue).toBe('remote');
  } finally {
    silent.close();
    await set(`ports.dns=${dns.port}`);
  }
  await second.delivered(before + 1);
}, 60_000);

test('switched to the smart host while it runs, and back again', async () => {
  const host = await startPostfix({ name: 'smart.test' });
  try {
    await set('delivery.mode=smart-host', `delivery.smartHost=127.0.0.1:${host.port}`);
    await send(server, ['orang@contoh.test'], '--h-Subject', 'Lewat relai');
    await host.delivered(1);
    await set('delivery.mode=direct');
    const before = second.messages().length;
    await send(server, ['orang@contoh.test'], '--h-Subject', 'Langsung lagi');
    await second.delivered(before + 1);
    expect(host.messages()).toHaveLength(1);
    // Direct first; what direct sending cannot do goes to the smart host in the same attempt.
    await set('delivery.mode=direct-then-smart-host', 'timers.connectSeconds=1');
    await second.stop();
    await send(server, ['orang@contoh.test'], '--h-Subject', 'Cadangan');
    expect((await host.delivered(2)).at(-1)?.text).toContain('Cadangan');
  } finally {
    await set('delivery.mode=direct', 'delivery.smartHost=');
    await host.stop();
    second = await startPostfix({ address: '127.0.0.12', port, name: 'mx2.contoh.test', domains: ['contoh.test', 'tanpa-mx.test'] });
  }
}, 90_000);

test('"Explain this route" tells every decision and sends nothing', async () => {
  const asked = second.messages().length;
  const [route] = await server.call<ExplainedRoute[]>('route.explain', { sender: sender.address, recipients: ['orang@contoh.test'] });
  const text = route?.steps.map((step) => step.text).join('\n') ?? '';
  expect(route?.outcome).toBe('remote');
  expect(text).toContain('mx1.contoh.test');
  expect(text).toContain('127.0.0.12');
  expect(text).toContain('mail.majuterus.com');
  const [missing, local, unknown] = await server.call<ExplainedRoute[]>('route.explain', { recipients: ['x@tidak-ada.test', 'budi@majuterus.com', 'entah@majuterus.com'] });
  expect([missing?.outcome, local?.outcome, unknown?.outcome]).toEqual(['undeliverable', 'local', 'refused']);
  expect(second.messages()).toHaveLength(asked);
}, 60_000);

test('mail queued while nothing is sent leaves in one connection', async () => {
  await server.cli('queue', 'freeze', 'remote');
  const before = second.messages().length;
  for (let number = 1; number <= 10; number += 1) await send(server, ['orang@contoh.test'], '--h-Subject', `Antre ${number}`);
  expect(await waiting(server)).toHaveLength(10);
  const connects = second.log().match(/ connect from /g)?.length ?? 0;
  await server.cli('queue', 'thaw', 'remote');
  await second.delivered(before + 10);
  await until(() => waiting(server), (items) => items.length === 0);
  expect((second.log().match(/ connect from /g)?.length ?? 0) - connects).toBe(1);
}, 90_000);

test('the administrator holds, releases, reroutes, corrects an address, gives back', async () => {
  await server.cli('queue', 'freeze', 'remote');
  const host = await startPostfix({ name: 'lain.test' });
  try {
    for (const subject of ['tahan', 'belok', 'betul', 'kembali']) await send(server, [`${subject}@contoh.test`], '--h-Subject', subject);
    const items = await waiting(server);
    const id = (subject: string): number => items.find((item) => item.subject === subject)?.id ?? 0;
    await server.call('queues.hold', { ids: [id('tahan')] });
    await server.call('queues.reroute', { ids: [id('belok')], host: `127.0.0.1:${host.port}` });
    const recipientId = items.find((item) => item.subject === 'betul')?.recipients[0]?.id;
    await server.call('queues.changeRecipient', { id: id('betul'), recipientId, address: 'budi@majuterus.com' });
    await server.call('queues.giveBack', { ids: [id('kembali')] });
    await server.cli('queue', 'thaw', 'remote');
    expect((await host.delivered(1))[0]?.recipient).toBe('belok@contoh.test');
    expect((await mailbox(server, 'budi@majuterus.com', 'rahasia-budi')).join('')).toContain('Subject: betul');
    await until(() => mailbox(server, sender.address, sender.password), (messages) => messages.some((text) => text.includes('kembali@contoh.test')));
    const left = await until(() => waiting(server), (found) => found.length === 1);
    expect(left[0]).toMatchObject({ queue: 'holding', subject: 'tahan' });
    const before = second.messages().length;
    await server.call('queues.release', { ids: [id('tahan')] });
    await second.delivered(before + 1);
  } finally {
    await server.cli('queue', 'thaw', 'remote');
    await host.stop();
  }
}, 120_000);

test('the Test button of DNS names the server that answers and the one that does not', async () => {
  const good = await server.cli('test', 'dns', 'contoh.test');
  expect(good.all).toContain('mx1.contoh.test');
  expect(good.code).toBe(0);
  await set('dns.backup=127.0.0.99');
  try {
    expect((await server.cli('test', 'dns', 'contoh.test')).all).toMatch(/127\.0\.0\.1 answers, but 127\.0\.0\.99 does not/);
  } finally {
    await set('dns.backup=');
  }
  expect((await server.cli('test', 'domain')).all).toMatch(/majuterus\.com/);
  // Whether the line lets mail out: a server that answers, and a port where nobody does.
  expect((await server.cli('test', 'port25', `127.0.0.12:${port}`)).all).toContain('lets mail out on port 25');
  const blocked = await server.cli('test', 'port25', `127.0.0.77:${port}`);
  expect(blocked.all).toContain('Port 25 is blocked on this line');
  expect(blocked.code).toBe(1);
}, 60_000);
