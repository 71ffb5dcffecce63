import type { EventResponse } from '../protocol/elements/eventResponse.ts';
import type { OadrDistributeEvent } from '../protocol/messages/oadrDistributeEvent.ts';
import type { Purpose } from '../facts/output.ts';
import type { UnreadableItem } from '../protocol/errors.ts';
import type { ResponseCode } from '../protocol/types/responseCode.ts';
import { judge, type Verdict } from '../machines/drEvent/judge.ts';
import type { KnownEvent } from '../machines/drEvent/knownEvent.ts';
import type { Objection } from '../machines/objection.ts';
import type { Moment } from '../machines/moment.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import { streamOf, watchStream } from '../machines/streams.ts';
import { drEventOf, drEventsOf, snapshotOf, type AgentState } from '../core/state.ts';
import { answering, eiResponse, refusal, sendAnswer, venIDOf } from './answers.ts';
import { concernsOf, refusedListConcerns } from './concerns.ts';
import { isOptedOutBySchedule } from './optHolds.ts';
import { pricesRefused } from './prices.ts';
import { pushesMissed } from './pushes.ts';
import { actingSettings } from './trust.ts';
import { itemText, unreadableAlarm } from './unreadable.ts';

/** An oadrDistributeEvent: judged, taken over event by event, and answered in one message. @rule 2.0b 12, 19, 42, 61 */

const knownEvents = (state: AgentState): ReadonlyMap<string, KnownEvent> =>
  new Map(
    drEventsOf(state).flatMap(([id, context, status]) =>
      context.event === null
        ? []
        : [
            [
              id,
              {
                event: context.event,
                modificationNumber: context.modificationNumber,
                status: status as KnownEvent['status'],
                optType: context.optType,
                isOnlyMissing: context.cancelledBy !== null && context.cancelledBy !== 'explicit',
              },
            ],
          ],
    ),
  );

const takeOver = (verdict: Verdict, requestID: string): readonly Consequence[] => {
  const { eventID, modificationNumber, responseCode, why } = verdict;
  const stream = streamOf('drEvent', eventID);
  switch (verdict.decision) {
    case 'new':
    case 'modified': {
      const { oadrEvent, remarks, decision: kind } = verdict;
      return [tell(stream, { type: 'event.accepted', oadrEvent, requestID, kind, remarks })];
    }
    case 'repeated': {
      const { oadrResponseRequired: responseRequired } = verdict.oadrEvent;
      return [tell(stream, { type: 'event.repeated', requestID, responseRequired })];
    }
    case 'cancelled':
      return [tell(stream, { type: 'event.cancelled', by: 'explicit', modificationNumber, requestID })];
    case 'refused':
      return [{ stream, fact: { type: 'DrEventRefused', data: { eventID, modificationNumber, responseCode, why } } }];
    case 'ignored':
      return [];
  }
};

const decided = ({ eventID, modificationNumber, optType, responseCode }: Verdict, requestID: string): Consequence => ({
  stream: `drEvent/${eventID}`,
  fact: { type: 'DrEventAnswered', data: { eventID, modificationNumber, optType, responseCode, requestID } },
});

const eventResponse = (verdict: Verdict, requestID: string): EventResponse => ({
  responseCode: verdict.responseCode as ResponseCode,
  responseDescription: verdict.why,
  requestID,
  qualifiedEventID: { eventID: verdict.eventID, modificationNumber: verdict.modificationNumber },
  optType: verdict.optType,
});

const cancelAbsent = (eventID: string, known: ReadonlyMap<string, KnownEvent>): Consequence =>
  tell(streamOf('drEvent', eventID), {
    type: 'event.cancelled',
    by: 'implicit',
    modificationNumber: known.get(eventID)?.modificationNumber ?? 0,
    requestID: null,
  });

/** @limit More answers are said in several messages: some hundred bytes each, they stay far below what a VTN takes at once. */
export const answersPerMessage = 200;

const inMessages = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / answersPerMessage) }, (_, place) =>
    items.slice(place * answersPerMessage, (place + 1) * answersPerMessage),
  );

const answersTo = (verdicts: readonly Verdict[], requestID: string, venID: string): readonly Consequence[] => [
  ...verdicts.map((verdict) => decided(verdict, requestID)),
  ...inMessages(verdicts).map((part) =>
    sendAnswer({
      message: 'oadrCreatedEvent',
      eiResponse: eiResponse('', null),
      eventResponses: part.map((verdict) => eventResponse(verdict, requestID)),
      venID,
    }),
  ),
];

/** Events of which it cannot be told which they are: they are told, and answered for the message. */
const unnamedEvents = (
  state: AgentState,
  moment: Moment,
  message: OadrDistributeEvent,
  unnamed: readonly UnreadableItem[] = [],
): readonly Consequence[] => {
  const [first] = unnamed;
  if (first === undefined) return [];
  const text = unnamed.map(itemText).slice(0, 4).join('; ');
  const fault = { responseCode: first.responseCode, why: itemText(first) };
  return [
    unreadableAlarm(
      message.message,
      `${unnamed.length} of the DR events that the VTN lists cannot be told apart from others, so nothing is cancelled by silence: ${text}.`,
    ),
    { signal: { type: 'exchange.wanted', wanted: answering(state, moment, fault, message) } },
  ];
};

/** Which VTN speaks is watched over: a stranger's prices are not taken, and it is found out who it is. @rule 2.0b 400 */
const identityConcerns = (state: AgentState, vtnID: string, isOurs: boolean): readonly Consequence[] => {
  if (!isOurs) return [tell(watchStream, { type: 'identity.doubted', vtnID })];
  const isDoubted = snapshotOf(state, 'watch', 'watch')?.matches({ identity: 'doubted' }) ?? false;
  return isDoubted ? [tell(watchStream, { type: 'identity.agreed' })] : [];
};

/** The VTN listed DR events in a message by which it reports an error: it is asked for all of them. After a reply to that it is left at the alarm. */
const again = (purpose: Purpose | 'push'): readonly Consequence[] =>
  purpose === 'requestEvent' ? [] : [{ signal: { type: 'resync.wanted', bootstrap: 'events' } }];

/** Another VTN's list is refused as a whole; an error that the VTN reports is not answered. */
const wholeFault = (
  state: AgentState,
  message: OadrDistributeEvent,
  fault: Objection,
  { venID, purpose }: { readonly venID: string; readonly purpose: Purpose | 'push' },
): readonly Consequence[] =>
  message.eiResponse !== undefined && !message.eiResponse.responseCode.startsWith('2')
    ? [
        refusal('oadrDistributeEvent', fault),
        ...refusedListConcerns(message.oadrEvent, fault),
        ...(message.oadrEvent.length > 0 ? again(purpose) : []),
      ]
    : [
        refusal('oadrDistributeEvent', fault),
        sendAnswer({ message: 'oadrCreatedEvent', eiResponse: eiResponse(message.requestID, fault), venID }),
        ...identityConcerns(state, message.vtnID, false),
      ];

const versionKey = (eventID: string, modificationNumber: number): string => `${modificationNumber} ${eventID}`;

/** What the refused versions of events state of prices is kept, although nothing is priced by it. */
const refusedPrices = (
  state: AgentState,
  moment: Moment,
  { oadrEvent }: OadrDistributeEvent,
  verdicts: readonly Verdict[],
): readonly Consequence[] => {
  const refused = verdicts.filter(({ decision }) => decision === 'refused');
  if (refused.length === 0) return [];
  const listed = new Map(
    oadrEvent.map(({ eiEvent }) => {
      const { eventID, modificationNumber } = eiEvent.eventDescriptor;
      return [versionKey(eventID, modificationNumber), eiEvent];
    }),
  );
  return refused.flatMap(({ eventID, modificationNumber, why }) => {
    const event = listed.get(versionKey(eventID, modificationNumber));
    return event === undefined ? [] : pricesRefused(state, moment, event, why);
  });
};

/** An event that lies in a time that persons opted out of altogether is answered so; its prices are known all the same. */
const asScheduled = (state: AgentState, verdict: Verdict): Verdict =>
  verdict.optType === 'optIn' && 'oadrEvent' in verdict && isOptedOutBySchedule(state, verdict.oadrEvent.eiEvent)
    ? { ...verdict, optType: 'optOut' }
    : verdict;

/** An event that a person opted out of before entries of the log were lost is new here, and out all the same. */
const asOpted = (state: AgentState, verdict: Verdict): Verdict =>
  verdict.decision === 'new' && drEventOf(state, verdict.eventID)?.optType === 'optOut'
    ? { ...verdict, optType: 'optOut' }
    : verdict;

/** What follows from an oadrDistributeEvent. */
export const receiveDistributeEvent = (
  state: AgentState,
  moment: Moment,
  message: OadrDistributeEvent,
  purpose: Purpose | 'push',
): readonly Consequence[] => {
  const { settings, at } = moment;
  const venID = venIDOf(state, moment);
  const vtnID = snapshotOf(state, 'ven', 'ven')?.context.vtnID ?? null;
  const known = knownEvents(state);
  const judgement = judge(message, { known, venID, vtnID, settings: actingSettings(state, settings), at });
  if (judgement.fault !== null) return wholeFault(state, message, judgement.fault, { venID, purpose });
  const { requestID } = message;
  const answered = judgement.verdicts
    .filter(({ isAnswered }) => isAnswered)
    .map((verdict) => asScheduled(state, asOpted(state, verdict)));
  return [
    ...identityConcerns(state, message.vtnID, true),
    ...judgement.verdicts.flatMap((verdict) => takeOver(verdict, requestID)),
    ...refusedPrices(state, moment, message, judgement.verdicts),
    ...judgement.absent.map((eventID) => cancelAbsent(eventID, known)),
    ...concernsOf(state, judgement, settings.implicitCancellation),
    ...unnamedEvents(state, moment, message, judgement.unnamed),
    ...(purpose === 'requestEvent' ? pushesMissed(state, judgement.verdicts) : []),
    ...answersTo(answered, requestID, venID),
  ];
};
