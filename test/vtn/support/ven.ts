import { encodePayload } from '../../../src/protocol/payload.ts';
import type { MessageName, MessageOf, OadrMessage } from '../../../src/protocol/payload.ts';
import type { OadrReport } from '../../../src/protocol/elements/oadrReport.ts';
import { formatDateTime } from '../../../src/protocol/types/dateTime.ts';
import type { OadrServiceName } from '../../../src/protocol/types/enumerations.ts';
import type { VtnAnswer } from '../../../src/vtn/answer.ts';
import { createVtn } from '../../../src/vtn/vtn.ts';
import type { Vtn } from '../../../src/vtn/vtn.ts';
import type { VtnOptions } from '../../../src/vtn/settings.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A clock that stands still until it is moved. */
export interface TestClock {
  now: () => number;
  readonly set: (at: string) => void;
  readonly pass: (spanMs: number) => void;
}

export const clockAt = (at: string): TestClock => {
  let instant = Date.parse(at);
  return {
    now: () => instant,
    set: (next) => {
      instant = Date.parse(next);
    },
    pass: (spanMs) => {
      instant += spanMs;
    },
  };
};

/** The metadata of one device: status, and energy with a scale. */
export const metadata = (at: number, resourceIDs: readonly string[], siScaleCode: 'k' | 'none' = 'k'): OadrReport[] => {
  const common = { duration: 'PT24H', reportRequestID: '0', createdDateTime: formatDateTime(at) } as const;
  const sampling = { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT24H', oadrOnChange: false };
  return [
    {
      ...common,
      reportSpecifierID: 'Status',
      reportName: 'METADATA_TELEMETRY_STATUS',
      oadrReportDescription: resourceIDs.map((resourceID) => ({
        rID: `${resourceID}-status`,
        reportDataSource: { resourceID: [resourceID] },
        reportType: 'x-resourceStatus',
        readingType: 'x-notApplicable',
        oadrSamplingRate: sampling,
      })),
    },
    {
      ...common,
      reportSpecifierID: 'RealEnergy',
      reportName: 'METADATA_TELEMETRY_USAGE',
      oadrReportDescription: resourceIDs.map((resourceID) => ({
        rID: `${resourceID}-energy`,
        reportDataSource: { resourceID: [resourceID] },
        reportType: 'usage',
        itemBase: { element: 'energyReal', itemDescription: 'RealEnergy', itemUnits: 'Wh', siScaleCode },
        readingType: 'Direct Read',
        oadrSamplingRate: sampling,
      })),
    },
  ];
};

/** One hour as a VEN reports it. */
export interface ReportedHour {
  readonly startAt: number;
  readonly value: string;
  readonly rID?: string;
  readonly oadrDataQuality?: 'Quality Good - Non Specific' | 'Quality Bad - Sensor Failure' | 'No Quality - No Value';
  readonly lengthMs?: number;
}

export const usageReport = (
  at: number,
  reportRequestID: string,
  hours: readonly ReportedHour[],
  reportSpecifierID = 'RealEnergy',
): OadrReport => ({
  dtstart: formatDateTime(hours[0]?.startAt ?? at),
  intervals: hours.map(
    (
      { startAt, value, rID = 'battery-energy', oadrDataQuality = 'Quality Good - Non Specific', lengthMs = hourMs },
      uid,
    ) => ({
      dtstart: formatDateTime(startAt),
      duration: lengthMs === hourMs ? 'PT1H' : `PT${lengthMs / 60_000}M`,
      uid: String(uid),
      oadrReportPayload: [{ rID, oadrDataQuality, payloadFloat: value }],
    }),
  ),
  reportRequestID,
  reportSpecifierID,
  reportName: 'TELEMETRY_USAGE',
  createdDateTime: formatDateTime(at),
});

/** Sends messages as XML and looks at the answers: a VEN without a will of its own. */
export const venOf = (vtn: Vtn, clock: TestClock, venID = 'my.ven') => {
  let requests = 0;
  const requestID = (): string => `request-${(requests += 1)}`;
  const send = (service: OadrServiceName, message: OadrMessage): VtnAnswer =>
    vtn.handle(service, encodePayload(message));
  const ask = <Name extends MessageName>(
    service: OadrServiceName,
    message: OadrMessage,
    expected: Name,
  ): MessageOf<Name> => {
    const answer = send(service, message);
    if (answer.message?.message !== expected)
      throw new Error(
        `${message.message} was answered by ${answer.message?.message ?? `${answer.connection} ${answer.status}`} instead of ${expected}.`,
      );
    return answer.message as MessageOf<Name>;
  };
  const registration = (
    more: Partial<MessageOf<'oadrCreatePartyRegistration'>> = {},
  ): MessageOf<'oadrCreatePartyRegistration'> => ({
    message: 'oadrCreatePartyRegistration',
    requestID: requestID(),
    venID,
    oadrProfileName: '2.0b',
    oadrTransportName: 'simpleHttp',
    oadrReportOnly: false,
    oadrXmlSignature: false,
    oadrVenName: 'test-ven',
    oadrHttpPullModel: true,
    ...more,
  });
  const register = (more = {}): MessageOf<'oadrCreatedPartyRegistration'> =>
    ask('EiRegisterParty', registration(more), 'oadrCreatedPartyRegistration');
  const metadataMessage = (oadrReport: readonly OadrReport[]): OadrMessage => ({
    message: 'oadrRegisterReport',
    requestID: requestID(),
    oadrReport,
    venID,
  });
  const registerReports = (
    resourceIDs = ['battery'],
    siScaleCode: 'k' | 'none' = 'k',
  ): MessageOf<'oadrRegisteredReport'> => {
    const registered = ask(
      'EiReport',
      metadataMessage(metadata(clock.now(), resourceIDs, siScaleCode)),
      'oadrRegisteredReport',
    );
    const pending = registered.oadrReportRequest.map((request) => request.reportRequestID);
    if (pending.length > 0)
      ask(
        'EiReport',
        {
          message: 'oadrCreatedReport',
          eiResponse: { responseCode: '200', requestID: registered.eiResponse.requestID },
          oadrPendingReports: pending,
          venID,
        },
        'oadrResponse',
      );
    return registered;
  };
  const poll = (): VtnAnswer => send('OadrPoll', { message: 'oadrPoll', venID });
  const requestEvent = (): MessageOf<'oadrDistributeEvent'> =>
    ask('EiEvent', { message: 'oadrRequestEvent', requestID: requestID(), venID }, 'oadrDistributeEvent');
  const optInTo = (distribution: MessageOf<'oadrDistributeEvent'>): VtnAnswer =>
    send('EiEvent', {
      message: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', requestID: '' },
      eventResponses: distribution.oadrEvent
        .filter((event) => event.oadrResponseRequired === 'always')
        .map(({ eiEvent: { eventDescriptor } }) => ({
          responseCode: '200',
          requestID: distribution.requestID,
          qualifiedEventID: {
            eventID: eventDescriptor.eventID,
            modificationNumber: eventDescriptor.modificationNumber,
          },
          optType: 'optIn',
        })),
      venID,
    });
  const report = (reportRequestID: string, hours: readonly ReportedHour[], reportSpecifierID?: string): VtnAnswer =>
    send('EiReport', {
      message: 'oadrUpdateReport',
      requestID: requestID(),
      oadrReport: [usageReport(clock.now(), reportRequestID, hours, reportSpecifierID)],
      venID,
    });
  const usageRequestID = (registered: MessageOf<'oadrRegisteredReport'>): string =>
    registered.oadrReportRequest.find((request) => request.reportSpecifier.reportSpecifierID === 'RealEnergy')
      ?.reportRequestID ?? 'none';
  return {
    venID,
    send,
    ask,
    requestID,
    registration,
    register,
    registerReports,
    poll,
    requestEvent,
    optInTo,
    report,
    usageRequestID,
    metadataMessage,
  };
};

export type TestVen = ReturnType<typeof venOf>;

/** A VTN at an instant and a VEN that knows it. */
export const scene = (at: string, options: Partial<VtnOptions> = {}) => {
  const clock = clockAt(at);
  const vtn = createVtn({ clock, ...options });
  return { clock, vtn, ven: venOf(vtn, clock) };
};

/** The prices of the first signal of the first DR event. */
export const pricesIn = (distribution: MessageOf<'oadrDistributeEvent'>, index = 0): string[] =>
  (distribution.oadrEvent[index]?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals ?? []).map(
    (interval) => interval.signalPayload?.[0]?.payloadFloat ?? 'none',
  );

/** The DR event of a distribution that begins at an instant. */
export const eventAt = (distribution: MessageOf<'oadrDistributeEvent'>, dtstart: string) =>
  distribution.oadrEvent.find((event) => event.eiEvent.eiActivePeriod.dtstart === dtstart);
