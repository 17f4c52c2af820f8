// Shorthands for Internet mail: queues, routes, traces, smart hosts and tests, in words. Each is a few calls of the contract.
import type { QueueItem, TestReport } from '../../contract/records.ts';
import { queueName, smartHostInput } from '../../contract/records.ts';
import type { Client } from './connect.ts';
import { megabytes, print, table } from './output.ts';
import { need, out, UsageError, type Shorthand } from './shorthand.ts';

const pageSize = 1000;

export const internetShorthands: Readonly<Record<string, Shorthand>> = {
  'queue list': {
    usage: '[remote|retry|holding|bad] [SEARCH]', about: 'the messages that wait, and why',
    async run(client, words, flags) {
      const named = queueName.safeParse(words[0]);
      const queues = named.success ? [named.data] : queueName.options.filter((name) => name !== 'local');
      const search = words[named.success ? 1 : 0] ?? '';
      const items: QueueItem[] = [];
      for (const queue of queues) {
        for (let offset = 0; ; offset += pageSize) {
          const page = await client.queues.messages({ queue, search, offset, limit: pageSize });
          items.push(...page.items);
          if (offset + pageSize >= page.matching) break;
        }
      }
      out(flags, items, () => table(
        ['Id', 'Queue', 'From', 'To', 'Size', 'Tries', 'Next try', 'Why'],
        items.map((one) => [`${one.id}`, one.queue, one.from === '' ? '<>' : one.from, one.to.join(', '), megabytes(one.bytes), `${one.attempts}`, one.nextTryAt === null ? '' : new Date(one.nextTryAt).toISOString(), one.reason?.text ?? '']),
      ));
    },
  },
  'queue retry': { usage: 'ID ...', about: 'tries these messages at once', run: async (client, words) => changed((await client.queues.retry({ ids: ids(words) })).changed) },
  'queue hold': { usage: 'ID ...', about: 'keeps these messages until they are released', run: async (client, words) => changed((await client.queues.hold({ ids: ids(words) })).changed) },
  'queue release': { usage: 'ID ...', about: 'lets held messages go on', run: async (client, words) => changed((await client.queues.release({ ids: ids(words) })).changed) },
  'queue back': { usage: 'ID ...', about: 'gives these messages back to their senders with a report', run: async (client, words) => changed((await client.queues.giveBack({ ids: ids(words) })).changed) },
  'queue reroute': {
    usage: 'HOST ID ...', about: 'sends these messages through HOST instead of what the settings say',
    run: async (client, [host, ...words]) => changed((await client.queues.reroute({ host: need(host, 'The host'), ids: ids(words) })).changed),
  },
  'queue remove': { usage: 'ID ...', about: 'deletes these messages', run: async (client, words) => changed((await client.queues.remove({ ids: ids(words) })).removed) },
  'queue read': {
    usage: 'ID', about: 'the text of a waiting message',
    async run(client, [id]) {
      for (let offset = 0; ;) {
        const { text, truncated } = await client.queues.read({ id: ids([need(id, 'The id')])[0] ?? 0, offset, limit: 500_000 });
        process.stdout.write(Buffer.from(text, 'latin1'));
        offset += text.length;
        if (!truncated) return;
      }
    },
  },
  'queue freeze': { usage: 'remote|retry', about: 'sends nothing from a queue until it is thawed', run: (client, [queue]) => freeze(client, queue, true) },
  'queue thaw': { usage: 'remote|retry', about: 'lets a frozen queue go on', run: (client, [queue]) => freeze(client, queue, false) },
  'queue process': {
    usage: '', about: 'sends now what waits',
    async run(client) {
      const { messages } = await client.queues.process();
      print(messages === 1 ? '1 message is tried now.' : `${messages} messages are tried now.`);
    },
  },
  'route explain': {
    usage: 'ADDRESS [--sender ADDRESS]', about: 'how a message to ADDRESS would go, decision by decision; nothing is sent',
    async run(client, [recipient], flags) {
      const routes = await client.route.explain({ recipients: [need(recipient, 'The address')], sender: flags.sender ?? '' });
      out(flags, routes, () => routes.map((route) => [`${route.recipient}: ${route.outcome}`, ...route.steps.map((step) => `  ${mark[step.level]} ${step.text}`)].join('\n')).join('\n'));
    },
  },
  'trace find': {
    usage: '[TEXT]', about: 'what became of messages: TEXT is part of a sender, recipient, subject or message id',
    async run(client, [text], flags) {
      const { entries, more } = await client.trace.search({ text: text ?? '', limit: 100 });
      out(flags, entries, () => [
        table(['Id', 'When', 'From', 'To', 'Subject', 'State'], entries.map((one) => [`${one.id}`, new Date(one.at).toISOString(), one.from === '' ? '<>' : one.from, one.to.join(', '), one.subject.slice(0, 40), one.state])),
        ...(more ? ['There are more: say more of what you look for.'] : []),
      ].join('\n'));
    },
  },
  'trace show': {
    usage: 'ID', about: 'the whole way of one message (a number from `trace find`, or a message id)',
    async run(client, [id], flags) {
      const wanted = need(id, 'The id');
      const { entry, events } = await client.trace.get(/^\d{1,15}$/.test(wanted) ? { id: Number(wanted) } : { messageId: wanted });
      out(flags, { entry, events }, () => events.map((event) => `${new Date(event.at).toISOString()} ${mark[event.level]} ${event.recipient === '' ? '' : `${event.recipient}: `}${event.text}`).join('\n'));
    },
  },
  'smarthosts list': {
    usage: '', about: 'smart hosts of single domains and accounts',
    async run(client, _words, flags) {
      const hosts = await client.smartHosts.list();
      out(flags, hosts, () => table(['Id', 'For', '', 'Host', 'Encryption', 'User'], hosts.map((one) => [`${one.id}`, one.kind, one.match, one.host === '' ? '(direct)' : one.host, one.tls, one.user])));
    },
  },
  'smarthosts add': {
    usage: 'domain|account MATCH HOST [--tls none|opportunistic|starttls|tls] [--user USER --password -]', about: 'mail to a domain, or from an account, goes through HOST ("direct": to the servers of the domain)',
    async run(client, [kind, match, host], flags) {
      const parsed = smartHostInput.shape.kind.safeParse(kind);
      const tls = smartHostInput.shape.tls.safeParse(flags.tls);
      if (!parsed.success) throw new UsageError('Say for what: domain or account.');
      if (!tls.success) throw new UsageError('The encryption is none, opportunistic, starttls or tls.');
      const wanted = need(host, 'The host');
      const made = await client.smartHosts.add({
        kind: parsed.data, match: need(match, 'The domain or the address'), host: wanted === 'direct' ? '' : wanted, tls: tls.data, user: flags.user ?? '',
        ...(flags.password === undefined ? {} : { password: flags.password }),
      });
      print(`Added: ${made.match} through ${made.host === '' ? 'the servers of the domain' : made.host}.`);
    },
  },
  'smarthosts remove': {
    usage: 'ID', about: 'takes a smart host away',
    async run(client, [id]) {
      await client.smartHosts.remove({ id: ids([need(id, 'The id')])[0] ?? 0 });
      print('Removed.');
    },
  },
  'test smarthost': {
    usage: '[--sender ADDRESS] [RECIPIENT]', about: 'connects to the smart host of the settings and logs on; nothing is sent',
    async run(client, [to], flags) {
      const { values } = await client.settings.get();
      await watch(client.tests.smartHost({
        host: values['delivery.smartHost'], tls: values['delivery.smartHostTls'], verify: values['delivery.smartHostVerify'], logon: values['delivery.smartHostLogon'],
        user: values['delivery.smartHostUser'], method: values['delivery.smartHostMethod'], from: flags.sender ?? '', to: to ?? '',
        popBefore: values['delivery.popBefore'] ? { host: values['delivery.popHost'], tls: values['delivery.popTls'], user: values['delivery.popUser'] } : null,
      }));
    },
  },
  'test dns': {
    usage: '[NAME]', about: 'asks every DNS server of the settings for the mail servers of NAME',
    async run(client, [name]) {
      const { values } = await client.settings.get();
      await watch(client.tests.dns({ useSystem: values['dns.useSystem'], primary: values['dns.primary'], backup: values['dns.backup'], name: name ?? '' }));
    },
  },
  'test port25': { usage: '[HOST]', about: 'whether this line lets mail out on port 25', run: async (client, [host]) => watch(client.tests.port25({ host: host ?? '' })) },
  'test domain': { usage: '', about: 'whether the primary domain is fit for Internet mail', run: async (client) => watch(client.tests.domain()) },
};

const mark = { info: ' ', good: '+', warning: '!', error: 'x' } as const;

function ids(words: readonly string[]): number[] {
  if (words.length === 0) throw new UsageError('Which messages? See: merpati queue list');
  return words.map((word) => {
    if (!/^[1-9]\d{0,14}$/.test(word)) throw new UsageError(`${word} is no id. See: merpati queue list`);
    return Number(word);
  });
}

function changed(count: number): void {
  print(count === 1 ? '1 message.' : `${count} messages.`);
}

async function freeze(client: Client, queue: string | undefined, frozen: boolean): Promise<void> {
  if (queue !== 'remote' && queue !== 'retry') throw new UsageError('Which queue: remote or retry?');
  await client.queues.freeze({ queue, frozen });
  print(frozen ? `The ${queue} queue is frozen.` : `The ${queue} queue goes on.`);
}

/** Lines as they come; the verdict decides the exit code. */
async function watch(test: Promise<AsyncIterable<TestReport>>): Promise<void> {
  for await (const { lines, verdict } of await test) {
    for (const { text } of lines) print(text);
    if (verdict === null) continue;
    print(verdict.text);
    if (!verdict.ok) process.exitCode = 1;
  }
}
