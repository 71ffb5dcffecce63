import type { OptType } from '../types/enumerations.ts';
import { optTypes } from '../types/enumerations.ts';
import type { RequestID } from '../types/identifiers.ts';
import type { ResponseCode } from '../types/responseCode.ts';
import type { Codec } from '../xml/codec.ts';
import { token } from '../xml/enumerated.ts';
import { listOf } from '../xml/combinators.ts';
import { optional, required, zeroOrMore } from '../xml/field.ts';
import { responseCode, text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { QualifiedEventID } from './qualifiedEventID.ts';
import { qualifiedEventID } from './qualifiedEventID.ts';

/** The VEN's answer to one DR event. */
export interface EventResponse {
  readonly responseCode: ResponseCode;
  readonly responseDescription?: string;
  /** The requestID of the oadrDistributeEvent that brought the event. @rule 2.0b 42 */
  readonly requestID: RequestID;
  readonly qualifiedEventID: QualifiedEventID;
  readonly optType: OptType;
}

const eventResponse: Codec<EventResponse> = sequence([
  required(ei('responseCode'), responseCode),
  optional(ei('responseDescription'), text),
  required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
  required(ei('qualifiedEventID'), qualifiedEventID),
  required(ei('optType'), token(optTypes)),
]);

/** The list of them in an oadrCreatedEvent. */
export const eventResponses: Codec<readonly EventResponse[]> = listOf(
  zeroOrMore(ei('eventResponse'), eventResponse),
  'eventResponse',
);
