import { X509Certificate } from 'node:crypto';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectEncrypted, TLSSocket } from 'node:tls';
import { certificateFactsOf, type CertificateFacts } from './certificateFacts.ts';
import type { LineSecurity } from '../../facts/certificates.ts';
import { checkPeer, type PeerTerms } from './peerTerms.ts';
import { secureContextFor, type TlsMaterial } from './tlsMaterial.ts';

/** How connections to the VTN are made. */
export interface ConnectionSettings extends PeerTerms {
  /** Scheme, host and port of the VTN. */
  readonly origin: string;
  /** For name, connection and handshake together. @unit ms */
  readonly timeoutMs: number;
  readonly material: TlsMaterial;
  /** Told of each connection whose peer was verified. */
  readonly onSecured?: (secured: Secured) => void;
}

/** How a verified connection is secured, and by which certificate of the peer. */
export interface Secured extends LineSecurity {
  readonly certificate: CertificateFacts;
}

/** The peer's own certificate. Node's `getPeerX509Certificate` takes it out of the chain, so that whoever asks next has its issuer's, or none. */
const certificateOf = (socket: TLSSocket): X509Certificate | null => {
  // Of a peer that shows none the object is empty, whatever its type says.
  const { raw } = socket.getPeerCertificate() as { readonly raw?: Buffer };
  return raw === undefined ? null : new X509Certificate(raw);
};

const securedOf = (socket: Socket, { material, checksName, fingerprints }: ConnectionSettings): Secured | null => {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = certificateOf(socket);
  if (certificate === null) return null;
  const { standardName, name } = socket.getCipher();
  return {
    certificate: certificateFactsOf(certificate),
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: standardName ?? name,
    knownBy: fingerprints !== undefined ? 'fingerprint' : checksName === false ? 'authority' : 'name',
    revocation: material.crl === undefined ? 'unchecked' : 'lists',
  };
};

/** Told once: with the connection, or with the reason why there is none. */
export type Connected = (error: Error | null, socket?: Socket) => void;

/** Begins a connection; what it returns is given up by destroying it. */
export type Connect = (done: Connected) => Socket;

/** The code of the error when a connection took longer than it may. */
export const connectTimeoutCode = 'CONNECT_TIMEOUT';

/** The code of the error when a connection stood and no answer came. */
export const answerTimeoutCode = 'ANSWER_TIMEOUT';

/** How long a connection is silent before the system asks whether the other side is still there. @unit ms */
const probeAfterMs = 60_000;

/** Until when the peer's certificate is valid; without end where there is none. @unit ms since the epoch */
export const peerValidTo = (socket: Socket): number =>
  socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : Number.POSITIVE_INFINITY;

/** Host and port as sockets take them. */
const addressOf = (origin: string): { readonly host: string; readonly port: number; readonly isEncrypted: boolean } => {
  const { hostname, port, protocol } = new URL(origin);
  const isEncrypted = protocol === 'https:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isEncrypted ? 443 : 80) : Number(port),
    isEncrypted,
  };
};

/**
 * Makes connections whose peer is always verified: no option and no variable of the environment turns that off. No TLS
 * session is kept, since a resumed one would skip the look at the certificate: every connection looks anew.
 * @rule 2.0b 68 @rule 2.0b 516
 */
export const verifiedConnection = (settings: ConnectionSettings): Connect => {
  const { host, port, isEncrypted } = addressOf(settings.origin);
  const secureContext = isEncrypted ? secureContextFor(settings.material) : undefined;
  const begin = (): Socket =>
    secureContext === undefined
      ? connectPlain({ host, port })
      : connectEncrypted({
          host,
          port,
          secureContext,
          ALPNProtocols: ['http/1.1'],
          rejectUnauthorized: true,
          checkServerIdentity: (name, certificate) => checkPeer(settings, name, certificate),
          ...(isIP(host) === 0 ? { servername: host } : {}),
        });
  return (done) => {
    const socket = begin();
    const tooLong = setTimeout(() => {
      const error = new Error(`No connection in ${settings.timeoutMs} ms.`);
      socket.destroy(Object.assign(error, { code: connectTimeoutCode }));
    }, settings.timeoutMs);
    const end: Connected = (error, connected) => {
      clearTimeout(tooLong);
      socket.off('error', end).off('close', closed);
      // What still happens to a socket that nobody has any more is nobody's business.
      if (error !== null) socket.on('error', () => undefined);
      done(error, connected);
    };
    const closed = (): void => end(new Error('The connection was given up.'));
    socket.setNoDelay(true).setKeepAlive(true, probeAfterMs);
    socket.once('error', end).once('close', closed);
    socket.once(isEncrypted ? 'secureConnect' : 'connect', () => {
      const secured = settings.onSecured === undefined ? null : securedOf(socket, settings);
      if (secured !== null) settings.onSecured?.(secured);
      end(null, socket);
    });
    return socket;
  };
};
