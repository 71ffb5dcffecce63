import type { MessageOf } from '../../protocol/payload.ts';
import { responseCodes } from '../../protocol/types/responseCode.ts';
import { eiResponseOf, noteOpt } from '../world.ts';
import type { KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';

/** Takes down that a VEN opts, of a DR event or by a schedule. */
export const createOpt = (world: VtnWorld, ven: KnownVen, request: MessageOf<'oadrCreateOpt'>): ServiceAnswer => {
  const { qualifiedEventID, optID, optType, requestID } = request;
  const isKnown =
    qualifiedEventID === undefined || world.board.listed().some(({ eventID }) => eventID === qualifiedEventID.eventID);
  if (!isKnown)
    return {
      message: 'oadrCreatedOpt',
      eiResponse: eiResponseOf(requestID, responseCodes.invalidID, 'The eventID is not known.'),
      optID,
    };
  if (qualifiedEventID !== undefined)
    noteOpt(world, {
      at: world.now(),
      venID: ven.venID,
      ...qualifiedEventID,
      optType,
      responseCode: responseCodes.ok,
      by: 'oadrCreateOpt',
      requestID,
    });
  return { message: 'oadrCreatedOpt', eiResponse: eiResponseOf(requestID), optID };
};

/** Acknowledges that an opt has ended. */
export const cancelOpt = (request: MessageOf<'oadrCancelOpt'>): ServiceAnswer => ({
  message: 'oadrCanceledOpt',
  eiResponse: eiResponseOf(request.requestID),
  optID: request.optID,
});
