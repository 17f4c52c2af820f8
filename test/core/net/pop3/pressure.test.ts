// Clients that do not read, large messages, and messages that break off: memory stays bounded and nothing is taken for whole that is not.
import { describe, expect, test } from 'vitest';
import { createHarness, endless, gate } from './harness.ts';

const harness = createHarness();

describe('back-pressure', () => {
  test('a client that does not read stops the reading of its message, and the rest comes when it reads', async () => {
    const dial = await harness.start();
    let pulled = 0;
    harness.dina().messages.push({ uidl: 'big', octets: 64_000_000, content: () => endless((octets) => { pulled += octets; }) });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\nSTAT\r\nQUIT\r\n');
    const before = process.memoryUsage();
    let last = -1;
    while (pulled !== last) { last = pulled; await harness.meanwhile(); }
    const after = process.memoryUsage();
    // What the kernel holds for both ends, and a little of ours.
    expect(pulled).toBeLessThan(20_000_000);
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(8_000_000);
    dial.socket.resume();
    const rest = await dial.rest();
    const [first, end] = ['+OK 64000000 octets\r\n', 'x\r\n.\r\n+OK 4 64000060\r\n+OK Bye\r\n'];
    expect([rest.slice(0, first.length), rest.slice(-end.length), rest.length]).toEqual([first, end, first.length + 64_000_000 + end.length - 3]);
  });

  test.each([
    ['large messages', 5000, 100],
    ['small messages', 40, 10_000],
  ])('a client that asks for %s and does not read them is not read from any more', async (_, lines, mostAnswers) => {
    const dial = await harness.start();
    harness.dina().messages.push({ uidl: 'x', octets: lines * 100, content: Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(lines)) });
    await dial.logOn();
    dial.socket.pause();
    dial.send('RETR 4\r\n'.repeat(20_000));
    let last = -1;
    const answered = () => harness.fixture.backend.recorded[0]?.lines.length ?? 0;
    while (answered() !== last) { last = answered(); await harness.meanwhile(); }
    expect(answered()).toBeLessThan(mostAnswers);
    dial.socket.destroy();
    await harness.fixture.backend.ended(1);
  });

  test('what a client has not taken yet stays as it is while others are served', async () => {
    const slow = await harness.start();
    const message = (letter: string): string => `Subject: ${letter}\r\n\r\n${`${letter.repeat(98)}\r\n`.repeat(10)}`;
    harness.dina().messages.push({ uidl: 'x', octets: message('d').length, content: Buffer.from(message('d')) });
    harness.fixture.backend.addAccount('budi', 'secret', [message('b')]);
    await slow.logOn();
    const answered = () => harness.fixture.backend.recorded[0]?.lines.length ?? 0;
    slow.socket.pause();
    const asked = 10_000;
    slow.send('RETR 4\r\n'.repeat(asked));
    for (let last = -1; answered() !== last;) { last = answered(); await harness.meanwhile(); }
    const quick = await harness.client();
    await quick.logOn('budi');
    for (let turn = 0; turn < 5; turn += 1) {
      quick.send('RETR 1\r\n'.repeat(60));
      for (let count = 0; count < 60; count += 1) expect(await quick.multi()).toBe(`+OK ${message('b').length} octets\r\n${message('b')}`);
    }
    slow.socket.resume();
    slow.send('QUIT\r\n');
    const answers = `+OK ${message('d').length} octets\r\n${message('d')}.\r\n`.repeat(asked);
    expect((await slow.rest()) === `${answers}+OK Bye\r\n`).toBe(true);
  });

  test('while a logon is pending, only what fits into buffers is taken from the client', async () => {
    const dial = await harness.start();
    const logOn = gate();
    harness.fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS secret\r\n');
    await dial.lines(2);
    const before = process.memoryUsage().arrayBuffers;
    const commands = Buffer.from(`NOOP${' '.repeat(114)}\r\n`.repeat(1000));
    for (let sent = 0; sent < 100; sent += 1) dial.send(commands);
    for (let last = -1; last !== dial.socket.writableLength;) { last = dial.socket.writableLength; await harness.meanwhile(); }
    // The client still holds what the server does not take: 12 MB were sent.
    expect(dial.socket.writableLength).toBeGreaterThan(1_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
    logOn.pass();
    dial.send('QUIT\r\n');
    expect(await dial.rest()).toBe(`+OK Welcome, 3 messages (60 octets)\r\n${'+OK\r\n'.repeat(100_000)}+OK Bye\r\n`);
  });
});

describe('TOP', () => {
  test.each([
    ['a header that is longer than what is read at first', 500, 0],
    ['long body lines', 1, 20],
    ['more lines than are worth guessing', 1, 100_000],
  ])('of %s is whole', async (_, headerLines, lines) => {
    const dial = await harness.start();
    const header = `${'X-Long: '.padEnd(76, 'y')}\r\n`.repeat(headerLines);
    const body = Array.from({ length: 200 }, (__, index) => `.${index} ${'z'.repeat(900)}\r\n`);
    harness.dina().messages.push({ uidl: 'x', octets: 0, content: Buffer.from(`${header}\r\n${body.join('')}`) });
    await dial.logOn();
    dial.send(`TOP 4 ${lines}\r\n`);
    expect(await dial.multi()).toBe(`+OK\r\n${header}\r\n${body.slice(0, lines).map((line) => `.${line}`).join('')}`);
    expect(await dial.ask('NOOP')).toBe('+OK');
  });
});

describe('a message that breaks off while it is read', () => {
  test('is not ended, so that no client takes it for whole', async () => {
    const dial = await harness.start();
    harness.dina().messages.push({ uidl: 'broken', octets: 200_000, async* content() {
      await Promise.resolve();
      yield Buffer.from('Subject: x\r\n\r\nhalf\r\n');
      throw new Error('EIO');
    } });
    await dial.logOn();
    dial.send('RETR 4\r\n');
    expect(await dial.rest()).not.toContain('\r\n.\r\n');
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: Message 4 could not be read to its end: EIO');
    expect(harness.dina().released).toBe(1);
  });
});
