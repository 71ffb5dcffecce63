import type { MessageName } from './messages/names.ts';
import type { OadrResponseRequired } from './types/enumerations.ts';
import type { EventID, ReportRequestID, RequestID } from './types/identifiers.ts';
import type { KnownResponseCode } from './types/responseCode.ts';

/**
 * Why a received text is not accepted: it is not XML, it is XML no honest party sends, it is XML of another trade,
 * it is OpenADR but none of the 23 messages, or it is one of them with a fault.
 */
export type RefusalKind = 'notXml' | 'hostile' | 'notOpenADR' | 'unknownMessage' | 'invalid';

/** A received text that is not accepted, with what is needed to answer it. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** Where it failed: element names from the root, `/oadrPayload/oadrSignedObject/oadrPoll/venID`; `/` when there is no element to name. */
  readonly path: string;
  /** One sentence: what was wrong, with the value, and what is expected. */
  readonly text: string;
  /** What to answer, if an answer is due. */
  readonly responseCode: KnownResponseCode;
  /** The message it would have been, when that could be told. */
  readonly message?: MessageName;
  /** The requestID of that message, when it could be told; trimmed. */
  readonly requestID?: RequestID;
}

/** A tolerance that was used: the message departs from the profile and was accepted. */
export interface Deviation {
  /** The row of the tolerance list (`19.3`), a rule of the profile (`509`), or `XSD` for any other departure from the schema. */
  readonly rule: string;
  /** Where it was met first; the same departure of the same element is reported once. */
  readonly path: string;
  readonly text: string;
}

/** What can be told of an item of a list that cannot be read as a whole. */
export interface UnreadableTold {
  readonly eventID?: EventID;
  readonly modificationNumber?: number;
  readonly oadrResponseRequired?: OadrResponseRequired;
  readonly reportRequestID?: ReportRequestID;
}

/** An item of a list that cannot be read: it counts as listed, and costs the others nothing. */
export interface UnreadableItem extends UnreadableTold {
  /** `oadrEvent` or `oadrReportRequest`. */
  readonly element: string;
  /** Its place among the items of its kind, from 1. */
  readonly place: number;
  readonly path: string;
  /** One sentence: what was wrong, with the value, and what is expected. */
  readonly text: string;
  /** What to answer for it. */
  readonly responseCode: KnownResponseCode;
}
