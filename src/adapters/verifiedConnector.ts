import { isIP } from 'node:net';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import { secureContextFor, type TlsMaterial } from './tlsMaterial.ts';
import { buildConnector, type Connectors } from './undici.ts';

/** How connections to the VTN are made. */
export interface ConnectorOptions {
  readonly encrypted: boolean;
  /** @unit ms */
  readonly timeoutMs: number;
  readonly material: TlsMaterial;
  readonly expectedServerName?: string;
  /** Told of each connection that was made. @unit ms since the epoch */
  readonly onPeer?: (peer: { readonly validTo: number }) => void;
  /** Told of an alert by which the peer ends a connection after its handshake; undici only says that it was closed. */
  readonly onAlert?: (code: string) => void;
}

/**
 * Makes connections whose peer is always verified: no option and no variable of the environment turns that off,
 * and every new connection looks at the certificate anew.
 * @rule 2.0b 68 @rule 2.0b 516
 */
export const verifiedConnector = (options: ConnectorOptions): Connectors.connector => {
  if (!options.encrypted) return buildConnector({ timeout: options.timeoutMs });
  const { expectedServerName, onPeer, onAlert } = options;
  const secureContext = secureContextFor(options.material);
  return (target, callback) => {
    // A new connector for each connection keeps no TLS session: a resumed session would skip the look at the certificate.
    const connect = buildConnector({
      timeout: options.timeoutMs,
      secureContext,
      rejectUnauthorized: true,
      checkServerIdentity: (host, certificate) => checkServerIdentity(expectedServerName ?? host, certificate),
    });
    connect({ ...target, ...(isIP(target.hostname) ? {} : { servername: target.hostname }) }, (...result) => {
      const [, socket] = result;
      if (socket) {
        onPeer?.({ validTo: Date.parse((socket as TLSSocket).getPeerCertificate().valid_to) });
        socket.prependListener('error', ({ code = '' }: NodeJS.ErrnoException) => {
          if (code.startsWith('ERR_SSL_')) onAlert?.(code);
        });
      }
      callback(...result);
    });
  };
};
