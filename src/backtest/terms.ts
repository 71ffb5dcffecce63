import type { PlanningProblem, PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import type { NeedingLoad } from './needs.ts';

/** How full each storage is, by resourceID; 0 to 1. */
export type StorageLevels = ReadonlyMap<string, number>;

/** All of a problem but the prices and the loads: the storages, what they are wished to do, and what the site allows. */
export type SiteQuestion = Omit<PlanningProblem, 'prices'>;

/** A stretch of the past, or one that was made, that is to be lived through. */
export interface BacktestTerms extends PlanSpan {
  readonly timeZone: string;
  /** One after the other; where none stands, nothing is traded. */
  readonly prices: readonly PricedSpan[];
  /** The local time (`HH:MM`) of the day before at which the prices of a local day become known. */
  readonly publishedAt: string;
  /** What is to be planned from an instant on, with the levels of then. */
  readonly siteAt: (span: PlanSpan, levels: StorageLevels) => SiteQuestion;
  /** How full each storage is at the start. */
  readonly levels: StorageLevels;
  /** Loads with all needs whose time ends in this one; absent: none. */
  readonly loads?: readonly NeedingLoad[];
}

/** What a device did in a stretch of time with one power. */
export interface LivedSlot extends PlanSpan {
  /** Positive draws from the grid, negative delivers to it; whole. @unit W */
  readonly demandWatts: number;
}

/** What one device did over the whole of the time, and how full it was at the end. */
export interface DeviceLife {
  readonly resourceID: string;
  readonly slots: readonly LivedSlot[];
  /** @unit Wh */
  readonly startWattHours: number;
  readonly endWattHours: number;
}
