// The router of the contract: every procedure in one table, with readable validation errors around all of them.
import { hostname, platform } from 'node:os';
import { ORPCError } from '@orpc/server';
import { z } from 'zod';
import { sentence } from '../../contract/sentences.ts';
import { settingFields, settingNames } from '../../contract/settings.ts';
import { localAddresses } from '../local-addresses.ts';
import type { Parts } from '../parts.ts';
import { product } from '../product.ts';
import { causeSaid, whoSaid } from '../said.ts';
import { actorOf, api, inTurn, orRefuse, readableValidation, refusal } from './base.ts';
import { internetProcedures } from './internet.ts';
import { liveProcedures } from './live.ts';
import { recordProcedures } from './records.ts';

const done = { ok: true } as const;

export function createRouter(parts: Parts) {
  const { store } = parts;
  const records = recordProcedures(parts);
  const live = liveProcedures(parts);
  const internet = internetProcedures(parts);
  const withReadableErrors = api.use(inTurn).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      const readable = refusal(error) ?? readableValidation(error);
      if (readable instanceof ORPCError) throw readable;
      // The console hears little, the log all: else nobody would ever learn what went wrong.
      parts.log.line('system', sentence('say.procedure-failed', { procedure: path.join('.'), cause: causeSaid(error) }), 'error');
      throw new ORPCError('INTERNAL_SERVER_ERROR', { message: 'That failed inside the server. The System log says why.', cause: error });
    }
  });

  return withReadableErrors.router({
    system: {
      info: api.system.info.handler(() => ({
        product: product.name, version: product.version, startedAt: parts.startedAt, dataDirectory: store.dataDirectory, hostName: hostname(),
        localAddresses: localAddresses(), platform: platform(), host: parts.host, defaultLanguage: parts.defaultLanguage,
      })),
      events: live.events,
      shutDown: api.system.shutDown.handler(({ context }) => {
        parts.log.line('system', sentence('say.shut-down', { who: whoSaid(context.who), from: whoSaid(context.from) }));
        parts.requestShutDown();
        return done;
      }),
    },
    settings: {
      get: api.settings.get.handler(() => {
        const { values, secretsSet, revision } = store.settings.read();
        return { values, secretsSet: [...secretsSet], revision };
      }),
      set: api.settings.set.handler(({ input, context, errors }) => orRefuse(
        errors,
        () => parts.saveSettings(input.changes, input.revision, actorOf(context)),
        () => store.settings.read().revision,
      )),
      describe: api.settings.describe.handler(() => settingNames.map((name) => ({ name, schema: z.toJSONSchema(settingFields[name], { unrepresentable: 'any', io: 'input' }) }))),
      history: records.history,
    },
    domains: records.domains,
    accounts: records.accounts,
    aliases: records.aliases,
    queues: internet.queues,
    smartHosts: internet.smartHosts,
    route: internet.route,
    dns: internet.dns,
    tests: internet.tests,
    trace: internet.trace,
    servers: live.servers,
    sessions: live.sessions,
    logs: live.logs,
    statistics: live.statistics,
    certificate: {
      get: api.certificate.get.handler(() => parts.certificates.info()),
      root: api.certificate.root.handler(() => ({ pem: parts.certificates.rootPem() })),
      import: api.certificate.import.handler(({ input, errors }) => orRefuse(errors, () => parts.certificates.import(input.certificatePem, input.keyPem))),
      renew: api.certificate.renew.handler(() => parts.certificates.renew()),
    },
    access: {
      get: api.access.get.handler(({ context }) => ({ passwordSet: parts.access.passwordSet(), you: context.who, transport: context.transport })),
      setPassword: api.access.setPassword.handler(async ({ input, context }) => {
        await parts.access.setPassword(input.password, context.session);
        return done;
      }),
      link: api.access.link.handler(() => ({ ...parts.access.link(), consoles: [...parts.consoles()] })),
    },
  });
}
export type Router = ReturnType<typeof createRouter>;
