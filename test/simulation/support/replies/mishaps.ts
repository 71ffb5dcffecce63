/** What may become of the reply to a request, and for how long. */
import type { Fault, FaultRule } from '../../../../src/vtn/faults/faults.ts';
import type { MessageName, OadrMessage } from '../../../../src/protocol/payload.ts';

/** Who it befalls. */
export const venID = 'bellawatt.example.ven.123';

/** Of a reply that answers something else. */
export const anothersRequestID = 'another.request';

const accepted = { eiResponse: { responseCode: '200', requestID: anothersRequestID }, venID };

/** Messages that answer something else, each well formed. */
const misplaced: Readonly<Record<string, OadrMessage>> = {
  oadrUpdatedReport: { message: 'oadrUpdatedReport', ...accepted },
  oadrRegisteredReport: { message: 'oadrRegisteredReport', ...accepted, oadrReportRequest: [] },
  oadrResponse: { message: 'oadrResponse', ...accepted },
  'oadrResponse 459': { message: 'oadrResponse', eiResponse: { responseCode: '459', requestID: '' } },
  'oadrResponse 500': { message: 'oadrResponse', eiResponse: { responseCode: '500', requestID: '' } },
};

/** Those of the profile, and some that it gives no meaning. */
const codes = ['450', '451', '452', '453', '454', '455', '456', '457', '458', '459', '463', '500'] as const;

/** As long as a text of ours may be. @unit characters */
const longID = 64 * 1024;

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
  'a requestID of 64 kB': { do: 'wrongRequestID', requestID: 'x'.repeat(longID) },
  'a requestID beyond 64 kB': { do: 'wrongRequestID', requestID: 'x'.repeat(longID + 1) },
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

/** The messages of a VEN that a VTN replies to. */
export const messages = [
  'oadrPoll',
  'oadrRequestEvent',
  'oadrCreatedEvent',
  'oadrUpdateReport',
  'oadrRegisterReport',
  'oadrCreatePartyRegistration',
  'oadrCreatedReport',
  'oadrCanceledReport',
  'oadrRegisteredReport',
  'oadrResponse',
  'oadrCreateOpt',
  'oadrCancelOpt',
  'oadrQueryRegistration',
  'oadrCancelPartyRegistration',
  'oadrCanceledPartyRegistration',
] as const satisfies readonly MessageName[];

/** The requests whose replies it befalls; `any`: whichever comes, `each`: those to every message in one evening. */
export const requests = [...messages, 'any', 'each'] as const;

/** One cell of the matrix, which stands for an evening and a night. */
export interface Cell {
  readonly request: (typeof requests)[number];
  readonly mishap: string;
  readonly span: string;
}

/** For an hour, each is as any. */
const isOwn = ({ request, span }: Cell): boolean => request !== 'each' || span !== 'for an hour';

/** All of them. */
export const cells: readonly Cell[] = requests
  .flatMap((request) =>
    Object.keys(spans).flatMap((span) => Object.keys(mishaps).map((mishap) => ({ request, mishap, span }))),
  )
  .filter(isOwn);

/** @unit ms */
export const hourMs = 3_600_000;

/** Whether the VTN may need an hour to be itself again. */
export const isLong = ({ request, span }: Cell): boolean => span === 'for an hour' || request === 'each';

/** The faults of a cell, from an instant on. */
export const faultsOf = ({ request, mishap, span }: Cell, fromAt: number): readonly FaultRule[] => {
  const fault = mishaps[mishap];
  const times = spans[span];
  if (fault === undefined || times === undefined) throw new RangeError(`There is no cell "${mishap}, ${span}".`);
  const rule = { ...fault, times, untilAt: fromAt + hourMs };
  if (request === 'any') return [rule];
  return (request === 'each' ? messages : [request]).map((on) => ({ ...rule, on }));
};
