/** What persons opt by EiOpt: who hears of it here, and what is said to the VTN. */
import { tell, type Consequence } from '../core/consequence.ts';
import { drEventOf, optsThatHold, snapshotOf, type AgentState } from '../core/state.ts';
import type { DrEventAccepted } from '../facts/output.ts';
import type { OptCreated, OptEnded, OptGiven, OptRefused, OptTakenBack, OptTerms, OptWindow } from '../facts/opts.ts';
import type { Moment } from '../machines/moment.ts';
import { opposite, requestIDOf, type OptContext } from '../machines/opt.ts';
import { saysOpt } from '../machines/exchange.ts';
import { responseOf } from '../machines/exchange/replies.ts';
import type { Signal } from '../machines/signals.ts';
import { exchangeStream, streamOf } from '../machines/streams.ts';
import type { Wanted } from '../machines/wanted.ts';
import type { Properties } from '../protocol/elements/properties.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { formatDateTime } from '../protocol/types/dateTime.ts';
import { formatDurationMs } from '../protocol/types/duration.ts';
import { venIDOf } from './answers.ts';

/** Whether a schedule stands for another of the same kind, programme and devices. @rule 2.0b 203, 205 */
const standsFor = (given: OptTerms, other: OptTerms): boolean =>
  given.eventID === undefined &&
  other.eventID === undefined &&
  other.optType === given.optType &&
  (given.marketContext === undefined || other.marketContext === given.marketContext) &&
  (given.resourceIDs === undefined ||
    (other.resourceIDs?.every((each) => given.resourceIDs?.includes(each) ?? true) ?? false));

/**
 * The VTN has an opt: the earlier schedules that it stands for are over, here as there, and not before, for until then the VTN goes by them. One
 * that was given later, and that the VTN had already, is said once more, for there the later word counts. @rule 2.0b 203, 205
 */
export const optCreated = (state: AgentState, { optID }: OptCreated): readonly Consequence[] => {
  const all = optsThatHold(state);
  const place = all.findIndex(({ terms }) => terms?.optID === optID);
  const given = all[place]?.terms ?? null;
  const others =
    given === null ? [] : all.map(({ terms, standing }, index) => ({ terms, standing, isEarlier: index < place }));
  return [
    optRefusalOver(optID),
    ...others.flatMap(({ terms, standing, isEarlier }): readonly Consequence[] => {
      if (given === null || terms === null || terms.optID === optID || !standsFor(given, terms)) return [];
      if (!isEarlier && standing !== 'standing') return [];
      return [tell(streamOf('opt', terms.optID), { type: isEarlier ? 'opt.replaced' : 'opt.overtaken' })];
    }),
  ];
};

/** An opt is over: what waits to be said of it is void. */
export const optEnded = ({ optID, because }: OptEnded): readonly Consequence[] => [
  optRefusalOver(optID),
  ...(because === 'cancelled' ? [] : [tell(exchangeStream, { type: 'opt.withdrawn', optID })]),
];

/** An opt is over that was said, and nobody knows whether it was heard: those that it would stand for there are said once more. @rule 2.0b 203, 205 */
export const optUnheard = (
  state: AgentState,
  { terms: given, unanswered }: Extract<Signal, { type: 'opt.unheard' }>,
): readonly Consequence[] => {
  const queue = snapshotOf(state, 'exchange', 'exchange')?.context.queue ?? [];
  const wasNeverSaid = unanswered === 0 && queue.some((wanted) => saysOpt(wanted, given.optID));
  if (wasNeverSaid) return [];
  return optsThatHold(state).flatMap(({ terms }) =>
    terms !== null && standsFor(given, terms) ? [tell(streamOf('opt', terms.optID), { type: 'opt.overtaken' })] : [],
  );
};

const qualified = ({ eventID, resourceIDs }: OptTerms, optType: OptTerms['optType']): readonly Consequence[] =>
  eventID === undefined || resourceIDs !== undefined
    ? []
    : [tell(streamOf('drEvent', eventID), { type: 'opt.qualified', optType })];

/** The end of the last window; of what qualifies an event none is kept: the event’s own is. */
const lastEndOf = (windows: readonly OptWindow[]): number | null =>
  windows.length === 0 || windows.some(({ endAt }) => endAt === null)
    ? null
    : Math.max(...windows.map(({ endAt }) => endAt ?? 0));

const alarm = 'optRefused';

/** Nothing is refused of an opt any more: it was given again, taken by the VTN after all, or is over. */
export const optRefusalOver = (optID: string): Consequence => ({
  stream: streamOf('opt', optID),
  fact: { type: 'AlarmCleared', data: { alarm, subject: optID } },
});

/** The VTN does not take an opt: people are told, for it counts on devices that hold. */
export const optRefused = ({ optID, responseCode, why }: OptRefused): Consequence => ({
  stream: streamOf('opt', optID),
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm,
      subject: optID,
      text: `The VTN does not take the opt ${optID} (${responseCode}${why === '' ? '' : `: ${why}`}), and may count on devices that are out.`,
      advice: `Here it holds. Opt again with what the VTN takes, take it back with "ven opt cancel ${optID}", or speak with the VTN’s operator.`,
    },
  },
});

/** A DR event is over, and what was opted of it, taken back or not; one without an end names no other time. */
export const optsOfEventOver = (state: AgentState, eventID: string): readonly Consequence[] =>
  [...state.streams.shelf('opt').values()].flatMap((snapshot) => {
    const { terms } = snapshot.context as OptContext;
    return terms?.eventID === eventID ? [tell(streamOf('opt', terms.optID), { type: 'opt.eventEnded' })] : [];
  });

/**
 * A DR event is accepted: what was opted of it before goes on for as long as the event does. One that is new and opted already was forgotten
 * here, with the entries that spoke of it.
 */
export const optsOfEventAccepted = (
  state: AgentState,
  { eventID, kind, endAt }: Pick<DrEventAccepted, 'eventID' | 'kind' | 'endAt'>,
): readonly Consequence[] =>
  optsThatHold(state).flatMap(({ terms, endAt: former }): readonly Consequence[] => {
    if (terms?.eventID !== eventID) return [];
    return [
      ...(kind === 'new' ? qualified(terms, terms.optType) : []),
      ...(former === (endAt ?? null)
        ? []
        : [tell(streamOf('opt', terms.optID), { type: 'opt.eventMoved', endAt: endAt ?? null })]),
    ];
  });

/** A person opted. */
export const optGiven = (state: AgentState, { by, ...terms }: OptGiven): readonly Consequence[] => {
  const endAt =
    terms.eventID === undefined ? lastEndOf(terms.windows) : (drEventOf(state, terms.eventID)?.endAt ?? null);
  return [
    ...qualified(terms, terms.optType),
    optRefusalOver(terms.optID),
    tell(streamOf('opt', terms.optID), { type: 'opt.given', terms, endAt, by }),
    { unsettled: 'plan' },
  ];
};

/** What a person opted before entries were lost holds on; it is told anew when we are registered. Of a DR event nothing is known yet. */
export const optHoldsOn = ({ by, ...terms }: OptGiven): Consequence =>
  tell(streamOf('opt', terms.optID), { type: 'opt.given', terms, endAt: lastEndOf(terms.windows), by });

/** A person took an opt back: a DR event is taken part in again, or is not. */
export const optTakenBack = (state: AgentState, { optID }: OptTakenBack): readonly Consequence[] => {
  const terms = snapshotOf(state, `opt/${optID}`, 'opt')?.context.terms ?? null;
  return [
    ...(terms === null ? [] : qualified(terms, opposite(terms.optType))),
    tell(streamOf('opt', optID), { type: 'opt.takenBack' }),
    { unsettled: 'plan' },
  ];
};

const available = (window: OptWindow): Properties => ({
  dtstart: formatDateTime(window.startAt),
  duration: window.endAt === null ? 'PT0S' : formatDurationMs(window.endAt - window.startAt),
});

const createOpt = (
  {
    optID,
    optType,
    optReason,
    eventID,
    modificationNumber = 0,
    windows,
    marketContext,
    resourceIDs,
    deviceClass,
  }: OptTerms,
  requestID: string,
  venID: string,
  at: number,
): OadrMessage => ({
  message: 'oadrCreateOpt',
  optID,
  optType,
  optReason,
  ...(marketContext === undefined ? {} : { marketContext }),
  venID,
  ...(eventID === undefined ? { vavailability: windows.map(available) } : {}),
  createdDateTime: formatDateTime(at),
  requestID,
  ...(eventID === undefined ? {} : { qualifiedEventID: { eventID, modificationNumber } }),
  eiTarget: { ...(resourceIDs === undefined ? {} : { resourceID: resourceIDs }), venID: [venID] },
  ...(deviceClass === undefined ? {} : { oadrDeviceClass: { endDeviceAsset: [deviceClass] } }),
});

/** An opt goes to the VTN, or its end; not before we are registered, for then it is told anyway. @rule 2.0b 206, 208 */
export const optWanted = (
  state: AgentState,
  moment: Moment,
  { optID, isCancelled }: Extract<Signal, { type: 'opt.wanted' }>,
): readonly Consequence[] => {
  const context = snapshotOf(state, `opt/${optID}`, 'opt')?.context;
  const registered = snapshotOf(state, 'ven', 'ven')?.context;
  if (context === undefined || context.terms === null || (registered?.registrationID ?? null) === null) return [];
  const venID = venIDOf(state, moment);
  const requestID = requestIDOf(context);
  const message: OadrMessage = isCancelled
    ? { message: 'oadrCancelOpt', requestID, optID, venID }
    : createOpt(context.terms, requestID, venID, moment.at);
  const wanted: Wanted = { purpose: 'opt', message, resend: false, attempt: context.unanswered + 1 };
  return [{ signal: { type: 'exchange.wanted', wanted } }];
};

/** What the VTN said to an opt of ours: to whom it concerns. A code of failure leaves a word, whatever follows from it. */
export const optAnswered = (
  { message: asked, purpose }: Wanted,
  message: OadrMessage | null,
): readonly Consequence[] => {
  if (asked.message !== 'oadrCreateOpt' && asked.message !== 'oadrCancelOpt') return [];
  const { responseCode = '', responseDescription: why = '' } = (message === null ? null : responseOf(message)) ?? {};
  const stream = streamOf('opt', asked.optID);
  const refused: Consequence = {
    stream,
    fact: { type: 'ExchangeRefused', data: { purpose, message: asked.message, responseCode, why } },
  };
  return [
    ...(/^(2|$)/.test(responseCode) ? [] : [refused]),
    tell(stream, { type: 'opt.answered', requestID: asked.requestID, responseCode, why }),
  ];
};

/** What may not be said again is refused by the HTTP status, which is none of the codes of the standard. @rule 2.0b §9.1.5 */
export const optDropped = ({
  wanted: { message },
  failure: { httpStatus, detail },
}: Extract<Signal, { type: 'opt.dropped' }>): readonly Consequence[] => {
  if (message.message !== 'oadrCreateOpt' && message.message !== 'oadrCancelOpt') return [];
  const { optID, requestID } = message;
  const why = detail.replace(/\.$/, '');
  return [tell(streamOf('opt', optID), { type: 'opt.answered', requestID, responseCode: String(httpStatus), why })];
};

/** The VTN has registered us: opts that it has not taken are told, and all of them to a VTN to which we are somebody new. */
export const optsTold = (state: AgentState, isNew: boolean): readonly Consequence[] =>
  [...state.streams.shelf('opt').keys()].map((stream) =>
    tell(streamOf('opt', stream.slice('opt/'.length)), { type: 'registration.known', isNew }),
  );
