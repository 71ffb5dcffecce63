/** The VTN of all is away for a while: who asks when, by the very functions by which VENs back off. */
import { backoffMs } from '../../src/machines/exchange/backoff.ts';
import { createRandom } from '../../src/vtn/random.ts';
import { EventCalendar } from './calendar.ts';
import type { ScaleFigures } from './inputs.ts';
import { usualSettings } from './settings.ts';

/** An outage, and who lives through it. */
export interface OutageTrial {
  readonly vens: number;
  /** @unit ms */
  readonly outageMs: number;
  readonly seed: string;
  /** Part of the pause by which it varies; what VENs have when nobody says otherwise. */
  readonly backoffJitter?: number;
}

/** What came of it. */
export interface OutageCourse {
  /** VENs that reach the VTN for the first time again, in each second after its return. */
  readonly returns: readonly number[];
  /** Requests that reached nobody. */
  readonly refused: number;
  /** The most that came back in one second. */
  readonly most: number;
  /** The most in one second that keeps the bound: max(10, 3 N / spread). */
  readonly bound: number;
  /** The pause in which VENs are when the VTN is back: over it they should spread. @unit s */
  readonly spreadS: number;
}

/** The most that may come in a second when so many come over a spread. */
export const arrivalBound = (vens: number, spreadS: number): number => Math.max(10, (3 * vens) / spreadS);

/** The pause that has begun last when an outage ends. @unit s */
const pauseAt = (outageMs: number): number => {
  let pause = 0;
  for (let attempt = 1, at = 0; at < outageMs; attempt += 1) {
    pause = backoffMs(usualSettings, attempt, null, 0.5);
    at += pause;
  }
  return pause / 1_000;
};

/** Lives through an outage, until the longest pause has passed after its end. */
export const outageCourse = (
  { vens, outageMs, seed, backoffJitter = usualSettings.backoffJitter }: OutageTrial,
  figures: ScaleFigures,
): OutageCourse => {
  const chance = createRandom(seed, 'outage', vens, outageMs);
  const settings = { ...usualSettings, backoffJitter };
  const afterS = usualSettings.backoffCapMs / 1_000 + 10;
  const calendar = new EventCalendar(vens, outageMs + afterS * 1_000, 100);
  const failures = new Uint16Array(vens);
  const returns = Array.from({ length: afterS }, () => 0);
  let refused = 0;
  for (let ven = 0; ven < vens; ven += 1)
    calendar.set(ven, chance.next() * figures.pollEveryMs * (1 + figures.pollJitter * chance.next()));
  for (let ven = calendar.next(); ven !== -1; ven = calendar.next()) {
    const { now } = calendar;
    if (now >= outageMs) {
      const second = Math.floor((now - outageMs) / 1_000);
      returns[second] = (returns[second] ?? 0) + 1;
      continue;
    }
    refused += 1;
    failures[ven] = (failures[ven] ?? 0) + 1;
    calendar.set(ven, now + backoffMs(settings, failures[ven] ?? 1, null, chance.next()));
  }
  // A spread array as arguments would be too long for many seconds.
  const most = returns.reduce((one, other) => Math.max(one, other), 0);
  const spreadS = pauseAt(outageMs);
  return { returns, refused, most, spreadS, bound: arrivalBound(vens, spreadS) };
};
