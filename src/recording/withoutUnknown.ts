import type { RecordedExchange } from './recordedExchange.ts';

/** What a VTN cannot know, because the recording begins after it: a registration, DR events that were handed out before. */

const registrationID = /<((?:[\w.-]+:)?registrationID)(?:\s[^<>]*)?>[^<]*<\/\1>/;
const eventResponse = /<((?:[\w.-]+:)?eventResponse)(?:\s[^<>]*)?>[\s\S]*?<\/\1>/g;
const eventID = /<(?:[\w.-]+:)?eventID(?:\s[^<>]*)?>\s*([^<]*?)\s*</;

/** The XML of a request without what the VTN would take for somebody else's. `isKnown`: whether the VTN has named it. */
export const withoutUnknown = (
  { request, requestXml }: RecordedExchange,
  isKnown: (identifier: string) => boolean,
): string => {
  if (request.message === 'oadrCreatePartyRegistration') {
    return request.registrationID === undefined || isKnown(request.registrationID)
      ? requestXml
      : requestXml.replace(registrationID, '');
  }
  if (request.message !== 'oadrCreatedEvent') return requestXml;
  const kept = requestXml.replace(eventResponse, (response) =>
    isKnown(eventID.exec(response)?.[1] ?? '') ? response : '',
  );
  // Without any response it would be another message: then it is sent as it was, and the VTN says what it thinks of it.
  return kept.search(eventResponse) < 0 ? requestXml : kept;
};
