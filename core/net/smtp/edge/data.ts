// DATA: the message (RFC 5321 §4.1.1.4). Replaces smtp-server's handler, which hands bytes out over the size limit too.
// 250 is sent when the sink says that the message is on disk, and never before. Over the limit, or when the sink has failed,
// nothing is kept any more but the message is read to its end, since no answer is heard before that.
import { formatMailbox } from '../../../protocol/address.ts';
import type { MessageSink, Reply } from '../backend.ts';
import { replies, type Conversation, type Handler } from './conversation.ts';
import { shownAtOnce } from './rcpt.ts';
import type { Receiver } from './stream.ts';

export const handleData: Handler = (conversation, _argument, done) => {
  const { backend, record, transaction } = conversation;
  if (transaction === null || transaction.recipients.length === 0) {
    conversation.reply(replies.outOfOrder(transaction === null ? 'Send MAIL first' : 'No recipient is accepted yet'));
    done();
    return;
  }
  const sink = backend.message(transaction, conversation.facts());
  if ('kind' in sink) conversation.reply(sink.reply);
  else {
    // A few recipients are shown already.
    record.update(transaction.recipients.length <= shownAtOnce ? { state: 'data' } : { to: transaction.recipients.map(({ forwardPath }) => formatMailbox(forwardPath)), state: 'data' });
    conversation.startMessage(new Reception(conversation, sink));
  }
  done();
};

/** One message on its way into a sink. */
class Reception implements Receiver {
  private readonly conversation: Conversation;
  private sink: MessageSink | null;
  private bytes = 0;
  private refusal: Reply | null = null;
  isBusy = false;

  constructor(conversation: Conversation, sink: MessageSink) {
    this.conversation = conversation;
    this.sink = sink;
  }

  content(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.sink === null) return true;
    const { maxMessageBytes } = this.conversation.limits;
    if (this.bytes > maxMessageBytes) {
      this.refuse({ code: 552, enhanced: '5.3.4', text: `Message is larger than the ${maxMessageBytes} bytes accepted here` });
      return true;
    }
    try {
      return this.sink.write(chunk);
    } catch (error) {
      this.fail(error);
      return true;
    }
  }

  async drained(): Promise<void> {
    this.isBusy = true;
    try {
      await this.sink?.drained();
    } catch (error) {
      this.fail(error);
    }
    this.isBusy = false;
  }

  complete(done: () => void): void {
    this.isBusy = true;
    void this.finish().then((reply) => {
      this.conversation.reply(reply);
      this.conversation.reset();
      done();
    });
  }

  /** The connection is gone before the final dot. */
  abort(): void {
    const sink = this.sink;
    this.sink = null;
    try {
      sink?.abort();
    } catch (error) {
      this.conversation.failed('A message that did not come to its end was not put away', error);
    }
  }

  private async finish(): Promise<Reply> {
    const { record } = this.conversation;
    const sink = this.sink;
    this.sink = null;
    if (sink === null) {
      const reply = this.refusal ?? replies.localError;
      record.note(`Message of ${grouped(this.bytes)} bytes refused`, 'warning');
      return reply;
    }
    try {
      const result = await sink.finish();
      const accepted = result.kind === 'ok';
      record.note(`Message of ${grouped(this.bytes)} bytes ${accepted ? 'accepted' : 'refused'}`, accepted ? 'info' : 'warning');
      if (!accepted) return result.reply;
      this.conversation.accepted();
      return { code: 250, enhanced: '2.0.0', text: `Message accepted, queued as ${result.id}` };
    } catch (error) {
      this.conversation.failed('A message could not be kept', error);
      record.note(`Message of ${grouped(this.bytes)} bytes could not be kept`, 'error');
      return replies.localError;
    }
  }

  private fail(error: unknown): void {
    this.conversation.failed('A message could not be written', error);
    this.refuse(replies.localError);
  }

  private refuse(reply: Reply): void {
    this.refusal = reply;
    this.abort();
  }
}

/** 4096 as 4,096. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
