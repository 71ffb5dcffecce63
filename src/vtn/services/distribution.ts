import type { MessageOf } from '../../protocol/payload.ts';
import type { OadrEvent } from '../../protocol/elements/oadrEvent.ts';
import type { EventResponse } from '../../protocol/elements/eventResponse.ts';
import { responseCodes } from '../../protocol/types/responseCode.ts';
import type { RequestID } from '../../protocol/types/identifiers.ts';
import { eiResponseOf, noteOpt } from '../world.ts';
import type { KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';

/** DR events in an answer. */
export const distribution = (
  world: VtnWorld,
  oadrEvent: readonly OadrEvent[],
  requestID: RequestID,
): MessageOf<'oadrDistributeEvent'> => ({
  message: 'oadrDistributeEvent',
  eiResponse: eiResponseOf(requestID),
  requestID: world.requestID(),
  vtnID: world.moods.vtnID,
  oadrEvent,
});

/** Lists every DR event of the VEN, whatever a poll has handed out; `replyLimit` shortens the list. */
export const requestEvent = (world: VtnWorld, ven: KnownVen, request: MessageOf<'oadrRequestEvent'>): ServiceAnswer =>
  distribution(world, world.board.listFor(ven.venID, world.now()).slice(0, request.replyLimit), request.requestID);

/** A poll has no requestID to be echoed: this family writes `None` there. */
const polledRequestID = ({ settings }: VtnWorld): RequestID => (settings.wireStyle === 'nhec' ? 'None' : '');

/** Hands DR events out by a poll: once. */
export const distributeNews = (world: VtnWorld, ven: KnownVen): ServiceAnswer => {
  if (!world.board.hasNews(ven.venID)) return undefined;
  const events =
    world.settings.distributes === 'all'
      ? world.board.listFor(ven.venID, world.now())
      : world.board.newsFor(ven.venID, world.now());
  world.board.handedOut(ven.venID);
  return distribution(world, events, polledRequestID(world));
};

const checkAnswer = (world: VtnWorld, ven: KnownVen, answer: EventResponse): boolean => {
  const { eventID, modificationNumber } = answer.qualifiedEventID;
  const listed = world.board.listed().find((one) => one.eventID === eventID);
  if (listed === undefined) {
    world.complain('21', `The VEN answered the DR event "${eventID}", which this VTN does not list.`, ven.venID);
    return false;
  }
  if ((listed.script.oadrResponseRequired ?? 'always') === 'never')
    world.complain('12', `The VEN answered the DR event "${eventID}", whose oadrResponseRequired is never.`, ven.venID);
  if (modificationNumber > listed.modificationNumber)
    world.complain(
      '42',
      `The VEN answered version ${modificationNumber} of the DR event "${eventID}", which stands at ${listed.modificationNumber}.`,
      ven.venID,
    );
  return true;
};

/** Takes down what a VEN answers to its DR events. */
export const createdEvent = (world: VtnWorld, ven: KnownVen, request: MessageOf<'oadrCreatedEvent'>): ServiceAnswer => {
  const answers = request.eventResponses ?? [];
  for (const answer of answers)
    noteOpt(world, {
      at: world.now(),
      venID: ven.venID,
      ...answer.qualifiedEventID,
      optType: answer.optType,
      responseCode: answer.responseCode,
      by: 'oadrCreatedEvent',
      requestID: answer.requestID,
    });
  const areKnown = answers.map((answer) => checkAnswer(world, ven, answer)).every(Boolean);
  const code = areKnown ? responseCodes.ok : responseCodes.invalidID;
  return {
    message: 'oadrResponse',
    eiResponse: eiResponseOf(request.eiResponse.requestID, code, areKnown ? 'OK' : 'An eventID is not known.'),
    venID: ven.venID,
  };
};
