/** How each VEN of a fleet stands, in one word, and who is to be looked at first. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import { conditions, type VenCondition, type VenPhase } from './conditions.ts';
import type { FleetVen } from './fleetVen.ts';

/** What is told of a VEN. */
export interface VenStanding {
  readonly venID: string;
  readonly groups: readonly string[];
  readonly condition: VenCondition;
  readonly phase: VenPhase;
  /** More of it in a sentence, or null. */
  readonly because: string | null;
  /** Since when it is in this phase. UTC ms. */
  readonly since: number;
  readonly lastContactAt: number | null;
  readonly isRegistered: boolean;
  /** What the alarms that are up say. */
  readonly alarms: readonly string[];
  /** Faults since the host began. */
  readonly faults: number;
}

/** Alarms by what is at stake; the one of the contact is told with more patience. */
const ofPrices: ReadonlySet<string> = new Set(['pricesMissing']);
const ofDelivery: ReadonlySet<string> = new Set(['usageRejected', 'usageInDoubt', 'usageRequestMissing']);
const ofContact: ReadonlySet<string> = new Set(['vtnUnreachable']);

/** Silence of the VTN for so many poll intervals, and at least so long, is told. */
const silentPolls = 3;
const silentMs = 5 * 60_000;

const byPhase: Readonly<Partial<Record<VenPhase, VenCondition>>> = {
  quarantined: 'quarantined',
  resting: 'failing',
  paused: 'paused',
  drained: 'drained',
  stopped: 'stopped',
  waiting: 'starting',
  starting: 'starting',
};

const nameOf = (alarm: string): string => alarm.split(' ')[0] ?? '';

const isRegistered = (state: AgentState): boolean => {
  const ven = snapshotOf(state, 'ven', 'ven');
  return ven !== undefined && ven.context.registrationID !== null && ven.context.venID !== null;
};

const isSilent = (state: AgentState, now: number, heardAt: number): boolean => {
  const pollMs = snapshotOf(state, 'ven', 'ven')?.context.requestedPollFreqMs ?? state.settings?.defaultPollFreqMs ?? 0;
  return now - heardAt > Math.max(silentMs, silentPolls * pollMs);
};

const conditionOf = (ven: FleetVen, state: AgentState | null, now: number): VenCondition => {
  const told = byPhase[ven.phase];
  if (told !== undefined || state === null) return told ?? 'starting';
  const startedAt = ven.startedAt ?? now;
  if (isSilent(state, now, Math.max(ven.lastContactAt ?? startedAt, startedAt))) return 'silent';
  if (!isRegistered(state) && now - startedAt > silentMs) return 'unregistered';
  const up = Object.keys(state.alarms).map(nameOf);
  if (up.some((alarm) => ofPrices.has(alarm))) return 'late';
  if (up.some((alarm) => ofDelivery.has(alarm))) return 'in doubt';
  if (up.some((alarm) => !ofContact.has(alarm))) return 'alarmed';
  // Nothing has gone wrong yet, and nothing has gone well.
  return isRegistered(state) && ven.lastContactAt !== null ? 'well' : 'starting';
};

/** How a VEN stands now. */
export const standingOf = (ven: FleetVen, now: number): VenStanding => {
  const { state, member, phase, because, since, lastContactAt, faults } = ven;
  return {
    venID: member.venID,
    groups: member.groups,
    condition: conditionOf(ven, state, now),
    phase,
    because,
    since,
    lastContactAt,
    isRegistered: state !== null && isRegistered(state),
    alarms: state === null ? [] : Object.values(state.alarms),
    faults,
  };
};

/** Who is to be looked at first; of those that stand alike who does so longest. */
export const worstFirst = (one: VenStanding, other: VenStanding): number =>
  conditions.indexOf(one.condition) - conditions.indexOf(other.condition) ||
  one.since - other.since ||
  (one.venID < other.venID ? -1 : 1);

/** How many stand how, the worst first; those of whom there are none are left out. */
export const countsOf = (standings: readonly VenStanding[]): readonly (readonly [VenCondition, number])[] =>
  conditions.flatMap((condition) => {
    const count = standings.filter((each) => each.condition === condition).length;
    return count === 0 ? [] : [[condition, count] as const];
  });
