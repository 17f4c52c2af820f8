// The connection of the page: what it says it is while links come and go.
import { expect, test } from 'vitest';
import { SignedOut, startConnection, type Api, type Connection, type ConnectionState, type Link } from '../../renderer/console/connection.ts';

/** A transport whose attempts are answered one by one. */
function attempts() {
  const waiting: { resolve: (link: Link) => void; reject: (error: Error) => void }[] = [];
  let asked: () => void = () => undefined;
  const next = async () => {
    while (waiting.length === 0) await new Promise<void>((resolve) => { asked = resolve; });
    return waiting.shift()!;
  };
  return {
    transport: { connect: () => new Promise<Link>((resolve, reject) => { waiting.push({ resolve, reject }); asked(); }) },
    link: async () => {
      const gone = new AbortController();
      (await next()).resolve({ api: {} as Api, closed: gone.signal });
      return gone;
    },
    refuse: async (error: Error) => (await next()).reject(error),
  };
}

const reaches = (connection: Connection, kind: ConnectionState['kind']) => new Promise<ConnectionState>((resolve) => {
  const look = (state: ConnectionState) => { if (state.kind === kind) resolve(state); };
  connection.state.subscribe(look);
  look(connection.state.getState());
});

test('a link that goes is made again by itself, without signing in', async () => {
  const { transport, link, refuse } = attempts();
  const connection = startConnection(transport);
  const first = await link();
  await reaches(connection, 'online');
  first.abort();
  await reaches(connection, 'lost');
  expect(() => connection.api()).toThrow('There is no connection to the server.');
  await refuse(new Error('nobody listens'));
  await link();
  await reaches(connection, 'online');
});

test('who has to sign in hears why', async () => {
  const { transport, link, refuse } = attempts();
  const connection = startConnection(transport, 'link-refused');
  await refuse(new SignedOut(false));
  expect(await reaches(connection, 'signed-out')).toEqual({ kind: 'signed-out', passwordSet: false, because: 'link-refused' });
  connection.retry();
  const first = await link();
  await reaches(connection, 'online');
  first.abort();
  await refuse(new SignedOut(true));
  expect(await reaches(connection, 'signed-out')).toEqual({ kind: 'signed-out', passwordSet: true, because: 'ended' });
});
