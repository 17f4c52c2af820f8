// Procedures of Internet mail: queues, smart hosts, "Explain this route", DNS, the Test buttons, Trace. Thin: internet.ts of host/
// and the store decide.
import type { Check } from '../checks/report.ts';
import { runCheck } from '../checks/report.ts';
import type { Parts } from '../parts.ts';
import { actorOf, api, orRefuse } from './base.ts';

const done = { ok: true } as const;

export function internetProcedures(parts: Parts) {
  const { store, internet, log } = parts;
  const { queues } = store;

  function run(check: Check, signal: AbortSignal | undefined, what: string) {
    return runCheck(check, signal, (verdict) => log.line('system', `${what}: ${verdict}`));
  }

  return {
    queues: {
      list: api.queues.list.handler(() => {
        const sending = internet.sending();
        return queues.list().map((state) => ({ ...state, sending: sending.get(state.name) ?? 0 }));
      }),
      messages: api.queues.messages.handler(({ input }) => {
        const { total, matching, items } = queues.messages(input);
        return { total, matching, items: items.map((item) => internet.asShown(item)) };
      }),
      get: api.queues.get.handler(({ input, errors }) => {
        const item = queues.get(input.id);
        if (item === null) throw errors.NOT_FOUND();
        return internet.asShown(item);
      }),
      read: api.queues.read.handler(({ input, errors }) => orRefuse(errors, async () => {
        const { bytes, truncated } = await queues.read(input.id, input.offset, input.limit);
        return { text: bytes.toString('latin1'), truncated };
      })),
      remove: api.queues.remove.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ removed: await internet.remove(input.ids, actorOf(context)) }))),
      retry: api.queues.retry.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ changed: await internet.retry(input.ids, actorOf(context)) }))),
      hold: api.queues.hold.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ changed: await internet.hold(input.ids, actorOf(context)) }))),
      release: api.queues.release.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ changed: await internet.release(input.ids, actorOf(context)) }))),
      reroute: api.queues.reroute.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ changed: await internet.reroute(input.ids, input.host, actorOf(context)) }))),
      changeRecipient: api.queues.changeRecipient.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        await internet.changeRecipient(input.id, input.recipientId, input.address, actorOf(context));
        return done;
      })),
      giveBack: api.queues.giveBack.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ changed: await internet.giveBack(input.ids, actorOf(context)) }))),
      freeze: api.queues.freeze.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        const name = input.queue === 'remote' ? 'queues.frozenRemote' : 'queues.frozenRetry';
        await parts.saveSettings({ [name]: input.frozen }, store.settings.read().revision, actorOf(context));
        return done;
      })),
      process: api.queues.process.handler(async () => {
        const messages = await internet.processNow();
        return { note: messages === 0 ? 'queues.nothing-waits' : 'queues.processing', messages };
      }),
    },
    smartHosts: {
      list: api.smartHosts.list.handler(() => [...store.smartHosts.list()]),
      add: api.smartHosts.add.handler(({ input, context, errors }) => orRefuse(errors, () => store.smartHosts.add(input, actorOf(context)))),
      change: api.smartHosts.change.handler(({ input, context, errors }) => orRefuse(
        errors,
        () => store.smartHosts.change(input.id, input.revision, input.value, actorOf(context)),
        () => store.smartHosts.list().find(({ id }) => id === input.id)?.revision ?? 0,
      )),
      remove: api.smartHosts.remove.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        await store.smartHosts.remove(input.id, actorOf(context));
        return done;
      })),
    },
    route: {
      explain: api.route.explain.handler(({ input, errors }) => orRefuse(errors, () => internet.explain(input))),
    },
    dns: {
      servers: api.dns.servers.handler(() => [...internet.dns.servers()]),
      cache: api.dns.cache.handler(async () => [...await internet.dns.cache()]),
      clearCache: api.dns.clearCache.handler(() => {
        internet.dns.clearCache();
        parts.changes.announce('dns');
        return done;
      }),
    },
    tests: {
      smartHost: api.tests.smartHost.handler(({ input, signal }) => run(internet.checks.smartHost(input), signal, `Test of the smart host ${input.host}`)),
      dns: api.tests.dns.handler(({ input, signal }) => run(internet.checks.dns(input), signal, 'Test of DNS')),
      port25: api.tests.port25.handler(({ input, signal }) => run(internet.checks.port25(input.host), signal, 'Test of port 25')),
      domain: api.tests.domain.handler(({ signal }) => run(internet.checks.domain(), signal, 'Test of the primary domain')),
    },
    trace: {
      search: api.trace.search.handler(async ({ input }) => {
        const { entries, more } = await store.trace.search(input);
        return { entries: [...entries], more };
      }),
      get: api.trace.get.handler(async ({ input, errors }) => {
        const which = input.id === undefined ? { messageId: input.messageId ?? '' } : { id: input.id };
        const found = await store.trace.get(which);
        if (found === null) throw errors.NOT_FOUND();
        return { entry: found.entry, events: [...found.events] };
      }),
    },
  };
}
