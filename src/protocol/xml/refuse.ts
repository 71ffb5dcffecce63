import type { RefusalKind } from '../errors.ts';
import type { KnownResponseCode } from '../types/responseCode.ts';
import { responseCodes } from '../types/responseCode.ts';
import { type XmlElement, pathOf } from './element.ts';

/** Carries a refusal out of the depth of a document; never leaves decodePayload. */
export class RefusalSignal extends Error {
  readonly kind: RefusalKind;
  readonly path: string;
  readonly responseCode: KnownResponseCode;

  constructor(kind: RefusalKind, path: string, text: string, responseCode: KnownResponseCode) {
    super(text);
    this.kind = kind;
    this.path = path;
    this.responseCode = responseCode;
  }
}

/** Ends the reading of a text that is not acceptable XML. */
export const refuseText = (kind: 'notXml' | 'hostile', text: string, path = '/'): never => {
  throw new RefusalSignal(kind, path, text, responseCodes.complianceError);
};

/** Ends the reading of a message at the element that is at fault. */
export const refuseElement = (
  element: XmlElement,
  text: string,
  responseCode: KnownResponseCode = responseCodes.complianceError,
): never => {
  throw new RefusalSignal('invalid', pathOf(element), text, responseCode);
};

/** A value as an error shows it: quoted, escaped and short. */
export const quoted = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
