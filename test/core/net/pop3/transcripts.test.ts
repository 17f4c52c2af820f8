// The transcripts again, over real sockets: in one piece, and octet by octet.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TlsMaterial } from '../../../../core/net/tls/material.ts';
import { messages, password, readTranscripts, timestamp, type Transcript } from '../../protocol/pop3/transcript.ts';
import { makeCertificate, startPop3, type Fixture } from './fixture.ts';

let certificate: TlsMaterial;
const fixtures: Fixture[] = [];
beforeAll(() => { certificate = makeCertificate(); });
afterAll(async () => { await Promise.all(fixtures.map(({ server }) => server.close())); });

async function play(transcript: Transcript, size: number): Promise<{ said: string; closed: boolean }> {
  const { conditions } = transcript;
  const fixture = await startPop3({ timestamp: () => timestamp, tlsMaterial: certificate, name: conditions.has('tls') ? 'pop3s' : 'pop3' });
  fixtures.push(fixture);
  fixture.backend.addAccount('dina', password, []).messages = [...messages];
  if (conditions.has('no-logon-in-clear')) fixture.backend.behaviour.mayLogOn = ({ tls }) => tls;
  if (conditions.has('remove-fails')) fixture.backend.behaviour.beforeRemove = () => Promise.reject(new Error('disk I/O error'));

  let said = '';
  let closed = false;
  let wake = (): void => undefined;
  const listen = (to: Socket) => to.on('data', (chunk) => { said += chunk.toString('latin1'); wake(); })
    .on('end', () => { closed = true; wake(); }).on('close', () => { closed = true; wake(); }).on('error', () => undefined);
  const until = async (isThere: () => boolean) => {
    while (!isThere() && !closed) await new Promise<void>((resolve) => { wake = resolve; });
  };
  const raw = connect({ port: fixture.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let socket: Socket = conditions.has('tls') ? connectTls({ socket: raw, ca: certificate.ca, servername: 'localhost' }) : raw;
  listen(socket);
  for (const [index, part] of transcript.parts.entries()) {
    if (index > 0) {
      await until(() => said.endsWith('Begin TLS now\r\n'));
      socket.removeAllListeners();
      socket = connectTls({ socket, ca: certificate.ca, servername: 'localhost' });
      listen(socket);
    }
    for (let at = 0; at < part.length; at += size) {
      socket.write(part.subarray(at, at + size));
      if (size < part.length) await turn();
    }
  }
  if (transcript.clientCloses) socket.end();
  await until(() => said.length >= transcript.answers.length && !transcript.closed);
  socket.destroy();
  return { said, closed };
}

// A long line is as good in the session's own test; octet by octet it only takes long here.
const transcripts = readTranscripts().filter(({ parts }) => parts.every((part) => part.length < 1000));

test.each(transcripts.map((transcript) => [transcript.name, transcript] as const))('%s', async (_, transcript) => {
  // A whole injection attempt is cut only where TCP cuts it: octet by octet it would be part of the handshake, and fail there.
  const sizes = transcript.name.includes('injection') ? [1000] : [1000, 1];
  for (const size of sizes) {
    const { said, closed } = await play(transcript, size);
    expect({ said, closed: closed && transcript.closed }).toEqual({ said: transcript.answers, closed: transcript.closed });
  }
});
