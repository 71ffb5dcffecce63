import type { Finding } from './finding.ts';

/** What a finding begins with: up to the first stop that is not inside of a word, such as an address. */
const inFewWords = ({ finding }: Finding): string => finding.split(/[.:;](?=\s|$)/, 1)[0] ?? finding;

const countText = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** @limit Devices that are named; more of them are counted. */
const namedDevices = 4;

const namesOf = (devices: readonly string[]): string =>
  devices.length <= namedDevices ? devices.join(', ') : countText(devices.length, 'device');

/** What nobody could tell: each is said, and not passed over. */
const untested = (findings: readonly Finding[], realDevices: readonly string[]): string => {
  const has = (check: string): boolean => findings.some((each) => each.check === check);
  const isRegistered = findings.some(({ check, verdict }) => check === 'registration' && verdict === 'good');
  const parts = [
    ...(has('token') || isRegistered
      ? []
      : ['whether the VTN knows this VEN and its token (--ask asks it, and changes nothing)']),
    ...(has('reports') ? [] : ['which reports the VTN wants, for it says so only when ours are offered']),
    ...(realDevices.length === 0
      ? []
      : [`whether ${namesOf(realDevices)} can be read, which "ven status" says of a running agent`]),
  ];
  return parts.length === 0 ? '' : `Not tested: ${parts.join('; ')}.`;
};

/** The whole examination in a line: ready, or what first stands in the way; and what was not tested, such as real devices. */
export const verdictOf = (findings: readonly Finding[], realDevices: readonly string[] = []): string => {
  const [first, ...others] = findings.filter(({ verdict }) => verdict === 'bad');
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${countText(others.length, 'more BAD finding')})`;
    return `Not ready: ${inFewWords(first)}${more}.`;
  }
  const warnings = findings.filter(({ verdict }) => verdict === 'warning').length;
  return [
    'Ready.',
    ...(warnings === 0 ? [] : [`${countText(warnings, 'warning')} to look at.`]),
    untested(findings, realDevices),
  ]
    .filter((part) => part !== '')
    .join(' ');
};
