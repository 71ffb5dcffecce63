import { ownCertificateAdvice, ownCertificateNamed, type OwnCertificate } from './ownCertificate.ts';
import type { CertificateFacts } from './certificateFacts.ts';
import { fingerprintDiffersCode } from './peerTerms.ts';
import type { TlsOffer } from './tlsOffer.ts';
import { closedWithoutAlert, type TlsInspection } from './tlsInspection.ts';
import { utcDayText } from '../../facts/utcDay.ts';

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

/**
 * The VTN sent its own certificate alone, and who issued it is not known here: either it is an intermediate authority whose
 * certificate the VTN forgot to send, or an authority that nobody has named.
 */
const missingIssuer = (given: Case): string => {
  const leaf = leafOf(given);
  const from = leaf?.issuerUrl === undefined ? '' : ` (it can be fetched from ${leaf.issuerUrl})`;
  const issuer = `"${leaf?.issuer ?? 'unknown'}"`;
  return (
    `The VTN ${given.host} shows ${quoted(leaf)} alone, and its issuer ${issuer} is not among the trusted authorities: ` +
    `if ${issuer} is an intermediate authority, the VTN forgot to send its certificate${from}, and its operator must have it sent along; until then name it in the CA file, beside the others. ` +
    'If this VTN has an authority of its own, name its certificate as CA file.'
  );
};

const unknownIssuer = (given: Case): string =>
  given.chain.length < 2
    ? missingIssuer(given)
    : `The VTN ${given.host} shows ${quoted(leafOf(given))} with the certificates that lead up to its authority, and that authority "${topOf(given)?.issuer ?? 'unknown'}" is not among the trusted authorities: ` +
      'if you trust it for this VTN, name its certificate as CA file.';

const selfSigned = (given: Case): string =>
  `The VTN ${given.host} shows ${quoted(leafOf(given))}, which vouches only for itself (self-signed): ` +
  'compare its fingerprint ' +
  `${leafOf(given)?.fingerprint ?? 'unknown'} with the one the VTN’s operator gives you, and if they agree name it as CA file.`;

/** What OpenSSL and Node say of the VTN's certificate, in words. */
const SERVER_PROBLEMS: Readonly<Record<string, (given: Case) => string>> = {
  CERT_HAS_EXPIRED: (given) => {
    const expired = given.chain.find((certificate) => certificate.validTo < given.now) ?? leafOf(given);
    return `The VTN ${given.host} shows ${quoted(expired)}, which expired on ${expired ? utcDayText(expired.validTo) : 'an earlier day'}: its operator must renew it; this machine’s clock says ${utcDayText(given.now)}.`;
  },
  CERT_NOT_YET_VALID: (given) => {
    const early = given.chain.find((certificate) => certificate.validFrom > given.now) ?? leafOf(given);
    return `The VTN ${given.host} shows ${quoted(early)}, which is valid only from ${early ? utcDayText(early.validFrom) : 'a later day'}, and this machine’s clock says ${utcDayText(given.now)}: check the clock of this machine first.`;
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, which is made out to ${leafOf(given)?.names.join(', ') || 'no host'} and not to this host: ` +
    'check the host in the VTN URL; if the VTN is meant to bear another name, set tlsServerName.',
  [fingerprintDiffersCode]: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))} with the fingerprint ${leafOf(given)?.fingerprint ?? 'unknown'}, which is none of those in tlsVtnFingerprint: ` +
    'ask the VTN’s operator whether it was renewed; if so, set tlsVtnFingerprint to what the operator tells you, and if not, somebody stands between.',
  UNABLE_TO_GET_CRL: (given) =>
    `Whether ${quoted(leafOf(given))} of the VTN ${given.host}, or one that leads up to it, was revoked is not known, because the CRL file lacks the list of an authority on the way ("${[...new Set(given.chain.map(({ issuer }) => issuer))].join('", "')}"): ` +
    'add the lists of all of them, or leave out the CRL file if revocation need not be checked.',
  CRL_HAS_EXPIRED: (given) =>
    `A list of revoked certificates in the CRL file is out of date, and so the VTN ${given.host} cannot be trusted (this machine’s clock says ${utcDayText(given.now)}): ` +
    'fetch the new list from its authority into the CRL file; it is taken up without a restart.',
  CRL_NOT_YET_VALID: (given) =>
    `A list of revoked certificates in the CRL file begins to hold only later, and this machine’s clock says ${utcDayText(given.now)}: check the clock of this machine first.`,
  CRL_SIGNATURE_FAILURE: (given) =>
    `A list of revoked certificates in the CRL file is not signed by the authority of the VTN ${given.host} that it names: fetch it anew from that authority.`,
  UNABLE_TO_GET_CRL_ISSUER: (given) =>
    `A list of revoked certificates in the CRL file cannot be verified for the VTN ${given.host}, because its authority is not in the CA file: name the authorities up to the root there.`,
  CERT_SIGNATURE_FAILURE: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, and the authority of that name in the CA file is not the one that signed it: ` +
    'it was made anew, or somebody stands between; ask the VTN’s operator for the certificate of its authority as it is now, and if the fingerprints agree name it as CA file.',
  CERT_CHAIN_TOO_LONG: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))} with more authorities above it than are accepted: ask its operator.`,
  EE_KEY_TOO_SMALL: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))} with a key (${leafOf(given)?.key ?? 'unknown'}) that is too weak: its operator must renew it with RSA of 2048 bits or an elliptic curve of 256.`,
  CA_MD_TOO_WEAK: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, which is signed by a method that is no longer safe (SHA-1 or older): its operator must have it renewed.`,
  CERT_REVOKED: (given) =>
    `The VTN ${given.host} shows ${quoted(leafOf(given))}, and it, or one that leads up to it, stands in its authority’s list of revoked certificates: nothing is sent to this VTN; ask its operator for a new certificate.`,
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
    'and we have no cipher suite in common, or it wants a client certificate: ask its operator which it is; OpenADR’s are TLS_RSA_WITH_AES_128_CBC_SHA256 and TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
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

/** Whether a handshake broke because nothing was in common: then it is worth a look what the VTN offers. */
export const isDisagreement = (code: string): boolean =>
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|WRONG_CIPHER|NO_SUITABLE/.test(code);

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
  /** What the VTN would have agreed upon if we had: the version and suite that it picked when everything was offered. */
  readonly offer?: TlsOffer | null;
}

/** What the VTN would do instead. */
const offered = ({ offer }: HandshakeClues): string =>
  offer === undefined || offer === null ? '' : `; the VTN offers only ${offer.protocol} with ${offer.cipher}`;

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
  if (ofHandshake !== undefined)
    return `The VTN ${host} ${ofHandshake[1]}${offered(told)}${ofOurs(code, told, now)} (${code}).`;
  return `The TLS connection to the VTN ${host} could not be made (${code}), shown ${quoted(leafOf(given))}: ask its operator, or run "ven doctor".`;
};
