import { initialState, snapshotOf, type AgentState } from '../../../src/core/state.ts';
import { stepWith } from '../../../src/core/step.ts';
import type { Input } from '../../../src/facts/fact.ts';
import type { DeviceSettings, VenSettings } from '../../../src/facts/settings.ts';
import type { OadrMessage } from '../../../src/protocol/payload.ts';
import { reactions } from '../../../src/reactions/reactions.ts';
import { settingsFor } from '../../support/agentWorld.ts';

/** A VEN that is told one input after the other, and what it says to each: no log, no line, no clock but this. */

export const noon = Date.parse('2026-06-10T16:00:00Z');
export const ownVenID = 'bellawatt.example.ven.123';

const step = stepWith(reactions);
const versions = { agent: '0', machines: '3', node: '20', timeZoneData: '0' };

export const eiResponse = { requestID: '', responseCode: '200', responseDescription: 'OK' } as const;

/** A battery of a home. */
export const device = (resourceID: string, more: Partial<DeviceSettings> = {}): DeviceSettings => ({
  resourceID,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
  capacityWattHours: 13_500,
  ...more,
});

export const registered: OadrMessage = {
  message: 'oadrCreatedPartyRegistration',
  eiResponse,
  registrationID: 'registration-1',
  venID: ownVenID,
  vtnID: 'ter_vtn_1.0',
  oadrProfiles: [],
};
export const registeredReport: OadrMessage = { message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [] };
export const noEvents: OadrMessage = {
  message: 'oadrDistributeEvent',
  requestID: 'list-1',
  vtnID: 'ter_vtn_1.0',
  oadrEvent: [],
  eiResponse,
};

interface Said {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A line that is told, and takes, one thing after the other. */
export class Told {
  state: AgentState = initialState;
  said: readonly Said[] = [];
  at = noon;
  #position = 0;

  take(input: Input, stream = 'exchange'): readonly string[] {
    this.#position += 1;
    this.at += 1_000;
    const { state, outputs } = step(this.state, {
      input,
      stream,
      position: this.#position,
      recordedAt: this.at,
      runID: 'run',
      chance: 7,
    });
    this.state = state;
    this.said = outputs.map(({ fact }) => fact as unknown as Said);
    return this.said.map(({ type }) => type);
  }

  get inFlight(): { readonly exchangeID: string; readonly purpose: string; readonly message: unknown } {
    const { exchangeID, inFlight } = snapshotOf(this.state, 'exchange', 'exchange')?.context ?? {};
    return { exchangeID: exchangeID ?? '', purpose: inFlight?.purpose ?? '', message: inFlight?.message };
  }

  answer(message: OadrMessage, told: { readonly bytes?: number; readonly clockOffsetMs?: number } = {}): void {
    const { exchangeID } = this.inFlight;
    this.take({ type: 'MessageReceived', data: { exchangeID, message, roundTripMs: 1, deviations: [], ...told } });
  }

  /** What waits on a stream comes due. @throws Error when nothing of that name is waited for. */
  due(timer: string, stream = 'ven'): void {
    const waiting = [...this.state.timers.ofStream(stream)].find(([, each]) => each.timer.includes(timer))?.[1];
    if (waiting === undefined) throw new Error(`Nothing on ${stream} waits for ${timer}.`);
    this.at = Math.max(this.at, waiting.dueAt);
    this.take({ type: 'TimerFired', data: { timer: waiting.timer, dueAt: waiting.dueAt } }, stream);
  }

  get alarms(): readonly string[] {
    return Object.keys(this.state.alarms);
  }

  /** The facts of a type among what was said last, by their data. */
  facts(type: string): readonly Said['data'][] {
    return this.said.flatMap((fact) => (fact.type === type ? [fact.data] : []));
  }

  /** What waits to be sent or is on its way. */
  get line(): readonly { readonly purpose: string; readonly message: Readonly<Record<string, unknown>> }[] {
    const { inFlight = null, queue = [] } = snapshotOf(this.state, 'exchange', 'exchange')?.context ?? {};
    return [...(inFlight === null ? [] : [inFlight]), ...queue] as never;
  }

  /** The messages of a name among those. */
  toSend(message: string): readonly Readonly<Record<string, unknown>>[] {
    return this.line.map((wanted) => wanted.message).filter((each) => each['message'] === message);
  }
}

export const started = (settings: Partial<VenSettings> = {}): Told => {
  const told = new Told();
  told.take({ type: 'AgentStarted', data: { versions, settings: settingsFor(settings) } }, 'agent');
  return told;
};

/** Registered, with nothing to do until the next poll. */
export const inForce = (settings: Partial<VenSettings> = {}): Told => {
  const told = started(settings);
  told.answer(registered);
  told.answer(registeredReport);
  told.answer(noEvents);
  return told;
};

/** The same with a poll on its way. */
export const polling = (settings: Partial<VenSettings> = {}): Told => {
  const told = inForce(settings);
  told.due('PollFreq');
  return told;
};
