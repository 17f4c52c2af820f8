// Where a recipient goes: a pure decision from the parsed address, the directory, the settings and who sends.
// Asked at RCPT, so that unknown recipients are refused at once (no backscatter), and again when the message is complete.
// The steps say how it was decided; "Explain this route" shows them.
import { formatMailbox, isPostmaster } from '../protocol/address.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { Domain } from '../contract/records.ts';
import type { DirectoryAccount } from '../store/store.ts';
import { reason } from './describe.ts';
import type { Reason } from './describe.ts';
import { findAccount, findDomain } from './local-address.ts';
import type { Policy } from './policy.ts';
import { mayRelay } from './relay.ts';
import type { Login } from './types.ts';

/** Who asks: the facts of the session that a route may depend on. */
export interface Asker {
  readonly login: Login | null;
  readonly remoteAddress: string;
  readonly localAddress: string;
}

export type Target =
  | { readonly kind: 'local'; readonly account: DirectoryAccount; readonly reason: Reason | null }
  | { readonly kind: 'remote'; readonly address: string }
  | { readonly kind: 'bad'; readonly address: string; readonly reason: Reason };

/** One decision on the way, with the facts it rests on. `kind` is a key for translation. */
export interface RouteStep {
  readonly kind:
    | 'domain-local' | 'domain-elsewhere' | 'domain-by-address' | 'domain-primary' | 'domain-unset' | 'alias' | 'account' | 'account-disabled' | 'account-unknown'
    | 'postmaster' | 'postmaster-missing' | 'unknown-refused' | 'unknown-to-postmaster' | 'unknown-to-bad' | 'relay-by-login' | 'relay-by-address' | 'relay-refused';
  readonly facts: Readonly<Record<string, string | number>>;
}

export type Route = { readonly steps: readonly RouteStep[] } & (
  | { readonly kind: 'accepted'; readonly targets: readonly Target[] }
  | { readonly kind: 'refused'; readonly reason: Reason }
);

export function routeRecipient(recipient: Mailbox, asker: Asker, policy: Policy): Route {
  const found = findDomain(policy.directory, recipient.domain, asker.localAddress);
  switch (found.kind) {
    case 'elsewhere':
      return routeElsewhere(recipient, asker, policy);
    case 'local-unset': {
      const steps: RouteStep[] = [{ kind: 'domain-unset', facts: {} }];
      return isPostmaster(recipient) ? noPostmaster(recipient, steps) : { kind: 'refused', reason: reason('mailbox.unknown', { address: formatMailbox(recipient) }), steps };
    }
    case 'local': {
      const kind = found.by === 'name' ? 'domain-local' : found.by === 'no-domain' ? 'domain-primary' : 'domain-by-address';
      return routeLocal(recipient, found.domain, [{ kind, facts: { domain: found.domain.name, written: recipient.domain } }], policy);
    }
  }
}

function routeElsewhere(recipient: Mailbox, asker: Asker, policy: Policy): Route {
  const address = formatMailbox(recipient);
  const elsewhere: RouteStep = { kind: 'domain-elsewhere', facts: { domain: recipient.domain } };
  const verdict = mayRelay(asker, address, policy);
  if (verdict.kind === 'refused') return { kind: 'refused', reason: verdict.reason, steps: [elsewhere, { kind: 'relay-refused', facts: { from: asker.remoteAddress } }] };
  const step: RouteStep = verdict.because === 'login' ? { kind: 'relay-by-login', facts: { login: asker.login?.address ?? '' } } : { kind: 'relay-by-address', facts: { from: asker.remoteAddress } };
  return { kind: 'accepted', targets: [{ kind: 'remote', address }], steps: [elsewhere, step] };
}

function routeLocal(recipient: Mailbox, domain: Domain, steps: RouteStep[], policy: Policy): Route {
  const found = findAccount(policy.directory, recipient.local, domain);
  for (const { alias, target } of found.aliases) steps.push({ kind: 'alias', facts: { alias, target } });
  const { account } = found;
  if (found.postmaster) {
    if (account === null) return noPostmaster(recipient, steps);
    steps.push({ kind: 'postmaster', facts: { address: account.address } });
    return { kind: 'accepted', targets: [{ kind: 'local', account, reason: null }], steps };
  }
  if (account === null) return routeUnknown(formatMailbox(recipient), steps, policy);
  if (!account.enabled) {
    steps.push({ kind: 'account-disabled', facts: { address: account.address } });
    return { kind: 'refused', reason: reason('mailbox.disabled', { address: formatMailbox(recipient) }), steps };
  }
  steps.push({ kind: 'account', facts: { address: account.address } });
  return { kind: 'accepted', targets: [{ kind: 'local', account, reason: null }], steps };
}

/** Unknown Mail. Refusing wins over keeping: the sender hears of it at once, and then nothing may be stored here as well. */
function routeUnknown(address: string, steps: RouteStep[], policy: Policy): Route {
  steps.push({ kind: 'account-unknown', facts: { address } });
  const { settings, directory } = policy;
  const targets: Target[] = [];
  if (!settings['unknown.refuse']) {
    if (settings['unknown.toPostmaster'] && directory.postmaster !== null) {
      steps.push({ kind: 'unknown-to-postmaster', facts: { address: directory.postmaster.address } });
      targets.push({ kind: 'local', account: directory.postmaster, reason: reason('unknown.to-postmaster', { address }) });
    }
    if (settings['unknown.toBad']) {
      steps.push({ kind: 'unknown-to-bad', facts: {} });
      targets.push({ kind: 'bad', address, reason: reason('bad.unknown', { address }) });
    }
  }
  if (targets.length > 0) return { kind: 'accepted', targets, steps };
  steps.push({ kind: 'unknown-refused', facts: {} });
  return { kind: 'refused', reason: reason('mailbox.unknown', { address }), steps };
}

/** RFC 5321 §4.5.1: mail for postmaster is never refused. With no account at all it is kept where the administrator sees it. */
function noPostmaster(recipient: Mailbox, steps: RouteStep[]): Route {
  steps.push({ kind: 'postmaster-missing', facts: {} });
  return { kind: 'accepted', targets: [{ kind: 'bad', address: formatMailbox(recipient), reason: reason('bad.no-postmaster') }], steps };
}
