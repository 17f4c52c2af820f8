// Procedures that look at the running engine: events, servers, sessions, logs, statistics.
import type { Channel, LogLine } from '../../contract/records.ts';
import { Waker } from '../changes.ts';
import type { Parts } from '../parts.ts';
import { actorOf, api, orRefuse } from './base.ts';

const done = { ok: true } as const;
/** A console that falls behind gets the newest lines; the files have all of them. */
const batchLines = 2000;
const gatherMs = 100;

export function liveProcedures(parts: Parts) {
  const { log, sessions, servers, changes, store } = parts;

  async function* followLog(channels: readonly Channel[] | undefined, after: number, signal: AbortSignal | undefined): AsyncGenerator<{ lines: LogLine[] }> {
    const wanted = channels === undefined ? null : new Set(channels);
    const wake = new Waker(signal);
    const stop = log.ring.onAdd(() => wake.ring());
    let last = after > log.ring.last ? 0 : after;
    try {
      while (true) {
        const newest = log.ring.last;
        yield { lines: log.ring.since(last, wanted, batchLines) };
        last = newest;
        if (!(await wake.wait()) || !(await wake.pause(gatherMs))) return;
      }
    } finally {
      stop();
    }
  }

  async function* followSession(id: number, signal: AbortSignal | undefined): AsyncGenerator<{ lines: LogLine[]; ended: boolean }> {
    const wake = new Waker(signal);
    let waiting: LogLine[] = [];
    const state = { ended: false };
    let sequence = 0;
    let channel: Channel = 'system';
    const following = sessions.follow(id, {
      lines(at, text, level) {
        for (let line = 0; line < text.length; line += 1) {
          sequence += 1;
          waiting.push({ sequence, at: at[line] ?? 0, channel, session: id, text: text[line] ?? '', level: level[line] ?? 'info' });
        }
        if (waiting.length > 2 * batchLines) waiting = waiting.slice(-batchLines);
        wake.ring();
      },
      ended() {
        state.ended = true;
        wake.ring();
      },
    });
    if (following === null) {
      yield { lines: [], ended: true };
      return;
    }
    channel = following.channel;
    try {
      while (await wake.wait()) {
        const lines = waiting.map((line) => ({ ...line, channel }));
        waiting = [];
        const { ended } = state;
        yield { lines, ended };
        if (ended) return;
        if (!(await wake.pause(gatherMs))) return;
      }
    } finally {
      following.stop();
    }
  }

  return {
    events: api.system.events.handler(({ signal }) => changes.batches(signal)),
    servers: {
      list: api.servers.list.handler(() => servers.list()),
      switch: api.servers.switch.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        const name = `servers.${input.server}` as const;
        const { revision } = store.settings.read();
        await parts.saveSettings({ [name]: input.enabled }, revision, actorOf(context));
        const state = servers.list().find((one) => one.name === input.server);
        if (state === undefined) throw errors.NOT_FOUND();
        return state;
      })),
      retry: api.servers.retry.handler(async () => {
        await servers.retry();
        return servers.list();
      }),
    },
    sessions: {
      list: api.sessions.list.handler(() => sessions.list()),
      follow: api.sessions.follow.handler(({ input, signal }) => followSession(input.id, signal)),
      disconnect: api.sessions.disconnect.handler(({ input, errors }) => {
        if (!sessions.disconnect(input.id)) throw errors.NOT_FOUND();
        return done;
      }),
    },
    logs: {
      follow: api.logs.follow.handler(({ input, signal }) => followLog(input.channels, input.after, signal)),
      files: api.logs.files.handler(() => log.files.list()),
    },
    statistics: {
      get: api.statistics.get.handler(() => ({
        ...parts.counters, ...parts.mail.counters(),
        accounts: store.accounts.list({ search: '', domainId: null, sort: 'mailbox', descending: false, offset: 0, limit: 1 }).total,
        domains: store.domains.list().length,
      })),
      reset: api.statistics.reset.handler(() => {
        Object.assign(parts.counters, { since: parts.now(), smtpSessions: 0, smtpOutSessions: 0, pop3Sessions: 0 });
        parts.mail.resetCounters();
        changes.announce('statistics');
        return done;
      }),
    },
  };
}
