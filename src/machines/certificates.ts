/** How a certificate stands at a moment. Pure. */
import type { CertificateStanding } from '../facts/certificates.ts';

/** @unit ms */
const dayMs = 86_400_000;

/** So many days ahead of its end a person is told, and told again. @unit days */
export const warningDays = [60, 30, 7] as const;

/** From then on a person is told. @unit days */
export const firstWarningDays = warningDays[0];

/** Days until its end, in full; negative once it is over. @unit days */
export const daysLeftOf = (validTo: number, at: number): number => Math.floor((validTo - at) / dayMs);

/** How it stands at a moment. */
export const standingOf = (
  { validFrom, validTo }: { readonly validFrom: number; readonly validTo: number },
  at: number,
): CertificateStanding => {
  if (at > validTo) return 'expired';
  if (at < validFrom) return 'notYetValid';
  const within = warningDays.findLast((days) => validTo - at <= days * dayMs);
  return within === undefined ? 'good' : `endsWithin${within}`;
};
