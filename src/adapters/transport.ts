/**
 * The Transport port: one POST of one message to one service of the VTN, and what came of it.
 * An exchange never throws: whatever the network does is an outcome.
 */

import type { OadrServiceName } from '../protocol/types/enumerations.ts';

/** The services of the simple HTTP transport, as the last part of their URL. @rule 2.0b 511 */
export type ServiceName = OadrServiceName;

/** A message on its way out. */
export interface ExchangeRequest {
  readonly service: ServiceName;
  /** The XML as it goes on the wire. */
  readonly body: string;
}

/** The VTN answered with HTTP 200 and a body that may be XML, or with an empty body. */
export interface ExchangeAnswered {
  readonly kind: 'answered';
  readonly httpStatus: 200;
  readonly body: string;
  readonly durationMs: number;
  /** The VTN's own clock as its Date header tells it, in milliseconds since the epoch; whole seconds. */
  readonly vtnDate?: number;
}

/** Why an exchange brought no answer. */
export type ExchangeFailureReason =
  | 'refused'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'httpStatus'
  | 'tooLarge'
  | 'redirect'
  | 'contentType'
  | 'aborted';

/** The exchange brought no answer that may be read. */
export interface ExchangeFailed {
  readonly kind: 'failed';
  readonly reason: ExchangeFailureReason;
  readonly httpStatus?: number;
  /** How long the VTN asks us to stay away. */
  readonly retryAfterMs?: number;
  /** True only when it is proved that the VTN cannot have read the message; false when nobody knows. */
  readonly certainlyNotDelivered: boolean;
  /** One sentence for a person, without secrets. */
  readonly detail: string;
  readonly durationMs: number;
}

export type ExchangeOutcome = ExchangeAnswered | ExchangeFailed;

/** The way to the VTN. */
export interface Transport {
  exchange(request: ExchangeRequest): Promise<ExchangeOutcome>;
  /** Ends what is under way as `aborted` and closes the connection; later exchanges end as `aborted` at once. */
  close(): Promise<void>;
}
