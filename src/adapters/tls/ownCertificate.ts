import { X509Certificate } from 'node:crypto';
import { certificateFactsOf, type CertificateFacts } from './certificateFacts.ts';
import type { TlsMaterial } from './tlsMaterial.ts';
import { utcDayText } from '../../facts/utcDay.ts';

/** What matters of our client certificate when a VTN does not accept it. */
export type OwnCertificate = CertificateFacts;

/** Our client certificate; null when none is configured. */
export const ownCertificateOf = ({ certificate }: TlsMaterial): OwnCertificate | null =>
  certificate === undefined ? null : certificateFactsOf(new X509Certificate(certificate));

const named = (own: OwnCertificate): string =>
  `"${own.subject}" (issued by "${own.issuer}", fingerprint ${own.fingerprint})`;

/** Which one it is. */
export const ownCertificateNamed = (own: OwnCertificate | null): string =>
  own === null ? 'none is configured' : `ours is ${named(own)}`;

/** That it has expired, on which day, and what to do. */
export const ownCertificateExpired = (own: OwnCertificate, now: number): string =>
  `our client certificate ${named(own)} expired on ${utcDayText(own.validTo)} and this machine’s clock says ${utcDayText(now)}: have it renewed and put certificate and key in the places of the former ones, from where they are taken up without a restart`;

/** What we ourselves can say of it, and what to do: it is missing, has ended, has not begun, or is perhaps another's. */
export const ownCertificateAdvice = (own: OwnCertificate | null, now: number): string => {
  if (own === null)
    return 'no client certificate is configured: if this VTN wants one, name the certificate and key files the programme gave you';
  const ours = `our client certificate ${named(own)}`;
  if (own.validTo < now) return ownCertificateExpired(own, now);
  if (own.validFrom > now)
    return `${ours} is valid only from ${utcDayText(own.validFrom)}, and this machine’s clock says ${utcDayText(now)}: check the clock of this machine first`;
  return `${ours} is valid until ${utcDayText(own.validTo)} and this machine’s clock says ${utcDayText(now)}: check that this VTN knows it and trusts its issuer, and send its intermediates in the certificate file too`;
};
