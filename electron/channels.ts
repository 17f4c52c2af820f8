// The names under which a page and the main process speak. The preloads and main import them; nothing else crosses.
export const channels = {
  /** page -> main: the console is there and listens; it hears the engine's state and waiting commands. */
  ready: 'console:ready',
  requestPort: 'console:request-port',
  run: 'console:run',
  setState: 'console:set-state',
  chooseFolder: 'console:choose-folder',
  /** main -> page */
  port: 'console:port',
  engine: 'console:engine',
  command: 'console:command',
  /** lock window */
  describeLock: 'lock:describe',
  submitLock: 'lock:submit',
  cancelLock: 'lock:cancel',
} as const;

/** What the lock window shows. */
export interface LockDescription {
  readonly mode: 'lock' | 'unlock';
  readonly language: string;
  readonly title: string;
  readonly text: string;
  readonly password: string;
  readonly repeat: string;
  readonly ok: string;
  readonly cancel: string;
}
