// Whether a session may send to other servers. Only who has logged on, or whose address the administrator listed, may:
// a sender that looks local, a null sender, loopback or the LAN give no right. Called by route.ts for every recipient elsewhere.
import { reason } from './describe.ts';
import type { Reason } from './describe.ts';
import type { Policy } from './policy.ts';
import type { Login } from './types.ts';

export type RelayVerdict = { readonly kind: 'allowed'; readonly because: 'login' | 'listed-address' } | { readonly kind: 'refused'; readonly reason: Reason };

/** @param recipient the address elsewhere, for the text of a refusal */
export function mayRelay(who: { readonly login: Login | null; readonly remoteAddress: string }, recipient: string, policy: Policy): RelayVerdict {
  if (who.login !== null) return { kind: 'allowed', because: 'login' };
  if (policy.isRelayAddress(who.remoteAddress)) return { kind: 'allowed', because: 'listed-address' };
  return { kind: 'refused', reason: reason('relay.denied', { address: recipient }) };
}
