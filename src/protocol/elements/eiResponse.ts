import type { RequestID } from '../types/identifiers.ts';
import type { ResponseCode } from '../types/responseCode.ts';
import type { Codec } from '../xml/codec.ts';
import { optionalIfReadable, required } from '../xml/field.ts';
import { responseCode, text } from '../xml/leaves.ts';
import { ei, pyld } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** Whether the message answered was acceptable. */
export interface EiResponse {
  readonly responseCode: ResponseCode;
  readonly responseDescription?: string;
  /** Always an element, possibly empty. */
  readonly requestID: RequestID;
}

/** @reading A sender that leaves the requestID out is taken to have sent it empty. */
export const eiResponse: Codec<EiResponse> = sequence([
  required(ei('responseCode'), responseCode),
  optionalIfReadable(ei('responseDescription'), text, '19'),
  required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
]);
