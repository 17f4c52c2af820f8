import type { TFunction } from 'i18next';
import type { ServerState } from '../../../core/contract/records.ts';

/** Why a server is red, in the reader's language, one line an address; null: nothing is wrong with it. */
export function serverProblem(t: TFunction, server: ServerState): string | null {
  if (server.state !== 'failed') return null;
  const lines = server.addresses.filter(({ listening }) => !listening)
    .map(({ address, port, problem, problemCode }) => t(`error.listen.${problemCode}`, { address, port, defaultValue: problem }));
  return lines.length === 0 ? null : [...new Set(lines)].join('\n');
}
