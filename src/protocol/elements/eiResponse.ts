import type { RequestID } from '../types/identifiers.ts';
import type { ResponseCode } from '../types/responseCode.ts';

/** Whether the message answered was acceptable. */
export interface EiResponse {
  readonly responseCode: ResponseCode;
  readonly responseDescription?: string;
  /** Always an element, possibly empty. */
  readonly requestID: RequestID;
}
