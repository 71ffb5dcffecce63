/** Certificates in use: ours, and the one the VTN shows. They are known by their fingerprints; names and keys are not kept. */

/** How a certificate stands: good, near its end within so many days, over, or not begun. */
export type CertificateStanding = 'good' | 'endsWithin60' | 'endsWithin30' | 'endsWithin7' | 'expired' | 'notYetValid';

/** A certificate that was seen. */
export interface SeenCertificate {
  /** The last ten bytes of its SHA-256, as OpenADR writes fingerprints. @rule 2.0b 10.5.1 */
  readonly fingerprint: string;
  /** UTC ms. */
  readonly validFrom: number;
  /** UTC ms. */
  readonly validTo: number;
  /** Its kind of key: `RSA 2048`, `EC P-256`. */
  readonly key: string;
}

/** How the line to the VTN is secured. @rule 2.0b 67 */
export interface LineSecurity {
  /** `TLSv1.2` */
  readonly protocol: string;
  /** The cipher suite by its name in the standard. */
  readonly cipher: string;
  /** By what the VTN is known beside its authority. `authority`: by nothing else, for its name is not checked. */
  readonly knownBy: 'name' | 'fingerprint' | 'authority';
  /** `lists`: it stands in no list of revoked certificates that we have. */
  readonly revocation: 'lists' | 'unchecked';
}

/** A certificate came into use, or stands otherwise than before: ours, or the one the VTN shows. */
export interface CertificateSeen {
  readonly whose: 'ours' | 'theirs';
  /** Null: there is none in use. */
  readonly certificate: SeenCertificate | null;
  readonly standing: CertificateStanding;
  /** Of the VTN's: the line on which it was seen. */
  readonly line?: LineSecurity;
}

/** Files with a renewed certificate, or another way to the VTN, could not be taken up for a while, or could now. */
export interface RenewalRefused {
  readonly isRefused: boolean;
  /** What is wrong, in a sentence, without secrets. */
  readonly detail: string;
}
