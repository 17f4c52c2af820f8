// The one connection to the engine: over a MessagePort in the desktop, over a WebSocket in a browser. It says in which state it
// is, gives the typed client while there is one, and tries again for ever when the engine is gone.
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Contract } from '../../core/contract/contract.ts';
import { portMessageType, type DesktopApi } from '../../core/contract/desktop.ts';

export type Api = ContractRouterClient<Contract>;

/** Why the sign-in page is there: nobody signed in here yet, the one-time link is no good any more, or the session of this page is over. */
export type SignedOutBecause = 'new' | 'link-refused' | 'ended';

/** `signed-out`: a browser that must sign in first; `lost`: was there, is not now. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'signed-out'; readonly passwordSet: boolean; readonly because: SignedOutBecause }
  | { readonly kind: 'online'; readonly api: Api; readonly closed: AbortSignal }
  | { readonly kind: 'lost' };

export interface Link {
  readonly api: Api;
  /** Aborted when the link is gone; ends every stream over it. */
  readonly closed: AbortSignal;
}

/** Thrown by connect(): the browser has no session. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
  readonly passwordSet: boolean;
  constructor(passwordSet: boolean) {
    super('not signed in');
    this.passwordSet = passwordSet;
  }
}

export interface Transport {
  readonly connect: () => Promise<Link>;
}

export interface Connection {
  readonly state: StoreApi<ConnectionState>;
  /** The client, or an error that says that there is no connection. */
  readonly api: () => Api;
  /** After signing in: connects at once. */
  readonly retry: () => void;
}

export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

const firstWaitMs = 300;
const longestWaitMs = 5000;

/** @param unsigned what to say when the first attempt finds nobody signed in */
export function startConnection(transport: Transport, unsigned: SignedOutBecause = 'new'): Connection {
  const state = createStore<ConnectionState>(() => ({ kind: 'connecting' }));
  let wake: () => void = () => undefined;
  const pause = (ms: number | null) => new Promise<void>((resolve) => {
    wake = resolve;
    if (ms !== null) setTimeout(resolve, ms);
  });
  const run = async () => {
    let wait = firstWaitMs;
    let because = unsigned;
    while (true) {
      try {
        const link = await transport.connect();
        wait = firstWaitMs;
        because = 'ended';
        state.setState({ kind: 'online', ...link }, true);
        await new Promise<void>((resolve) => {
          if (link.closed.aborted) resolve();
          else link.closed.addEventListener('abort', () => resolve(), { once: true });
        });
        state.setState({ kind: 'lost' }, true);
      } catch (error) {
        if (error instanceof SignedOut) {
          state.setState({ kind: 'signed-out', passwordSet: error.passwordSet, because }, true);
          await pause(null);
          continue;
        }
        if (state.getState().kind !== 'connecting') state.setState({ kind: 'lost' }, true);
      }
      await pause(wait);
      wait = Math.min(longestWaitMs, wait * 2);
    }
  };
  void run();
  return {
    state,
    api() {
      const now = state.getState();
      if (now.kind !== 'online') throw new NotConnected('There is no connection to the server.');
      return now.api;
    },
    retry: () => wake(),
  };
}

/** The page in a browser: a session cookie first, then a WebSocket to where the page came from. */
export function browserTransport(): Transport {
  return {
    async connect() {
      const answer = await fetch('/session', { cache: 'no-store' });
      if (!answer.ok) throw new Error(`GET /session answered ${answer.status}`);
      const session: unknown = await answer.json();
      if (!isSession(session)) throw new Error('GET /session answered something else');
      if (!session.signedIn) throw new SignedOut(session.passwordSet);
      const url = new URL('/rpc', location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(url);
      await new Promise<void>((resolve, reject) => {
        socket.addEventListener('open', () => resolve(), { once: true });
        socket.addEventListener('close', () => reject(new Error('The WebSocket was refused.')), { once: true });
      });
      const api = createORPCClient<Api>(new SocketLink({ websocket: forgiving(socket) }));
      // After the link's own listener: that one ends every call and stream first, so that none of them tries to say goodbye.
      const gone = new AbortController();
      socket.addEventListener('close', () => gone.abort());
      return { api, closed: gone.signal };
    },
  };
}

/** While a socket closes nothing can be sent, and nothing needs to be: its `close` comes next and ends every call. */
function forgiving(socket: WebSocket): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> {
  return {
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    send: (message) => { if (socket.readyState === WebSocket.OPEN) socket.send(message); },
    get readyState() { return socket.readyState === WebSocket.CLOSING ? WebSocket.OPEN : socket.readyState; },
  };
}

function isSession(value: unknown): value is { signedIn: boolean; passwordSet: boolean } {
  return typeof value === 'object' && value !== null && 'signedIn' in value && 'passwordSet' in value;
}

/** The page in the desktop: ports come as window messages (core/contract/desktop.ts), a new one whenever the engine was restarted. */
export function desktopTransport(desktop: DesktopApi): Transport {
  const waiting: MessagePort[] = [];
  let arrived: () => void = () => undefined;
  let present: AbortController | null = null;
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    if (event.source !== window || port === undefined || !isPortMessage(event.data)) return;
    waiting.splice(0, waiting.length, port);
    present?.abort();
    arrived();
  });
  desktop.onEngine((state) => { if (state === 'stopped') present?.abort(); });
  return {
    async connect() {
      if (waiting.length === 0) {
        desktop.requestPort();
        await new Promise<void>((resolve) => { arrived = resolve; });
      }
      const port = waiting.shift();
      if (port === undefined) throw new Error('No port came.');
      const gone = new AbortController();
      present = gone;
      port.addEventListener('close', () => gone.abort());
      const api = createORPCClient<Api>(new PortLink({ port }));
      port.start();
      return { api, closed: gone.signal };
    },
  };
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === portMessageType;
}
