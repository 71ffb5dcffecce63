import type { AgentState } from '../core/state.ts';
import type { OperatorCommand } from '../shell/operatorCommands.ts';
import type { Vtn } from '../vtn/vtn.ts';
import type { Traffic } from './traffic.ts';

/** The VEN under test, and the world in which it is tested. */
export interface TestWorld {
  readonly traffic: Traffic;
  /** The embedded VTN; null where it is somebody else's, which only a person can tell what to do. */
  readonly vtn: Vtn | null;
  /** UTC ms. */
  readonly now: () => number;
  /** Lets time pass until it is so, and no longer; false when it never was. @unit ms */
  readonly waitUntil: (isSo: () => boolean, withinMs: number) => Promise<boolean>;
  /** Switches the VEN on. */
  readonly start: () => Promise<void>;
  /** Switches it off and on again, on what it has recorded. */
  readonly restart: () => Promise<void>;
  /** Does what a person would at the VEN. @throws an error with a sentence when it cannot be */
  readonly command: (command: OperatorCommand) => void;
  /** What the VEN knows. */
  readonly state: () => AgentState;
  /** Tells a person what to do now. */
  readonly tellPerson: (sentence: string) => void;
}
