// The reports of the sender of queued mail: who is told what of which recipients. Built by host/ for core/mail/outbound, which commits the
// parts together with what became of the recipients. RFC 3461 §5.2, §6; the settings under Retry.
import type { AcceptedPart, Incoming, QueuedMessage, Queues } from '../../store/store.ts';
import { textField } from '../../protocol/mime/compose.ts';
import type { RecipientFate, Reporter } from '../outbound/ports.ts';
import type { Policy } from '../policy.ts';
import { makeReport, type ReportFacts, type ReportWorld } from './make-report.ts';
import { wantsToHear, type NotifyWord } from './notify.ts';
import { readOriginal, type Original } from './original.ts';
import { placeReport, type Placement } from './placement.ts';

export interface ReporterOptions extends ReportWorld {
  readonly incoming: Incoming;
  readonly queues: Pick<Queues, 'content'>;
  /** The message is reported on without its text: for the log. */
  readonly problem: (messageId: string, cause: unknown) => void;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { policy } = options;

  async function report(kind: Pick<ReportFacts, 'action' | 'tries'>, message: QueuedMessage, fates: readonly RecipientFate[], word: NotifyWord, wantWhole: boolean): Promise<readonly AcceptedPart[]> {
    // RFC 5321 §4.5.5: a report never makes a report.
    if (message.reversePath === '') return [];
    const told = fates.filter(({ notify }) => wantsToHear(notify, word));
    const letters = lettersFor(message, told, kind.action === 'failed' ? fates : [], policy());
    if (letters.length === 0) return [];
    const original = await originalOf(message, wantWhole, options);
    const parts: AcceptedPart[] = [];
    try {
      for (const letter of letters) parts.push(await makeReport({ ...kind, message, fates: letter.fates, original }, letter.placement, letter.to, options));
      return parts;
    } catch (error) {
      await Promise.allSettled(parts.map((part) => part.file.discard()));
      throw error;
    }
  }

  return {
    failed: (message, fates) => report({ action: 'failed', tries: null }, message, fates, 'FAILURE', message.ret !== 'HDRS'),
    delayed: (message, fates, facts) => report({ action: 'delayed', tries: facts }, message, fates, 'DELAY', policy().settings['retry.includeOriginal']),
    relayed: (message, fates) => report({ action: 'relayed', tries: null }, message, fates, 'SUCCESS', false),
  };
}

interface Letter {
  readonly fates: readonly RecipientFate[];
  readonly placement: Placement;
  readonly to: string;
}

/** To the sender, and to the postmaster if he wants to hear of failures: one letter for both when it is the same. */
function lettersFor(message: QueuedMessage, told: readonly RecipientFate[], failures: readonly RecipientFate[], { directory, settings }: Policy): readonly Letter[] {
  const placement = told.length === 0 ? { local: [], queued: [] } : placeReport(message.reversePath, { directory, settings });
  const isPlaced = placement.local.length > 0 || placement.queued.length > 0;
  const letter: Letter = { fates: told, placement, to: message.reversePath };
  const { postmaster } = directory;
  if (failures.length === 0 || !settings['retry.informPostmaster'] || postmaster === null) return isPlaced ? [letter] : [];
  if (told.length === failures.length) return [{ ...letter, placement: { ...placement, local: [...new Set([...placement.local, postmaster.id])] } }];
  const copy: Letter = { fates: failures, placement: { local: [postmaster.id], queued: [] }, to: postmaster.address };
  return isPlaced ? [letter, copy] : [copy];
}

/** A report is due even if the message itself cannot be read any more. */
async function originalOf(message: QueuedMessage, wantWhole: boolean, { queues, problem }: ReporterOptions): Promise<Original> {
  try {
    return await readOriginal(queues.content(message), message.octets, wantWhole);
  } catch (cause) {
    problem(message.messageId, cause);
    return { whole: false, bytes: Buffer.from(`${textField('Subject', message.subject)}\r\n`) };
  }
}
