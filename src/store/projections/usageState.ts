import type { BadQuality, MeterRead } from '../../facts/input.ts';
import type { ClockLife } from './clockLives.ts';
import type { Dated } from './dated.ts';
import type { Crowd } from './crowd.ts';
import type { Prunable } from './pruned.ts';
import type { IndexedSeries } from './series.ts';
import type { SetAside } from './setAside.ts';

/** What is known of usage: of each device what its registers said at which boundary. */

/** Which entry says it, and when that was recorded. */
export interface Recorded {
  readonly position: number;
  /** UTC ms. */
  readonly receivedAt: number;
}

/** The registers at a boundary. */
export interface Reading extends Recorded {
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** UTC ms. */
  readonly readAt: number;
  readonly registersSince?: number;
  readonly isIntegrated?: boolean;
}

/** A boundary at which no reading could be had. */
export interface MissedReading extends Recorded {
  readonly bad: BadQuality;
}

/** What is known of a boundary. */
export type Boundary = Reading | MissedReading;

/** What is known of one device's registers. */
export interface MeterState {
  readonly firstReadingAt: number | null;
  readonly latest: MeterRead | null;
  /** What it said of itself at a start, as if it were read then; absent where it was never asked. No boundary is read by it. */
  readonly heard?: MeterRead;
  readonly boundaries: IndexedSeries<Boundary>;
  /** What lay ahead when the clock was set back; absent where that never was so. */
  readonly aside?: readonly SetAside<Boundary>[];
}

/** The greatest power a device can draw, and the greatest it can deliver; both positive. */
export interface DeviceLimits {
  /** @unit W */
  readonly maxChargeWatts: number;
  /** @unit W */
  readonly maxDischargeWatts: number;
}

/** Every device's readings by boundary. */
export interface UsageState extends Prunable {
  /** What each device could do, and from when on; what it could do on the day judges its readings of that day. */
  readonly limits: Crowd<Dated<DeviceLimits>>;
  readonly meters: Crowd<MeterState>;
  /** How far the clock was set in all, forward less back; absent where it never was. @unit ms */
  readonly clockMs?: number;
  /** By which clocks readings were dated, since the last that was right; absent before the first start. */
  readonly clockLives?: readonly ClockLife[];
}

/** Whether no reading could be had. */
export const isMissed = (boundary: Boundary): boundary is MissedReading => 'bad' in boundary;
