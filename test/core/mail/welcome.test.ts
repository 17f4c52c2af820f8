// The welcome message, read by Python's mail package.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { welcomeMessage } from '../../../core/mail/welcome.ts';

function read(message: Buffer): Record<string, unknown> {
  const script = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
a = m['To'].addresses[0]
print(json.dumps({'defects': [str(d) for d in m.defects], 'to': [a.display_name, a.addr_spec], 'from': str(m['From']), 'subject': str(m['Subject']), 'id': str(m['Message-ID']), 'body': m.get_content()}))`;
  return JSON.parse(execFileSync('python3', ['-c', script], { input: message }).toString()) as Record<string, unknown>;
}
const base = { address: 'dina@majuterus.lan', fullName: 'Dina', logon: 'dina', hostName: 'majuterus.lan', id: 'abc', at: Date.UTC(2003, 2, 3) };

test.each([
  ['en', 'Dina', 'Welcome to your new mailbox', 'Hello Dina,'], ['id', 'Dina', 'Selamat datang di kotak surat Anda', 'Halo Dina,'],
  ['en', 'Dina "Didi" Sari', 'Welcome to your new mailbox', 'Hello Dina "Didi" Sari,'], ['id', 'Jörg Müller 报告', 'Selamat datang di kotak surat Anda', 'Halo Jörg Müller 报告,'],
] as const)('%s for %s', (language, fullName, subject, greeting) => {
  const message = welcomeMessage({ ...base, language, fullName });
  expect(message.toString('latin1')).toMatch(/^[\t\r\n\x20-\x7e]+$/);
  expect(message.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const mail = read(message);
  expect(mail).toMatchObject({ defects: [], to: [fullName, 'dina@majuterus.lan'], from: 'Postmaster <postmaster@majuterus.lan>', subject, id: '<abc@majuterus.lan>' });
  expect(mail['body']).toContain(greeting);
  expect(mail['body']).toContain('dina@majuterus.lan');
  expect(mail['body']).toMatch(/^(Your user name|Nama pengguna Anda): dina$/m);
});

test('a name cannot bring header lines of its own', () => {
  expect(welcomeMessage({ ...base, language: 'en', fullName: 'x\r\nBcc: y@z' }).toString()).not.toMatch(/^Bcc/m);
  expect(read(welcomeMessage({ ...base, language: 'en', fullName: '' }))).toMatchObject({ to: ['', 'dina@majuterus.lan'] });
});
