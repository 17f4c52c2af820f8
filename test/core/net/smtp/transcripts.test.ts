// Every transcript against the real server: its bytes whole, cut at every place, and one by one. However they come, the
// replies and the messages kept are the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryBackend } from './memory-backend.ts';
import { startServer, stopServers, type Running } from './harness.ts';
import { play } from './play.ts';
import { octets, readTranscript, type Transcript } from './transcript.ts';

const folder = join(import.meta.dirname, '../../../transcripts');
const files = readdirSync(folder).filter((name) => /^smtp-.*\.txt$/.test(name));
/** Longer ones are cut at so many places only, evenly. */
const maxCuts = 400;
const atOnce = 25;

describe.each(files)('%s', (file) => {
  const transcript = readTranscript(readFileSync(join(folder, file), 'utf8'));
  let running: Running;
  beforeAll(async () => { running = await prepare(transcript); });
  afterAll(stopServers);
  const expected = { replies: transcript.server.join('\n'), messages: transcript.messages };

  test('its bytes at once', async () => {
    expect(await play(running, transcript.client, [])).toEqual(expected);
  });

  test('its bytes one by one', async () => {
    expect(await play(running, transcript.client, transcript.client.length > 1000 ? every(transcript.client.length, 7) : every(transcript.client.length, 1))).toEqual(expected);
  });

  test('its bytes in two, cut at every place', async () => {
    const cuts = every(transcript.client.length, Math.ceil(transcript.client.length / maxCuts));
    while (cuts.length > 0) {
      const outcomes = await Promise.all(cuts.splice(0, atOnce).map(async (cut) => ({ cut, outcome: await play(running, transcript.client, [cut]) })));
      for (const { cut, outcome } of outcomes) expect({ cut, ...outcome }).toEqual({ cut, ...expected });
    }
  });
});

function every(length: number, step: number): number[] {
  return Array.from({ length: Math.floor((length - 1) / step) }, (_one, index) => (index + 1) * step);
}

async function prepare({ options }: Transcript): Promise<Running> {
  const backend = new MemoryBackend();
  if (options.has('plainLogon')) backend.mayLogOnWhere = () => true;
  const limits: { maxMessageBytes?: number; maxRecipients?: number } = {};
  for (const [name, value] of options) {
    if (name === 'maxMessageBytes' || name === 'maxRecipients') limits[name] = Number(value);
    else if (name === 'refuseData' || name === 'refuseMessage') {
      const [code = '', enhanced = '', ...text] = value.split(' ');
      backend[name] = { code: Number(code), enhanced, text: octets(text.join(' ')).toString('latin1') };
    } else if (name === 'sinkFails') backend.sinkFails = value === 'write' ? 'write' : 'finish';
    else if (name !== 'plainLogon') throw new Error(`unknown option ${name}`);
  }
  return await startServer('smtp', limits, backend);
}
