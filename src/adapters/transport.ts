import type { ExchangeOutcome } from '../shell/ports.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';

/** The parts of the Transport port by name; the port itself is in shell/ports. */
export type { ExchangeOutcome, ExchangeRequest, Transport } from '../shell/ports.ts';

/** The services of the simple HTTP transport, as the last part of their URL. @rule 2.0b 511 */
export type ServiceName = OadrServiceName;

/** The exchange brought no answer that may be read. */
export type FailedExchange = Extract<ExchangeOutcome, { readonly kind: 'failed' }>;

/** Why an exchange brought no answer. */
export type ExchangeFailureReason = FailedExchange['reason'];
