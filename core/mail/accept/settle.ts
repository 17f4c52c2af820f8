// Settles a received message: attachments taken out for who wants that, then every copy and every queue row in one commit.
// The last step before 250: when it resolves, the message is ours. Called by create-mail.ts through the message sink.
import { sentence } from '../../contract/sentences.ts';
import type { AcceptedPart, DirectoryAccount, Incoming, IncomingFile } from '../../store/store.ts';
import { chooseAttachments } from '../attachments/choose.ts';
import type { Attachment } from '../attachments/choose.ts';
import { extractAttachments } from '../attachments/extract.ts';
import type { Extraction } from '../attachments/extract.ts';
import type { Language } from '../attachments/note.ts';
import type { MailEvent } from '../types.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { Plan } from './plan.ts';
import { isDiskFull } from './store-reason.ts';

/** What all parts of a message share. */
export type Facts = Pick<AcceptedPart, 'receivedAt' | 'reversePath' | 'subject' | 'envid' | 'ret' | 'smtpUtf8' | 'eightBit'>;

export interface Settlement {
  readonly incoming: Incoming;
  readonly file: IncomingFile;
  readonly markedFile: IncomingFile | null;
  readonly plan: Plan;
  /** Reports of this delivery, committed with it. */
  readonly reports: readonly AcceptedPart[];
  readonly facts: Facts;
  readonly language: Language;
  /** Whole messages are in memory while attachments are taken out: only a few at a time. */
  readonly extracting: WorkQueue;
  readonly tell: (event: MailEvent) => void;
}

/** The copy of an account whose attachments were taken out. */
interface OwnCopy {
  readonly account: DirectoryAccount;
  readonly files: readonly string[];
  readonly part: AcceptedPart;
}

/** Throws what the store throws; then nothing is kept, neither rows nor files. */
export async function settleMessage(settlement: Settlement): Promise<void> {
  const { incoming, file, markedFile, plan, reports, facts, tell } = settlement;
  const undo: (() => Promise<void>)[] = reports.map((report) => () => report.file.discard());
  const unused: IncomingFile[] = [];
  let copies: readonly OwnCopy[];
  try {
    copies = await ownCopies(settlement, undo);
    const parts = copies.map((copy) => copy.part);
    const local = [...plan.local.keys()].filter((id) => !copies.some((copy) => copy.account.id === id));
    if (local.length > 0 || plan.queued.length > 0) parts.push({ ...facts, file, local, queued: plan.queued });
    else unused.push(file);
    if (markedFile !== null && plan.marked.length > 0) {
      parts.push({ ...facts, subject: `(Archive Copy) ${facts.subject}`, file: markedFile, local: plan.marked.map((account) => account.id), queued: [] });
    } else if (markedFile !== null) unused.push(markedFile);
    await incoming.commit([...parts, ...reports]);
  } catch (error) {
    const undone = await Promise.allSettled(undo.map((step) => step()));
    for (const outcome of undone) if (outcome.status === 'rejected') tell({ kind: 'problem', id: file.id, what: sentence('say.problem.attachments-left'), cause: outcome.reason });
    throw error;
  }
  // From here on the message is ours: nothing below may turn that into a refusal.
  for (const each of unused) each.discard().catch((cause: unknown) => tell({ kind: 'problem', id: file.id, what: sentence('say.problem.file-left'), cause }));
  for (const { account, files } of copies) tell({ kind: 'attachments-extracted', id: file.id, address: account.address, files });
}

async function ownCopies(settlement: Settlement, undo: (() => Promise<void>)[]): Promise<OwnCopy[]> {
  const accounts = [...settlement.plan.local.values()].filter((account) => account.extractAttachments);
  if (accounts.length === 0) return [];
  // With too many waiting the message is delivered as it is.
  return (await settlement.extracting.run(() => extractForAll(accounts, settlement, undo))) ?? [];
}

async function extractForAll(accounts: readonly DirectoryAccount[], settlement: Settlement, undo: (() => Promise<void>)[]): Promise<OwnCopy[]> {
  const content = await settlement.file.content();
  const attachments = chooseAttachments(content);
  if (attachments.length === 0) return [];
  const copies: OwnCopy[] = [];
  for (const account of accounts) {
    const extraction = await extractFor(account, content, attachments, settlement);
    if (extraction === null) continue;
    undo.push(() => extraction.undo());
    const file = settlement.incoming.create();
    undo.push(() => file.discard());
    for (const piece of extraction.pieces) if (!file.write(piece)) await file.drained();
    copies.push({ account, files: extraction.files, part: { ...settlement.facts, file, local: [account.id], queued: [] } });
  }
  return copies;
}

/** Null: the files could not be written, the message is delivered as it is. A full disk refuses it: there is no room for it either. */
async function extractFor(account: DirectoryAccount, content: Buffer, attachments: readonly Attachment[], settlement: Settlement): Promise<Extraction | null> {
  const { file, language, tell } = settlement;
  try {
    return await extractAttachments(content, attachments, account.path, file.id, language);
  } catch (cause) {
    if (isDiskFull(cause)) throw cause;
    tell({ kind: 'problem', id: file.id, what: sentence('say.problem.attachments', { address: account.address, directory: account.path }), cause });
    return null;
  }
}
