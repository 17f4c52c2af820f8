// STLS and the SSL port.
import { describe, expect, test } from 'vitest';
import { makeCertificate } from './fixture.ts';
import { createHarness, gate } from './harness.ts';

const harness = createHarness();

describe('TLS', () => {
  test('after STLS, the rest is encrypted and the record says so', async () => {
    (await harness.start()).socket.destroy();
    harness.fixture.backend.behaviour.mayLogOn = ({ tls }) => tls;
    const dial = await harness.client();
    await dial.line();
    expect(await dial.ask('USER dina')).toBe('-ERR [AUTH] Encryption is required: switch on STARTTLS, or SSL/TLS on its own port, in your mail program');
    expect(await dial.ask('STLS')).toBe('+OK Begin TLS now');
    await dial.startTls(harness.certificate.ca);
    dial.send('USER dina\r\nPASS secret\r\nRETR 1\r\nQUIT\r\n');
    expect(await dial.rest()).toBe('+OK\r\n+OK Welcome, 3 messages (60 octets)\r\n+OK 19 octets\r\nSubject: a\r\n\r\none\r\n.\r\n+OK Bye\r\n');
    dial.socket.end();
    await harness.fixture.backend.ended(2);
    expect(harness.fixture.backend.recorded[1]).toMatchObject({ outcome: 'successful', facts: { tls: true } });
  });

  test('commands sent in clear text behind STLS are dropped', async () => {
    const dial = await harness.start();
    await dial.line();
    dial.send('STLS\r\nUSER mallory\r\nPASS x\r\n');
    expect(await dial.line()).toBe('+OK Begin TLS now');
    await dial.startTls(harness.certificate.ca);
    expect(await dial.ask('NOOP')).toBe('-ERR Please log on first');
    expect(harness.fixture.backend.recorded[0]?.lines.join()).not.toContain('mallory');
  });

  test('so are those that waited in the socket while a logon was pending', async () => {
    const dial = await harness.start();
    const logOn = gate();
    harness.fixture.backend.behaviour.beforeLogOn = () => logOn.opened;
    dial.send('USER dina\r\nPASS wrong\r\n');
    await dial.lines(2);
    dial.send('STLS\r\n');
    await harness.meanwhile();
    dial.send('USER mallory\r\nPASS x\r\n');
    await harness.meanwhile();
    logOn.pass();
    expect(await dial.lines(2)).toEqual(['-ERR [AUTH] Wrong name or password', '+OK Begin TLS now']);
    await dial.startTls(harness.certificate.ca);
    expect(await dial.ask('NOOP')).toBe('-ERR Please log on first');
    expect(harness.fixture.backend.recorded[0]?.lines.join()).not.toContain('mallory');
  });

  test('what is no TLS ends the connection with a reason', async () => {
    const dial = await harness.start();
    await dial.line();
    expect(await dial.ask('STLS')).toBe('+OK Begin TLS now');
    dial.send('this is no handshake\r\n');
    await dial.rest();
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toMatch(/^terminated: TLS could not be started: /);
  });

  test('without a certificate, STLS is refused and the session goes on', async () => {
    const dial = await harness.start({ tlsMaterial: { key: '', cert: 'nonsense', ca: '' } });
    await dial.line();
    expect(await dial.ask('STLS')).toBe('-ERR [SYS/TEMP] Encryption is not available at the moment');
    expect(await dial.ask('CAPA')).toBe('+OK');
  });

  test('a handshake that does not come is not waited for', async () => {
    const dial = await harness.start({ limits: { handshake: 50 } });
    await dial.line();
    await dial.ask('STLS');
    await dial.rest();
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toBe('terminated: Closed because the TLS handshake took too long');
  });

  test('on the SSL port is there from the first octet', async () => {
    await harness.start({ name: 'pop3s' }).then((dial) => dial.socket.destroy());
    const dial = await harness.client(harness.certificate);
    expect(await dial.logOn()).toBe('+OK Welcome, 3 messages (60 octets)');
    expect(await dial.ask('STLS')).toBe('-ERR You are logged on already');
    expect(await dial.ask('QUIT')).toBe('+OK Bye');
  });

  test('on the SSL port, a client that speaks in clear text gets no words, and others are served', async () => {
    const dial = await harness.start({ name: 'pop3s' });
    dial.send('USER dina\r\n');
    expect(await dial.rest()).not.toContain('+OK');
    await harness.fixture.backend.ended(1);
    expect(harness.fixture.backend.recorded[0]?.outcome).toMatch(/^terminated: TLS could not be started: /);
    const other = await harness.client(harness.certificate);
    expect(await other.line()).toContain('+OK mail.example.test');
  });

  test('a new certificate is used by the next connection; one that cannot be used changes nothing', async () => {
    await harness.start({ name: 'pop3s' }).then((dial) => dial.socket.destroy());
    const first = await harness.client(harness.certificate);
    harness.fixture.tls = { key: 'nonsense', cert: 'nonsense', ca: '' };
    expect(() => harness.fixture.server.updateTls()).toThrow();
    await harness.client(harness.certificate);
    const renewed = makeCertificate('renewed');
    harness.fixture.tls = renewed;
    harness.fixture.server.updateTls();
    const next = await harness.client(renewed);
    expect(await next.line()).toContain('+OK');
    expect(await first.line()).toContain('+OK');
    expect(await first.ask('QUIT')).toBe('+OK Bye');
  });
});
