/** What may become of the reply to a request, and for how long. */
import type { Fault, FaultRule } from '../../../../src/vtn/faults/faults.ts';
import type { MessageName, OadrMessage } from '../../../../src/protocol/payload.ts';

/** Who it befalls. */
export const venID = 'bellawatt.example.ven.123';

const accepted = { eiResponse: { responseCode: '200', requestID: 'another.request' }, venID };

/** Messages that answer something else, each well formed. */
const misplaced: Readonly<Record<string, OadrMessage>> = {
  oadrUpdatedReport: { message: 'oadrUpdatedReport', ...accepted },
  oadrRegisteredReport: { message: 'oadrRegisteredReport', ...accepted, oadrReportRequest: [] },
  oadrResponse: { message: 'oadrResponse', ...accepted },
  'oadrResponse 459': { message: 'oadrResponse', eiResponse: { responseCode: '459', requestID: '' } },
  'oadrResponse 500': { message: 'oadrResponse', eiResponse: { responseCode: '500', requestID: '' } },
};

const codes = ['450', '451', '452', '453', '454', '459', '463', '500'] as const;

/** What may befall a reply, by the name it is told by. */
export const mishaps: Readonly<Record<string, Fault>> = {
  'HTTP 500': { do: 'status', status: 500, processed: true },
  'HTTP 500, unread': { do: 'status', status: 500, processed: false },
  'HTTP 503': { do: 'status', status: 503, processed: true, retryAfterSeconds: 300 },
  'HTTP 401': { do: 'status', status: 401, processed: false },
  'HTTP 403': { do: 'status', status: 403, processed: true },
  'HTTP 404': { do: 'status', status: 404, processed: false },
  'HTTP 301': { do: 'redirect', status: 301 },
  'reset, unread': { do: 'resetBefore' },
  reset: { do: 'resetAfter' },
  empty: { do: 'body', body: '' },
  truncated: { do: 'truncated' },
  'a web page': { do: 'html' },
  malformed: { do: 'malformed' },
  'schema-invalid': { do: 'schemaInvalid' },
  'an empty oadrPayload': { do: 'body', body: '<oadrPayload/>' },
  ...Object.fromEntries(
    codes.map((responseCode): [string, Fault] => [`code ${responseCode}`, { do: 'responseCode', responseCode }]),
  ),
  'another requestID': { do: 'wrongRequestID' },
  'another venID': { do: 'wrongVenID' },
  'another vtnID': { do: 'wrongVtnID' },
  'in the last moment': { do: 'delay', delayMs: 29_500 },
  'too late': { do: 'delay', delayMs: 30_500 },
  'the one before': { do: 'previousAnswer' },
  ...Object.fromEntries(
    Object.entries(misplaced).map(([name, message]): [string, Fault] => [name, { do: 'answer', message }]),
  ),
};

/** How often it happens; within an hour in any case. */
export const spans: Readonly<Record<string, number>> = { once: 1, 'three times': 3, 'for an hour': Infinity };

/** The requests whose replies it befalls; `any`: all of them. */
export const requests = [
  'oadrPoll',
  'oadrRequestEvent',
  'oadrCreatedEvent',
  'oadrUpdateReport',
  'oadrRegisterReport',
  'oadrCreatePartyRegistration',
  'oadrCreatedReport',
  'oadrCanceledReport',
  'oadrCreateOpt',
  'oadrCancelOpt',
  'oadrQueryRegistration',
  'oadrCancelPartyRegistration',
  'any',
] as const satisfies readonly (MessageName | 'any')[];

/** One cell of the matrix, which stands for an evening and a night. */
export interface Cell {
  readonly request: (typeof requests)[number];
  readonly mishap: string;
  readonly span: string;
}

/** All of them. */
export const cells: readonly Cell[] = requests.flatMap((request) =>
  Object.keys(spans).flatMap((span) => Object.keys(mishaps).map((mishap) => ({ request, mishap, span }))),
);

/** @unit ms */
export const hourMs = 3_600_000;

/** The fault of a cell, from an instant on. */
export const faultOf = ({ request, mishap, span }: Cell, fromAt: number): FaultRule => {
  const fault = mishaps[mishap];
  const times = spans[span];
  if (fault === undefined || times === undefined) throw new RangeError(`There is no cell "${mishap}, ${span}".`);
  return { ...fault, times, untilAt: fromAt + hourMs, ...(request === 'any' ? {} : { on: request }) };
};
