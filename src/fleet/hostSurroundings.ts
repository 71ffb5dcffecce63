import type { Versions } from '../facts/input.ts';
import type { Alarms, Chance, Clock, Journal } from '../shell/ports.ts';
import type { StatePacking } from '../shell/statePacking.ts';
import type { LogStore } from '../store/logStore.ts';
import type { LoadLimits } from './load.ts';
import type { VenHolds } from './member.ts';
import type { IntensityLimits } from './restartIntensity.ts';
import type { SomeAtATime } from './someAtATime.ts';

/** What bounds the VENs of a host. */
export interface HostLimits {
  readonly intensity: IntensityLimits;
  readonly load: LoadLimits;
  /** @limit VENs whose logs are opened and folded at the same time; how fast they connect is a matter of their ways to the VTN. */
  readonly startsAtOnce: number;
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
  /** Starts VENs, some at a time. */
  readonly starts: SomeAtATime;
  /** Makes logs tidy, of one VEN at a time. */
  readonly tidying: SomeAtATime;
  /** Packs what VENs know that mostly only poll. */
  readonly packing: StatePacking;
  /** When a VEN is to begin that has just come. UTC ms. */
  readonly turnOf: (venID: string) => number;
}
