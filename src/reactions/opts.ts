/**
 * What persons opt by EiOpt: the VTN is told, and the devices hold while they are out.
 *
 * @reading An optOut holds its devices in its time and changes no price: the other hours are planned with, and all are settled. An optIn
 * is told to the VTN and asks nothing of the devices. Of an optIn and an optOut for the same time the optOut decides here.
 * @rule 2.0b 201
 */
import { tell, type Consequence } from '../core/consequence.ts';
import { drEventsOf, optsThatHold, snapshotOf, type AgentState } from '../core/state.ts';
import type { OptGiven, OptTakenBack, OptTerms, OptWindow } from '../facts/opts.ts';
import type { DeviceSettings } from '../facts/settings.ts';
import { dtstartOf, eventTimes } from '../machines/eventTimes.ts';
import type { Moment } from '../machines/moment.ts';
import { opposite, type OptContext } from '../machines/opt.ts';
import type { Override } from '../machines/overrides.ts';
import { responseOf } from '../machines/replies.ts';
import type { Signal } from '../machines/signals.ts';
import { streamOf } from '../machines/streams.ts';
import type { Wanted } from '../machines/wanted.ts';
import { dayMs } from '../programme/calendar.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { Properties } from '../protocol/elements/properties.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { formatDateTime } from '../protocol/types/dateTime.ts';
import { formatDurationMs } from '../protocol/types/duration.ts';
import { venIDOf } from './answers.ts';

/** An open end is planned for as if it were so far away. @unit ms */
const openEndMs = 366 * dayMs;

const endOf = ({ startAt, endAt }: OptWindow): number => endAt ?? startAt + openEndMs;

const eventContext = (state: AgentState, eventID: string) =>
  drEventsOf(state).find(([id]) => id === eventID)?.[1] ?? null;

/** When an opt holds: its windows, or the time of the DR event that it qualifies. */
const windowsOf = (state: AgentState, { eventID, windows }: OptTerms): readonly OptWindow[] => {
  if (eventID === undefined) return windows;
  const context = eventContext(state, eventID);
  return context === null ? [] : [{ startAt: context.startAt, endAt: context.endAt }];
};

/** A time without those that are taken out of it. */
const outside = (span: Override, taken: readonly Pick<Override, 'startAt' | 'endAt'>[]): readonly Override[] =>
  taken.reduce<readonly Override[]>(
    (parts, { startAt, endAt }) =>
      parts.flatMap((part) =>
        [
          { ...part, endAt: Math.min(part.endAt, startAt) },
          { ...part, startAt: Math.max(part.startAt, endAt) },
        ].filter((piece) => piece.startAt < piece.endAt),
      ),
    [span],
  );

/** Whether an opt is for all that is behind the VEN. */
const isForAll = ({ terms }: OptContext): boolean => terms?.resourceIDs === undefined;

/** Whether devices hold by it: what qualifies a whole DR event is the event’s own affair. */
const holdsDevices = (context: OptContext): boolean =>
  context.terms?.optType === 'optOut' && (context.terms.eventID === undefined || !isForAll(context));

const isNamed = ({ resourceIDs }: OptTerms, { resourceID }: DeviceSettings): boolean =>
  resourceIDs === undefined || resourceIDs.includes(resourceID);

/** The devices that hold because persons opted out, but for the times in which a person overrides them. */
export const heldByOpts = (state: AgentState, at: number, overrides: readonly Override[]): readonly Override[] => {
  const holding = optsThatHold(state).filter(holdsDevices);
  if (holding.length === 0) return [];
  const told = (state.settings?.devices ?? []).filter(({ isReadOnly }) => isReadOnly !== true);
  return told.flatMap((device): readonly Override[] => {
    const { resourceID } = device;
    const theirs = overrides.filter((each) => each.resourceID === resourceID);
    const windows = holding.flatMap(({ terms }) =>
      terms !== null && isNamed(terms, device) ? windowsOf(state, terms) : [],
    );
    return windows.reduce<readonly Override[]>((held, window) => {
      const span = { resourceID, startAt: window.startAt, endAt: endOf(window), action: 'hold' } as const;
      return span.endAt <= at ? held : [...held, ...outside(span, [...theirs, ...held])];
    }, []);
  });
};

/** Whether persons opted out of all of a DR event’s time by schedules, with all devices. */
export const isOptedOutBySchedule = (state: AgentState, event: EiEvent): boolean => {
  const out = optsThatHold(state)
    .filter(
      (context) => context.terms?.optType === 'optOut' && context.terms.eventID === undefined && isForAll(context),
    )
    .flatMap(({ terms }) => (terms === null || !concernsContext(terms, event) ? [] : terms.windows));
  if (out.length === 0) return false;
  const { startAt, endAt } = eventTimes(event, 0);
  const all: Override = {
    resourceID: '',
    startAt: Math.min(startAt, dtstartOf(event)),
    endAt: endAt ?? Infinity,
    action: 'hold',
  };
  const windows = out.map((window) => ({ startAt: window.startAt, endAt: window.endAt ?? Infinity }));
  return outside(all, windows).length === 0;
};

const concernsContext = ({ marketContext }: OptTerms, { eventDescriptor }: EiEvent): boolean =>
  marketContext === undefined || eventDescriptor.eiMarketContext === marketContext;

/** Earlier schedules that a new one stands for: of the same kind, programme and devices. @rule 2.0b 203, 205 */
const replacedBy = (state: AgentState, given: OptTerms): readonly OptTerms[] =>
  given.eventID !== undefined
    ? []
    : optsThatHold(state).flatMap(({ terms }) =>
        terms !== null &&
        terms.eventID === undefined &&
        terms.optID !== given.optID &&
        terms.optType === given.optType &&
        (given.marketContext === undefined || terms.marketContext === given.marketContext) &&
        (given.resourceIDs === undefined ||
          (terms.resourceIDs?.every((each) => given.resourceIDs?.includes(each) ?? true) ?? false))
          ? [terms]
          : [],
      );

const qualified = ({ eventID, resourceIDs }: OptTerms, optType: OptTerms['optType']): readonly Consequence[] =>
  eventID === undefined || resourceIDs !== undefined
    ? []
    : [tell(streamOf('drEvent', eventID), { type: 'opt.qualified', optType })];

/** The end of the last window; of what qualifies an event none is kept: the event’s own is. */
const lastEndOf = (windows: readonly OptWindow[]): number | null =>
  windows.length === 0 || windows.some(({ endAt }) => endAt === null)
    ? null
    : Math.max(...windows.map(({ endAt }) => endAt ?? 0));

/** A person opted. */
export const optGiven = (state: AgentState, { by: _by, ...terms }: OptGiven): readonly Consequence[] => {
  const endAt =
    terms.eventID === undefined ? lastEndOf(terms.windows) : (eventContext(state, terms.eventID)?.endAt ?? null);
  return [
    ...replacedBy(state, terms).map(({ optID }) => tell(streamOf('opt', optID), { type: 'opt.replaced' })),
    ...qualified(terms, terms.optType),
    tell(streamOf('opt', terms.optID), { type: 'opt.given', terms, endAt }),
    { unsettled: 'plan' },
  ];
};

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
  { optID, optType, optReason, eventID, modificationNumber = 0, windows, marketContext, resourceIDs }: OptTerms,
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
});

/** An opt goes to the VTN, or its end; not before we are registered, for then it is told anyway. @rule 2.0b 206, 208 */
export const optWanted = (
  state: AgentState,
  moment: Moment,
  { optID, isCancelled }: Extract<Signal, { type: 'opt.wanted' }>,
): readonly Consequence[] => {
  const context = snapshotOf(state, `opt/${optID}`, 'opt')?.context;
  const registered = snapshotOf(state, 'ven', 'ven')?.context;
  if (context === undefined || context.terms === null || registered?.registrationID == null) return [];
  const venID = venIDOf(state, moment);
  const { requestID, unanswered } = context;
  const message: OadrMessage = isCancelled
    ? { message: 'oadrCancelOpt', requestID, optID, venID }
    : createOpt(context.terms, requestID, venID, moment.at);
  const wanted: Wanted = { purpose: 'opt', message, resend: false, attempt: unanswered + 1 };
  return [{ signal: { type: 'exchange.wanted', wanted } }];
};

/** What the VTN said to an opt of ours: to whom it concerns. */
export const optAnswered = ({ message: asked }: Wanted, message: OadrMessage | null): readonly Consequence[] => {
  if (asked.message !== 'oadrCreateOpt' && asked.message !== 'oadrCancelOpt') return [];
  const { responseCode = '', responseDescription = '' } = (message === null ? null : responseOf(message)) ?? {};
  return [tell(streamOf('opt', asked.optID), { type: 'opt.answered', responseCode, why: responseDescription })];
};

/** The VTN has registered us: opts that it has not taken are told, and all of them to a VTN to which we are somebody new. */
export const optsTold = (state: AgentState, isNew: boolean): readonly Consequence[] =>
  [...state.streams.shelf('opt').keys()].map((stream) =>
    tell(streamOf('opt', stream.slice('opt/'.length)), { type: 'registration.known', isNew }),
  );
