// Reads one line of a POP3 client: the words only, not whether they make sense now. Called by server-session.ts.
// RFC 1939 §3 and §9, RFC 2449 §3 (grammar), RFC 5034 §4 (AUTH), RFC 2595 §4 (STLS), RFC 6856 §2.1 (UTF8).

export type Command = SessionCommand | MaildropCommand;

/** About the session and who it is for. */
export type SessionCommand =
  | { readonly verb: 'CAPA' }
  | { readonly verb: 'STLS' }
  | { readonly verb: 'UTF8' }
  | { readonly verb: 'QUIT' }
  | { readonly verb: 'USER'; readonly name: string }
  | { readonly verb: 'PASS'; readonly password: string }
  /** `digest`: 32 hex digits in lower case. */
  | { readonly verb: 'APOP'; readonly name: string; readonly digest: string }
  /** `mechanism` is in upper case. `response` is base64, `=` for an empty one, null when there was none. */
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly response: string | null };

/** About the messages. */
export type MaildropCommand =
  | { readonly verb: 'STAT' }
  | { readonly verb: 'NOOP' }
  | { readonly verb: 'RSET' }
  /** Message numbers begin with 1. Null: all messages. */
  | { readonly verb: 'LIST' | 'UIDL'; readonly message: number | null }
  | { readonly verb: 'RETR' | 'DELE'; readonly message: number }
  | { readonly verb: 'TOP'; readonly message: number; readonly lines: number };

export type Verb = Command['verb'];

/** Not a command; `problem` is a sentence for the client. */
export interface Malformed {
  readonly verb: null;
  readonly problem: string;
}

type Read = (argument: string | null) => Command | Malformed;

const bare = (command: Command): Read => (argument) => (argument === null ? command : malformed(`${command.verb} takes no argument`));

const one = (verb: 'RETR' | 'DELE'): Read => (argument) => {
  const message = argument === null ? null : messageNumber(argument);
  return message === null ? malformed(`${verb} needs a message number`) : { verb, message };
};

const oneOrAll = (verb: 'LIST' | 'UIDL'): Read => {
  const all = { verb, message: null } as const;
  return (argument) => {
    if (argument === null) return all;
    const message = messageNumber(argument);
    return message === null ? malformed(`${verb} takes one message number or nothing`) : { verb, message };
  };
};

const readers: Readonly<Record<Verb, Read>> = {
  CAPA: bare({ verb: 'CAPA' }), STLS: bare({ verb: 'STLS' }), UTF8: bare({ verb: 'UTF8' }), QUIT: bare({ verb: 'QUIT' }),
  STAT: bare({ verb: 'STAT' }), NOOP: bare({ verb: 'NOOP' }), RSET: bare({ verb: 'RSET' }),
  USER: readUser, PASS: readPass, APOP: readApop, AUTH: readAuth,
  LIST: oneOrAll('LIST'), UIDL: oneOrAll('UIDL'), RETR: one('RETR'), DELE: one('DELE'), TOP: readTop,
};

const verbs: ReadonlyMap<string, Read> = new Map(Object.entries(readers));

/** RFC 2449 §4 asks for 255; names and passwords of today get some more. AUTH is bounded by the line reader. */
const maxCommandOctets = 512;

/**
 * @param line one character per octet (latin1), without its end
 *
 *     command = keyword [SP argument]    keyword is 3 or 4 letters, in any case
 */
export function parseCommand(line: string): Command | Malformed {
  if (line.includes('\0') || line.includes('\r')) return malformed('A command may not contain NUL or a lone CR');
  const space = line.indexOf(' ');
  const keyword = (space === -1 ? line : line.slice(0, space)).toUpperCase();
  const read = verbs.get(keyword);
  if (read === undefined) return malformed('Unknown command');
  if (line.length > maxCommandOctets && keyword !== 'AUTH') return malformed('Line too long');
  if (space === -1) return read(null);
  const argument = line.slice(space + 1);
  // Some clients leave a space at the end. In a password it belongs to the password.
  if (keyword === 'PASS') return read(argument);
  const trimmed = argument.trimEnd();
  return read(trimmed === '' ? null : trimmed);
}

export function malformed(problem: string): Malformed {
  return { verb: null, problem };
}

function readUser(argument: string | null): Command | Malformed {
  return argument === null ? malformed('USER needs a name') : { verb: 'USER', name: decodeText(argument) };
}

/** RFC 1939 §7 PASS: all that follows the space is the password, spaces included. */
function readPass(argument: string | null): Command | Malformed {
  return argument === null || argument === '' ? malformed('PASS needs a password') : { verb: 'PASS', password: decodeText(argument) };
}

/** RFC 1939 §7: `APOP name digest`, the digest being 16 octets in lower-case hex. */
function readApop(argument: string | null): Command | Malformed {
  const space = argument?.lastIndexOf(' ') ?? -1;
  if (argument === null || space < 1) return malformed('APOP needs a name and a digest');
  const digest = argument.slice(space + 1).toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digest)) return malformed('The digest of APOP is 32 hex digits');
  return { verb: 'APOP', name: decodeText(argument.slice(0, space)), digest };
}

/** RFC 5034 §4: `AUTH mechanism [initial-response]`, the mechanism as in RFC 4422 §3.1. */
function readAuth(argument: string | null): Command | Malformed {
  const words = argument?.split(' ') ?? [];
  const [mechanism = '', response = null] = words;
  if (!/^[A-Za-z0-9_-]{1,20}$/.test(mechanism) || words.length > 2) return malformed('AUTH needs the name of a mechanism');
  return { verb: 'AUTH', mechanism: mechanism.toUpperCase(), response };
}

function readTop(argument: string | null): Command | Malformed {
  const words = argument?.split(' ') ?? [];
  const message = messageNumber(words[0] ?? '');
  const lines = lineCount(words[1] ?? '');
  if (words.length !== 2 || message === null || lines === null) return malformed('TOP needs a message number and a number of lines');
  return { verb: 'TOP', message, lines };
}

/** RFC 2449 §3: a message number is 1*DIGIT. No sign, no leading zero, and no number that no mailbox reaches. */
function messageNumber(text: string): number | null {
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;
}

/** As a message number, but 0 is allowed, and a huge one means all lines: some clients ask for 2^31 of them. */
function lineCount(text: string): number | null {
  return /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text as the client meant it. RFC 6856 §2.2 (we announce UTF8 USER) makes it UTF-8, whether or not UTF8 was sent; what is
 * not UTF-8 comes from clients older than that, and is taken as latin1.
 */
export function decodeText(latin1: string): string {
  if (/^[\x00-\x7f]*$/.test(latin1)) return latin1;
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}
