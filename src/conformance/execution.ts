/** How the VEN carries out what it was asked, as an operator sees it. */
import { snapshotOf } from '../core/state.ts';
import type { Proceedings } from './proceedings.ts';

const minuteMs = 60_000;

/** Whether a DR event is under way at the VEN. */
export const isActive = (t: Proceedings, eventID: string): boolean => t.standingOf(eventID) === 'active';

/** What a device was told and still does; 0 when it is left to itself. @unit W */
export const orderedWatts = (t: Proceedings, resourceID: string): number => {
  const order = snapshotOf(t.state, `device/${resourceID}`, 'device')?.context.order ?? null;
  return order === null || order.validUntil <= t.now ? 0 : order.demandWatts;
};

/** How long until a DR event begins, how long it lasts, and how much later it may begin. @unit ms */
export interface Course {
  readonly beginsInMs: number;
  readonly lastsMs: number;
  readonly withinMs?: number;
}

/** Expects that a DR event begins and ends when it should. */
export const followsItFromNowOn = async (
  t: Proceedings,
  eventID: string,
  { beginsInMs, lastsMs, withinMs = 0 }: Course,
): Promise<void> => {
  const asOf = t.now;
  await t.comesTo('it is active', () => isActive(t, eventID), beginsInMs + withinMs + minuteMs);
  const begunAfter = t.now - asOf;
  t.expect(
    'it began when it should',
    begunAfter >= beginsInMs - minuteMs && begunAfter <= beginsInMs + withinMs + minuteMs / 2,
    `after ${begunAfter} ms`,
  );
  await t.comesTo('it is over', () => !isActive(t, eventID), lastsMs + minuteMs);
  const lasted = t.now - asOf - begunAfter;
  t.expect('it ended when it should', Math.abs(lasted - lastsMs) <= minuteMs / 2, `after ${lasted} ms`);
};
