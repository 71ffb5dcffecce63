import type { VenSettings } from '../../facts/settings.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import type { ReportRequestContext } from '../../machines/reportRequest.ts';
import type { Terms } from '../../machines/report/terms.ts';
import { hourMs } from '../../programme/calendar.ts';
import { slotsBetween, type Slot } from './slots.ts';

/** @limit History is told in hours when it would be more intervals than this. */
export const historyIntervals = 400;

/** The length of a history's intervals: as the devices are sampled, or hours where that would be too many. @unit ms */
export const historyEveryMs = (
  { startAt, endAt }: Terms,
  { sampleEveryMs }: VenSettings,
  { acceptedAt }: Pick<ReportRequestContext, 'acceptedAt'>,
): number =>
  (Math.min(endAt ?? acceptedAt, acceptedAt) - startAt) / sampleEveryMs > historyIntervals ? hourMs : sampleEveryMs;

/**
 * The intervals of a piece of a history, oldest first.
 *
 * @reading The interval in which the time begins that was asked for is told as well: what lies in it is of that time, and half an hour of
 * quarters is two of them whenever it is asked for.
 * @rule 2.0b 325, 341
 */
export const historySlots = ({ fromAt, toAt }: Stretch, everyMs: number): readonly Slot[] =>
  slotsBetween(Math.floor(fromAt / everyMs) * everyMs, toAt, everyMs);
