// What the tests of the line came to, and which way of sending follows from it. No texts here: the pages say it in words.
import type { TestReport } from '../../../../core/contract/records.ts';
import type { Settings } from '../../../../core/contract/settings.ts';

export const lineChecks = ['dns', 'port25', 'domain'] as const;
export type LineCheck = (typeof lineChecks)[number];

/** `verdict` null: the test could not be done. */
export interface Finding {
  readonly verdict: TestReport['verdict'];
  readonly lines: readonly TestReport['lines'][number][];
}
export type Findings = Readonly<Partial<Record<LineCheck, Finding>>>;

/** What can be said of this line: both ways work, only a smart host does, there is no line now, or the test found nothing out. */
export type Advice = 'both' | 'smart-host' | 'no-line' | 'unknown';

export function adviceOf({ port25 }: Findings): Advice {
  switch (port25?.verdict?.code) {
    case 'port25.ok': return 'both';
    case 'port25.blocked': return 'smart-host';
    case 'port25.no-line': return 'no-line';
    default: return 'unknown';
  }
}

/** Other servers believe mail only from a domain that they can look up and answer to. */
export const isDomainKnown = ({ domain }: Findings): boolean => domain?.verdict?.ok === true;

/** Direct sending on a line that does not let it through, or nobody knows whether: it is set, but mail will wait. */
export const isDoubtful = (findings: Findings, mode: Settings['delivery.mode']): boolean => mode === 'direct' && adviceOf(findings) !== 'both';

/** What is chosen already stays; else the way that works for sure. Direct sending wants an open port and a domain that is known. */
export function wayToBeginWith(findings: Findings, settings: Settings): Settings['delivery.mode'] {
  if (settings['delivery.smartHost'] !== '') return settings['delivery.mode'];
  return adviceOf(findings) === 'both' && isDomainKnown(findings) ? 'direct' : 'smart-host';
}
