/**
 * What certification looks at in every message of a VEN, written anew from conformance section 13: it shares nothing with
 * src/protocol/rules, so that a misreading there does not excuse itself here.
 */
import { validateAgainstXsd, xsdIsPresent } from '../../support/xsd.ts';
import { at, below, children, textAt, type Element } from './element.ts';
import type { Received } from './received.ts';

const EI = 'http://docs.oasis-open.org/ns/energyinterop/201110';

/** What the VTN knows of the VEN it speaks with. */
export interface Acquaintance {
  /** Null while there is no registration. */
  readonly venID: string | null;
  readonly registrationID: string | null;
  /** requestIDs of what was handed out, by the name of the reply that is due. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly handedEvents: ReadonlyMap<string, ReadonlySet<string>>;
  readonly reportRequests: ReadonlyMap<
    string,
    { readonly reportSpecifierID: string; readonly rIDs: readonly string[] }
  >;
  /** 4xx are due in this test. */
  readonly mayRefuse: boolean;
  /** The VEN is told to send messages without their envelope. */
  readonly wantsBare: boolean;
}

type Check = (message: Element, known: Acquaintance, received: Received) => readonly (string | false | undefined)[];

const withoutVenID = new Set(['oadrQueryRegistration', 'oadrCreatePartyRegistration']);

/** Where requestID, eiResponse and venID stand: two messages have them a step further in. */
export const bodyOf = (message: Element): Element =>
  at(message, 'eiRequestEvent') ?? at(message, 'eiCreatedEvent') ?? message;

const identity: Check = (message, { venID }) => {
  const given = textAt(bodyOf(message), 'venID');
  return [
    message.attributes[`{${EI}}schemaVersion`] !== '2.0b' && 'schemaVersion is not 2.0b',
    !withoutVenID.has(message.name) && given === undefined && 'there is no venID',
    !withoutVenID.has(message.name) && venID !== null && given !== venID && `venID is ${given ?? ''}, not ${venID}`,
  ];
};

const dates: Check = (message) =>
  [...below(message, 'date-time'), ...below(message, 'createdDateTime')].map(
    ({ text }) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && `date-time ${text} is not in UTC with Z`,
  );

const answers: Check = (message, { asked, mayRefuse }) => {
  const response = at(bodyOf(message), 'eiResponse');
  if (response === undefined) return [];
  const code = textAt(response, 'responseCode') ?? '';
  const due = asked.get(message.name);
  const echoes =
    due === undefined || message.name === 'oadrCreatedEvent' || due.has(textAt(response, 'requestID') ?? '');
  return [
    !mayRefuse &&
      !code.startsWith('2') &&
      `${code} ${textAt(response, 'responseDescription') ?? ''} although all was well`,
    !echoes && `requestID ${textAt(response, 'requestID') ?? ''} was never asked with`,
  ];
};

const createdEvent: Check = (message, { asked, handedEvents }) => {
  const body = bodyOf(message);
  const responses = children(at(body, 'eventResponses'), 'eventResponse');
  const code = textAt(body, 'eiResponse', 'responseCode') ?? '';
  if (responses.length === 0) return [code.startsWith('2') && 'there are no eventResponses'];
  return [
    textAt(body, 'eiResponse', 'requestID') !== '' && 'eiResponse/requestID is not empty',
    ...responses.flatMap((response) => {
      const requestID = textAt(response, 'requestID') ?? '';
      const eventID = textAt(response, 'qualifiedEventID', 'eventID') ?? '';
      const modificationNumber = textAt(response, 'qualifiedEventID', 'modificationNumber') ?? '';
      return [
        asked.get('oadrCreatedEvent')?.has(requestID) !== true &&
          `eventResponse/requestID ${requestID} is of no oadrDistributeEvent`,
        handedEvents.get(eventID)?.has(modificationNumber) !== true &&
          `event ${eventID} modification ${modificationNumber} was never sent`,
        !['optIn', 'optOut'].includes(textAt(response, 'optType') ?? '') && 'there is no optType',
      ];
    }),
  ];
};

const createPartyRegistration: Check = (message, { registrationID, venID }) => {
  const given = textAt(message, 'registrationID');
  const pull = textAt(message, 'oadrHttpPullModel');
  return [
    textAt(message, 'oadrProfileName') !== '2.0b' && 'oadrProfileName is not 2.0b',
    textAt(message, 'oadrTransportName') !== 'simpleHttp' && 'oadrTransportName is not simpleHttp',
    pull === undefined && 'there is no oadrHttpPullModel',
    pull === 'false' && at(message, 'oadrTransportAddress') === undefined && 'a push VEN without oadrTransportAddress',
    given === '' && 'registrationID is empty',
    given !== undefined &&
      registrationID !== null &&
      given !== registrationID &&
      `registrationID ${given} is not ${registrationID}`,
    given !== undefined && textAt(message, 'venID') === undefined && 're-registration without venID',
    given !== undefined && venID !== null && textAt(message, 'venID') !== venID && 're-registration with another venID',
  ];
};

const usageUnits = new Set(['powerReal', 'energyReal']);

const metadataDescription = (reportName: string, description: Element): readonly (string | false)[] => {
  const isStatus = reportName === 'METADATA_TELEMETRY_STATUS';
  const isTelemetry = reportName.startsWith('METADATA_TELEMETRY_');
  const unit = description.children.find(({ name }) => usageUnits.has(name) || name === 'itemBase');
  const rate = at(description, 'oadrSamplingRate');
  return [
    (textAt(description, 'rID') ?? '') === '' && 'there is no rID',
    textAt(description, 'reportType') !== (isStatus ? 'x-resourceStatus' : 'usage') && `reportType of ${reportName}`,
    textAt(description, 'readingType') !== (isStatus ? 'x-notApplicable' : 'Direct Read') &&
      `readingType of ${reportName}`,
    isStatus
      ? unit !== undefined && 'a status has no unit'
      : unit === undefined && 'usage without powerReal or energyReal',
    isTelemetry &&
      (textAt(rate, 'oadrMinPeriod') === undefined ||
        textAt(rate, 'oadrMaxPeriod') === undefined ||
        textAt(rate, 'oadrOnChange') === undefined) &&
      'oadrSamplingRate is not complete',
    isStatus && below(description, 'resourceID').length === 0 && 'a status names no resourceID',
  ];
};

const metadataReport = (report: Element, receivedAt: number): readonly (string | false)[] => {
  const reportName = textAt(report, 'reportName') ?? '';
  const createdAt = Date.parse(textAt(report, 'createdDateTime') ?? '');
  const rIDs = children(report, 'oadrReportDescription').map((each) => textAt(each, 'rID'));
  return [
    !reportName.startsWith('METADATA_') && `reportName is ${reportName}`,
    textAt(report, 'reportRequestID') !== '0' && 'reportRequestID of metadata is not 0',
    textAt(report, 'duration', 'duration') === undefined && 'metadata without a duration',
    at(report, 'dtstart') !== undefined && 'metadata with dtstart',
    at(report, 'intervals') !== undefined && 'metadata with intervals',
    Math.abs(createdAt - receivedAt) > 60_000 && 'createdDateTime is not now',
    rIDs.length === 0 && 'metadata without descriptions',
    new Set(rIDs).size !== rIDs.length && 'an rID stands twice',
    ...children(report, 'oadrReportDescription').flatMap((each) => metadataDescription(reportName, each)),
  ];
};

const registerReport: Check = (message, _known, { at: receivedAt }) => {
  const reports = children(message, 'oadrReport');
  const names = reports.map((report) => textAt(report, 'reportName'));
  const specifiers = reports.map((report) => textAt(report, 'reportSpecifierID'));
  return [
    !names.includes('METADATA_TELEMETRY_STATUS') && 'TELEMETRY_STATUS is not offered',
    !names.includes('METADATA_TELEMETRY_USAGE') && 'TELEMETRY_USAGE is not offered',
    new Set(specifiers).size !== specifiers.length && 'a reportSpecifierID stands twice',
    ...reports.flatMap((report) => metadataReport(report, receivedAt)),
  ];
};

const dataIntervals = (report: Element): readonly Element[] => children(at(report, 'intervals'), 'interval');

const dataReport = (report: Element, { reportRequests }: Acquaintance): readonly (string | false)[] => {
  const reportRequestID = textAt(report, 'reportRequestID') ?? '';
  const request = reportRequests.get(reportRequestID);
  const intervals = dataIntervals(report);
  const starts = intervals.map((interval) => Date.parse(textAt(interval, 'dtstart', 'date-time') ?? ''));
  const isUsage = (textAt(report, 'reportName') ?? '').endsWith('USAGE');
  const rIDsOf = (interval: Element): readonly string[] =>
    children(interval, 'oadrReportPayload').map((each) => textAt(each, 'rID') ?? '');
  return [
    request === undefined && `reportRequestID ${reportRequestID} is not asked for`,
    request !== undefined &&
      textAt(report, 'reportSpecifierID') !== request.reportSpecifierID &&
      'another reportSpecifierID than asked for',
    (textAt(report, 'reportName') ?? '').startsWith('METADATA') && 'METADATA in a data report',
    at(report, 'oadrReportDescription') !== undefined && 'a description in a data report',
    intervals.length === 0 && 'no interval',
    Date.parse(textAt(report, 'dtstart', 'date-time') ?? '') !== starts[0] &&
      'dtstart is not that of the first interval',
    starts.some((start, place) => place > 0 && start <= (starts[place - 1] ?? 0)) && 'intervals are not oldest first',
    ...intervals.flatMap((interval, place) => [
      textAt(interval, 'uid', 'text') !== String(place) && `uid of interval ${place}`,
      isUsage && at(interval, 'duration') === undefined && 'usage without a duration',
      !isUsage && at(interval, 'duration') !== undefined && 'point data with a duration',
      request !== undefined &&
        request.rIDs.some((rID) => !rIDsOf(interval).includes(rID)) &&
        `interval ${place} lacks an rID that was asked for`,
    ]),
  ];
};

const updateReport: Check = (message, known) => {
  const reports = children(message, 'oadrReport');
  return [reports.length === 0 && 'no report', ...reports.flatMap((report) => dataReport(report, known))];
};

const special: Readonly<Record<string, Check>> = {
  oadrCreatedEvent: createdEvent,
  oadrCreatePartyRegistration: createPartyRegistration,
  oadrRegisterReport: registerReport,
  oadrUpdateReport: updateReport,
};

const validated = new Map<string, string[]>();

/** What the schema has against a text; polls are all alike and are asked about once. */
const schemaFaults = (xml: string): string[] => {
  if (!xsdIsPresent) return [];
  const known = validated.get(xml);
  if (known !== undefined) return known;
  const faults = validateAgainstXsd(xml);
  validated.set(xml, faults);
  return faults;
};

/** What is wrong with a message. */
export const messageFaults = (received: Received, known: Acquaintance): string[] => {
  const { xml, message, root } = received;
  const checks = [identity, dates, answers, special[message.name]].filter((check) => check !== undefined);
  const found = checks.flatMap((check) => check(message, known, received)).filter((fault) => typeof fault === 'string');
  return [
    ...schemaFaults(xml),
    ...(xml.includes('schemaLocation') ? ['it contains schemaLocation'] : []),
    ...((root.name === 'oadrPayload') === known.wantsBare ? [`its root is ${root.name}`] : []),
    ...found,
  ];
};
