import type { ExchangeOutcome, Transport } from '../../src/shell/ports.ts';
import type { OadrServiceName } from '../../src/protocol/types/enumerations.ts';

/** What a VTN says to a request, as text. */
export type AnswerText = (service: OadrServiceName, body: string) => string | Promise<string>;

/** A transport without sockets, to a VTN that never fails. */
export const directTransport = (answer: AnswerText, now: () => number): Transport => ({
  exchange: async ({ service, body }): Promise<ExchangeOutcome> => ({
    kind: 'answered',
    httpStatus: 200,
    body: await answer(service, body),
    durationMs: 20,
    vtnDate: now(),
  }),
  close: () => Promise.resolve(),
});
