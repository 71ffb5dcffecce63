import { ownCertificateAdvice, ownCertificateNamed, type OwnCertificate } from './ownCertificate.ts';
import { closedWithoutAlert, type CertificateFacts, type TlsInspection } from './tlsInspection.ts';

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

const quoted = (certificate: CertificateFacts | undefined): string =>
  certificate === undefined
    ? 'a certificate'
    : `the certificate "${certificate.subject}" (issued by "${certificate.issuer}")`;

interface Case {
  readonly host: string;
  readonly now: number;
  readonly chain: readonly CertificateFacts[];
}

const leafOf = ({ chain }: Case): CertificateFacts | undefined => chain[0];
const topOf = ({ chain }: Case): CertificateFacts | undefined => chain.at(-1);

const unknownIssuer = (given: Case): string =>
  `The VTN ${given.host} shows ${quoted(leafOf(given))}, and its issuer "${topOf(given)?.issuer ?? 'unknown'}" is not among the trusted authorities: ` +
  'if this VTN has an authority of its own, name its certificate as CA file; if not, the VTN may have forgotten to send its intermediate certificate.';

const selfSigned = (given: Case): string =>
  `The VTN ${given.host} shows ${quoted(leafOf(given))}, which vouches only for itself (self-signed): ` +
  'compare its fingerprint ' +
  `${leafOf(given)?.fingerprint ?? 'unknown'} with the one the VTN’s operator gives you, and if they agree name it as CA file.`;

/** What OpenSSL and Node say of the VTN's certificate, in words. */
const SERVER_PROBLEMS: Readonly<Record<string, (given: Case) => string>> = {
  CERT_HAS_EXPIRED: (given) => {
    const expired = given.chain.find((certificate) => certificate.validTo < given.now) ?? leafOf(given);
    return `The VTN ${given.host} shows ${quoted(expired)}, which expired on ${expired ? day(expired.validTo) : 'an earlier day'}: its operator must renew it; this machine’s clock says ${day(given.now)}.`;
  },
  CERT_NOT_YET_VALID: (given) => {
    const early = given.chain.find((certificate) => certificate.validFrom > given.now) ?? leafOf(given);
    return `The VTN ${given.host} shows ${quoted(early)}, which is valid only from ${early ? day(early.validFrom) : 'a later day'}, and this machine’s clock says ${day(given.now)}: check the clock of this machine first.`;
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, which is made out to ${leafOf(given)?.names.join(', ') || 'no host'} and not to this host: ` +
    'check the host in the VTN URL; if the VTN is meant to bear another name, set the expected server name.',
  CERT_REVOKED: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, which its issuer has revoked: do not connect, ask the VTN’s operator.`,
  INVALID_PURPOSE: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, which is not made for a server: its operator must use a server certificate.`,
};

/** What a server's TLS alert, or a handshake that did not come about, means. Tried in order. */
const HANDSHAKE_PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [
    /ALERT_CERTIFICATE_REQUIRED/,
    'wants a client certificate and none is configured: name the certificate and key files the programme gave you',
  ],
  [/ALERT_CERTIFICATE_EXPIRED/, 'refused our client certificate because it has expired: have it renewed'],
  [
    /ALERT_CERTIFICATE_REVOKED/,
    'refused our client certificate because it was revoked: ask the programme for a new one',
  ],
  [
    /ALERT_UNKNOWN_CA/,
    'does not know the authority that issued our client certificate: send its intermediates in the certificate file too, or use the certificate this programme gave you',
  ],
  [
    /ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/,
    'refused our client certificate: check that it is the one registered with this VTN',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    'offers only TLS versions older than 1.2, which are not safe: its operator must enable TLS 1.2 or newer',
  ],
  [
    /HANDSHAKE_FAILURE|NO_SHARED_CIPHER/,
    'and we have no cipher suite in common, or it wants a client certificate: ask its operator which it is',
  ],
  [
    new RegExp(closedWithoutAlert),
    'closed the connection as soon as the TLS handshake was over, as those do that refuse a client certificate',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    'does not speak TLS on this port: check the port of the VTN URL, or whether it should be http:// on loopback',
  ],
  [/UNRECOGNIZED_NAME/, 'does not know this host name: check the host in the VTN URL'],
  [
    /ECONNRESET|EPIPE/,
    'closed the connection during the TLS handshake: either a firewall cut it, or the VTN does not accept our client certificate',
  ],
];

/** Whether an error code means that the peer, or we, ended the TLS handshake. */
export const isTlsCode = (code: string): boolean =>
  code in SERVER_PROBLEMS ||
  /^(CERT_|ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)/.test(
    code,
  );

/** A code by which the VTN tells that it did not accept our certificate, and so read nothing we said after it. */
export const isClientCertificateAlert = (code: string): boolean =>
  /ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/.test(code);

/** What may have to do with our client certificate: all that we know of it ourselves belongs into the sentence. */
const perhapsOfOurs = new RegExp(
  `ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|ECONNRESET|EPIPE|${closedWithoutAlert}`,
);

const ofOurs = (code: string, { own }: HandshakeClues, now: number): string => {
  if (own === undefined) return '';
  if (perhapsOfOurs.test(code)) return `; ${ownCertificateAdvice(own, now)}`;
  return isClientCertificateAlert(code) && own !== null ? `; ${ownCertificateNamed(own)}` : '';
};

/** What a handshake that broke tells beside its code. */
interface HandshakeClues {
  readonly own?: OwnCertificate | null;
  readonly hadCertificate?: boolean;
}

/** With TLS 1.2 a missing client certificate and a missing cipher suite have the same alert; the time of it tells them apart. */
const preciser = (code: string, { own, hadCertificate = false }: HandshakeClues): string =>
  /HANDSHAKE_FAILURE/.test(code) && hadCertificate && own === null ? `${code}, ALERT_CERTIFICATE_REQUIRED` : code;

/** Says in one sentence which certificate has which problem and what to do. */
export const explainTlsProblem = (
  code: string,
  host: string,
  now: number,
  inspection?: TlsInspection,
  told: HandshakeClues = {},
): string => {
  const given: Case = { host, now, chain: inspection?.chain ?? [] };
  const ofServer = SERVER_PROBLEMS[code];
  if (ofServer !== undefined) return ofServer(given);
  const ofHandshake = HANDSHAKE_PROBLEMS.find(([pattern]) => pattern.test(preciser(code, told)));
  if (ofHandshake !== undefined) return `The VTN ${host} ${ofHandshake[1]}${ofOurs(code, told, now)} (${code}).`;
  return `The TLS connection to the VTN ${host} could not be made (${code}), shown ${quoted(leafOf(given))}: ask its operator, or run "ven doctor".`;
};
