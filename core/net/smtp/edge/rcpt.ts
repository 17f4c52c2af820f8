// RCPT: who receives (RFC 5321 §4.1.1.3). Replaces smtp-server's handler, which takes addresses apart in its own way.
import { formatMailbox } from '../../../protocol/address.ts';
import type { Reply } from '../backend.ts';
import { replies, type Conversation, type Handler } from './conversation.ts';
import { parseRcpt } from './parameters.ts';

/** So many recipients are shown while they come in; all of them at DATA. */
export const shownAtOnce = 5;

export const handleRcpt: Handler = (conversation, argument, done) => {
  conversation.reply(decide(conversation, argument));
  done();
};

function decide(conversation: Conversation, argument: string): Reply {
  const { backend, limits, record, transaction } = conversation;
  // RFC 5321 §3.3: a RCPT before MAIL is 503
  if (transaction === null) return replies.outOfOrder('Send MAIL first');
  const parsed = parseRcpt(argument, transaction.mail.smtpUtf8);
  if (parsed.kind === 'refused') return parsed.reply;
  const rcpt = parsed.value;
  // RFC 5321 §4.5.3.1.10: what is over the limit is left for another transaction, and nobody repeats himself for ever
  if (transaction.isFull(rcpt, limits.maxRecipients)) {
    return { code: 452, enhanced: '4.5.3', text: 'Too many recipients, send the rest in another message' };
  }
  const verdict = backend.recipient(rcpt, transaction, conversation.facts());
  if (verdict.kind === 'refused') return verdict.reply;
  transaction.add(rcpt);
  if (transaction.recipients.length <= shownAtOnce) record.update({ to: transaction.recipients.map(({ forwardPath }) => formatMailbox(forwardPath)) });
  return { code: 250, enhanced: '2.1.5', text: 'Recipient accepted' };
}
