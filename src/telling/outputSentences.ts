import type { DrEventCancelled, OutputType } from '../facts/output.ts';
import type { PriceSource, StatedPrice } from '../facts/prices.ts';
import { localText } from '../programme/calendar.ts';
import {
  duration,
  ended,
  identityText,
  kilowattHours,
  optText,
  power,
  span,
  type EntryOf,
  type Sentences,
} from './words.ts';

const again = (attempt: number): string => (attempt > 1 ? ` again (attempt ${attempt})` : '');

const sent = ({ data: { purpose, message, attempt } }: EntryOf<'SendRequested'>): string => {
  switch (purpose) {
    case 'query':
    case 'registration':
      return `Registering: ${message.message} sent${again(attempt)}.`;
    case 'metadata':
      return 'Registering reports: oadrRegisterReport sent.';
    case 'requestEvent':
      return 'Asking for all DR events: oadrRequestEvent sent.';
    case 'answer':
      return `Answering with ${message.message}${again(attempt)}.`;
    case 'report':
      return `Reporting: ${message.message} sent${again(attempt)}.`;
    case 'cancel':
      return `Taking leave: ${message.message} sent${again(attempt)}.`;
    case 'opt':
      return `Opting: ${message.message} sent${again(attempt)}.`;
    case 'poll':
      return 'Asking for news: oadrPoll sent.';
  }
};

/** What each status says to whoever pushed. */
const replies: Readonly<Record<EntryOf<'ReplyRequested'>['data']['httpStatus'], string>> = {
  200: 'It is answered with an empty reply.',
  403: 'It is answered with HTTP status 403: its signature does not count.',
  406: 'It is answered with HTTP status 406: it cannot be read, and is not to be sent again as it is.',
  500: 'It is answered with HTTP status 500: this program failed on it.',
  503: 'It is answered with HTTP status 503: an unregistered VEN hears nothing.',
};

const replied = ({ data: { httpStatus, message, repeats } }: EntryOf<'ReplyRequested'>): string => {
  const reply = message === undefined ? replies[httpStatus] : `It is answered with ${message.message}.`;
  return repeats === undefined ? reply : `${reply} That was the reply to it before: it came again.`;
};

const accepted = ({ data }: EntryOf<'DrEventAccepted'>, timeZone: string): string => {
  const { startAt, endAt, modificationNumber, test, kind } = data;
  const signals = data.signals.map(({ signalName, intervals }) => `${intervals} × ${signalName}`).join(', ');
  const version = kind === 'new' ? '' : `, modification ${modificationNumber}`;
  const remarks = (data.remarks ?? []).map((remark) => ` Remarked: ${remark}.`).join('');
  return `${test ? 'A test DR event' : 'DR event'} arrived${version}: ${signals} for ${span(startAt, endAt, timeZone)}.${remarks}`;
};

const due = ({ data }: EntryOf<'UsageDue'>, timeZone: string): string => {
  const intervals = data.usage.flatMap((usage) => usage.intervals);
  const measured = intervals.filter(({ energyWattHours }) => energyWattHours !== null);
  const net = measured.reduce((sum, { energyWattHours }) => sum + (energyWattHours ?? 0), 0);
  const from = Math.min(...intervals.map(({ startAt }) => startAt));
  const missing = intervals.length - measured.length;
  const again = data.repeats === undefined ? '' : ` It repeats ${data.repeats}, whose outcome is unknown.`;
  return `Usage report due: ${intervals.length} intervals from ${localText(from, timeZone)}, ${kilowattHours(net)} net${missing === 0 ? '' : `, ${missing} not measured`}.${again}`;
};

const optEnds = { over: 'is over', cancelled: 'was taken back', replaced: 'is replaced by a later one' } as const;

/** A source of prices as people call it. */
const sourceText = ({ id }: PriceSource, isFirst = false): string => `${isFirst ? 'DR event' : 'the DR event'} ${id}`;

const endOf = (last: StatedPrice | undefined): number => (last?.startAt ?? 0) + (last?.durationMs ?? Infinity);

const received = ({ data: { source, version, series } }: EntryOf<'PricesReceived'>, timeZone: string): string => {
  const stated = series.filter(({ intervals }) => intervals.length > 0);
  if (stated.length === 0) return `${sourceText(source, true)} states no prices any more (version ${version}).`;
  const count = stated.reduce((sum, { intervals }) => sum + intervals.length, 0);
  const startAt = Math.min(...stated.map(({ intervals }) => intervals[0]?.startAt ?? Infinity));
  const endAt = Math.max(...stated.map(({ intervals }) => endOf(intervals.at(-1))));
  const time = span(startAt, Number.isFinite(endAt) ? endAt : undefined, timeZone);
  const unusable = series.find(({ unusable: why }) => why !== undefined)?.unusable;
  return `Prices in hand: ${count} for ${time}, from ${sourceText(source)}${version === 0 ? '' : `, version ${version}`}${unusable === undefined ? '' : `; some are unusable: ${unusable}`}.`;
};

const withdrawn = ({ data: { source, because, endsAt } }: EntryOf<'PricesWithdrawn'>, timeZone: string): string =>
  endsAt === null
    ? `${sourceText(source, true)} is not listed any more; its prices hold until others take their place.`
    : `The prices of ${sourceText(source)} end at ${localText(endsAt, timeZone)} (${because}).`;

const cancelledBy: Readonly<Record<DrEventCancelled['by'], string>> = {
  explicit: 'the VTN said so',
  implicit: 'the VTN does not list it any more',
  registration: 'the registration ended',
};

/** Before usage is sent, reports are registered anew on purpose; what was composed before is composed again and nothing is lost. */
export const isResynchronised = ({ data }: EntryOf<'UsageDeliveryReleased'>): boolean =>
  data.because.endsWith(': reportsRegistered') || data.because === 'the reports were registered anew';

const released = (entry: EntryOf<'UsageDeliveryReleased'>): string =>
  isResynchronised(entry)
    ? 'The report requests were made anew, so the usage report is composed anew under the fresh one.'
    : `The usage report was not delivered (${entry.data.because}); its hours are still owed.`;

/** What an acknowledgement is worth where the VTN may have forgotten its request meanwhile, and loses what it acknowledges then. */
const ofTheRequest = (
  requestsKnownAt: EntryOf<'UsageDeliveryAcknowledged'>['data']['requestsKnownAt'],
  timeZone: string,
): string => {
  if (requestsKnownAt === undefined) return '';
  return requestsKnownAt === null
    ? ', of which the VTN has shown nothing since something failed'
    : `, which the VTN last showed to know at ${localText(requestsKnownAt, timeZone)}`;
};

/** What was concluded, in a sentence each. */
export const outputSentences: Sentences<OutputType> = {
  SendRequested: sent,
  ReplyRequested: replied,
  MessageDropped: ({ data: { message, subjects = [], because } }) =>
    `${message}${subjects.length === 0 ? '' : ` of ${subjects.join(', ')}`} was given up: ${because}.`,
  MessageRefused: ({ data }) => ended(`${data.message} was refused with ${data.responseCode}: ${data.why}`),
  Registered: ({ data }) =>
    `Registered with ${data.vtnID}${data.renewed ? ' again' : ''}: registrationID ${data.registrationID}.`,
  RegistrationRefused: ({ data: { responseCode, responseDescription: why } }) =>
    ended(`Registration refused with ${responseCode}${why === '' ? '' : `: ${why}`}`),
  RegistrationEnded: ({ data }) => `The registration is over (${data.by}).`,
  ReportsRegistered: ({ data: { reportSpecifierIDs } }) =>
    reportSpecifierIDs.length === 0
      ? 'No report is offered: nothing is metered.'
      : `Reports registered: ${reportSpecifierIDs.join(', ')}.`,
  BackoffStarted: ({ data }) =>
    `No luck with the VTN (${data.because}); trying again in ${Math.round(data.delayMs / 1000)} s.`,
  DrEventAccepted: accepted,
  DrEventRefused: ({ data }) => ended(`DR event ${data.eventID} refused with ${data.responseCode}: ${data.why}`),
  DrEventStatusChanged: ({ data }) => `DR event ${data.eventID} is ${data.status}.`,
  DrEventCancelled: ({ data }, timeZone) =>
    `DR event ${data.eventID} was cancelled (${cancelledBy[data.by]}); it ends at ${localText(data.endsAt, timeZone)}.`,
  DrEventAnswered: ({ data }) => `Answered DR event ${data.eventID} with ${data.optType} (${data.responseCode}).`,
  DrEventForgotten: ({ data }) => `DR event ${data.eventID} is over for long enough to be forgotten; the log keeps it.`,
  PricesReceived: received,
  PricesWithdrawn: withdrawn,
  PricesContested: ({ data }) =>
    `Other prices of ${sourceText(data.source)} were refused, and what was stated before holds: ${data.because}.`,
  PricesOverlapped: ({ data }, timeZone) =>
    `Time from ${span(data.startAt, data.endAt ?? undefined, timeZone)} is priced twice: ${data.because}.`,
  PricesClosed: ({ data }) => `${sourceText(data.source, true)} is over, and its prices stay as they are.`,
  ReportRequestAccepted: ({ data }) => `The VTN asks for ${data.kind} reports (${data.reportRequestID}).`,
  ReportRequestRefused: ({ data }) =>
    ended(`Report request ${data.reportRequestID} refused with ${data.responseCode}: ${data.why}`),
  ReportRequestEnded: ({ data }) => `Report request ${data.reportRequestID} is over (${data.because}).`,
  ReportDelayed: ({ data }, timeZone) =>
    `What ${data.reportRequestID} asks for ${span(data.fromAt, data.toAt, timeZone)} is told later: ${data.because}.`,
  UsageLeftOut: ({ data }, timeZone) =>
    `${span(data.fromAt, data.toAt, timeZone)} of ${data.resourceID} is left out of the report: ${data.because === 'neverMetered' ? 'it lies before the first reading' : 'it was not measured, and the setting withholds what was not'}.`,
  UsageAsked: ({ data }) =>
    `Usage of ${data.resourceIDs.length === 0 ? 'no device' : data.resourceIDs.join(', ')} is asked for (${data.asker.id}).`,
  UsageUnasked: ({ data }) => `Usage is not asked for any more under ${data.asker.id} (${data.because}).`,
  UsageDue: due,
  UsageDeliveryStarted: ({ data }) => `The usage report is on its way (requestID ${data.requestID}).`,
  UsageDeliveryAcknowledged: ({ data }, timeZone) =>
    `Usage report delivered and acknowledged (${data.responseCode}) under ${data.reportRequestID}${ofTheRequest(data.requestsKnownAt, timeZone)}.`,
  UsageDeliveryRejected: ({ data }) => ended(`Usage report rejected with ${data.responseCode}: ${data.why}`),
  UsageDeliveryDoubted: ({ data }) =>
    `It is unknown whether the usage report was counted (${data.because}); policy: ${data.policy}.`,
  UsageDeliveryReleased: released,
  ReportDoubted: ({ data }) =>
    `It is unknown whether the report for ${data.reportRequestID} arrived (${data.because}); it goes again under the same requestID.`,
  ExchangeRefused: ({ data }) =>
    ended(`The VTN refused ${data.message} with ${data.responseCode}${data.why === '' ? '' : `: ${data.why}`}`),
  MeterReadRequested: ({ data }, timeZone) =>
    `The registers of ${data.resourceID} for ${localText(data.boundaryAt, timeZone)} are wanted.`,
  DeviceStateRequested: ({ data }) => `${data.resourceID} is to say how it stands.`,
  ClocksCompared: ({ data: { clockOffsetMs } }) =>
    Math.abs(clockOffsetMs) < 1000
      ? 'The VTN’s clock and ours agree.'
      : `The VTN’s clock is ${duration(Math.abs(clockOffsetMs))} ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} ours.`,
  ReadingsDisowned: ({ data: { clockOffsetMs } }) =>
    `Readings are not counted, for they were dated by a clock that was ${duration(Math.abs(clockOffsetMs))} ${clockOffsetMs > 0 ? 'behind' : 'ahead'}.`,
  PlanRequested: ({ data }, timeZone) =>
    `A plan${data.resourceID === undefined ? '' : ` for ${data.resourceID}`} up to ${localText(data.toAt, timeZone)} is wanted: ${data.because}.`,
  SetpointRequested: ({ data }, timeZone) =>
    `${data.resourceID} is to ${power(data.demandWatts)} until ${localText(data.validUntil, timeZone)}.`,
  SetpointShadowed: ({ data: { resourceID, demandWatts, validUntil } }, timeZone) =>
    demandWatts === null
      ? `In shadow: ${resourceID} would be left to itself.`
      : `In shadow: ${resourceID} would ${power(demandWatts)} until ${localText(validUntil, timeZone)}; it is told nothing.`,
  DeviceTrustEnded: ({ data: { resourceID, because, was, is } }) =>
    because === 'distrusted'
      ? `${resourceID} is in shadow again: it is told nothing.`
      : `${resourceID} is in shadow again, for it is another device than was trusted: ${identityText(was)} was, and now there is ${is === undefined ? 'another' : identityText(is)}.`,
  InstructionEnded: ({ data: { resourceID, kind, because } }) =>
    kind !== 'override'
      ? `The wish (${kind}) of ${resourceID} ${because === 'lapsed' ? 'is over' : 'was taken back'}.`
      : because === 'inShadow'
        ? `The override of ${resourceID} is over: it is in shadow, and is told nothing.`
        : `${resourceID} follows the plan again: the override ${because === 'lapsed' ? 'is over' : 'was taken back'}.`,
  OptConcluded: ({ data }, timeZone) =>
    `The override of ${data.resourceID} contradicts the event, so we opt ${optText(data, timeZone)} (${data.optID}).`,
  OptCreated: ({ data: { optID, optType } }) => `The VTN has taken the opt ${optID} (${optType}).`,
  OptRefused: ({ data: { optID, responseCode, why } }) =>
    ended(`The VTN does not take the opt ${optID} (${responseCode} ${why}`.trimEnd() + '); here it holds all the same'),
  OptEnded: ({ data: { optID, because } }) => `The opt ${optID} ${optEnds[because]}.`,
  DeviceReleaseRequested: ({ data }) => `${data.resourceID} is to be left to itself: ${data.because}.`,
  StepFailed: ({ data }) =>
    ended(`This program could not take ${data.input} (${data.subject}), so the state stayed as it was: ${data.why}`),
  AlarmRaised: ({ data }) => ended(`Alarm ${data.alarm}: ${data.text}`),
  AlarmCleared: ({ data }) =>
    `The alarm ${data.alarm}${data.subject === undefined ? '' : ` of ${data.subject}`} is over.`,
};
