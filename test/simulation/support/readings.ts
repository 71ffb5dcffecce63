import type { KnownEntry } from '../../../src/facts/fact.ts';
import { boundaryToleranceMs } from '../../../src/store/projections/usage.ts';
import type { Evidence } from './check.ts';

/** What is known of readings, and what is owed by that: a reading that was disowned was never taken. */

/** The readings that count: those that were not disowned. */
const countingReadings = (entries: readonly KnownEntry[]): readonly Extract<KnownEntry, { type: 'MeterRead' }>[] => {
  const disowned = entries.flatMap((entry) => (entry.type === 'ReadingsDisowned' ? [entry.data] : []));
  const isDisowned = (at: number): boolean =>
    disowned.some(({ fromPosition, beforePosition }) => fromPosition <= at && at < beforePosition);
  return entries.flatMap((entry) => (entry.type === 'MeterRead' && !isDisowned(entry.position) ? [entry] : []));
};

/** The first boundary of each device of which the log that there is now has a reading. UTC ms. */
const firstReadings = (entries: readonly KnownEntry[]): ReadonlyMap<string, number> => {
  const firsts = new Map<string, number>();
  for (const { data } of countingReadings(entries))
    firsts.set(data.resourceID, Math.min(firsts.get(data.resourceID) ?? Infinity, data.boundaryAt));
  return firsts;
};

/** From when on the days of a device are owed: from its first reading, where nobody could read it before, or from the first of any. UTC ms. */
export const owedFrom = ({ run, entries }: Pick<Evidence, 'run' | 'entries'>, device: string): number => {
  const firsts = firstReadings(entries);
  const own = firsts.get(device) ?? Infinity;
  const wasBroken = [...run.ourSide.withheld].some((boundary) => {
    const [whose, at] = boundary.split(' ');
    return whose === device && Number(at) < own;
  });
  return wasBroken && own !== Infinity ? own : Math.min(Infinity, ...firsts.values());
};

/** Boundaries that a device did not tell in time, and nobody has heard of since; what a wrong clock dated is not heard of. */
export const unreadBoundaries = ({
  run: { ourSide },
  entries,
}: Pick<Evidence, 'run' | 'entries'>): ReadonlySet<string> => {
  const unread = new Set(ourSide.withheld);
  for (const { data } of countingReadings(entries))
    if (Math.abs(data.readAt - data.boundaryAt) <= boundaryToleranceMs)
      unread.delete(`${data.resourceID} ${data.boundaryAt}`);
  return unread;
};
