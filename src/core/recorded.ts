/**
 * Steps that another version of the machines recorded.
 *
 * Today's machines may conclude something else from the same inputs; what was owed, acknowledged, priced and alarmed is
 * what the record says all the same. So the views and the alarms follow the recorded outputs, and streams follow the
 * machines as well as they can: a DR event or a report request on which the two differ goes back to where it stood
 * before the step and takes over what was recorded, and the registration is the recorded one.
 */
import type { Stream } from '../facts/entry.ts';
import type { KnownEntry, Output } from '../facts/fact.ts';
import type { DrEventAccepted } from '../facts/output.ts';
import { unknownDrEvent } from '../machines/drEvent.ts';
import { startafterMs } from '../machines/drEvent/eventTimes.ts';
import type { VenContext } from '../machines/lifecycle/lifecycle.ts';
import type { EventFor } from '../machines/inbox.ts';
import type { MachineID } from '../machines/machines.ts';
import { streamOf, type StreamOf } from '../machines/streams.ts';
import { tell } from './consequence.ts';
import type { Moment } from '../machines/moment.ts';
import { sameContent } from '../machines/sameContent.ts';
import { revived } from './revived.ts';
import { snapshotOf, type AgentState } from './state.ts';
import { withAlarm, withViews } from './step.ts';
import { deliver } from './streams.ts';
import { withoutStream } from './timers.ts';

/** The state after a recorded output, as far as views and alarms go. */
export const withRecorded = (state: AgentState, entry: KnownEntry): AgentState =>
  withViews(withAlarm(state, { type: entry.type, data: entry.data } as Output), entry);

/**
 * What an entry says of itself, without asking the machines: settings, views and alarms. It is all that can be known of
 * entries among which some are missing.
 */
export const takeNote = (state: AgentState, entry: KnownEntry): AgentState => {
  if (entry.direction === 'out') return withRecorded(state, entry);
  const { type, data, runID } = entry;
  if (type === 'SettingsChanged') return withViews({ ...state, settings: data.settings }, entry);
  return withViews(
    type === 'AgentStarted'
      ? { ...state, runID, settings: data.settings ?? state.settings, machineVersion: data.versions.machines }
      : state,
    entry,
  );
};

/** The stream of a DR event or of a report request whose life a fact changes. */
const lifeOf = (fact: Output): Stream | null => {
  switch (fact.type) {
    case 'DrEventAccepted':
    case 'DrEventCancelled':
    case 'DrEventForgotten':
      return streamOf('drEvent', fact.data.eventID);
    case 'ReportRequestAccepted':
    case 'ReportRequestEnded':
      return streamOf('reportRequest', fact.data.reportRequestID);
    default:
      return null;
  }
};

/** A fact as a machine concludes it: what was lifted from an older log for others is left out. */
const asConcluded = (fact: Output): Output => {
  const { prices: _prices, usage: _usage, ...data } = { prices: undefined, usage: undefined, ...fact.data };
  return { type: fact.type, data } as Output;
};

const livesIn = (facts: readonly Output[]): ReadonlyMap<Stream, readonly Output[]> => {
  const lives = new Map<Stream, Output[]>();
  for (const fact of facts) {
    const stream = lifeOf(fact);
    if (stream !== null) lives.set(stream, [...(lives.get(stream) ?? []), asConcluded(fact)]);
  }
  return lives;
};

/** A stream as it stood in another state, with its timers. */
const withStreamOf = (state: AgentState, before: AgentState, stream: Stream): AgentState => {
  const left = withoutStream(state, stream);
  const present = before.streams.get(stream);
  if (present === undefined) return left;
  const timers = [...before.timers.ofStream(stream)].reduce((all, [key, timer]) => all.with(key, timer), left.timers);
  return { ...left, streams: left.streams.with(stream, present), timers };
};

/** The offset of the start is the one that was rolled then. */
const withOffset = (state: AgentState, { eventID, event, offsetMs }: DrEventAccepted): AgentState => {
  const stream = streamOf('drEvent', eventID);
  const present = snapshotOf(state, stream, 'drEvent');
  const context = { ...(present?.context ?? unknownDrEvent(eventID)), offsetMs, startafterMs: startafterMs(event) };
  const snapshot = revived('drEvent', {
    value: present?.value ?? 'unknown',
    context,
  });
  return { ...state, streams: state.streams.with(stream, snapshot) };
};

const told = <ID extends MachineID>(
  state: AgentState,
  moment: Moment,
  position: number,
  stream: StreamOf<ID>,
  event: EventFor<ID>,
): AgentState => deliver(state, moment, position, tell(stream, event)).state;

/** Lets the stream take over a recorded fact about its life. */
const takeOver = (state: AgentState, moment: Moment, position: number, fact: Output): AgentState => {
  switch (fact.type) {
    case 'DrEventAccepted': {
      const { eventID, event: eiEvent, kind } = fact.data;
      const stream = streamOf('drEvent', eventID);
      const { responseRequired: oadrResponseRequired = 'always', requestID = '' } =
        snapshotOf(state, stream, 'drEvent')?.context ?? {};
      const oadrEvent = { eiEvent, oadrResponseRequired };
      return told(withOffset(state, fact.data), moment, position, stream, {
        type: 'event.accepted',
        oadrEvent,
        requestID,
        kind,
      });
    }
    case 'DrEventCancelled': {
      const { eventID, by, modificationNumber } = fact.data;
      return told(state, moment, position, streamOf('drEvent', eventID), {
        type: 'event.cancelled',
        by,
        modificationNumber,
        requestID: null,
      });
    }
    case 'ReportRequestAccepted':
      return told(state, moment, position, streamOf('reportRequest', fact.data.reportRequestID), {
        type: 'request.accepted',
        terms: fact.data,
      });
    case 'DrEventForgotten':
      return withoutStream(state, streamOf('drEvent', fact.data.eventID));
    case 'ReportRequestEnded':
      return withoutStream(state, streamOf('reportRequest', fact.data.reportRequestID));
    default:
      return state;
  }
};

const identityIn = (fact: Output): Partial<VenContext> | null => {
  if (fact.type === 'RegistrationEnded')
    return { registrationID: null, venID: null, vtnID: null, requestedPollFreqMs: null };
  if (fact.type !== 'Registered') return null;
  const { registrationID, venID, vtnID, requestedPollFreqMs = null } = fact.data;
  return { registrationID, venID, vtnID, requestedPollFreqMs };
};

/** The registration is the recorded one. */
const withIdentity = (state: AgentState, fact: Output): AgentState => {
  const identity = identityIn(fact);
  const present = snapshotOf(state, 'ven', 'ven');
  if (identity === null || present === undefined) return state;
  const snapshot = revived('ven', {
    value: present.value,
    context: { ...present.context, ...identity },
  });
  return { ...state, streams: state.streams.with('ven', snapshot) };
};

/** A step as today's machines take it, beside what was recorded of it. */
export interface RecordedStep {
  /** The state before the step. */
  readonly before: AgentState;
  readonly moment: Moment;
  /** Position of its input. */
  readonly position: number;
  readonly concluded: readonly Output[];
  readonly recorded: readonly Output[];
}

/** Brings the streams of the state after a step in line with what was recorded of it. */
export const inLine = (
  after: AgentState,
  { before, moment, position, concluded, recorded }: RecordedStep,
): AgentState => {
  const [ours, theirs] = [livesIn(concluded), livesIn(recorded)];
  let state = after;
  for (const stream of new Set([...ours.keys(), ...theirs.keys()])) {
    const facts = theirs.get(stream) ?? [];
    if (sameContent(ours.get(stream) ?? [], facts)) continue;
    state = facts.reduce((next, fact) => takeOver(next, moment, position, fact), withStreamOf(state, before, stream));
  }
  return recorded.reduce(withIdentity, state);
};
