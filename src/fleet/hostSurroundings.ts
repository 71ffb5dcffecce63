import type { Versions } from '../facts/input.ts';
import type { Alarms, Chance, Clock, Journal } from '../shell/ports.ts';
import type { StatePacking } from '../shell/statePacking.ts';
import type { LogStore } from '../store/logStore.ts';
import type { LoadLimits } from './load.ts';
import type { VenHolds } from './member.ts';
import type { OneAtATime } from './oneAtATime.ts';
import type { Pacer } from './pacer.ts';
import type { IntensityLimits } from './restartIntensity.ts';

/** What bounds the VENs of a host. */
export interface HostLimits {
  readonly intensity: IntensityLimits;
  readonly load: LoadLimits;
  /** @limit VENs that begin in a second; each makes a connection. */
  readonly startsPerSecond: number;
  /** Over which span the starts, and so the polls, are spread. @unit ms */
  readonly spreadMs: number;
}

/** What all VENs of a host share. */
export interface HostSurroundings {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly chance: Chance;
  /** A clock that nobody sets. @unit ms */
  readonly monotonicMs: () => number;
  readonly store: LogStore;
  readonly holds: VenHolds;
  readonly versions: Versions;
  /** Names a run. */
  readonly runID: () => string;
  readonly journalOf: (venID: string) => Journal;
  readonly limits: HostLimits;
  /** Gives out the turns to start. */
  readonly starts: Pacer;
  /** Makes logs tidy, of one VEN at a time. */
  readonly tidying: OneAtATime;
  /** Packs what VENs know that mostly only poll. */
  readonly packing: StatePacking;
  /** When a VEN is to begin that has just come. UTC ms. */
  readonly turnOf: (venID: string) => number;
}
