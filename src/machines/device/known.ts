import type { PlanSlot } from '../../facts/planning.ts';
import type { Grid, Missed } from './boundaries.ts';
import type { FailedReadings } from './failedReadings.ts';

/** What a device was told last. */
export interface Order {
  readonly demandWatts: number;
  /** UTC ms. */
  readonly validUntil: number;
}

/** A reading that was asked for. UTC ms. */
export interface ReadingUnderWay {
  readonly boundaryAt: number;
  readonly since: number;
}

/** What is known of a device. */
export interface DeviceContext extends FailedReadings {
  readonly resourceID: string;
  /** Grids of the report requests in force, beside our own. */
  readonly grids: readonly Grid[];
  /** The last boundary of ours that was asked for; null before the first. UTC ms. */
  readonly askedAt: number | null;
  /** The last boundary that was answered. UTC ms. */
  readonly readAt: number | null;
  /** What it was asked for lately and has not answered; absent in a state of before. */
  readonly underWay?: readonly ReadingUnderWay[];
  /** What passed unread and is still to be asked for. */
  readonly missed: Missed | null;
  readonly slots: readonly PlanSlot[];
  /** The setpoint or the release that was asked for last; null before the first. */
  readonly setpointID: string | null;
  /** What the device was told in this run, as long as it may be at it; null when it is left alone. */
  readonly order: Order | null;
  /** It is planned for, and told nothing; `order` is what it would have been told. */
  readonly isInShadow: boolean;
}
