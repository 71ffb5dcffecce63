/**
 * What an oadrDistributeEvent means for us: a verdict for each DR event it lists, and the events it cancels by silence.
 * Pure: message, what we know, settings and the instant in; judgement out. @rule 2.0b 19, 21, 48, 56-61
 *
 * An event that cannot be read counts as listed: it is refused alone, and what we had of it stays in force. Where it cannot
 * be told which one it is, the list cancels nothing by silence.
 */
import { speaksOfPrices } from './priceSignal.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { OadrEvent } from '../../protocol/elements/oadrEvent.ts';
import type { UnreadableItem } from '../../protocol/errors.ts';
import type { OadrDistributeEvent } from '../../protocol/messages/oadrDistributeEvent.ts';
import type { OptType } from '../../protocol/types/enumerations.ts';
import { signalFindings, type SignalFindings } from './signalFault.ts';
import { targetFault } from './targetFault.ts';
import type { JudgeContext, KnownEvent } from './knownEvent.ts';
import type { Objection } from '../objection.ts';
import { periodFault } from './timeFault.ts';
import { pastFault, twinFault, versionFault } from './versionFault.ts';

/** What a person is to be told of an event: its prices are refused, or stand in force although a part of it is not done. */
export interface Concern {
  readonly alarm: 'pricesRefused' | 'pricesUnusable' | 'signalUnsupported';
  readonly why: string;
}

interface Answer {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly responseCode: string;
  readonly why: string;
  readonly optType: OptType;
  /** Whether the VTN wants an answer to it. @rule 2.0b 12 */
  readonly isAnswered: boolean;
  readonly concern: Concern | null;
}

/** What is decided about one listed DR event, and how it is answered. */
export type Verdict = Answer &
  (
    | {
        readonly decision: 'new' | 'modified' | 'repeated';
        readonly oadrEvent: OadrEvent;
        readonly remarks: readonly string[];
      }
    | { readonly decision: 'cancelled' | 'ignored' | 'refused' }
  );

/** What is decided about a whole oadrDistributeEvent. */
export interface Judgement {
  /** A fault of the whole message: then no event is looked at. */
  readonly fault: Objection | null;
  readonly verdicts: readonly Verdict[];
  /** Known events that the message does not list. @rule 2.0b 61 */
  readonly absent: readonly string[];
  /** Listed events of which it cannot be told which version of which event they are; absent when there are none. */
  readonly unnamed?: readonly UnreadableItem[];
}

/** Refusals after which prices may be missing that the VTN believes it sent; 462 and 469 say that they are not for us. */
const costsPrices: ReadonlySet<string> = new Set(['450', '451', '453', '454', '459', '460']);

const refusalConcern = ({ responseCode, why }: Objection, event: EiEvent): Concern | null =>
  costsPrices.has(responseCode) && event.eiEventSignals.eiEventSignal.some(speaksOfPrices)
    ? { alarm: 'pricesRefused', why }
    : null;

const concernOf = ({ unsupported, unusable }: SignalFindings): Concern | null => {
  if (unusable !== null) return { alarm: 'pricesUnusable', why: unusable };
  return unsupported === null ? null : { alarm: 'signalUnsupported', why: unsupported.why };
};

/** An event without a name could not be modified, cancelled or opted out of. @rule 2.0b 21 */
const nameFault = ({ eventDescriptor: { eventID } }: EiEvent): Objection | null =>
  eventID === '' ? { responseCode: '459', why: 'its eventID is empty' } : null;

const faultOf = (event: EiEvent, known: KnownEvent | undefined, context: JudgeContext): Objection | null =>
  nameFault(event) ??
  versionFault(event, known) ??
  targetFault(event, context.venID, context.settings) ??
  periodFault(event);

const remarksOf = ({ remarks, unsupported, unusable }: SignalFindings): readonly string[] => [
  ...remarks,
  ...(unsupported === null ? [] : [`${unsupported.why}; its prices are in force all the same`]),
  ...(unusable === null ? [] : [unusable]),
];

const listedAs = ({ eiEvent }: OadrEvent): string => eiEvent.eventDescriptor.eventID;

const numberOf = ({ eiEvent }: OadrEvent): number => eiEvent.eventDescriptor.modificationNumber;

const answerTo = (oadrEvent: OadrEvent) => ({
  eventID: listedAs(oadrEvent),
  modificationNumber: numberOf(oadrEvent),
  isAnswered: oadrEvent.oadrResponseRequired === 'always',
  concern: null,
});

const refusedFor = (oadrEvent: OadrEvent, fault: Objection): Verdict => {
  const { eiEvent } = oadrEvent;
  const concern = eiEvent.eventDescriptor.eventStatus === 'cancelled' ? null : refusalConcern(fault, eiEvent);
  return { ...answerTo(oadrEvent), ...fault, optType: 'optOut', decision: 'refused', concern };
};

const judged = (oadrEvent: OadrEvent, known: KnownEvent | undefined, context: JudgeContext): Verdict => {
  const { eiEvent } = oadrEvent;
  const { modificationNumber, eventStatus } = eiEvent.eventDescriptor;
  const good = { ...answerTo(oadrEvent), responseCode: '200', why: 'OK', optType: 'optIn' } as const;
  const refused = (fault: Objection): Verdict => refusedFor(oadrEvent, fault);
  if (eventStatus === 'cancelled') {
    if (known === undefined) return { ...good, decision: 'ignored' };
    const fault = versionFault(eiEvent, known);
    // optOut would say that we cannot cancel it. @rule 2.0b 36
    return fault === null ? { ...good, decision: 'cancelled' } : refused(fault);
  }
  const early = faultOf(eiEvent, known, context);
  if (early !== null) return refused(early);
  const findings = signalFindings(eiEvent, context.settings, context.venID);
  const fault = findings.fault ?? pastFault(eiEvent, known, context);
  if (fault !== null) return refused(fault);
  const isNews = known !== undefined && (modificationNumber > known.modificationNumber || known.isOnlyMissing === true);
  return {
    ...good,
    ...findings.unsupported,
    optType: findings.isFollowed ? (known?.optType ?? 'optIn') : 'optOut',
    concern: concernOf(findings),
    remarks: remarksOf(findings),
    oadrEvent,
    decision: known === undefined ? 'new' : isNews ? 'modified' : 'repeated',
  };
};

/** A version that stands beside the one that counts is answered like it, and does nothing. */
const overtaken = (oadrEvent: OadrEvent, { optType }: Verdict): Verdict => ({
  ...answerTo(oadrEvent),
  responseCode: '200',
  why: 'OK',
  optType,
  decision: 'ignored',
});

/**
 * Of the versions of one event that counts which has the highest number of those that are not refused, the first of these.
 * One of the same number that says otherwise is refused: which of the two the VTN means cannot be told.
 */
const verdictsOnVersions = (
  versions: readonly OadrEvent[],
  known: KnownEvent | undefined,
  context: JudgeContext,
): ReadonlyMap<OadrEvent, Verdict> => {
  const verdicts = new Map<OadrEvent, Verdict>();
  let counts: { readonly version: OadrEvent; readonly verdict: Verdict } | null = null;
  for (const version of [...versions].sort((one, other) => numberOf(other) - numberOf(one))) {
    if (counts === null) {
      const verdict = judged(version, known, context);
      verdicts.set(version, verdict);
      if (verdict.decision !== 'refused') counts = { version, verdict };
      continue;
    }
    const isTwin = numberOf(version) === numberOf(counts.version);
    const fault = isTwin ? twinFault(version.eiEvent, counts.version.eiEvent) : null;
    verdicts.set(version, fault === null ? overtaken(version, counts.verdict) : refusedFor(version, fault));
  }
  return verdicts;
};

const verdictsOn = (listed: readonly OadrEvent[], context: JudgeContext): readonly Verdict[] => {
  const versions = new Map<string, OadrEvent[]>();
  for (const oadrEvent of listed) {
    const others = versions.get(listedAs(oadrEvent));
    if (others === undefined) versions.set(listedAs(oadrEvent), [oadrEvent]);
    else others.push(oadrEvent);
  }
  const verdicts = new Map(
    [...versions].flatMap(([id, ofOne]) => [...verdictsOnVersions(ofOne, context.known.get(id), context)]),
  );
  return listed.flatMap((oadrEvent) => verdicts.get(oadrEvent) ?? []);
};

type Named = UnreadableItem & { readonly eventID: string; readonly modificationNumber: number };

const isNamed = (item: UnreadableItem): item is Named =>
  item.eventID !== undefined && item.modificationNumber !== undefined;

/** An event that cannot be read is refused with its own code; whether it states prices cannot be told, so it may. */
const unreadableVerdict = (item: Named): Verdict => {
  const why = `${item.text} (${item.path})`;
  return {
    eventID: item.eventID,
    modificationNumber: item.modificationNumber,
    responseCode: item.responseCode,
    why,
    optType: 'optOut',
    isAnswered: item.oadrResponseRequired !== 'never',
    concern: { alarm: 'pricesRefused', why },
    decision: 'refused',
  };
};

const messageFault = (message: OadrDistributeEvent, context: JudgeContext): Objection | null => {
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

const canBeAbsent: ReadonlySet<KnownEvent['status']> = new Set(['far', 'near', 'active']);

const absentEvents = (listed: ReadonlySet<string>, context: JudgeContext): readonly string[] =>
  [...context.known]
    .filter(([eventID, { status }]) => canBeAbsent.has(status) && !listed.has(eventID))
    .map(([eventID]) => eventID);

/** Judges an oadrDistributeEvent. */
export const judge = (message: OadrDistributeEvent, context: JudgeContext): Judgement => {
  const fault = messageFault(message, context);
  if (fault !== null) return { fault, verdicts: [], absent: [] };
  const unreadable = message.unreadable ?? [];
  const named = unreadable.filter(isNamed);
  const unnamed = unreadable.filter((item) => !isNamed(item));
  const verdicts = [...verdictsOn(message.oadrEvent, context), ...named.map(unreadableVerdict)];
  const silenceCounts = context.settings.implicitCancellation && unnamed.length === 0;
  const listed = new Set(verdicts.map(({ eventID }) => eventID));
  const absent = silenceCounts ? absentEvents(listed, context) : [];
  return { fault: null, verdicts, absent, ...(unnamed.length > 0 && { unnamed }) };
};
