import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { openAdrFingerprint } from './certificateFacts.ts';

/** What the certificate of the VTN must be, beside issued by an authority that is trusted. */
export interface PeerTerms {
  /** The name it must bear, when it is not the host of the VTN URL. */
  readonly expectedServerName?: string;
  /** False: whatever name it bears will do, as for certification, whose certificates bear none of their hosts. Default true. */
  readonly checksName?: boolean;
  /** It must be one of these: in OpenADR's form, or all of its SHA-256. */
  readonly fingerprints?: readonly string[];
}

/** Host, port and server name of an origin, as TLS takes them. */
export const hostOf = (
  origin: string,
): { readonly host: string; readonly port: number; readonly names: { readonly servername?: string } } => {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: port === '' ? 443 : Number(port), names: isIP(host) === 0 ? { servername: host } : {} };
};

/** The settings that speak of the VTN's certificate. */
export interface PeerSettings {
  readonly tlsServerName?: string | undefined;
  readonly tlsCheckName?: boolean | undefined;
  readonly tlsVtnFingerprint?: string | readonly string[] | undefined;
}

/** What the settings say of it. */
export const peerTermsOf = ({ tlsServerName, tlsCheckName, tlsVtnFingerprint }: PeerSettings): PeerTerms => ({
  ...(tlsServerName === undefined ? {} : { expectedServerName: tlsServerName }),
  ...(tlsCheckName === false ? { checksName: false } : {}),
  ...(tlsVtnFingerprint === undefined ? {} : { fingerprints: [tlsVtnFingerprint].flat() }),
});

/** The code of the error when the VTN shows another certificate than one that it was said to have. */
export const fingerprintDiffersCode = 'VTN_FINGERPRINT_DIFFERS';

const isOneOf = (fingerprints: readonly string[], fingerprint256: string): boolean =>
  fingerprints.some((each) =>
    [fingerprint256, openAdrFingerprint(fingerprint256)].some((own) => own === each.toUpperCase()),
  );

/** What is wrong with the certificate of a peer whose authority is trusted; undefined when nothing is. @rule 2.0b 68 */
export const checkPeer = (
  { expectedServerName, checksName = true, fingerprints }: PeerTerms,
  host: string,
  certificate: PeerCertificate,
): Error | undefined => {
  if (fingerprints !== undefined && !isOneOf(fingerprints, certificate.fingerprint256))
    return Object.assign(new Error('The certificate has another fingerprint.'), { code: fingerprintDiffersCode });
  return checksName ? checkServerIdentity(expectedServerName ?? host, certificate) : undefined;
};
