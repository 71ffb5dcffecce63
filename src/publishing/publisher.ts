/** What a way out to others is made from, and what every one of them can. */
import type { AgentState } from '../core/state.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { InstructionAsked, ReleaseAsked } from '../shell/instructions.ts';
import type { Alarms, Clock, Journal } from '../shell/ports.ts';
import type { LiveProjections } from '../store/live/liveProjections.ts';

/** Who takes a person's wishes to the agent; each is on disk when it resolves. */
export interface PublishedOperator {
  instruct(asked: InstructionAsked): Promise<unknown>;
  takeBack(asked: ReleaseAsked): Promise<unknown>;
}

/** What is told of, and with what. */
export interface Published {
  readonly settings: VenSettings;
  readonly version: string;
  readonly state: () => AgentState;
  /** Whether all that the agent knows is on disk: before, nobody is told of it. */
  readonly isRecorded: () => boolean;
  readonly projections: LiveProjections;
  readonly operator: PublishedOperator;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly journal: Journal;
}

/** A way out that is open. */
export interface Publisher {
  /** Says good-bye, and tells nothing more. */
  close(): Promise<void>;
}
