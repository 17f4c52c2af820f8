// kill -9 while mail is on its way out: whatever was answered with 250 reaches the smart host, and nothing goes twice but what was between
// the two servers at the moment of the kill (its reply could not be noted any more).
import { setTimeout as pause } from 'node:timers/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Client } from '../../core/host/cli/connect.ts';
import { send, startSender, until, waiting } from '../helpers/internet.ts';
import { removeData, startMerpati, type Merpati } from '../helpers/merpati.ts';
import { run } from '../helpers/run.ts';

let server: Merpati;
let sink: Server;
/** Subjects in the order of arrival. */
const arrived: string[] = [];
const kills = 4;
const rounds = 5;

beforeAll(async () => {
  sink = createServer((socket) => {
    let buffer = '';
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 sink.test ESMTP\r\n');
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      for (;;) {
        const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          arrived.push(/^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '');
          // Slow enough that a kill finds messages on their way.
          setTimeout(() => socket.write('250 2.0.0 taken\r\n'), 20);
        } else if (/^DATA/i.test(text)) {
          inData = true;
          socket.write('354 go on\r\n');
        } else socket.write(/^QUIT/i.test(text) ? '221 bye\r\n' : '250 2.0.0 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  server = await startSender(['delivery.mode=smart-host', 'security.relayAddresses=127.0.0.0/8', `delivery.smartHost=127.0.0.1:${(sink.address() as AddressInfo).port}`, 'sessions.maxPerDestination=5']);
}, 60_000);
afterAll(async () => {
  await server.stop();
  await new Promise((resolve) => sink.close(resolve));
  await removeData(server.data);
});

test('nothing accepted is lost, and only what was on the wire goes twice', async () => {
  const accepted: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const batch = Array.from({ length: 30 }, (_, number) => `pesan ${round}-${number}`);
    // One connection for the whole batch: curl sends each file of it as one message.
    const results = await Promise.all(batch.map((subject, index) => (index % 10 === 0 ? sendTen(batch.slice(index, index + 10)) : Promise.resolve([] as string[]))));
    accepted.push(...results.flat());
    if (round < kills) {
      await until(() => Promise.resolve(arrived.length), (count) => count > round * 10);
      await pause(Math.random() * 60);
      await server.kill();
      server = await startMerpati(server.data, server.ports);
    }
  }
  expect(accepted.length).toBeGreaterThan(30);
  await until(() => waiting(server), (items) => items.length === 0);
  const missing = accepted.filter((subject) => !arrived.includes(subject));
  expect(missing).toEqual([]);
  // At most five connections, each with one message whose reply was on its way and one that was not noted yet.
  expect(arrived.length - new Set(arrived).size).toBeLessThanOrEqual(kills * 10);
  const connection = await connect(server.data);
  const { sent } = await (connection.client satisfies Client).statistics.get();
  await connection.close();
  expect(sent).toBeGreaterThan(0);
  expect((await send(server, ['akhir@contoh.id'], '--h-Subject', 'akhir')).all).toContain('queued as');
  await until(() => Promise.resolve(arrived), (all) => all.includes('akhir'));
}, 120_000);

/** @returns the subjects that were answered with 250 */
async function sendTen(subjects: readonly string[]): Promise<string[]> {
  const script = [
    'import smtplib, sys', 'done = []', 'try:', `  s = smtplib.SMTP('127.0.0.1', ${server.ports.smtp}, timeout=20)`, '  for subject in sys.argv[1:]:',
    "    s.sendmail('dina@majuterus.com', ['orang@contoh.id'], 'From: dina@majuterus.com\\r\\nSubject: %s\\r\\n\\r\\nisi\\r\\n' % subject)", '    done.append(subject)', 'except Exception: pass', "print('\\n'.join(done))",
  ].join('\n');
  const { out } = await run('python3', ['-c', script, ...subjects]);
  return out.split('\n').filter((line) => line !== '');
}
