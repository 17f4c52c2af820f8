// One small text over HTTPS from an address we looked up ourselves. No redirects (RFC 8461 §3.3), the certificate must prove the
// name, time and size are bounded. Used by mta-sts.ts.
import { request } from 'node:https';

export interface TextRequest {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** PEM; null: those that Node trusts. */
  readonly authorities: readonly string[] | null;
  readonly ms: number;
  readonly maxBytes: number;
}

/** @throws Error whatever goes wrong */
export function fetchText(from: TextRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: from.address, port: from.port, path: from.path, servername: from.host, headers: { host: from.host }, agent: false,
      minVersion: 'TLSv1.2', signal: AbortSignal.timeout(from.ms), ...(from.authorities === null ? {} : { ca: [...from.authorities] }),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      if (response.statusCode !== 200) {
        sent.destroy(new Error(`${from.host} answered ${response.statusCode ?? 0}`));
        return;
      }
      const pieces: Buffer[] = [];
      let octets = 0;
      response.on('data', (piece: Buffer) => {
        octets += piece.length;
        pieces.push(piece);
        if (octets > from.maxBytes) sent.destroy(new Error(`${from.host} sends too much`));
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
    });
    sent.end();
  });
}
