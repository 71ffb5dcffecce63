import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { certificateFactsOf, type CertificateFacts } from './certificateFacts.ts';
import { checkPeer, hostOf, type PeerTerms } from './peerTerms.ts';
import { secureContextFor, type TlsMaterial } from './tlsMaterial.ts';

/** What a look at the VTN's TLS found; nothing of ours was sent. */
export interface TlsInspection {
  /** Whether a real exchange would trust this peer. */
  readonly trusted: boolean;
  /** The code of what is wrong, when it is not trusted. */
  readonly problem?: string;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** From the server's own certificate up to the last one it sent or we know. */
  readonly chain: readonly CertificateFacts[];
  /**
   * What the server did of itself right after the handshake, if that was waited for: with TLS 1.3 it looks at our client
   * certificate only then. The code of its alert, or that it closed without one; absent when it waits for our request.
   */
  readonly ended?: string;
}

/** The server closed the connection and said nothing of why. */
export const closedWithoutAlert = 'CLOSED_AFTER_HANDSHAKE';

/** A handshake that did not come about. */
export interface BrokenHandshake {
  readonly code: string;
  /** Whether the server had shown its certificate before: then versions and cipher suites were agreed upon. */
  readonly hadCertificate: boolean;
}

/** How to look at a VTN’s certificate. */
export interface TlsInspectionOptions extends PeerTerms {
  readonly material?: TlsMaterial;
  /** @unit ms */
  readonly timeoutMs?: number;
  /** How long to wait for what the server thinks of our client certificate. Default: not at all. @unit ms */
  readonly lingerMs?: number;
}

/** @limit certificates of one chain */
const LONGEST_CHAIN = 10;

const chainOf = (leaf: DetailedPeerCertificate): CertificateFacts[] => {
  const chain: CertificateFacts[] = [];
  let current: DetailedPeerCertificate | undefined = leaf;
  while (current?.raw !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(certificateFactsOf(new X509Certificate(current.raw)));
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return chain;
};

const inspected = (socket: TLSSocket): TlsInspection => {
  const problem: unknown = socket.authorizationError;
  return {
    trusted: socket.authorized,
    ...(socket.authorized
      ? {}
      : {
          problem:
            problem instanceof Error ? ((problem as NodeJS.ErrnoException).code ?? problem.message) : String(problem),
        }),
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.standardName ?? null,
    chain: chainOf(socket.getPeerCertificate(true)),
  };
};

const hasPeerCertificate = (socket: TLSSocket): boolean => socket.getPeerCertificate()?.raw !== undefined;

/** How a handshake broke, out of the error that told it. */
export const brokenHandshake = (error: unknown): BrokenHandshake => {
  const { code = 'UNKNOWN', hadCertificate = false } = error as Partial<BrokenHandshake>;
  return { code, hadCertificate };
};

/**
 * Shakes hands with a TLS server, reads its certificates and hangs up: to explain why it is not trusted, or for the doctor.
 *
 * Only here is a handshake allowed to continue with a peer that is not trusted, because only here nothing is said after it:
 * no request, no token. Exchanges go through httpTransport, which has no such switch.
 * @throws the socket's error when there is no handshake to look at
 */
export const inspectTls = (origin: string, options: TlsInspectionOptions = {}): Promise<TlsInspection> => {
  const { host, port, names } = hostOf(origin);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ...names,
      secureContext: secureContextFor(options.material ?? {}),
      rejectUnauthorized: false,
      checkServerIdentity: (name, certificate) => checkPeer(options, name, certificate),
    });
    socket.setTimeout(options.timeoutMs ?? 10_000, () => socket.destroy(new Error('The TLS handshake took too long.')));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(Object.assign(error, { hadCertificate: hasPeerCertificate(socket) })),
    );
    socket.once('secureConnect', () => {
      const found = inspected(socket);
      const finish = (ended?: string): void => {
        clearTimeout(linger);
        resolve(ended === undefined ? found : { ...found, ended });
        socket.destroy();
      };
      const linger = setTimeout(finish, found.trusted ? (options.lingerMs ?? 0) : 0);
      socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? closedWithoutAlert));
      socket.once('end', () => finish(closedWithoutAlert));
      socket.once('close', () => finish(closedWithoutAlert));
      // Without a reader the end is not heard of.
      socket.resume();
    });
  });
};
