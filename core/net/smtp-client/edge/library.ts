// nodemailer's SMTPConnection with the inner parts that connection.ts stands on. nodemailer keeps them out of its own types (they are
// marked internal); each was read in the source of 10.6.1, and the exact version is pinned in package.json.
import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** What nodemailer gives to 'error' listeners and callbacks. */
export interface LibraryError extends Error {
  /** ETIMEDOUT, ECONNECTION, EPROTOCOL, ETLS, ESOCKET, EAUTH. */
  readonly code?: string;
  /** The system's or OpenSSL's own word, when there was one. */
  readonly originalCode?: string;
  readonly response?: string;
}
export type Action = (text: string) => void;

interface Inner {
  _socket: Socket | false | null;
  /** Lines received, a reply of several lines as one text with LF between them. */
  _responseQueue: string[];
  /** Who takes the next replies, in order. */
  _responseActions: Action[];
  _supportedExtensions: string[];
  _supportedAuth: string[];
  _maxAllowedSize: number;
  _destroyed: boolean;
  secure: boolean;
  allowsAuth: boolean;
  lastServerResponse: string | false;
  on(event: 'error', listener: (error: LibraryError) => void): this;
  on(event: 'end', listener: () => void): this;
  connect(done: (error?: LibraryError) => void): void;
  login(auth: SMTPConnection.AuthenticationType, done: (error: LibraryError | null) => void): void;
  close(): void;
  _onData(chunk: Buffer): void;
  _processResponse(): void;
  _sendCommand(line: string, masked?: string): void;
  _onError(error: Error, code: string, reply: string | false, command: string): void;
  _onServerClosing(text: string): void;
  _actionGreeting(text: string): void;
  _actionEHLO(text: string): void;
  _upgradeConnection(done: (error: Error | null | undefined, secured?: boolean) => void): void;
  _destroy(): void;
}

export const LibraryConnection = SMTPConnection as unknown as new (options: SMTPConnection.Options) => Inner;
