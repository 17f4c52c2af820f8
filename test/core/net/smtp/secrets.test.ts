// What a client says in confidence is written down nowhere.
import { afterEach, expect, test } from 'vitest';
import { transcriptLine } from '../../../../core/net/smtp/edge/transcript.ts';
import { connectTo, recordOf, startServer, stopServers } from './harness.ts';

afterEach(stopServers);

test.each([
  ['AUTH PLAIN AGJvYgByYWhhc2lh', null, 'AUTH PLAIN ******'],
  ['auth login Ym9i', null, 'auth login ******'],
  ['AUTH LOGIN', null, 'AUTH LOGIN'],
  ['AUTH  PLAIN\tAGJvYgByYWhhc2lh', null, 'AUTH PLAIN ******'],
  ['  AUTH PLAIN AGJvYgByYWhhc2lh', null, 'AUTH PLAIN ******'],
  ['AUTHPLAIN AGJvYgByYWhhc2lh', null, '******'],
  ['AUTH AGJvYgByYWhhc2lh', null, 'AUTH ******'],
  ['AGJvYgByYWhhc2lh', 'exchange', '******'],
  ['*', 'exchange', '*'],
  ['AGJvYgByYWhhc2lh', 'refused', '******'],
  ['MAIL FROM:<>', 'refused', 'MAIL FROM:<>'],
  ['FOO', null, 'FOO'],
] as const)('%s after %s is written as %s', (line, after, written) => {
  expect(transcriptLine(line, after)).toBe(written);
});

test('a long line is cut', () => {
  expect(transcriptLine(`NOOP ${'x'.repeat(1000)}`, null)).toHaveLength(503);
});

test('whatever way somebody logs on, the password is in no line of the session', async () => {
  const running = await startServer();
  running.backend.mayLogOnWhere = () => true;
  const client = await connectTo(running);
  const secret = Buffer.from('\0bob\0rahasia').toString('base64');
  const pieces = [secret, Buffer.from('bob').toString('base64'), Buffer.from('rahasia').toString('base64'), Buffer.from('salah-sekali').toString('base64')];
  client.send([
    'EHLO client', 'AUTH LOGIN', pieces[1], pieces[3], `AUTH FOO ${secret}`, pieces[2], `AUTH PLAIN ${secret} x`, `AUTH PLAIN ${secret}`, `AUTH PLAIN ${secret}`, secret, 'QUIT', '',
  ].join('\r\n'));
  const heard = await client.rest();
  expect(heard).toContain('235 2.7.0');
  client.socket.destroy();
  const record = recordOf(running, client);
  await record.ended;
  const written = JSON.stringify([record.lines, record.facts, running.failures]);
  for (const piece of [...pieces, 'rahasia', 'salah-sekali']) expect(written).not.toContain(piece);
  expect(record.facts).toMatchObject({ account: 'bob@example.test' });
});
