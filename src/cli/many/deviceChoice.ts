/** Which devices a command is about. */
import { didYouMean } from '../../text/nearest.ts';
import { CommandFailure } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { fewDevices } from './paging.ts';

/** What devices are grouped by, as the list of devices says. */
type Grouped = readonly { readonly resourceID: string; readonly group?: string }[];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** What there is, where it can be named in a sentence; else what was probably meant. */
const thereIs = (wanted: string, known: readonly string[]): string =>
  known.length === 0
    ? ': it has none.'
    : known.length <= fewDevices
      ? `: it has ${quoted(known)}.`
      : `: it has ${known.length} others.${didYouMean(wanted, known)}`;

/** The devices named with --device; absent when none are. @throws CommandFailure for one that is not known */
export const devicesNamed = (given: ParsedArguments, known: readonly string[]): readonly string[] | undefined => {
  const wanted = given.texts.get('device');
  if (wanted === undefined) return undefined;
  const all = new Set(known);
  const stranger = wanted.find((resourceID) => !all.has(resourceID));
  if (stranger !== undefined)
    throw new CommandFailure(`The log knows no device "${stranger}"${thereIs(stranger, known)}`);
  return [...new Set(wanted)];
};

const inGroups = (wanted: readonly string[], devices: Grouped): ReadonlySet<string> => {
  const groups = [...new Set(devices.flatMap(({ group }) => group ?? []))].sort();
  const stranger = wanted.find((group) => !groups.includes(group));
  if (stranger !== undefined)
    throw new CommandFailure(`The log knows no group "${stranger}"${thereIs(stranger, groups)}`);
  return new Set(
    devices.flatMap(({ resourceID, group }) => (group !== undefined && wanted.includes(group) ? [resourceID] : [])),
  );
};

/**
 * The devices that --device and --group leave, in their order; all when neither is given.
 *
 * @param configured asked only when groups are named: what they are stands in the agent's settings
 * @throws CommandFailure for a device or group that is not known
 */
export const devicesChosen = async (
  given: ParsedArguments,
  known: readonly string[],
  configured: () => Promise<Grouped>,
): Promise<readonly string[]> => {
  const named = devicesNamed(given, known);
  const groups = given.texts.get('group');
  if (named === undefined && groups === undefined) return known;
  const wanted = named === undefined ? null : new Set(named);
  const grouped = groups === undefined ? null : inGroups(groups, await configured());
  return known.filter((each) => (wanted?.has(each) ?? true) && (grouped?.has(each) ?? true));
};
