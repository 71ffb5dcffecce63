/**
 * What an oadrDistributeEvent means for us: a verdict for each DR event it lists, and the events it cancels by silence.
 * Pure: message, what we know, settings and the instant in; judgement out. @rule 2.0b 19, 21, 48, 56-61
 */
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { OadrEvent } from '../protocol/elements/oadrEvent.ts';
import type { OadrDistributeEvent } from '../protocol/messages/oadrDistributeEvent.ts';
import type { OptType } from '../protocol/types/enumerations.ts';
import type { VenSettings } from '../facts/settings.ts';
import { activeMs, dtstartOf } from './eventTimes.ts';
import { sameContent } from './sameContent.ts';
import { signalFault } from './signalFault.ts';
import { targetFault } from './targetFault.ts';
import type { Fault } from './objection.ts';

/** What we know of an event that the VTN listed before. */
export interface KnownEvent {
  readonly event: EiEvent;
  readonly modificationNumber: number;
  readonly status: 'far' | 'near' | 'active' | 'ending' | 'completed' | 'cancelled';
  readonly optType: OptType;
  /** Whether it was cancelled only by not being listed: then it lives again when it is. */
  readonly isOnlyMissing?: boolean;
}

/** What is decided about one listed DR event, and how it is answered. */
export type Verdict = {
  readonly oadrEvent: OadrEvent;
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly responseCode: string;
  readonly why: string;
  readonly optType: OptType;
} & { readonly decision: 'new' | 'modified' | 'repeated' | 'cancelled' | 'ignored' | 'refused' };

/** What is decided about a whole oadrDistributeEvent. */
export interface Judgement {
  /** A fault of the whole message: then no event is looked at. */
  readonly fault: Fault | null;
  readonly verdicts: readonly Verdict[];
  /** Known events that the message does not list. @rule 2.0b 61 */
  readonly absent: readonly string[];
}

/** What a judgement rests on. */
export interface JudgeContext {
  readonly known: ReadonlyMap<string, KnownEvent>;
  readonly venID: string;
  readonly vtnID: string | null;
  readonly settings: VenSettings;
  readonly at: number;
}

/** The parts of an event that may change without making a new version. @rule 2.0b 57 */
const essence = (event: EiEvent): unknown => {
  const {
    createdDateTime: _created,
    eventStatus: _status,
    modificationDateTime: _modified,
    ...descriptor
  } = event.eventDescriptor;
  const eiEventSignal = event.eiEventSignals.eiEventSignal.map(({ currentValue: _current, ...signal }) => signal);
  return [descriptor, event.eiActivePeriod, { ...event.eiEventSignals, eiEventSignal }, event.eiTarget];
};

const versionFault = (event: EiEvent, known: KnownEvent | undefined): Fault | null => {
  const { modificationNumber, eventID } = event.eventDescriptor;
  if (known === undefined || modificationNumber > known.modificationNumber) return null;
  if (modificationNumber < known.modificationNumber) {
    return {
      responseCode: '450',
      why: `modificationNumber ${modificationNumber} of ${eventID} is lower than ${known.modificationNumber}, which we have`,
    };
  }
  const cancels =
    event.eventDescriptor.eventStatus === 'cancelled' || known.status === 'cancelled' || known.status === 'ending';
  return cancels || sameContent(essence(event), essence(known.event))
    ? null
    : { responseCode: '450', why: `${eventID} changed without a higher modificationNumber than ${modificationNumber}` };
};

/** A start that has passed cannot be moved. @rule 2.0b §8.7 */
const pastFault = (event: EiEvent, known: KnownEvent | undefined, context: JudgeContext): Fault | null => {
  const { eventID, eventStatus } = event.eventDescriptor;
  if (known?.status === 'active' && dtstartOf(event) !== dtstartOf(known.event)) {
    return { responseCode: '451', why: `${eventID} is active; its start cannot be moved any more` };
  }
  const over = activeMs(event) > 0 && dtstartOf(event) + activeMs(event) <= context.at;
  return known === undefined && context.settings.strict && over && eventStatus !== 'completed'
    ? { responseCode: '459', why: `${eventID} is new and already over` }
    : null;
};

const faultOf = (event: EiEvent, known: KnownEvent | undefined, context: JudgeContext): Fault | null =>
  versionFault(event, known) ??
  targetFault(event, context.venID, context.settings) ??
  signalFault(event, context.settings, context.venID) ??
  pastFault(event, known, context);

const judged = (oadrEvent: OadrEvent, known: KnownEvent | undefined, context: JudgeContext): Verdict => {
  const { eiEvent } = oadrEvent;
  const { eventID, modificationNumber, eventStatus } = eiEvent.eventDescriptor;
  const optType = known?.optType ?? 'optIn';
  const base = { oadrEvent, eventID, modificationNumber };
  const good = { ...base, responseCode: '200', why: 'OK', optType };
  if (eventStatus === 'cancelled' && known === undefined) return { ...good, decision: 'ignored' };
  const fault = eventStatus === 'cancelled' ? versionFault(eiEvent, known) : faultOf(eiEvent, known, context);
  if (fault !== null) return { ...base, ...fault, optType: 'optOut', decision: 'refused' };
  // optOut would say that we cannot cancel it. @rule 2.0b 36
  if (eventStatus === 'cancelled') return { ...good, optType: 'optIn', decision: 'cancelled' };
  if (known === undefined) return { ...good, decision: 'new' };
  const isNews = modificationNumber > known.modificationNumber || known.isOnlyMissing === true;
  return { ...good, decision: isNews ? 'modified' : 'repeated' };
};

/** Of several versions of one event in a message only the highest counts; the others are answered like it. */
const isHighest = (oadrEvent: OadrEvent, all: readonly OadrEvent[]): boolean => {
  const { eventID, modificationNumber } = oadrEvent.eiEvent.eventDescriptor;
  const others = all.filter((other) => other.eiEvent.eventDescriptor.eventID === eventID);
  const highest = Math.max(...others.map((other) => other.eiEvent.eventDescriptor.modificationNumber));
  return (
    modificationNumber === highest &&
    others.find((other) => other.eiEvent.eventDescriptor.modificationNumber === highest) === oadrEvent
  );
};

const messageFault = (message: OadrDistributeEvent, context: JudgeContext): Fault | null => {
  if (message.eiResponse !== undefined && !message.eiResponse.responseCode.startsWith('2')) {
    return {
      responseCode: message.eiResponse.responseCode,
      why: message.eiResponse.responseDescription ?? 'the VTN reports an error',
    };
  }
  return context.vtnID !== null && message.vtnID !== context.vtnID
    ? { responseCode: '452', why: `vtnID ${message.vtnID} is not ${context.vtnID}, with which we registered` }
    : null;
};

const isListed = (message: OadrDistributeEvent, eventID: string): boolean =>
  message.oadrEvent.some(({ eiEvent }) => eiEvent.eventDescriptor.eventID === eventID);

const absentEvents = (message: OadrDistributeEvent, context: JudgeContext): readonly string[] =>
  context.settings.implicitCancellation
    ? [...context.known]
        .filter(([eventID, known]) => ['far', 'near', 'active'].includes(known.status) && !isListed(message, eventID))
        .map(([eventID]) => eventID)
    : [];

/** Judges an oadrDistributeEvent. */
export const judge = (message: OadrDistributeEvent, context: JudgeContext): Judgement => {
  const fault = messageFault(message, context);
  if (fault !== null) return { fault, verdicts: [], absent: [] };
  const verdicts = message.oadrEvent.map((oadrEvent): Verdict => {
    const known = context.known.get(oadrEvent.eiEvent.eventDescriptor.eventID);
    const verdict = judged(oadrEvent, known, context);
    return isHighest(oadrEvent, message.oadrEvent) || verdict.decision === 'refused'
      ? verdict
      : { ...verdict, decision: 'ignored' };
  });
  return { fault: null, verdicts, absent: absentEvents(message, context) };
};
