import { localText } from '../programme/calendar.ts';
import { decimalOf, decimalText } from './decimal.ts';
import { isQuiet } from './chronicle.ts';
import type { VtnExchange } from './chronicle.ts';
import { startPushing } from './http/pushClient.ts';
import type { PushClientOptions, PushSource } from './http/pushClient.ts';
import type { Push, PushOutcome } from './pushing.ts';
import type { VtnOptions } from './settings.ts';
import { createVtn } from './vtn.ts';
import type { Vtn } from './vtn.ts';
import { startVtnServer } from './http/vtnServer.ts';
import type { VtnServer, VtnServerOptions } from './http/vtnServer.ts';

/** What `ven vtn` runs with. */
export interface RunVtnOptions {
  readonly vtn: VtnOptions;
  readonly server?: VtnServerOptions;
  readonly pushing?: PushClientOptions;
  /** Takes one line at a time. */
  readonly print: (line: string) => void;
  /** Whether polls that bring nothing are printed too. */
  readonly printsQuietPolls?: boolean;
}

/** A VTN that runs until it is closed. */
export interface RunningVtn extends VtnServer {
  readonly vtn: Vtn;
}

const eventCount = (count: number): string => (count === 1 ? '1 DR event' : `${count} DR events`);

/** What is worth a word about a message, beyond its name. */
const detailOf = ({ request, answer }: VtnExchange): string => {
  if (answer?.message === 'oadrDistributeEvent') return ` (${eventCount(answer.oadrEvent.length)})`;
  if (answer?.message === 'oadrRegisteredReport') return ` (${answer.oadrReportRequest.length} reports asked for)`;
  if (request?.message === 'oadrCreatedEvent')
    return ` (${(request.eventResponses ?? []).map((one) => `${one.optType} ${one.qualifiedEventID.eventID.slice(0, 8)}`).join(', ')})`;
  if (request?.message === 'oadrUpdateReport')
    return ` (${request.oadrReport.map((one) => `${one.reportName ?? 'report'}: ${(one.intervals ?? []).length} intervals`).join(', ')})`;
  return '';
};

const answerText = ({ answer, status, connection, request }: VtnExchange): string => {
  if (connection !== 'answered') return connection;
  const code = answer !== undefined && 'eiResponse' in answer ? ` ${answer.eiResponse?.responseCode ?? ''}` : '';
  if (answer !== undefined) return `${answer.message}${code}`;
  return request?.message === 'oadrResponse' && status === 200 ? 'empty body' : `HTTP ${status}`;
};

const exchangeLine = (vtn: Vtn, exchange: VtnExchange): string => {
  const when = localText(exchange.at, vtn.settings.timeZone);
  const who = exchange.venID === undefined ? '' : ` ${exchange.venID}`;
  const what = exchange.request?.message ?? 'something unreadable';
  const faults = exchange.faults.length === 0 ? '' : ` [${exchange.faults.join(', ')}]`;
  return `${when}${who} ${what} -> ${answerText(exchange)}${detailOf(exchange)}${faults}`;
};

/** The books in a few lines, for the end of a run. */
export const bookingLines = (vtn: Vtn): readonly string[] => {
  const { intervals, energyKilowattHours, amountUsd, toldTwice, conflicts } = vtn.totals();
  const credit = decimalText({ ...decimalOf(amountUsd), units: -decimalOf(amountUsd).units });
  const lost =
    vtn.vanished.length === 0
      ? []
      : [
          `${vtn.vanished.length} values were acknowledged and lost; the first because of ${vtn.vanished[0]?.reason ?? ''}.`,
        ];
  return [
    `Booked: ${intervals} intervals, ${energyKilowattHours} kWh net, a credit of ${credit} USD; told twice: ${toldTwice}, conflicting: ${conflicts}.`,
    ...lost,
    ...vtn.complaints.map((complaint) => `Complaint (rule ${complaint.rule}): ${complaint.text}`),
  ];
};

const introduction = (vtn: Vtn, server: VtnServer, token: string): readonly string[] => [
  // The reference client's own default token is no secret, and whoever writes a VEN wants to copy the line.
  `VTN "${vtn.settings.vtnID}" listens at ${token === 'auth-token' ? server.url : server.printableUrl}`,
  `Local time ${localText(vtn.settings.clock.now(), vtn.settings.timeZone)} (${vtn.settings.timeZone}); tomorrow's prices come out at ${vtn.settings.publishAt}.`,
  `VENs admitted: ${vtn.settings.venIDs === 'any' ? 'any' : vtn.settings.venIDs.join(', ')}; poll frequency ${vtn.settings.pollFreq}; wire style ${vtn.settings.wireStyle}.`,
];

/** Prints every exchange, and each complaint beneath the exchange that caused it. */
const narrate = (vtn: Vtn, { print, printsQuietPolls = false }: RunVtnOptions): void => {
  let complaintsPrinted = 0;
  vtn.chronicle.watch((exchange) => {
    if (printsQuietPolls || !isQuiet(exchange)) print(exchangeLine(vtn, exchange));
    for (const complaint of vtn.complaints.slice(complaintsPrinted))
      print(`  complaint (rule ${complaint.rule}): ${complaint.text}`);
    complaintsPrinted = vtn.complaints.length;
  });
};

/** Says of each push what came back, or why nothing did. */
const pushLine = (vtn: Vtn, push: Push, outcome: PushOutcome, why = 'nothing came back'): string => {
  const when = localText(vtn.settings.clock.now(), vtn.settings.timeZone);
  const what = outcome === null ? `not pushed: ${why}` : `pushed -> HTTP ${outcome.httpStatus}`;
  const attempt = push.attempt === 1 ? '' : ` (attempt ${push.attempt})`;
  return `${when} ${push.venID} ${push.message.message} ${what}${attempt}`;
};

/** What is pushed, told as it goes. */
const told = (vtn: Vtn, { print }: RunVtnOptions): PushSource<Push> => ({
  next: () => vtn.pushes.next(),
  settle: (push, outcome, why) => {
    vtn.pushes.settle(push, outcome);
    print(pushLine(vtn, push, outcome, why));
  },
});

/** Starts a VTN for people who are writing a VEN: it says what it is asked, what it answers and what it disapproves of. */
export const runVtn = async (options: RunVtnOptions): Promise<RunningVtn> => {
  const vtn = createVtn(options.vtn);
  const server = await startVtnServer(vtn, options.server);
  const pushing = startPushing({ pushes: told(vtn, options) }, options.pushing);
  narrate(vtn, options);
  for (const line of introduction(vtn, server, options.server?.token ?? 'auth-token')) options.print(line);
  const close = async (): Promise<void> => {
    pushing.close();
    await server.close();
  };
  return { ...server, vtn, close };
};
