import type { Finding } from './finding.ts';

/** What a finding begins with: up to the first stop that is not inside of a word, such as an address. */
const inFewWords = ({ finding }: Finding): string => finding.split(/[.:;](?=\s|$)/, 1)[0] ?? finding;

const countText = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/**
 * The whole examination in a line: ready, or what first stands in the way.
 * A VEN that never registered was not heard by its VTN yet, and the doctor sends no token: that is said, not passed over.
 */
export const verdictOf = (findings: readonly Finding[]): string => {
  const [first, ...others] = findings.filter(({ verdict }) => verdict === 'bad');
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${countText(others.length, 'more BAD finding')})`;
    return `Not ready: ${inFewWords(first)}${more}.`;
  }
  const isKnown = findings.some(({ check, verdict }) => check === 'registration' && verdict === 'good');
  const warnings = findings.filter(({ verdict }) => verdict === 'warning').length;
  return [
    'Ready.',
    ...(warnings === 0 ? [] : [`${countText(warnings, 'warning')} to look at.`]),
    ...(isKnown ? [] : ['Not tested: whether the VTN knows this VEN and its token.']),
  ].join(' ');
};
