import type { EventResponse } from '../elements/eventResponse.ts';
import type { OadrCreatedEvent } from '../messages/oadrCreatedEvent.ts';
import { isAccepted } from '../types/responseCode.ts';
import { type Findings, demand } from './rule.ts';

const checkEventResponse = (
  { requestID, responseCode, optType, qualifiedEventID }: EventResponse,
  findings: Findings,
): void => {
  const { eventID } = qualifiedEventID;
  demand(
    findings,
    '9.4 (42)',
    requestID !== '',
    `The response to event ${eventID} lacks the requestID of the oadrDistributeEvent it came in.`,
  );
  demand(
    findings,
    '9.7 (48)',
    isAccepted(responseCode) || optType === 'optOut',
    `The response to event ${eventID} is ${responseCode} and yet optIn.`,
  );
  demand(findings, '9.13 (XSD)', eventID !== '', 'A response names no eventID.');
};

/**
 * Events are answered one by one, under the requestID they came with.
 *
 * @rule 2.0b 35
 * @rule 2.0b 42
 */
export const checkCreatedEvent = ({ eiResponse, eventResponses = [] }: OadrCreatedEvent, findings: Findings): void => {
  const hasResponses = eventResponses.length > 0;
  demand(
    findings,
    '9.5 (42)',
    !hasResponses || eiResponse.requestID === '',
    'eiResponse has a requestID beside eventResponses; it stays empty.',
  );
  demand(
    findings,
    '9.6 (35)',
    hasResponses || !isAccepted(eiResponse.responseCode),
    'No event is answered, and no error is reported.',
  );
  for (const response of eventResponses) checkEventResponse(response, findings);
};
