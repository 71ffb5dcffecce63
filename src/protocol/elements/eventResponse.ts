import type { OptType } from '../types/enumerations.ts';
import type { RequestID } from '../types/identifiers.ts';
import type { ResponseCode } from '../types/responseCode.ts';
import type { QualifiedEventID } from './qualifiedEventID.ts';

/** The VEN's answer to one DR event. */
export interface EventResponse {
  readonly responseCode: ResponseCode;
  readonly responseDescription?: string;
  /** The requestID of the oadrDistributeEvent that brought the event. @rule 2.0b 42 */
  readonly requestID: RequestID;
  readonly qualifiedEventID: QualifiedEventID;
  readonly optType: OptType;
}
