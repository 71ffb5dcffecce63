import { at, children, textAt } from './element.ts';
import { bodyOf } from './messageChecks.ts';
import type { Received } from './received.ts';

/** One eventResponse, in a line: `event-1/0 200 optIn`. */
export const opted = ({ message }: Received): readonly string[] =>
  children(at(bodyOf(message), 'eventResponses'), 'eventResponse').map((response) =>
    [
      `${textAt(response, 'qualifiedEventID', 'eventID') ?? '?'}/${textAt(response, 'qualifiedEventID', 'modificationNumber') ?? '?'}`,
      textAt(response, 'responseCode'),
      textAt(response, 'optType'),
    ].join(' '),
  );
