import type { EventResponse } from '../protocol/elements/eventResponse.ts';
import type { OadrDistributeEvent } from '../protocol/messages/oadrDistributeEvent.ts';
import type { ResponseCode } from '../protocol/types/responseCode.ts';
import { judge, type KnownEvent, type Verdict } from '../machines/judge.ts';
import type { Moment } from '../machines/moment.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import { streamOf } from '../machines/streams.ts';
import { drEventsOf, snapshotOf, type AgentState } from '../core/state.ts';
import { eiResponse, sendAnswer, venIDOf } from './answers.ts';

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
                isOnlyMissing: context.cancelledBy === 'implicit',
              },
            ],
          ],
    ),
  );

const takeOver = (verdict: Verdict, requestID: string): readonly Consequence[] => {
  const { oadrEvent, eventID, modificationNumber, responseCode, why } = verdict;
  const stream = streamOf('drEvent', eventID);
  switch (verdict.decision) {
    case 'new':
    case 'modified':
      return [tell(stream, { type: 'event.accepted', oadrEvent, requestID, kind: verdict.decision })];
    case 'repeated':
      return [tell(stream, { type: 'event.repeated', requestID, responseRequired: oadrEvent.oadrResponseRequired })];
    case 'cancelled':
      return [tell(stream, { type: 'event.cancelled', by: 'explicit', modificationNumber, requestID })];
    case 'refused':
      return [{ stream, fact: { type: 'DrEventRefused', data: { eventID, modificationNumber, responseCode, why } } }];
    case 'ignored':
      return [];
  }
};

const wantsAnswer = ({ oadrEvent }: Verdict): boolean => oadrEvent.oadrResponseRequired === 'always';

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

const cancelAbsent = (state: AgentState, eventID: string): Consequence => {
  const modificationNumber = drEventsOf(state).find(([id]) => id === eventID)?.[1].modificationNumber ?? 0;
  return tell(streamOf('drEvent', eventID), {
    type: 'event.cancelled',
    by: 'implicit',
    modificationNumber,
    requestID: null,
  });
};

/** What follows from an oadrDistributeEvent. */
export const receiveDistributeEvent = (
  state: AgentState,
  moment: Moment,
  message: OadrDistributeEvent,
): readonly Consequence[] => {
  const venID = venIDOf(state, moment);
  const vtnID = snapshotOf(state, 'ven', 'ven')?.context.vtnID ?? null;
  const judgement = judge(message, {
    known: knownEvents(state),
    venID,
    vtnID,
    settings: moment.settings,
    at: moment.at,
  });
  if (judgement.fault !== null) {
    const reported = message.eiResponse !== undefined && !message.eiResponse.responseCode.startsWith('2');
    return reported
      ? []
      : [
          sendAnswer({
            message: 'oadrCreatedEvent',
            eiResponse: eiResponse(message.requestID, judgement.fault),
            venID,
          }),
        ];
  }
  const { requestID } = message;
  const toAnswer = judgement.verdicts.filter(wantsAnswer);
  return [
    ...judgement.verdicts.flatMap((verdict) => takeOver(verdict, requestID)),
    ...judgement.absent.map((eventID) => cancelAbsent(state, eventID)),
    ...toAnswer.map((verdict) => decided(verdict, requestID)),
    ...(toAnswer.length === 0
      ? []
      : [
          sendAnswer({
            message: 'oadrCreatedEvent',
            eiResponse: eiResponse('', null),
            eventResponses: toAnswer.map((verdict) => eventResponse(verdict, requestID)),
            venID,
          }),
        ]),
  ];
};
