/** Readings that are under way: whoever else wants one of the same boundary waits for that, and the device is asked once. */
import type { DeviceContext, ReadingUnderWay } from './known.ts';

/** After this a reading that was asked for may be asked for again. @unit ms */
export const underWayForMs = 15_000;

type Asked = Pick<DeviceContext, 'underWay' | 'readAt'>;

const lately = ({ underWay = [] }: Asked, at: number): readonly ReadingUnderWay[] =>
  underWay.filter(({ since }) => since <= at && at - since < underWayForMs);

/** Of boundaries those that are still to be asked for, and all that are under way then. */
export const toBeAsked = (
  device: Asked,
  boundaries: readonly number[],
  at: number,
): { readonly boundaries: readonly number[]; readonly underWay: readonly ReadingUnderWay[] } => {
  const known = lately(device, at);
  const isUnderWay = new Set(known.map(({ boundaryAt }) => boundaryAt));
  const wanted = boundaries.filter((boundaryAt) => !isUnderWay.has(boundaryAt) && boundaryAt !== device.readAt);
  return { boundaries: wanted, underWay: [...known, ...wanted.map((boundaryAt) => ({ boundaryAt, since: at }))] };
};

/** What is under way when one of them was answered, or has failed. */
export const underWayWithout = ({ underWay = [] }: Asked, boundaryAt: number): readonly ReadingUnderWay[] =>
  underWay.filter((each) => each.boundaryAt !== boundaryAt);
