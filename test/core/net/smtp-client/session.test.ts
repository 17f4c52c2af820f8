// Sending to servers that do well, badly, and nothing at all.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { hop, message, open, patient, recorder, session } from './fixture.ts';
import { scriptedServer, type Behaviour, type ScriptedServer, type Word } from './scripted-server.ts';

const servers: ScriptedServer[] = [];
async function serve(script: Partial<Record<Word, Behaviour>> = {}): Promise<ScriptedServer> {
  const server = await scriptedServer(script);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const ok = { code: 250, enhanced: '2.1.0', text: 'ok' };
const okRecipient = { code: 250, enhanced: '2.1.5', text: 'ok' };
const kept = { code: 250, enhanced: '2.0.0', text: 'kept' };
const cut = (socket: Socket): void => void socket.destroy();
const noPipelining = '250-odd.test\r\n250 DSN';

describe.each([['pipelined', {}], ['one by one', { EHLO: noPipelining }]] as [string, Partial<Record<Word, Behaviour>>][])('a transaction, %s', (_, offers) => {
  const some: Behaviour = (socket, line) => void socket.write(line.includes('no@') ? '550 5.1.1 nobody\r\n' : line.includes('later@') ? '450-4.2.0 not\r\n450 4.2.0 now\r\n' : '250 2.1.5 ok\r\n');

  test('each recipient has its reply; several messages go over one connection', async () => {
    const server = await serve({ ...offers, RCPT: some });
    const record = recorder();
    const client = await session(hop(server.port), { record });
    const result = { kind: 'answered', mail: ok, recipients: [okRecipient, { code: 550, enhanced: '5.1.1', text: 'nobody' }, { code: 450, enhanced: '4.2.0', text: 'not now' }], data: kept };
    expect(await client.send(message('one\r\n', ['b@b.test', 'no@b.test', 'later@b.test']))).toEqual(result);
    expect(await client.send(message('.two', ['b@b.test', 'no@b.test', 'later@b.test']))).toEqual(result);
    await client.quit();
    expect(server.messages).toEqual(['one', '..two']);
    expect(server.connections()).toBe(1);
    expect(record.ends).toEqual(['successful']);
    expect(record.lines.filter((line) => line.startsWith('> ')).slice(1, 7)).toEqual([expect.stringMatching(/^> MAIL/), '> RCPT TO:<b@b.test>', '> RCPT TO:<no@b.test>', '> RCPT TO:<later@b.test>', '> DATA', '> (5 bytes of the message)']);
  });

  test('if all are refused there is no DATA, and RSET before the next message', async () => {
    const server = await serve({ ...offers, RCPT: some });
    const client = await session(hop(server.port));
    expect(await client.send(message('x', ['no@b.test']))).toEqual({ kind: 'answered', mail: ok, recipients: [{ code: 550, enhanced: '5.1.1', text: 'nobody' }], data: null });
    expect(await client.send(message('x'))).toMatchObject({ data: kept });
    expect(server.lines.map((line) => line.slice(0, 4))).toEqual(['EHLO', 'MAIL', 'RCPT', 'RSET', 'MAIL', 'RCPT', 'DATA', '(mes']);
    await client.quit();
  });

  test('a refused sender says nothing about recipients', async () => {
    const server = await serve({ ...offers, MAIL: '452 4.3.1 full', RCPT: '503 5.5.1 MAIL first' });
    const client = await session(hop(server.port));
    expect(await client.send(message('x', ['b@b.test', 'c@b.test']))).toEqual({ kind: 'answered', mail: { code: 452, enhanced: '4.3.1', text: 'full' }, recipients: [null, null], data: null });
    expect(client.broken).toBe(false);
    await client.quit();
  });

  test('refused at DATA, and after it', async () => {
    const atData = await session(hop((await serve({ ...offers, DATA: '554 5.5.1 no' })).port));
    expect(await atData.send(message('x'))).toMatchObject({ kind: 'answered', recipients: [okRecipient], data: { code: 554 } });
    expect(await atData.send(message('x'))).toMatchObject({ data: { code: 554 } });
    const after = await session(hop((await serve({ ...offers, MESSAGE: '552 5.2.2 full' })).port));
    expect(await after.send(message('x'))).toMatchObject({ data: { code: 552, enhanced: '5.2.2' } });
    expect(after.broken).toBe(false);
  });

  test('what the server cannot be told is refused here, the rest is sent', async () => {
    const server = await serve(offers);
    const record = recorder();
    const client = await session(hop(server.port), { record });
    expect(await client.send(message('x', ['jörg@b.test', 'b@b.test']))).toEqual({ kind: 'answered', mail: ok, recipients: [expect.objectContaining({ code: 553, enhanced: '5.6.7' }), okRecipient], data: kept });
    expect(await client.send(message('x', ['b@b.test\r\nQUIT']))).toMatchObject({ kind: 'answered', recipients: [{ code: 553 }], data: null });
    expect(await client.send(message('x', ['b@b.test'], { reversePath: 'a@a.test\r\nQUIT' }))).toMatchObject({ mail: { code: 553 }, recipients: [null] });
    expect(server.lines.filter((line) => /^(MAIL|RCPT|QUIT)/.test(line))).toHaveLength(2);
  });

  test('probe asks and takes it back', async () => {
    const server = await serve({ ...offers, RCPT: some });
    const client = await session(hop(server.port));
    expect(await client.probe('', 'no@b.test')).toEqual({ kind: 'answered', mail: ok, recipients: [{ code: 550, enhanced: '5.1.1', text: 'nobody' }], data: null });
    expect(server.lines.slice(1)).toEqual(['MAIL FROM:<>', 'RCPT TO:<no@b.test>', 'RSET']);
  });
});

describe('421 and lost connections', () => {
  const goodbye: Behaviour = (socket) => void socket.end('421 4.3.2 going down\r\n');
  const bye = { code: 421, enhanced: '4.3.2', text: 'going down' };

  test.each([
    ['MAIL', { mail: bye, recipients: [null, null], data: null }],
    ['RCPT', { mail: ok, recipients: [bye, null], data: null }],
    ['DATA', { mail: ok, recipients: [okRecipient, okRecipient], data: bye }],
    ['MESSAGE', { mail: ok, recipients: [okRecipient, okRecipient], data: bye }],
  ] as const)('421 to %s is its answer, and the end', async (word, result) => {
    const server = await serve({ [word]: goodbye });
    const client = await session(hop(server.port));
    expect(await client.send(message('x', ['b@b.test', 'c@b.test']))).toEqual({ kind: 'answered', ...result });
    expect(client.broken).toBe(true);
    expect(await client.send(message('x'))).toMatchObject({ kind: 'broken', afterData: false, cause: '421', text: expect.stringContaining('going down') as string });
    await client.quit();
  });

  test('421 that nobody asked for ends an idle session', async () => {
    let theirs: Socket | null = null;
    const server = await serve({ GREETING: (socket) => { theirs = socket; socket.write('220 odd.test\r\n'); } });
    const record = recorder();
    const client = await session(hop(server.port), { record });
    (theirs as Socket | null)?.end('421 4.4.2 idle\r\n');
    await expect.poll(() => client.broken).toBe(true);
    expect(record.ends).toEqual(['terminated: The server closed the connection.']);
  });

  test.each([
    ['MAIL', false], ['RCPT', false], ['DATA', false], ['MESSAGE', true],
  ] as const)('a line cut at %s: after the message %s', async (word, afterData) => {
    const server = await serve({ [word]: cut });
    const client = await session(hop(server.port));
    expect(await client.send(message('x'))).toMatchObject({ kind: 'broken', afterData });
    expect(client.broken).toBe(true);
  });

  test('a line cut amid the message: it cannot have been taken', async () => {
    let seen = 0;
    const server = await serve({ DATA: (socket) => { socket.write('354 go\r\n'); socket.removeAllListeners('data').on('data', (bytes) => { seen += bytes.length; if (seen > 200_000) socket.destroy(); }); } });
    const client = await session(hop(server.port));
    const piece = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
    async function* content() { for (let count = 0; count < 500; count += 1) yield await Promise.resolve(piece); }
    expect(await client.send(message('', ['b@b.test'], { content }))).toMatchObject({ kind: 'broken', afterData: false });
  });

  test('a refusal amid the message is its answer, and nothing more is said', async () => {
    const server = await serve({ DATA: (socket) => { socket.write('354 go\r\n'); socket.removeAllListeners('data').once('data', () => socket.write('552 5.3.4 too big\r\n')).resume(); } });
    const client = await session(hop(server.port));
    const piece = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(64));
    async function* content() { for (;;) { yield piece; await new Promise(setImmediate); } }
    expect(await client.send(message('', ['b@b.test'], { content }))).toMatchObject({ kind: 'answered', data: { code: 552, enhanced: '5.3.4' } });
    expect(client.broken).toBe(true);
  });

  test.each([
    ['at once', () => { throw new Error('disk'); }],
    ['later', () => Promise.reject(new Error('disk'))],
    ['amid the message', async function* () { yield await Promise.resolve(Buffer.from('half a line')); throw new Error('disk'); }],
  ] as [string, () => never][])('our own bytes that cannot be read (%s) are never ended with a dot', async (_, content) => {
    const server = await serve();
    const client = await session(hop(server.port));
    expect(await client.send(message('x', ['b@b.test'], { content }))).toMatchObject({ kind: 'unreadable', cause: new Error('disk') });
    expect(client.broken).toBe(true);
    expect(server.messages).toEqual([]);
  });

  test('the administrator ends it', async () => {
    const server = await serve({ MESSAGE: () => undefined });
    const abort = new AbortController();
    const record = recorder();
    const client = await session(hop(server.port), { signal: abort.signal, record });
    const sending = client.send(message('x'));
    await expect.poll(() => server.messages.length).toBe(1);
    abort.abort();
    expect(await sending).toMatchObject({ kind: 'broken', afterData: true, cause: 'ABORTED' });
    expect(record.ends).toEqual(['terminated: The connection was ended here.']);
  });
});

describe('time', () => {
  const quick = { ...patient, greetingMs: 100 };
  test.each([['GREETING', 'greeting'], ['EHLO', 'ehlo']] as const)('no answer to %s', async (word, stage) => {
    const record = recorder();
    expect(await open(hop((await serve({ [word]: () => undefined })).port), { timeouts: quick, record })).toMatchObject({ kind: 'failed', failure: { stage, cause: 'ETIMEDOUT', local: false, reply: null } });
    expect(record.ends).toHaveLength(1);
  });

  test('a server that lets something trickle all the time', async () => {
    const trickle: Behaviour = (socket) => {
      const timer = setInterval(() => socket.write('2'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    for (const word of ['GREETING', 'EHLO'] as const) expect(await open(hop((await serve({ [word]: trickle })).port), { timeouts: quick })).toMatchObject({ failure: { cause: 'ETIMEDOUT' } });
    const client = await session(hop((await serve({ MAIL: trickle })).port), { timeouts: quick });
    expect(await client.send(message('x'))).toMatchObject({ kind: 'broken', afterData: false, cause: 'ETIMEDOUT' });
  });

  test('no answer to the final dot: it may have been taken', async () => {
    const client = await session(hop((await serve({ MESSAGE: () => undefined })).port), { timeouts: { ...patient, dataMs: 100 } });
    expect(await client.send(message('x'))).toMatchObject({ kind: 'broken', afterData: true, cause: 'ETIMEDOUT' });
  });

  test('a server that stops reading amid the message', async () => {
    const client = await session(hop((await serve({ DATA: (socket) => { socket.write('354 go\r\n'); socket.pause(); } })).port), { timeouts: { ...patient, greetingMs: 200, dataMs: 200 } });
    const whole = Buffer.alloc(30_000_000, `${'x'.repeat(998)}\r\n`);
    expect(await client.send(message('', ['b@b.test'], { content: () => whole }))).toMatchObject({ kind: 'broken', afterData: false, cause: 'ETIMEDOUT' });
  });
});

describe('nonsense', () => {
  test.each([
    ['a refusal', '554 5.7.1 go away', { stage: 'greeting', cause: 'EPROTOCOL', reply: { code: 554, enhanced: '5.7.1', text: 'go away' } }],
    ['too busy', '421 4.3.2 too busy', { stage: 'greeting', reply: { code: 421, enhanced: '4.3.2', text: 'too busy' } }],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2', { stage: 'greeting', cause: 'EPROTOCOL', reply: null }],
    ['a line without end', 'x'.repeat(10_000_000), { stage: 'greeting', cause: 'EPROTOCOL' }],
    ['ten megabytes of greeting', '220-hello\r\n'.repeat(1_000_000), { stage: 'greeting', cause: 'EPROTOCOL' }],
    ['empty lines and a refusal', '\r\n'.repeat(10_000) + '554 no', { stage: 'greeting', reply: { code: 554 } }],
  ])('%s for a greeting', async (_, greeting, failure) => {
    expect(await open(hop((await serve({ GREETING: greeting })).port))).toMatchObject({ kind: 'failed', failure: { local: false, ...failure } });
  });

  test('closing without a word', async () => {
    expect(await open(hop((await serve({ GREETING: cut })).port))).toMatchObject({ kind: 'failed', failure: { stage: 'greeting', reply: null, local: false } });
    expect(await open(hop((await serve({ EHLO: cut })).port))).toMatchObject({ kind: 'failed', failure: { stage: 'ehlo' } });
  });

  test('an answer that is none, and one too many', async () => {
    const babble = await session(hop((await serve({ MAIL: 'what?' })).port));
    expect(await babble.send(message('x'))).toMatchObject({ kind: 'broken', afterData: false, cause: 'EPROTOCOL' });
    const chatty = await session(hop((await serve({ MESSAGE: '250 kept\r\n250 and again' })).port));
    expect(await chatty.send(message('x'))).toMatchObject({ kind: 'answered', data: { code: 250, text: 'kept' } });
    await expect.poll(() => chatty.broken).toBe(true);
  });

  test('HELO is enough', async () => {
    const server = await serve({ EHLO: '502 5.5.1 what' });
    const client = await session(hop(server.port));
    expect(await client.send(message('x', ['b@b.test'], { ret: 'HDRS', envid: 'x' }))).toMatchObject({ data: kept });
    expect(server.lines.slice(0, 3)).toEqual(['EHLO me.test', 'HELO me.test', 'MAIL FROM:<a@a.test>']);
    expect([client.dsn, client.maxBytes, client.tls, client.loggedOn]).toEqual([false, 0, false, false]);
  });
});

describe('STARTTLS', () => {
  const EHLO = '250-odd.test\r\n250 STARTTLS';

  test('garbage instead of TLS fails the connection at this stage, whatever was wanted', async () => {
    for (const tls of ['opportunistic', 'starttls'] as const) {
      const server = await serve({ EHLO, STARTTLS: (socket) => void socket.end('220 go\r\nthis is not TLS at all, by no means\r\n') });
      expect(await open(hop(server.port, { tls }))).toMatchObject({ kind: 'failed', failure: { stage: 'tls', reply: null, local: false } });
    }
  });

  test('no handshake within its time', async () => {
    const server = await serve({ EHLO, STARTTLS: (socket) => { socket.removeAllListeners('data').resume().write('220 go\r\n'); } });
    expect(await open(hop(server.port, { tls: 'opportunistic' }), { timeouts: { ...patient, greetingMs: 150 } })).toMatchObject({ failure: { stage: 'tls', cause: 'ETIMEDOUT' } });
  });

  test('refused: the mail goes in clear text if that is allowed, but no password', async () => {
    const server = await serve({ EHLO: `${EHLO}\r\n250 AUTH PLAIN`.replace('250 STARTTLS', '250-STARTTLS'), STARTTLS: '454 4.7.0 no TLS today' });
    const client = await session(hop(server.port, { tls: 'opportunistic' }));
    expect(await client.send(message('x'))).toMatchObject({ data: kept });
    expect(await open(hop(server.port, { tls: 'starttls' }))).toMatchObject({ failure: { stage: 'tls', reply: { code: 454, enhanced: '4.7.0', text: 'no TLS today' } } });
    expect(await open(hop(server.port, { tls: 'opportunistic', logon: { user: 'ani', password: 'geheim', method: 'plain' } }))).toMatchObject({ failure: { stage: 'logon', cause: 'ENOAUTH' } });
    expect(server.lines.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  });

  test('not offered', async () => {
    const server = await serve();
    const record = recorder();
    expect((await session(hop(server.port, { tls: 'opportunistic' }), { record })).tls).toBe(false);
    expect(record.lines).toContain('# The server offers no STARTTLS: the connection stays unencrypted');
    expect(await open(hop(server.port, { tls: 'starttls' }))).toMatchObject({ failure: { stage: 'tls', reply: { code: 502 } } });
    expect(await open(hop(server.port, { tls: 'tls' }))).toMatchObject({ failure: { stage: 'tls', local: false } });
  });
});

describe('logging on', () => {
  const logon = { user: 'ani@b.test', password: 'geh+eim/42', method: 'auto' } as const;
  const offering = (methods: string): string => `250-odd.test\r\n250 AUTH ${methods}`;

  test('a server that repeats the password tells it neither to the transcript nor to the report', async () => {
    const AUTH: Behaviour = (socket, line) => void socket.write(`535-5.7.8 ${line}\r\n535 5.7.8 password ${logon.password} is wrong\r\n`);
    const server = await serve({ EHLO: offering('PLAIN'), AUTH });
    const record = recorder();
    const failed = await open(hop(server.port, { logon }), { record });
    expect(failed).toMatchObject({ kind: 'failed', failure: { stage: 'logon', cause: 'EAUTH', reply: { code: 535, enhanced: '5.7.8', text: 'AUTH PLAIN ****** password ****** is wrong' } } });
    expect(JSON.stringify([record, failed])).not.toMatch(new RegExp(`geh|${Buffer.from(logon.password).toString('base64').slice(0, 8)}|${Buffer.from(`\0${logon.user}\0${logon.password}`).toString('base64')}`));
    expect(record.ends).toEqual(['terminated: The server refused the logon.']);
  });

  test.each([
    ['nothing', '250 odd.test', 'ENOAUTH'], ['nothing that is known', offering('GSSAPI NTLM'), 'ENOAUTH'],
  ])('a server that offers %s', async (_, EHLO, cause) => {
    const server = await serve({ EHLO });
    expect(await open(hop(server.port, { logon }))).toMatchObject({ failure: { stage: 'logon', cause, reply: null } });
    expect(server.lines).toEqual(['EHLO me.test', 'QUIT']);
  });

  test('in clear text the method comes first that does not show the password', async () => {
    const server = await serve({ EHLO: offering('LOGIN PLAIN CRAM-MD5') });
    await open(hop(server.port, { logon }));
    expect(server.lines[1]).toBe('AUTH CRAM-MD5');
  });

  test('an access token', async () => {
    const server = await serve({ EHLO: offering('XOAUTH2'), AUTH: '235 2.7.0 welcome' });
    const record = recorder();
    expect((await session(hop(server.port, { logon: { ...logon, password: 'token', method: 'xoauth2' } }), { record })).loggedOn).toBe(true);
    expect(Buffer.from(server.lines[1]?.split(' ')[2] ?? '', 'base64').toString()).toBe('user=ani@b.test\x01auth=Bearer token\x01\x01');
    expect(record.lines).toContain('> AUTH XOAUTH2 ******');
  });

  test.each([['a\0b', 'x'], ['a\r\nb', 'x'], ['', 'x'], ['a', 'x\0y']])('%j, %j cannot be sent', async (user, password) => {
    const server = await serve({ EHLO: offering('PLAIN') });
    expect(await open(hop(server.port, { logon: { user, password, method: 'auto' } }))).toMatchObject({ failure: { stage: 'logon', cause: 'EINVAL' } });
  });

  test('a connection that goes while logging on, and one that says nothing', async () => {
    expect(await open(hop((await serve({ EHLO: offering('PLAIN'), AUTH: cut })).port, { logon }))).toMatchObject({ failure: { stage: 'logon', reply: null } });
    expect(await open(hop((await serve({ EHLO: offering('PLAIN'), AUTH: () => undefined })).port, { logon }), { timeouts: { ...patient, greetingMs: 150 } })).toMatchObject({ failure: { stage: 'logon', cause: 'ETIMEDOUT' } });
  });
});

describe('connecting', () => {
  test.each([
    ['nobody there', { address: '127.0.0.1', port: 1 }, { stage: 'connect', cause: 'ECONNREFUSED', local: false }],
    ['a source address that is not ours', { sourceAddress: '192.0.2.77' }, { stage: 'connect', cause: 'EADDRNOTAVAIL', local: true }],
    ['a name instead of an address', { address: 'odd.test' }, { stage: 'connect', cause: 'EINVAL', local: false }],
    ['a name to greet with that has a line end', { helo: 'me.test\r\nRSET' }, { stage: 'ehlo', cause: 'EINVAL', local: false }],
    ['no name to greet with', { helo: '' }, { stage: 'ehlo', cause: 'EINVAL', local: false }],
  ])('%s', async (_, to, failure) => {
    const server = await serve();
    const record = recorder();
    expect(await open(hop(server.port, to), { record })).toMatchObject({ kind: 'failed', failure });
    expect(server.lines).toEqual([]);
    expect(record.ends).toHaveLength(1);
  });

  test('from the address that is set, greeting with the name that is set', async () => {
    let from: string | undefined;
    const server = await serve({ GREETING: (socket) => { from = socket.remoteAddress; socket.write('220 odd.test\r\n'); } });
    const client = await session(hop(server.port, { sourceAddress: '127.0.0.9', helo: 'Büro.example' }));
    expect([client.localAddress, from, server.lines[0]]).toEqual(['127.0.0.9', '127.0.0.9', 'EHLO xn--bro-hoa.example']);
  });

  test('ended before it began', async () => {
    expect(await open(hop((await serve()).port), { signal: AbortSignal.abort() })).toMatchObject({ failure: { cause: 'ABORTED' } });
  });
});
