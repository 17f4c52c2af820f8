// What the tests of the POP3 server share: a server with Dina's three messages, clients that are closed after each test, and ways
// to hold the backend back.
import { afterEach, beforeAll } from 'vitest';
import type { TlsMaterial } from '../../../../core/net/tls/material.ts';
import { TestClient } from './client.ts';
import { makeCertificate, startPop3, type Fixture } from './fixture.ts';
import type { MemoryAccount } from './memory-backend.ts';

export interface Harness {
  /** The server of this test. */
  readonly fixture: Fixture;
  readonly certificate: TlsMaterial;
  /** Starts it, and connects to it in clear text; the greeting is not read yet. */
  start(parts?: Parameters<typeof startPop3>[0]): Promise<TestClient>;
  client(tls?: TlsMaterial): Promise<TestClient>;
  dina(): MemoryAccount;
  /** A number of complete exchanges with the server: what it could do meanwhile, it has done. */
  meanwhile(): Promise<void>;
}

/** To be called once in a test file. */
export function createHarness(): Harness {
  let certificate: TlsMaterial = { key: '', cert: '', ca: '' };
  let fixture: Fixture | null = null;
  const open: Fixture[] = [];
  const clients: TestClient[] = [];

  beforeAll(() => { certificate = makeCertificate(); });
  afterEach(async () => {
    for (const one of clients.splice(0)) one.socket.destroy();
    await Promise.all(open.splice(0).map(({ server }) => server.close()));
  });

  const harness: Harness = {
    get fixture() {
      if (fixture === null) throw new Error('not started');
      return fixture;
    },
    get certificate() { return certificate; },
    async start(parts = {}) {
      fixture = await startPop3({ tlsMaterial: certificate, ...parts });
      open.push(fixture);
      fixture.backend.addAccount('dina', 'secret', ['Subject: a\r\n\r\none\r\n', 'Subject: b\r\n\r\n.two\r\n', 'Subject: c\r\n\r\nthree\r\n']);
      return await harness.client();
    },
    async client(tls) {
      const made = await TestClient.connect(harness.fixture.port, tls === undefined ? {} : { tls });
      clients.push(made);
      return made;
    },
    dina() {
      const account = harness.fixture.backend.accounts.get('dina');
      if (account === undefined) throw new Error('no dina');
      return account;
    },
    async meanwhile() {
      const other = await harness.client();
      await other.line();
      for (let count = 0; count < 50; count += 1) await other.ask('CAPA').then(() => other.lines(11));
      other.socket.destroy();
    },
  };
  return harness;
}

/** Something that waits until it is let through. */
export function gate(): { readonly opened: Promise<void>; readonly pass: () => void } {
  let pass = (): void => undefined;
  const opened = new Promise<void>((resolve) => { pass = resolve; });
  return { opened, pass: () => pass() };
}

/** A message of 64 MB, made as it is read. `onPiece` hears how much was. */
export async function* endless(onPiece: (octets: number) => void = () => undefined): AsyncGenerator<Buffer, void, undefined> {
  const piece = Buffer.from(`${'x'.repeat(78)}\r\n`.repeat(800));
  for (let sent = 0; sent < 64_000_000; sent += piece.length) {
    await Promise.resolve();
    onPiece(piece.length);
    yield piece;
  }
}
