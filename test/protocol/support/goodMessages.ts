import { energyReal } from '../../../src/protocol/elements/unitOf.ts';
import type { MessageOf, OadrMessage } from '../../../src/protocol/payload.ts';

/** Messages of a VEN as they should be, and ways to change one thing in them. */

export const ok = { responseCode: '200', requestID: 'R1' };

export const registration: MessageOf<'oadrCreatePartyRegistration'> = {
  message: 'oadrCreatePartyRegistration',
  requestID: 'R1',
  oadrProfileName: '2.0b',
  oadrTransportName: 'simpleHttp',
  oadrReportOnly: false,
  oadrXmlSignature: false,
  oadrHttpPullModel: true,
};

export const createdEvent: MessageOf<'oadrCreatedEvent'> = {
  message: 'oadrCreatedEvent',
  eiResponse: { responseCode: '200', requestID: '' },
  eventResponses: [
    {
      responseCode: '200',
      requestID: 'R1',
      qualifiedEventID: { eventID: 'E1', modificationNumber: 0 },
      optType: 'optIn',
    },
  ],
  venID: 'VEN_1',
};
export const [eventResponse] = createdEvent.eventResponses ?? [];

export const opt: MessageOf<'oadrCreateOpt'> = {
  message: 'oadrCreateOpt',
  optID: 'O',
  optType: 'optOut',
  optReason: 'economic',
  venID: 'VEN_1',
  vavailability: [{ dtstart: '2026-01-31T04:00:00Z', duration: 'PT1H' }],
  createdDateTime: '2026-01-30T22:00:00Z',
  requestID: 'R1',
  eiTarget: { venID: ['VEN_1'] },
};
export const { vavailability: _vavailability, ...withoutSchedule } = opt;
export const eventOpt: MessageOf<'oadrCreateOpt'> = {
  ...withoutSchedule,
  qualifiedEventID: { eventID: 'E1', modificationNumber: 0 },
};

export const rate = { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT1H', oadrOnChange: false };
export const usage = {
  duration: 'PT48H',
  oadrReportDescription: [
    {
      rID: 'u1',
      reportDataSource: { resourceID: ['device'] },
      reportType: 'usage',
      itemBase: energyReal('k'),
      readingType: 'Direct Read',
      oadrSamplingRate: rate,
    },
  ],
  reportRequestID: '0',
  reportSpecifierID: 'RealEnergy',
  reportName: 'METADATA_TELEMETRY_USAGE',
  createdDateTime: '2026-01-30T22:00:00Z',
} as const;
export const status = {
  ...usage,
  oadrReportDescription: [
    {
      rID: 's1',
      reportDataSource: { resourceID: ['device'] },
      reportType: 'x-resourceStatus',
      readingType: 'x-notApplicable',
      oadrSamplingRate: rate,
    },
  ],
  reportSpecifierID: 'Status',
  reportName: 'METADATA_TELEMETRY_STATUS',
} as const;
export const metadata: MessageOf<'oadrRegisterReport'> = {
  message: 'oadrRegisterReport',
  requestID: 'R1',
  oadrReport: [usage, status],
  venID: 'VEN_1',
};
export const [usageDescription] = usage.oadrReportDescription;
export const [statusDescription] = status.oadrReportDescription;

export type Report = MessageOf<'oadrUpdateReport'>['oadrReport'][number];

export const hours = ['2026-01-31T04:00:00Z', '2026-01-31T05:00:00Z', '2026-01-31T06:00:00Z'];
export const usageReport: Report = {
  dtstart: '2026-01-31T04:00:00Z',
  duration: 'PT3H',
  intervals: hours.map((dtstart, index) => ({
    dtstart,
    duration: 'PT1H',
    uid: String(index),
    oadrReportPayload: [{ rID: 'u1', payloadFloat: '1.0' }],
  })),
  reportRequestID: 'RR1',
  reportSpecifierID: 'RealEnergy',
  reportName: 'TELEMETRY_USAGE',
  createdDateTime: '2026-02-01T05:00:00Z',
};
export const online = {
  oadrOnline: true,
  oadrManualOverride: false,
  oadrLoadControlState: { oadrCapacity: { oadrCurrent: '1' } },
};
export const statusReport: Report = {
  dtstart: '2026-01-31T04:00:00Z',
  intervals: hours.map((dtstart) => ({
    dtstart,
    oadrReportPayload: [{ rID: 's1', oadrPayloadResourceStatus: online }],
  })),
  reportRequestID: 'RR2',
  reportSpecifierID: 'Status',
  reportName: 'TELEMETRY_STATUS',
  createdDateTime: '2026-02-01T05:00:00Z',
};
export const update = (...oadrReport: Report[]): OadrMessage => ({
  message: 'oadrUpdateReport',
  requestID: 'R1',
  oadrReport,
  venID: 'VEN_1',
});
export const described = (change: object): OadrMessage => ({
  ...metadata,
  oadrReport: [{ ...usage, oadrReportDescription: [{ ...usageDescription, ...change }] }, status],
});
export const statusDescribed = (change: object): OadrMessage => ({
  ...metadata,
  oadrReport: [usage, { ...status, oadrReportDescription: [{ ...statusDescription, ...change }] }],
});
export const without = <Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: Key[]
): Omit<Value, Key> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as Key))) as Omit<Value, Key>;
export const intervals = (
  change: (interval: NonNullable<Report['intervals']>[number], index: number) => object,
): NonNullable<Report['intervals']> => usageReport.intervals?.map((interval, index) => change(interval, index)) ?? [];
