// Events of mail/ as lines of the session log. A logon that went well stands in the transcript of its session already.
import { formatEvent } from '../mail/events.ts';
import type { MailEvent } from '../mail/types.ts';
import { printable } from './log/files.ts';
import type { Log } from './log/log.ts';

export function logMailEvents(log: Log): (event: MailEvent) => void {
  return (event) => {
    if (event.kind === 'logged-on') return;
    const lines = formatEvent(event);
    const first = lines[0];
    if (first === undefined) return;
    const at = Date.now();
    log.block({ channel: first.channel, session: 'sessionId' in event ? event.sessionId : 0, at: lines.map(() => at), text: lines.map(({ text }) => printable(text)), level: lines.map(({ level }) => level) });
  };
}
