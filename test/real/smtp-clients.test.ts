// Programs that nobody here wrote, sending: swaks, curl, Python's smtplib, openssl s_client. The server is the real one, in this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { startServer, stopServers, testMaterial, type Running } from '../core/net/smtp/harness.ts';

let folder = '';
const file = (name: string): string => join(folder, name);

interface Finished { readonly code: number; readonly output: string }

async function start(program: string, args: readonly string[], input = ''): Promise<Finished> {
  const { code, all } = await run(program, args, { cwd: folder, input });
  return { code, output: all };
}

/** Every byte from 1 to 255 but for CR and LF, lines that begin with dots, a line of 20,000 octets, no line end at the end. */
const oddBytes = Buffer.concat([
  Buffer.from('Subject: odd\r\n\r\n.\r\n..\r\n.x\r\n...\r\n'),
  Buffer.from(Array.from({ length: 255 }, (_one, index) => index + 1).filter((byte) => byte !== 13 && byte !== 10)),
  Buffer.from(`\r\n${'y'.repeat(20_000)}\r\n. \r\n\r\nlast`),
]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smtp-clients-'));
  writeFileSync(file('root.pem'), (await testMaterial()).ca);
  writeFileSync(file('odd.eml'), oddBytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(stopServers);

const at = ({ port }: Running): string => `127.0.0.1:${port}`;

describe('swaks', () => {
  const swaks = async (running: Running, ...args: readonly string[]): Promise<Finished> =>
    await start('swaks', ['--server', at(running), '--from', 'alice@example.test', '--to', 'bob@example.test', '--timeout', '20', ...args]);

  test('in clear text', async () => {
    const running = await startServer();
    const { code, output } = await swaks(running, '--header', 'Subject: hello', '--body', 'one\n.two');
    expect([code, output]).toEqual([0, expect.stringContaining('queued as m1')]);
    expect(running.backend.messages[0]).toMatchObject({ from: 'alice@example.test', to: ['bob@example.test'] });
    expect(running.backend.messages[0]!.content.toString()).toMatch(/\r\nSubject: hello\r\n[\s\S]*\r\n\r\none\r\n\.two\r\n/);
  });

  test.each(['PLAIN', 'LOGIN'])('STARTTLS with a certificate that is verified, AUTH %s', async (method) => {
    const running = await startServer('submission');
    const { code, output } = await swaks(running, '--tls', '--tls-verify', '--tls-ca-path', file('root.pem'), '--auth', method, '--auth-user', 'alice', '--auth-password', 'rahasia');
    expect([code, output]).toEqual([0, expect.stringContaining('queued as m1')]);
    expect(running.backend.messages[0]!.session).toMatchObject({ tls: true, login: { address: 'alice@example.test' } });
    expect(running.backend.logons).toEqual([{ method, user: 'alice', password: 'rahasia' }]);
  });

  test('TLS from the first byte', async () => {
    const running = await startServer('smtps');
    const { code } = await swaks(running, '--tls-on-connect', '--auth', 'PLAIN', '--auth-user', 'alice', '--auth-password', 'rahasia');
    expect([code, running.backend.messages.length]).toEqual([0, 1]);
  });

  test('a wrong password, an unknown recipient, a message that is too large', async () => {
    const running = await startServer('submission', { maxMessageBytes: 10_000 });
    running.backend.mayLogOnWhere = () => true;
    expect((await swaks(running, '--auth', 'PLAIN', '--auth-user', 'alice', '--auth-password', 'wrong')).output).toContain('535 5.7.8');
    expect((await swaks(running, '--to', 'nobody@example.test')).output).toContain('550 5.1.1');
    expect((await swaks(running, '--data', `@${file('odd.eml')}`)).output).toContain('552 5.3.4');
    expect(running.backend.messages).toEqual([]);
  });

  test('pipelined', async () => {
    const running = await startServer();
    const { code } = await swaks(running, '--pipeline', '--to', 'bob@example.test,carol@example.test');
    expect([code, running.backend.messages[0]?.to]).toEqual([0, ['bob@example.test', 'carol@example.test']]);
  });
});

describe('curl', () => {
  const curl = async (url: string, ...args: readonly string[]): Promise<Finished> =>
    await start('curl', ['--silent', '--show-error', '--max-time', '30', url, '--mail-from', 'alice@example.test', '--mail-rcpt', 'bob@example.test', '--upload-file', file('odd.eml'), ...args]);

  test('odd bytes arrive as they are', async () => {
    const running = await startServer();
    expect(await curl(`smtp://${at(running)}/client`)).toEqual({ code: 0, output: '' });
    expect(running.backend.messages[0]!.content.equals(Buffer.concat([oddBytes, Buffer.from('\r\n')]))).toBe(true);
  });

  test.each(['smtp', 'smtps'] as const)('over TLS by %s, verified by name, logged on', async (scheme) => {
    const running = await startServer(scheme);
    const { code, output } = await curl(`${scheme}://mail.example.test:${running.port}/client`, '--resolve', `mail.example.test:${running.port}:127.0.0.1`, '--ssl-reqd', '--cacert', file('root.pem'), '--user', 'alice:rahasia');
    expect([code, output]).toEqual([0, '']);
    expect(running.backend.messages[0]!.session).toMatchObject({ tls: true, login: { address: 'alice@example.test' } });
  });

  test('a name that is not in the certificate is refused by the client', async () => {
    const running = await startServer();
    const { code } = await curl(`smtp://other.example.test:${running.port}/client`, '--resolve', `other.example.test:${running.port}:127.0.0.1`, '--ssl-reqd', '--cacert', file('root.pem'));
    expect([code, running.backend.messages.length]).toEqual([60, 0]);
  });
});

test("Python's smtplib: addresses beyond ASCII, parameters, several messages in a session", async () => {
  const running = await startServer();
  const script = `
import smtplib, sys
s = smtplib.SMTP('127.0.0.1', ${running.port})
s.ehlo('client')
print(sorted(s.esmtp_features))
s.sendmail('j\\u00fcrgen@example.test', ['bob@example.test'], b'x\\r\\n', mail_options=['SMTPUTF8', 'BODY=8BITMIME'])
s.sendmail('', ['bob@example.test'], '.\\n..\\n', rcpt_options=['NOTIFY=NEVER'])
print(s.verify('bob'), s.noop())
s.quit()
`;
  const { code, output } = await start('python3', ['-c', script]);
  expect({ code, output: output.trim().split('\n') }).toEqual({
    code: 0,
    output: ["['8bitmime', 'dsn', 'enhancedstatuscodes', 'pipelining', 'size', 'smtputf8', 'starttls']", "(252, b'2.5.0 Addresses are not checked here; send a message and it will be tried') (250, b'2.0.0 OK')"],
  });
  expect(running.backend.messages.map(({ from, content, recipients }) => [from, content.toString(), recipients[0]!.notify])).toEqual([['jürgen@example.test', 'x\r\n', null], ['', '.\r\n..\r\n', ['NEVER']]]);
});

test('openssl s_client: the chain verifies, TLS 1.1 does not', async () => {
  const running = await startServer();
  const openssl = async (...args: readonly string[]): Promise<Finished> => await start('openssl', ['s_client', '-connect', at(running), '-starttls', 'smtp', '-CAfile', file('root.pem'), '-verify_return_error', ...args], 'QUIT\r\n');
  const good = await openssl('-verify_hostname', 'mail.example.test');
  expect([good.code, good.output]).toEqual([0, expect.stringContaining('Verify return code: 0 (ok)')]);
  expect((await openssl('-verify_hostname', 'other.example.test')).code).not.toBe(0);
  expect((await openssl('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0')).code).not.toBe(0);
});

test('a shell that sends its commands in one go and closes its side is answered', async () => {
  const running = await startServer();
  // The greeting is read first; then everything at once, and no more.
  const script = `exec 3<>/dev/tcp/127.0.0.1/${running.port}; read -r line <&3; printf 'HELO shell\\r\\nMAIL FROM:<>\\r\\nRCPT TO:<bob@example.test>\\r\\nDATA\\r\\nhello\\r\\n.\\r\\nQUIT\\r\\n' >&3; cat <&3`;
  const { code, output } = await start('bash', ['-c', script]);
  expect([code, output]).toEqual([0, expect.stringMatching(/queued as m1\r\n221 2\.0\.0 Bye\r\n$/)]);
});
