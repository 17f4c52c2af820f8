// Which commands exist, and whose handler runs them. smtp-server has more (WIZ, SHELL, KILL, XCLIENT, XFORWARD, LHLO): they
// have no place here. RFC 5321 §4.5.1 names the ones that must work.
import { handleAuth } from './auth.ts';
import { handleData } from './data.ts';
import { handleMail } from './mail.ts';
import { handleRcpt } from './rcpt.ts';
import type { Handler } from './conversation.ts';

/** RFC 5321 §4.1.1.8: what can be asked for. */
const handleHelp: Handler = (conversation, _argument, done) => {
  conversation.reply({ code: 214, enhanced: '2.0.0', text: 'EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET NOOP VRFY HELP QUIT' });
  done();
};

/** RFC 5321 §3.5.3, §7.3: 252 tells nobody which addresses there are. */
const handleVrfy: Handler = (conversation, argument, done) => {
  conversation.reply(argument === ''
    ? { code: 501, enhanced: '5.5.4', text: 'Syntax: VRFY address' }
    : { code: 252, enhanced: '2.5.0', text: 'Addresses are not checked here; send a message and it will be tried' });
  done();
};

const notHere: Handler = (conversation, _argument, done) => {
  conversation.reply({ code: 502, enhanced: '5.5.1', text: 'This command is not available' });
  done();
};

export const ownHandlers: ReadonlyMap<string, Handler> = new Map([
  ['MAIL', handleMail], ['RCPT', handleRcpt], ['DATA', handleData], ['AUTH', handleAuth], ['HELP', handleHelp], ['VRFY', handleVrfy],
  ['EXPN', notHere], // RFC 5321 §7.3: lists are nobody's business
  ['ETRN', notHere],
]);

/** Run by smtp-server itself. */
export const libraryCommands: ReadonlySet<string> = new Set(['HELO', 'EHLO', 'STARTTLS', 'RSET', 'NOOP', 'QUIT']);

/** RFC 5321 §4.1.1.4, §4.1.1.5, §4.1.1.10, RFC 3207 §4: with an argument they are 501. */
export const withoutArgument: ReadonlySet<string> = new Set(['DATA', 'RSET', 'QUIT', 'STARTTLS']);
