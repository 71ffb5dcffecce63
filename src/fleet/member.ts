import type { AgentState } from '../core/state.ts';
import type { Planner } from '../dispatch/planner.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { Agent } from '../shell/agent.ts';
import type { Device, Transport } from '../shell/ports.ts';
import type { EventLog } from '../store/eventLog.ts';
import type { VenPhase } from './conditions.ts';

/** One VEN of a fleet: who it is, and how it reaches its VTN and its devices. */
export interface FleetMember {
  readonly venID: string;
  /** By which people speak of several of them. */
  readonly groups: readonly string[];
  readonly settings: VenSettings;
  /** Takes its secrets out of a text that leaves. */
  readonly redact: (text: string) => string;
  /** Tells this configuration from another one of the same VEN: one that changes is started anew. */
  readonly fingerprint: string;
  /** Opens the way to its VTN. @throws an error whose message is a sentence, when what opens it cannot be read */
  readonly transport: () => Transport;
  readonly devices: (log: EventLog, state: AgentState) => Promise<ReadonlyMap<string, Device>>;
  readonly planner: () => Planner;
  /** Lets go of what its log need not keep any more, and keeps for commands what they ask of it. */
  readonly tidy: (run: TidiedRun) => Promise<void>;
}

/** A run whose log is made tidy. */
export interface TidiedRun {
  readonly agent: Agent;
  readonly log: EventLog;
}

/** Why a VEN does not run until a person says so; it outlives the host. */
export interface VenHold {
  readonly phase: Extract<VenPhase, 'quarantined' | 'paused' | 'drained'>;
  /** One sentence. */
  readonly because: string;
  /** UTC ms. */
  readonly since: number;
}

/** Where holds are kept, so that a host that is started anew releases nobody. */
export interface VenHolds {
  readonly all: () => ReadonlyMap<string, VenHold>;
  /** Keeps it, or with null lets go of it. @throws an error when it cannot be kept */
  readonly keep: (venID: string, hold: VenHold | null) => void;
}

/** VenHolds that are forgotten with the host, for tests and demos. */
export const passingHolds = (): VenHolds => {
  const holds = new Map<string, VenHold>();
  return {
    all: () => holds,
    keep: (venID, hold) => void (hold === null ? holds.delete(venID) : holds.set(venID, hold)),
  };
};
