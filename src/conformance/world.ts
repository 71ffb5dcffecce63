import type { AgentState } from '../core/state.ts';
import type { OperatorCommand } from '../shell/operatorCommands.ts';
import type { Vtn } from '../vtn/vtn.ts';
import type { Side, Traffic } from './traffic.ts';

/** Profiles of OpenADR's TLS, by the keys of their certificates. */
export type TlsProfile = 'ECC' | 'RSA';

/** How a connection of a case is secured. */
export interface LineSeen {
  /** Who accepts it. */
  readonly at: Side;
  readonly protocol: string;
  /** The suite, as the standards call it. */
  readonly cipher: string;
}

/** A person who has somebody else's VTN do what the cases ask for. */
export interface HandAtVtn {
  /** How long they are waited for. @unit ms */
  readonly patienceMs: number;
  /** Tells them something. */
  readonly tell: (sentence: string) => void;
  /** Asks them to say when something is so. @throws CaseUnlooked when they do not, or cannot */
  readonly agree: (sentence: string) => Promise<void>;
}

/** The VEN under test, and the world in which it is tested. */
export interface TestWorld {
  readonly traffic: Traffic;
  /** The embedded VTN; null where it is somebody else's, which only a person can tell what to do. */
  readonly vtn: Vtn | null;
  /** Where the VTN pushes to; absent: it is polled. */
  readonly transportAddress?: string;
  /** Whether the VEN signs; absent: it does not. */
  readonly signs?: boolean;
  /** UTC ms. */
  readonly now: () => number;
  /** Lets time pass until it is so, and no longer; false when it never was. @unit ms @throws CaseUnlooked when the person leaves the case */
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
  /** Who does the part of somebody else's VTN; null where nobody is there, and where it is the embedded one. */
  readonly hand: HandAtVtn | null;
}
