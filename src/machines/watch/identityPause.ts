/** How long is waited before the VTN is asked again who it is, while its prices come from another vtnID. */
import { dayOf, nextDay, timeOnDay } from '../../programme/calendar.ts';
import type { Moment } from '../moment.ts';
import { priceWindowMs } from '../lifecycle/pauses.ts';
import { isPriced, type WatchedSpan } from './priced.ts';

/** Pauses between askings who the VTN is; the last one repeats. @unit min */
const pausesMin = [5, 15] as const;

/** While prices are waited for no pause is longer. @unit ms */
const waitingMs = 5 * 60_000;

/** Until the VTN is asked again; no pause goes past the time from which prices are expected. @unit ms */
export const identityPauseMs = (
  { identityTries, unpriced }: { readonly identityTries: number; readonly unpriced: readonly WatchedSpan[] },
  { at, settings: { pricesLateAt, timeZone } }: Moment,
): number => {
  const pauseMs = (pausesMin[Math.min(identityTries, pausesMin.length) - 1] ?? 15) * 60_000;
  const today = dayOf(at, timeZone);
  const expectedFrom = timeOnDay(today, pricesLateAt, timeZone) - priceWindowMs;
  const isExpected = at >= expectedFrom;
  const { endAt } = isExpected ? nextDay(today, timeZone) : today;
  if (!isPriced(unpriced, { startAt: at, endAt })) return Math.min(pauseMs, waitingMs);
  return isExpected ? pauseMs : Math.min(pauseMs, expectedFrom - at);
};
