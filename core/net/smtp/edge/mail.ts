// MAIL: who sends (RFC 5321 §4.1.1.2). Replaces smtp-server's handler, which takes addresses apart in its own way.
import { formatPath } from '../../../protocol/address.ts';
import { replies, Transaction, type Handler } from './conversation.ts';
import { parseMail } from './parameters.ts';

export const handleMail: Handler = (conversation, argument, done) => {
  const { backend, limits, record } = conversation;
  if (conversation.transaction !== null) {
    conversation.reply(replies.outOfOrder('Sender is already given; RSET starts anew'));
    done();
    return;
  }
  const parsed = parseMail(argument, limits.maxMessageBytes);
  if (parsed.kind === 'refused') {
    conversation.reply(parsed.reply);
    done();
    return;
  }
  const verdict = backend.sender(parsed.value, conversation.facts());
  if (verdict.kind === 'ok') {
    conversation.transaction = new Transaction(parsed.value);
    record.update({ from: formatPath(parsed.value.reversePath), to: [], state: 'mail' });
    conversation.reply({ code: 250, enhanced: '2.1.0', text: 'Sender accepted' });
  } else conversation.reply(verdict.reply);
  done();
};
