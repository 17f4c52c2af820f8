// What transcripts cannot show: names and passwords beyond ASCII, decisions, and the time they are due.
import { describe, expect, test } from 'vitest';
import { Pop3ServerSession } from '../../../../core/protocol/pop3/server-session.ts';
import { InstantDriver } from './instant-driver.ts';

function session(): Pop3ServerSession {
  const made = new Pop3ServerSession({ host: 'mail.example.test', timestamp: '<1@mail.example.test>', encrypted: false, mayLogOn: true });
  made.nextEvent();
  return made;
}

describe('names and passwords', () => {
  test('are UTF-8, as UTF8 USER in CAPA says', () => {
    const driver = new InstantDriver();
    driver.send(Buffer.from('USER d\u00edna@contoh.id\r\nPASS p\u00e4ss w\u00f6rd\r\n', 'utf8'));
    expect(driver.logOns).toEqual([{ user: 'd\u00edna@contoh.id', password: 'p\u00e4ss w\u00f6rd' }]);
  });

  test('are latin1 when they cannot be UTF-8', () => {
    const driver = new InstantDriver();
    driver.send(Buffer.from('USER dina\r\nPASS p\u00e4ss\r\n', 'latin1'));
    expect(driver.logOns).toEqual([{ user: 'dina', password: 'p\u00e4ss' }]);
  });

  test('are UTF-8 in AUTH PLAIN', () => {
    const driver = new InstantDriver();
    driver.send(Buffer.from(`AUTH PLAIN ${Buffer.from('\0d\u00edna\0\u00e4 b', 'utf8').toString('base64')}\r\n`));
    expect(driver.logOns).toEqual([{ user: 'd\u00edna', password: '\u00e4 b' }]);
  });
});

describe('a decision', () => {
  test('is due before anything more comes out', () => {
    const made = session();
    made.receive(Buffer.from('USER dina\r\nPASS secret\r\nSTAT\r\n'));
    expect(made.nextEvent()).toMatchObject({ kind: 'reply' });
    expect(made.nextEvent()).toEqual({ kind: 'log-on', heard: 'PASS ******', user: 'dina', password: 'secret' });
    expect(() => made.nextEvent()).toThrow('waits for a decision');
    expect(() => made.messageSent()).toThrow();
    made.loggedOn([]);
    expect(made.nextEvent()).toMatchObject({ kind: 'reply', line: '+OK Welcome, 0 messages (0 octets)' });
    expect(made.nextEvent()).toMatchObject({ kind: 'reply', line: '+OK 0 0' });
  });

  test('to refuse may end the session, with words in one line of ASCII', () => {
    const made = session();
    made.receive(Buffer.from('USER dina\r\nPASS x\r\nNOOP\r\n'));
    made.nextEvent();
    made.nextEvent();
    made.logOnRefused({ code: 'LOGIN-DELAY', text: 'Too often\r\n+OK now\u2026', disconnect: true });
    expect(made.nextEvent()).toMatchObject({ kind: 'reply', line: '-ERR [LOGIN-DELAY] Too often?+OK now?' });
    expect(made.nextEvent()).toEqual({ kind: 'close', reason: 'refused' });
  });

  test('that a message cannot be read leaves the session as it was', () => {
    const made = session();
    made.receive(Buffer.from('USER dina\r\nPASS x\r\nRETR 1\r\nNOOP\r\n'));
    made.nextEvent();
    made.nextEvent();
    made.loggedOn([{ uidl: 'a', octets: 1 }]);
    made.nextEvent();
    expect(made.nextEvent()).toMatchObject({ kind: 'message', index: 0, lines: null });
    made.messageFailed('Not now');
    expect(made.nextEvent()).toMatchObject({ line: '-ERR [SYS/TEMP] Not now' });
    expect(made.nextEvent()).toMatchObject({ line: '+OK' });
  });

  test('that TLS cannot be had leaves the session as it was', () => {
    const made = session();
    made.receive(Buffer.from('STLS\r\n'));
    expect(made.nextEvent()).toMatchObject({ kind: 'start-tls' });
    made.tlsRefused('Not now');
    expect(made.nextEvent()).toMatchObject({ line: '-ERR [SYS/TEMP] Not now' });
    made.receive(Buffer.from('CAPA\r\n'));
    expect(made.nextEvent()).toMatchObject({ line: '+OK', body: [expect.stringContaining('STLS')] });
  });
});

test('20,000 messages are listed in pieces of moderate size', () => {
  const made = session();
  made.receive(Buffer.from('USER dina\r\nPASS x\r\nUIDL\r\n'));
  made.nextEvent();
  made.nextEvent();
  made.loggedOn(Array.from({ length: 20_000 }, (_, index) => ({ uidl: `id-${index}`, octets: 10 })));
  made.nextEvent();
  const event = made.nextEvent();
  const pieces = event.kind === 'reply' && event.body !== null ? [...event.body] : [];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(20_000);
  const lines = pieces.join('').split('\r\n');
  expect([lines.length, lines[0], lines[19_999], lines[20_000]]).toEqual([20_002, '1 id-0', '20000 id-19999', '.']);
});
