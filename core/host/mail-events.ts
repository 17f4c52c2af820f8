// Events of mail/ as lines of the session log. A logon that went well stands in the transcript of its session already.
import { isDiskFull } from '../mail/accept/store-reason.ts';
import { formatEvent } from '../mail/events.ts';
import type { MailEvent } from '../mail/types.ts';
import { printable } from './log/files.ts';
import type { Log } from './log/log.ts';

/** @param noRoom told when something could not be stored for lack of room: it says so once, instead of once for each message */
export function logMailEvents(log: Log, noRoom: () => void): (event: MailEvent) => void {
  return (event) => {
    if (event.kind === 'logged-on') return;
    if (event.kind === 'refused' && event.reason.code === 'disk.full') noRoom();
    if (event.kind === 'problem' && isDiskFull(event.cause)) {
      noRoom();
      return;
    }
    const lines = formatEvent(event);
    const first = lines[0];
    if (first === undefined) return;
    const at = Date.now();
    log.block({
      channel: first.channel, session: 'sessionId' in event ? event.sessionId : 0, at: lines.map(() => at), level: lines.map(({ level }) => level),
      text: lines.map(({ said }) => printable(said.text)), said: lines.map(({ said }) => said),
    });
  };
}
