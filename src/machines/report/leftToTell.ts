/** Usage that a request had not told when it became void: the next request without an end begins there. Pure. */

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
}

const alikeKey = ({ resourceIDs, everyMs, originAt }: LeftToTell): string =>
  [everyMs, originAt % everyMs, ...resourceIDs].join(' ');

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

/** What is left of the devices that a request asks for. */
export const leftOf = (left: readonly LeftToTell[], resourceIDs: readonly string[]): readonly LeftToTell[] => {
  const asked = new Set(resourceIDs);
  return ofDevices(left, (resourceID) => asked.has(resourceID));
};

/** What still waits for a request when one takes over what is left of its devices. */
export const leftWithout = (left: readonly LeftToTell[], resourceIDs: readonly string[]): readonly LeftToTell[] => {
  const taken = new Set(resourceIDs);
  return ofDevices(left, (resourceID) => !taken.has(resourceID));
};
