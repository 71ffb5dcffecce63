import type { OadrMessage } from '../../protocol/payload.ts';

/** What a message speaks of, by its identifiers: an opt, DR events, report requests; of others it is nothing of its own. */
export const subjectsOf = (message: OadrMessage): readonly string[] => {
  switch (message.message) {
    case 'oadrCreateOpt':
    case 'oadrCancelOpt':
      return [message.optID];
    case 'oadrCreatedEvent':
      return (message.eventResponses ?? []).map(({ qualifiedEventID: { eventID } }) => eventID);
    case 'oadrUpdateReport':
      return [...new Set(message.oadrReport.map(({ reportRequestID }) => reportRequestID))];
    default:
      return [];
  }
};
