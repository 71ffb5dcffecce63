/** Usage that a request had not told when it became void: the next request that asks for its time begins there. Pure. */
import type { Stretch } from './periods.ts';

/** What is left of some devices, from an instant on. */
export interface LeftToTell {
  readonly resourceIDs: readonly string[];
  /** What lies before was told, or is owed by itself. UTC ms. */
  readonly fromAt: number;
  /** Where the request would have ended by itself; null when it had no end. UTC ms. */
  readonly toAt: number | null;
  /** Its intervals: that is how its time was read. @unit ms */
  readonly everyMs: number;
  /** Where they begin. UTC ms. */
  readonly originAt: number;
  /** Nothing after it is asked for any more: the devices are not read for it. */
  readonly isOver?: true;
}

const alikeKey = ({ resourceIDs, everyMs, originAt, isOver }: LeftToTell): string =>
  [everyMs, originAt % everyMs, isOver === true, ...resourceIDs].join(' ');

const endOf = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : Math.max(a, b));

/** Of what is left alike the earliest: however often requests become void, no more is kept than there are kinds. */
export const joinedLeft = (left: readonly LeftToTell[]): readonly LeftToTell[] => {
  const kinds = new Map<string, LeftToTell>();
  for (const each of left) {
    const known = kinds.get(alikeKey(each));
    const fromAt = Math.min(each.fromAt, known?.fromAt ?? Infinity);
    const toAt = known === undefined ? each.toAt : endOf(each.toAt, known.toAt);
    kinds.set(alikeKey(each), { ...each, fromAt, toAt });
  }
  return [...kinds.values()];
};

const ofDevices = (left: readonly LeftToTell[], isOfThem: (resourceID: string) => boolean): readonly LeftToTell[] =>
  left
    .map((each) => ({ ...each, resourceIDs: each.resourceIDs.filter(isOfThem) }))
    .filter(({ resourceIDs }) => resourceIDs.length > 0);

/** Devices, and the time of which a request asks. */
export interface AskedTime extends Stretch {
  readonly resourceIDs: readonly string[];
}

/** The part of what is left that lies in a stretch. */
const partIn = (left: readonly LeftToTell[], { fromAt, toAt }: Stretch): readonly LeftToTell[] =>
  left
    .map((each) => ({
      ...each,
      fromAt: Math.max(each.fromAt, fromAt),
      toAt: (each.toAt ?? Infinity) <= toAt ? each.toAt : toAt,
    }))
    .filter((each) => each.fromAt < (each.toAt ?? Infinity));

/** What is left of the devices and of the time that a request asks for. */
export const leftOf = (left: readonly LeftToTell[], { resourceIDs, ...time }: AskedTime): readonly LeftToTell[] => {
  const asked = new Set(resourceIDs);
  return partIn(
    ofDevices(left, (resourceID) => asked.has(resourceID)),
    time,
  );
};

/** What still waits for a request when one takes over what is left of its devices: what lies before its time. */
export const leftWithout = (
  left: readonly LeftToTell[],
  { resourceIDs, fromAt }: Pick<AskedTime, 'resourceIDs' | 'fromAt'>,
): readonly LeftToTell[] => {
  const taken = new Set(resourceIDs);
  const before = ofDevices(left, (resourceID) => taken.has(resourceID));
  return [
    ...ofDevices(left, (resourceID) => !taken.has(resourceID)),
    ...partIn(before, { fromAt: -Infinity, toAt: fromAt }).map((each) => ({ ...each, isOver: true as const })),
  ];
};

/**
 * What is left, by a clock that was set by far: it begins with the interval in which it then lies. What the VTN said of its end stays,
 * and what was told is found told.
 */
export const leftByTheClockOfNow = (left: readonly LeftToTell[], jumpMs: number): readonly LeftToTell[] =>
  left.map((each) => {
    const { fromAt, toAt, everyMs, originAt, isOver } = each;
    const beganAt = originAt + Math.floor((fromAt + jumpMs - originAt) / everyMs) * everyMs;
    return { ...each, fromAt: beganAt, toAt: toAt !== null && isOver === true ? toAt + jumpMs : toAt };
  });
