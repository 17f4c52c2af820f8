// Serves the contract on one WebSocket: of a browser (http/console-server.ts) or of the command line (local-socket.ts).
// What the other side does not read is not piled up here: a sent message is done when the system has taken it, and the streams of
// the contract wait for that. Who answers no ping any more (a computer that was closed, a frozen page) is let go.
import type { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { Caller } from './base.ts';
import { Gate } from './gate.ts';

const pingMs = 30_000;

/** @param pingEveryMs a connection that stays silent for twice as long is closed */
export function serveConnection(handler: RPCHandler<Caller>, connection: WebSocket, context: Caller, pingEveryMs = pingMs): void {
  let answered = true;
  const heartbeat = setInterval(() => {
    if (!answered) {
      connection.terminate();
      return;
    }
    answered = false;
    connection.ping();
  }, pingEveryMs);
  heartbeat.unref();
  connection.on('pong', () => { answered = true; });
  connection.on('close', () => clearInterval(heartbeat));
  connection.on('error', () => connection.terminate());
  const gate = new Gate({ pause: () => connection.pause(), resume: () => connection.resume() });
  // oRPC waits for whatever `send` returns before it asks a stream for more.
  const send = (message: Parameters<WebSocket['send']>[0]): Promise<void> => new Promise((sent) => connection.send(message, () => sent()));
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- ws returns nothing, what we return oRPC waits for
  void handler.upgrade({ addEventListener: connection.addEventListener.bind(connection), send }, { context: { ...context, gate } });
}
