import type { X509Certificate } from 'node:crypto';
import { certificateFactsOf } from './certificateFacts.ts';

/** @limit A file of more certificates than this is no chain. */
const longestChain = 10;

/**
 * What is wrong with the certificates of a file that is sent in full: our own first, each followed by that of its issuer.
 * @returns a sentence, or null
 */
export const chainFault = (certificates: readonly X509Certificate[]): string | null => {
  if (certificates.length > longestChain)
    return `There are ${certificates.length} certificates in the file, and a chain has ${longestChain} at most: leave our own and those that lead up to its authority.`;
  const odd = certificates.findIndex((each, place) => {
    const next = certificates[place + 1];
    return next !== undefined && !each.checkIssued(next);
  });
  if (odd === -1) return null;
  const [of, above] = certificates.slice(odd, odd + 2).map(certificateFactsOf);
  return `The certificate "${of?.subject}" of the file is issued by "${of?.issuer}" and is followed by "${above?.subject}": put our own first, and after each the one of its issuer.`;
};
