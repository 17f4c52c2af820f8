// What mail/ has done since the start or the last reset, for the Statistics pane and the tray. Numbers only; host/ keeps and shows them.

export interface MailCounters {
  readonly received: number;
  /** Copies put into mailboxes. */
  readonly delivered: number;
  /** Recipients put into the remote queue. */
  readonly queuedRemote: number;
  /** Recipients elsewhere whose server took the message, and the bytes of those messages. */
  readonly sent: number;
  readonly bytesSent: number;
  /** Recipients elsewhere that were given up. */
  readonly bounced: number;
  /** Senders, recipients and messages refused. */
  readonly refused: number;
  readonly bytesReceived: number;
  readonly fetched: number;
  readonly bytesFetched: number;
  readonly failedLogons: number;
}

export const noCounts: MailCounters = { received: 0, delivered: 0, queuedRemote: 0, sent: 0, bytesSent: 0, bounced: 0, refused: 0, bytesReceived: 0, fetched: 0, bytesFetched: 0, failedLogons: 0 };

/** Mutable while counting; `read` gives a copy. */
export interface Counting {
  add(counts: Partial<MailCounters>): void;
  read(): MailCounters;
  reset(): void;
}

export function createCounting(start: MailCounters = noCounts): Counting {
  let counts = { ...start };
  return {
    add(more) {
      for (const name of names) counts[name] += more[name] ?? 0;
    },
    read: () => ({ ...counts }),
    reset() {
      counts = { ...noCounts };
    },
  };
}

const names: readonly (keyof MailCounters)[] = ['received', 'delivered', 'queuedRemote', 'sent', 'bytesSent', 'bounced', 'refused', 'bytesReceived', 'fetched', 'bytesFetched', 'failedLogons'];
