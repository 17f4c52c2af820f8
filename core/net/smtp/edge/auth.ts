// AUTH (RFC 4954): what smtp-server leaves open. It announces AUTH before TLS, takes it in a transaction, decodes anything that
// looks a little like base64, and leaves the authorization identity to the application. The exchange itself stays the library's.
import type { SMTPServerAuthentication } from 'smtp-server';
import type { Credentials, LoginVerdict, Reply } from '../backend.ts';
import { replies, type Conversation, type Handler } from './conversation.ts';

export const handleAuth: Handler = (conversation, argument, done) => {
  const checked = check(conversation, argument);
  if (typeof checked === 'string') {
    conversation.exchangeCredentials(checked, done);
    return;
  }
  conversation.reply(checked);
  done();
};

/** What smtp-server may see, or the refusal. */
function check(conversation: Conversation, argument: string): string | Reply {
  const { backend, transaction } = conversation;
  const facts = conversation.facts();
  if (!facts.esmtp) return replies.outOfOrder('Send EHLO first');
  if (facts.login !== null) return replies.outOfOrder('Already logged on');
  // RFC 4954 §4: AUTH is not permitted during a mail transaction
  if (transaction !== null) return replies.outOfOrder('Log on before MAIL, or send RSET first');
  if (!backend.mayLogOn(facts)) {
    return facts.tls ? { code: 502, enhanced: '5.5.1', text: 'Logging on is not possible here' } : { code: 538, enhanced: '5.7.11', text: 'Send STARTTLS first, a password must not travel in clear text' };
  }
  const [method, response, ...more] = argument.split(/[ \t]+/);
  if (method === undefined || method === '' || more.length > 0) return { code: 501, enhanced: '5.5.4', text: 'Syntax: AUTH PLAIN or AUTH LOGIN' };
  if (response === undefined) return method;
  // RFC 4954 §4: "=" is an empty initial response, and neither method has a use for one
  return response !== '=' && isBase64(response) ? `${method} ${response}` : badBase64;
}

const cancelled: Reply = { code: 501, enhanced: '5.7.0', text: 'Logging on cancelled' };
const badBase64: Reply = { code: 501, enhanced: '5.5.2', text: 'That is not base64' };

/** A line within the exchange. Null: smtp-server may see it. */
export function checkResponse(line: string): Reply | null {
  if (line === '*') return cancelled;
  return isBase64(line) ? null : badBase64;
}

/** RFC 4648 §4, with its padding. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** What the library has decoded, judged by RFC 4616 §2: nobody may act as somebody else. */
export async function logOn(conversation: Conversation, auth: SMTPServerAuthentication): Promise<LoginVerdict> {
  const { method, username, password, authcid, authzid } = auth;
  if ((method !== 'PLAIN' && method !== 'LOGIN') || typeof username !== 'string' || typeof password !== 'string') {
    return refuse({ code: 504, enhanced: '5.5.4', text: 'This way of logging on is not supported' });
  }
  if (method === 'PLAIN' && authcid === '') return refuse({ code: 501, enhanced: '5.5.2', text: 'The user name is missing' });
  if (method === 'PLAIN' && authzid !== '' && authzid !== authcid) return refuse({ code: 535, enhanced: '5.7.8', text: 'Nobody can log on for somebody else' });
  const credentials: Credentials = { method, user: username, password };
  try {
    return await conversation.backend.logOn(credentials, conversation.facts());
  } catch (error) {
    conversation.failed('A logon could not be checked', error);
    return refuse({ code: 454, enhanced: '4.7.0', text: 'Logging on is not possible at the moment, try again later' });
  }
}

const refuse = (reply: Reply): LoginVerdict => ({ kind: 'refused', reply, disconnect: false });
