// Key and certificate as the servers use them, and what becomes of them in node:tls. Used by SMTP, POP3 and later servers,
// for connections that begin with TLS and for those that turn to it (RFC 3207, RFC 2595).
import { createSecureContext, type SecureContext } from 'node:tls';

/** PEM texts. `cert` is the server's certificate followed by its chain; `ca` is the root for clients to trust, '' for an imported certificate. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/**
 * What a TLS socket of ours is made with. Throws when the texts are not PEM or do not belong together.
 *
 * RFC 8996: TLS 1.0 and 1.1 are not to be used.
 */
export function createTlsContext(material: TlsMaterial): SecureContext {
  return createSecureContext({ key: material.key, cert: material.cert, minVersion: 'TLSv1.2' });
}
