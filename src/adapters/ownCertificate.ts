import { X509Certificate } from 'node:crypto';
import type { TlsMaterial } from './tlsMaterial.ts';

/** What matters of our client certificate when a VTN does not accept it. */
export interface OwnCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  /** As OpenADR writes fingerprints. @rule 2.0b 10.5.1 */
  readonly fingerprint: string;
}

/** The common name of a distinguished name, or all of it. */
const nameIn = (distinguished: string): string =>
  /^CN=(.+)$/m.exec(distinguished)?.[1] ?? distinguished.split('\n')[0]!;

/** Our client certificate; null when none is configured. */
export const ownCertificateOf = ({ certificate }: TlsMaterial): OwnCertificate | null => {
  if (certificate === undefined) return null;
  const { subject, issuer, validFrom, validTo, fingerprint256 } = new X509Certificate(certificate);
  return {
    subject: nameIn(subject),
    issuer: nameIn(issuer),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
    fingerprint: fingerprint256.split(':').slice(-10).join(':'),
  };
};

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

const named = (own: OwnCertificate): string =>
  `"${own.subject}" (issued by "${own.issuer}", fingerprint ${own.fingerprint})`;

/** Which one it is. */
export const ownCertificateNamed = (own: OwnCertificate | null): string =>
  own === null ? 'none is configured' : `ours is ${named(own)}`;

/** What we ourselves can say of it, and what to do: it is missing, has ended, has not begun, or is perhaps another's. */
export const ownCertificateAdvice = (own: OwnCertificate | null, now: number): string => {
  if (own === null)
    return 'no client certificate is configured: if this VTN wants one, name the certificate and key files the programme gave you';
  const ours = `our client certificate ${named(own)}`;
  if (own.validTo < now) return `${ours} expired on ${day(own.validTo)}: have it renewed`;
  if (own.validFrom > now)
    return `${ours} is valid only from ${day(own.validFrom)}, and this machine’s clock says ${day(now)}: check the clock of this machine first`;
  return `${ours} is not expired: check that this VTN knows it and trusts its issuer, and send its intermediates in the certificate file too`;
};
