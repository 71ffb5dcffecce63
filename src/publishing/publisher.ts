/** What a way out to others is made from, and what every one of them can. */
import type { AgentState } from '../core/state.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { OperatorCommand } from '../shell/operatorCommands.ts';
import type { Alarms, Clock, Journal } from '../shell/ports.ts';
import type { LiveProjections } from '../store/live/liveProjections.ts';

/** Who takes a person's wishes to the agent. */
export interface PublishedOperator {
  /** On disk when it resolves. `subject`: the stream it is about. `read`: throws what cannot be understood. @throws a sentence for whoever asked */
  take(subject: string, read: () => OperatorCommand): Promise<unknown>;
}

/** What is told of, and with what. */
export interface Published {
  /** As they hold now. */
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
