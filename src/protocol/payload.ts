import type { Deviation, Refusal } from './errors.ts';
import type { OadrMessage } from './messages/oadrMessage.ts';
import type { XmlLimits } from './xml/limits.ts';

export type { Deviation, Refusal, RefusalKind } from './errors.ts';
export type { MessageName, MessageOf, OadrMessage } from './messages/oadrMessage.ts';
export type { XmlLimits } from './xml/limits.ts';

/** How a received text is to be read. */
export interface DecodeOptions {
  /** Refuse what the schema forbids, instead of tolerating it; what is schema-valid is accepted either way. */
  readonly strict?: boolean;
  readonly limits?: Partial<XmlLimits>;
}

/** A message, or the reason why there is none. */
export type DecodeResult =
  | { readonly ok: true; readonly message: OadrMessage; readonly deviations: readonly Deviation[] }
  | { readonly ok: false; readonly refusal: Refusal };
