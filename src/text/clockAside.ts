import { durationText, offsetAt } from './times.ts';

/** A clock that is off by an hour or so is off by just that: what is nearer than this to the offset of the zone is that offset. @unit ms */
const nearMs = 150_000;

/** Whether what a clock shows is local time, called UTC. `offsetMs`: the clock less ours. */
export const isLocalCalledUtc = (offsetMs: number, at: number, timeZone: string): boolean => {
  const zoneMs = offsetAt(at, timeZone);
  return zoneMs !== 0 && Math.abs(offsetMs - zoneMs) <= nearMs;
};

/** How a clock stands beside ours: `24 h behind ours`, `4 h behind ours, as if it told the local time of … as UTC`. */
export const clockAsideText = (offsetMs: number, at: number, timeZone: string): string => {
  const aside = `${durationText(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} ours`;
  return isLocalCalledUtc(offsetMs, at, timeZone)
    ? `${aside}, as if it told the local time of ${timeZone} as UTC`
    : aside;
};
