// Log lines in the console's language: real sentences of the engine, as they reach the console.
import { expect, test } from 'vitest';
import type { LogLine } from '../../core/contract/records.ts';
import { sentence, type Remark } from '../../core/contract/sentences.ts';
import { reason } from '../../core/mail/describe.ts';
import { formatEvent } from '../../core/mail/events.ts';
import { lineText } from '../../renderer/console/line-text.ts';

function arrived(remark: Remark): LogLine {
  const line: LogLine = { sequence: 1, at: 0, channel: 'routing', session: 0, text: typeof remark === 'string' ? remark : remark.text, level: 'info' };
  return typeof remark === 'string' ? line : { ...line, key: remark.key, params: JSON.parse(JSON.stringify(remark.params)) as NonNullable<LogLine['params']> };
}
const both = (remark: Remark) => [lineText(arrived(remark), 'en'), lineText(arrived(remark), 'id')];

test('where an accepted message went', () => {
  const lines = formatEvent({
    kind: 'accepted', id: 'm1', sessionId: 1, from: 'a@b.example', to: ['ani@kantor.lan', 'x@kantor.lan'], subject: 'Nota {{id}}', bytes: 1234567, remoteAddress: '10.0.0.1',
    destinations: [
      { recipient: 'ani@kantor.lan', kind: 'local', address: 'ani@kantor.lan', reason: null },
      { recipient: 'x@kantor.lan', kind: 'local', address: 'dina@kantor.lan', reason: reason('unknown.to-postmaster', { address: 'x@kantor.lan' }) },
    ],
  });
  expect(lines.map(({ said }) => both(said))).toEqual([
    ['Message m1 from <a@b.example>, 1,234,567 bytes, subject "Nota {{id}}"', 'Pesan m1 dari <a@b.example>, 1.234.567 byte, perihal "Nota {{id}}"'],
    ['  ani@kantor.lan: delivered', '  ani@kantor.lan: diantar'],
    ['  x@kantor.lan: delivered to dina@kantor.lan. There is no mailbox x@kantor.lan; the postmaster gets the message.', '  x@kantor.lan: diantar ke dina@kantor.lan. Tidak ada kotak surat x@kantor.lan; pesannya diterima postmaster.'],
  ]);
});

test.each<[Remark, string]>([
  [sentence('say.server.listens-everywhere', { server: 'POP3', port: 11000 }), 'Server POP3 mendengarkan di semua alamat, port 11000'],
  [sentence('say.server.failed', { server: 'SMTP', problem: { key: 'error.listen.EADDRINUSE', params: { port: 25, address: '' }, text: 'Port 25 is in use.' } }), 'Server SMTP: Port 25 sedang dipakai program lain. Hentikan program itu, atau pilih port lain di Setup > Primary domain > Port.'],
  [sentence('say.settings-changed', { who: { key: 'who.administrator', params: {}, text: 'administrator' }, settings: [{ key: 'setting.ports.smtp.title', params: {}, text: 'x' }, { key: 'setting.not.known', params: {}, text: 'Something new' }] }), 'Pengaturan diubah oleh administrator: Port SMTP masuk, Something new'],
  ['--> 250 2.1.0 OK', '--> 250 2.1.0 OK'],
])('%j', (remark, expected) => {
  expect(both(remark)[1]).toBe(expected);
});

test('a failed logon: the server by its name', () => {
  const [line] = formatEvent({ kind: 'logon-failed', sessionId: 1, server: 'pop3s', remoteAddress: '10.0.0.9', user: 'dina', reason: reason('login.failed') });
  expect(both(line!.said)).toEqual(['Failed logon as "dina" from 10.0.0.9 (pop3s): The user name or the password is wrong.', 'Gagal masuk sebagai "dina" dari 10.0.0.9 (POP3 SSL): Nama pengguna atau kata sandinya salah.']);
});

test('a sentence that this console does not know yet stays in English', () => {
  expect(lineText({ ...arrived('Something new happened'), key: 'say.something-new', params: {} }, 'id')).toBe('Something new happened');
});
