// Given to each POP3 connection by its server.
import type { SecureContext } from 'node:tls';
import type { Pop3Backend } from './backend.ts';

/** What all connections of a server share. */
export interface ConnectionParts {
  readonly server: 'pop3' | 'pop3s';
  readonly backend: Pop3Backend;
  readonly secureContext: () => SecureContext;
  /** The `<...>` of a greeting, never the same twice (RFC 1939 §7 APOP). */
  readonly timestamp: (host: string) => string;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  /** The connection is gone, its maildrop is released, and nothing goes on for it. */
  readonly onGone: () => void;
}
