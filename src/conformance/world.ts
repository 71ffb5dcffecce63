import type { AgentState } from '../core/state.ts';
import type { OperatorCommand } from '../shell/operatorCommands.ts';
import type { Vtn } from '../vtn/vtn.ts';
import type { Side, Traffic } from './traffic.ts';

/** How a connection of a case is secured. */
export interface LineSeen {
  /** Who accepts it. */
  readonly at: Side;
  readonly protocol: string;
  /** The suite, as the standards call it. */
  readonly cipher: string;
}

/** The VEN under test, and the world in which it is tested. */
export interface TestWorld {
  readonly traffic: Traffic;
  /** The embedded VTN; null where it is somebody else's, which only a person can tell what to do. */
  readonly vtn: Vtn | null;
  /** Where the VTN pushes to; absent: it is polled. */
  readonly transportAddress?: string;
  /** UTC ms. */
  readonly now: () => number;
  /** Lets time pass until it is so, and no longer; false when it never was. @unit ms */
  readonly waitUntil: (isSo: () => boolean, withinMs: number) => Promise<boolean>;
  /** How the connections are secured, both ways where the VTN pushes; empty where they are not, or nobody looked. */
  readonly lines: () => Promise<readonly LineSeen[]>;
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
