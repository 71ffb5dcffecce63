import type { OperatorAsked, OperatorOpted } from '../../facts/input.ts';
import type { InstructionAsked, ReleaseAsked } from '../../shell/instructions.ts';
import type { OptAsked, OptCancelAsked } from '../../shell/opts.ts';
import type { TrustAsked } from '../../shell/trust.ts';
import type { Head } from '../../store/head.ts';

/** What commands can ask a running agent, and what it answers. */

/** Who is there. The first thing that is asked. */
export interface Greeting {
  readonly pid: number;
  readonly runID: string;
  readonly version: string;
  /** What the agent's clock shows; the demo's is not the wall's. UTC ms. */
  readonly now: number;
  /** Absent when an older agent answers: its log holds everything. */
  readonly base?: Head;
  readonly head: Head;
  readonly durableHead: Head;
}

/** A delay that is running. */
export interface LiveTimer {
  readonly stream: string;
  readonly timer: string;
  /** UTC ms. */
  readonly dueAt: number;
}

/** What the agent knows at this moment and the log will only know later, because quiet polls are summed up. */
export interface LiveAnswer {
  readonly pid: number;
  readonly runID: string;
  readonly now: number;
  /** The last time the VTN answered anything; null when it has not yet. UTC ms. */
  readonly lastContactAt: number | null;
  /** The state of every stream. */
  readonly streams: Readonly<Record<string, unknown>>;
  readonly timers: readonly LiveTimer[];
}

/** What a person wishes the agent to do. */
export type Wish =
  | ({ readonly type: 'OperatorAsked' } & OperatorAsked)
  | ({ readonly type: 'OperatorOpted' } & OperatorOpted)
  | ({ readonly type: 'OptGiven' } & OptAsked)
  | ({ readonly type: 'OptTakenBack' } & OptCancelAsked)
  | ({ readonly type: 'OperatorInstructed' } & InstructionAsked)
  | ({ readonly type: 'OperatorReleased' } & ReleaseAsked)
  | ({ readonly type: 'DeviceTrusted' | 'DeviceDistrusted' } & TrustAsked);

/** The wish as it stands in the log. */
export interface Granted {
  readonly position: number;
}

/** What reading the configuration again came to. */
export interface Reloaded {
  /** Sentences about what is another now, and what is left as it was. */
  readonly sentences: readonly string[];
  /** Why nothing was taken up; absent where it was. */
  readonly problems?: readonly string[];
}

/** @limit Entries that travel in one line. */
export const entriesPerLine = 128;
