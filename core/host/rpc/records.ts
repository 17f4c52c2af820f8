// Procedures for domains, accounts and aliases: thin, the store decides.
import type { Account, AccountInput } from '../../contract/records.ts';
import { sentence } from '../../contract/sentences.ts';
import { hashPassword } from '../../mail/logon/password-hash.ts';
import type { AccountSecrets } from '../../store/store.ts';
import type { Parts } from '../parts.ts';
import { causeSaid } from '../said.ts';
import { actorOf, api, orRefuse } from './base.ts';

const done = { ok: true } as const;

export function recordProcedures(parts: Parts) {
  const { store } = parts;

  async function secretsOf(input: AccountInput): Promise<AccountSecrets> {
    if (input.password === undefined) return {};
    const passwordHash = await hashPassword(input.password);
    return input.apop ? { passwordHash, apopSecret: input.password } : { passwordHash };
  }

  /** The account is there whatever becomes of its first message. */
  async function welcomed(account: Account): Promise<Account> {
    if (!store.settings.read().values['accounts.welcomeMessage']) return account;
    try {
      await parts.mail.welcome(account.id);
    } catch (error) {
      parts.log.line('system', sentence('say.welcome-failed', { address: account.address, cause: causeSaid(error) }), 'warning');
    }
    return store.accounts.get(account.id) ?? account;
  }

  const found = (errors: { NOT_FOUND(): Error }, account: Account | null): Account => {
    if (account === null) throw errors.NOT_FOUND();
    return account;
  };

  return {
    domains: {
      list: api.domains.list.handler(() => [...store.domains.list()]),
      add: api.domains.add.handler(({ input, context, errors }) => orRefuse(errors, () => store.domains.add(input, actorOf(context)))),
      change: api.domains.change.handler(({ input, context, errors }) => orRefuse(errors, () => store.domains.change(input.id, input.revision, input.value, actorOf(context)))),
      remove: api.domains.remove.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        await store.domains.remove(input.id, actorOf(context));
        return done;
      })),
    },
    accounts: {
      list: api.accounts.list.handler(({ input }) => {
        const { total, matching, accounts } = store.accounts.list(input);
        return { total, matching, accounts: [...accounts] };
      }),
      get: api.accounts.get.handler(({ input, errors }) => found(errors, store.accounts.get(input.id))),
      find: api.accounts.find.handler(({ input, errors }) => {
        const account = store.directory().accountByAddress(input.address.toLowerCase());
        return found(errors, account === null ? null : store.accounts.get(account.id));
      }),
      add: api.accounts.add.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        const account = await store.accounts.add(input, await secretsOf(input), actorOf(context));
        return await welcomed(account);
      })),
      change: api.accounts.change.handler(({ input, context, errors }) => orRefuse(
        errors,
        async () => store.accounts.change(input.id, input.revision, input.value, await secretsOf(input.value), actorOf(context)),
        () => store.accounts.get(input.id)?.revision ?? 0,
      )),
      remove: api.accounts.remove.handler(({ input, context, errors }) => orRefuse(errors, async () => ({ removed: await store.accounts.remove(input.ids, input.mail, actorOf(context)) }))),
      suggest: api.accounts.suggest.handler(({ input, errors }) => orRefuse(errors, () => store.accounts.suggest(input.fullName, input.domainId, input.mailbox))),
      clientSettings: api.accounts.clientSettings.handler(({ input, errors }) => parts.clientSettings(found(errors, store.accounts.get(input.id)))),
    },
    aliases: {
      list: api.aliases.list.handler(() => [...store.aliases.list()]),
      add: api.aliases.add.handler(({ input, context, errors }) => orRefuse(errors, () => store.aliases.add(input, actorOf(context)))),
      change: api.aliases.change.handler(({ input, context, errors }) => orRefuse(errors, () => store.aliases.change(input.id, input.value, actorOf(context)))),
      remove: api.aliases.remove.handler(({ input, context, errors }) => orRefuse(errors, async () => {
        await store.aliases.remove(input.id, actorOf(context));
        return done;
      })),
    },
    history: api.settings.history.handler(({ input }) => [...store.history.list(input.before ?? null, input.limit)]),
  };
}
