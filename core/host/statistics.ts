// Counters since the start (or since they were cleared): the Statistics of the left pane.

export interface Counters {
  since: number;
  received: number; delivered: number; queuedRemote: number; refused: number; bytesReceived: number;
  bytesFetched: number; fetched: number; smtpSessions: number; pop3Sessions: number; failedLogons: number;
}

export function createCounters(now: number): Counters {
  return { since: now, received: 0, delivered: 0, queuedRemote: 0, refused: 0, bytesReceived: 0, bytesFetched: 0, fetched: 0, smtpSessions: 0, pop3Sessions: 0, failedLogons: 0 };
}
