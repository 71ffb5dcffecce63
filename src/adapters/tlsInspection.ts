import { connect, checkServerIdentity, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { secureContextFor, type TlsMaterial } from './tlsMaterial.ts';

/** What a certificate says of itself. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses it is made out to. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly selfSigned: boolean;
  /** The last ten bytes of the SHA-256 of the certificate, as OpenADR writes fingerprints. @rule 2.0b 10.5.1 */
  readonly fingerprint: string;
}

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
export interface TlsInspectionOptions {
  readonly material?: TlsMaterial;
  /** The name the certificate must bear, when it is not the host's. */
  readonly expectedServerName?: string;
  /** @unit ms */
  readonly timeoutMs?: number;
  /** How long to wait for what the server thinks of our client certificate. Default: not at all. @unit ms */
  readonly lingerMs?: number;
}

const nameOf = (fields: DetailedPeerCertificate['subject'] | undefined): string =>
  [fields?.CN ?? fields?.O ?? fields?.OU ?? 'no name'].flat().join(', ');

const factsOf = (certificate: DetailedPeerCertificate): CertificateFacts => ({
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  names: (certificate.subjectaltname ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address):/, '')),
  validFrom: Date.parse(certificate.valid_from),
  validTo: Date.parse(certificate.valid_to),
  selfSigned:
    certificate.issuerCertificate === certificate || nameOf(certificate.subject) === nameOf(certificate.issuer),
  fingerprint: certificate.fingerprint256.split(':').slice(-10).join(':'),
});

/** @limit certificates of one chain */
const LONGEST_CHAIN = 10;

const chainOf = (leaf: DetailedPeerCertificate): CertificateFacts[] => {
  const chain: CertificateFacts[] = [];
  let current: DetailedPeerCertificate | undefined = leaf;
  while (current?.raw !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(factsOf(current));
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
  const url = new URL(origin);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = /^[\d.]+$|:/.test(hostname);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: url.port === '' ? 443 : Number(url.port),
      ...(isAddress ? {} : { servername: hostname }),
      secureContext: secureContextFor(options.material ?? {}),
      rejectUnauthorized: false,
      checkServerIdentity: (host, certificate) => checkServerIdentity(options.expectedServerName ?? host, certificate),
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
