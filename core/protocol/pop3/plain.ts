// SASL PLAIN (RFC 4616) in its base64 form (RFC 5034 §4). Called by server-session.ts.

export interface PlainCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 *     message = [authzid] UTF8NUL authcid UTF8NUL passwd
 *
 * @param response base64; `=` is an empty response (RFC 5034 §4)
 * @returns a sentence for the client when it cannot be used
 */
export function readPlain(response: string): PlainCredentials | { readonly problem: string } {
  const bytes = decodeBase64(response);
  if (bytes === null) return { problem: 'That is not base64' };
  const parts = bytes.toString('utf8').split('\0');
  const [onBehalfOf = '', user = '', password = ''] = parts;
  if (parts.length !== 3 || user === '' || password === '') return { problem: 'PLAIN needs a name and a password' };
  // RFC 4616 §2: acting for somebody else. Nobody may do that here.
  if (onBehalfOf !== '' && onBehalfOf !== user) return { problem: 'Nobody may log on for somebody else' };
  return { user, password };
}

/** RFC 4648 §3.3, §3.5: nothing but the alphabet, whole groups, and padding at the end only. Null: it is not base64. */
function decodeBase64(text: string): Buffer | null {
  if (text === '=') return Buffer.alloc(0);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}
