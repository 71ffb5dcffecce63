import { describe, expect, it } from 'vitest';
import { energyReal } from '../../src/protocol/elements/unitOf.ts';
import type { MessageOf, OadrMessage } from '../../src/protocol/payload.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import { checkOutgoing } from '../../src/protocol/rules.ts';

const ok = { responseCode: '200', requestID: 'R1' };

const registration: MessageOf<'oadrCreatePartyRegistration'> = {
  message: 'oadrCreatePartyRegistration',
  requestID: 'R1',
  oadrProfileName: '2.0b',
  oadrTransportName: 'simpleHttp',
  oadrReportOnly: false,
  oadrXmlSignature: false,
  oadrHttpPullModel: true,
};

const createdEvent: MessageOf<'oadrCreatedEvent'> = {
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
const [eventResponse] = createdEvent.eventResponses ?? [];

const opt: MessageOf<'oadrCreateOpt'> = {
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
const { vavailability: _vavailability, ...withoutSchedule } = opt;
const eventOpt: MessageOf<'oadrCreateOpt'> = {
  ...withoutSchedule,
  qualifiedEventID: { eventID: 'E1', modificationNumber: 0 },
};

const rate = { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT1H', oadrOnChange: false };
const usage = {
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
const status = {
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
const metadata: MessageOf<'oadrRegisterReport'> = {
  message: 'oadrRegisterReport',
  requestID: 'R1',
  oadrReport: [usage, status],
  venID: 'VEN_1',
};
const [usageDescription] = usage.oadrReportDescription;
const [statusDescription] = status.oadrReportDescription;

type Report = MessageOf<'oadrUpdateReport'>['oadrReport'][number];

const hours = ['2026-01-31T04:00:00Z', '2026-01-31T05:00:00Z', '2026-01-31T06:00:00Z'];
const usageReport: Report = {
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
const online = {
  oadrOnline: true,
  oadrManualOverride: false,
  oadrLoadControlState: { oadrCapacity: { oadrCurrent: '1' } },
};
const statusReport: Report = {
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
const update = (...oadrReport: Report[]): OadrMessage => ({
  message: 'oadrUpdateReport',
  requestID: 'R1',
  oadrReport,
  venID: 'VEN_1',
});
const described = (change: object): OadrMessage => ({
  ...metadata,
  oadrReport: [{ ...usage, oadrReportDescription: [{ ...usageDescription, ...change }] }, status],
});
const statusDescribed = (change: object): OadrMessage => ({
  ...metadata,
  oadrReport: [usage, { ...status, oadrReportDescription: [{ ...statusDescription, ...change }] }],
});
const without = <Value extends object, Key extends keyof Value>(value: Value, ...keys: Key[]): Omit<Value, Key> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as Key))) as Omit<Value, Key>;
const intervals = (
  change: (interval: NonNullable<Report['intervals']>[number], index: number) => object,
): Report['intervals'] => usageReport.intervals?.map((interval, index) => change(interval, index)) ?? [];

describe('messages as they should be', () => {
  // @row +1.9 +13.6 +13.8 +13.9 +13.10
  it.each<readonly [string, OadrMessage]>([
    ['a poll', { message: 'oadrPoll', venID: 'VEN_1' }],
    ['a query, which has no venID', { message: 'oadrQueryRegistration', requestID: 'R1' }],
    ['a first registration, which may have none', registration],
    ['a re-registration', { ...registration, registrationID: 'REG', venID: 'VEN_1' }],
    ['answered events', createdEvent],
    [
      'an error in place of answered events',
      { message: 'oadrCreatedEvent', eiResponse: { responseCode: '452', requestID: 'R1' }, venID: 'VEN_1' },
    ],
    ['an opt by schedule', opt],
    ['an opt for an event', eventOpt],
    ['metadata', metadata],
    ['metadata of nothing', { ...metadata, oadrReport: [] }],
    ['a report of usage', update(usageReport)],
    ['a report of status', update(statusReport)],
    ['both', update(usageReport, statusReport)],
    [
      'a report without uids, where intervals have dtstart',
      update({ ...usageReport, intervals: intervals((interval) => without(interval, 'uid')) ?? [] }),
    ],
    [
      'a report whose intervals have durations and uids only',
      update({ ...usageReport, intervals: intervals((interval) => without(interval, 'dtstart')) ?? [] }),
    ],
    ['what a VTN sends', { message: 'oadrCreatedOpt', eiResponse: ok, optID: 'O' }],
  ])('%s: nothing is found, and it can be sent', (_, message) => {
    expect(checkOutgoing(message)).toEqual([]);
    expect(() => encodePayload(message)).not.toThrow();
  });
});

describe('rule 508: a VEN’s message carries its venID', () => {
  // @row -1.9 -1.13 -3.1 -13.2
  it.each<readonly [string, OadrMessage]>([
    ['oadrResponse', { message: 'oadrResponse', eiResponse: ok }],
    ['oadrCanceledPartyRegistration', { message: 'oadrCanceledPartyRegistration', eiResponse: ok }],
    ['oadrCancelPartyRegistration', { message: 'oadrCancelPartyRegistration', requestID: 'R', registrationID: 'REG' }],
    ['oadrRegisteredReport', { message: 'oadrRegisteredReport', eiResponse: ok, oadrReportRequest: [] }],
    ['oadrCreatedReport', { message: 'oadrCreatedReport', eiResponse: ok, oadrPendingReports: [] }],
    ['oadrUpdatedReport', { message: 'oadrUpdatedReport', eiResponse: ok }],
    ['oadrCanceledReport', { message: 'oadrCanceledReport', eiResponse: ok, oadrPendingReports: [] }],
    ['oadrRegisterReport', { message: 'oadrRegisterReport', requestID: 'R', oadrReport: [] }],
    ['oadrPoll, where it is empty', { message: 'oadrPoll', venID: '' }],
  ])('%s without it is found', (_, message) => {
    expect(checkOutgoing(message)).toEqual([`1.9 (508): ${message.message} carries no venID.`]);
    if (message.message !== 'oadrPoll')
      expect(checkOutgoing({ ...message, venID: 'VEN_1' } as OadrMessage)).toEqual([]);
  });
});

/** Each message is as it should be but for one thing. */
const faults: readonly (readonly [rule: string, fault: string, message: OadrMessage])[] = [
  ['6.4 (402)', 'simpleHttp without a model', without(registration, 'oadrHttpPullModel')],
  ['6.4 (402)', 'push without an address', { ...registration, oadrHttpPullModel: false }],
  ['6.5 (402)', 'a registrationID without venID', { ...registration, registrationID: 'REG' }],
  ['6.7 (Table 3)', 'the profile 2.0a', { ...registration, oadrProfileName: '2.0a' }],
  [
    '9.4 (42)',
    'an answer without the requestID of the event',
    { ...createdEvent, eventResponses: [{ ...eventResponse!, requestID: '' }] },
  ],
  ['9.5 (42)', 'a requestID beside answers', { ...createdEvent, eiResponse: ok }],
  ['9.6 (35)', 'no answer and no error', { ...createdEvent, eventResponses: [] }],
  [
    '9.7 (48)',
    'optIn to what is refused',
    { ...createdEvent, eventResponses: [{ ...eventResponse!, responseCode: '462' }] },
  ],
  [
    '9.13 (XSD)',
    'an answer to no event',
    {
      ...createdEvent,
      eventResponses: [{ ...eventResponse!, qualifiedEventID: { eventID: '', modificationNumber: 0 } }],
    },
  ],
  [
    '10.2 (206)',
    'an opt for an event with a schedule',
    { ...opt, qualifiedEventID: { eventID: 'E1', modificationNumber: 0 } },
  ],
  ['10.2 (206)', 'an opt for an event with a marketContext', { ...eventOpt, marketContext: 'http://ter' }],
  ['10.2 (206)', 'an opt for nothing', withoutSchedule],
  ['10.7 (204)', 'an opt without optID', { ...opt, optID: '' }],
  ['10.8 (202)', 'an opt that does not target the VEN', { ...opt, eiTarget: {} }],
  ['10.8 (202)', 'an opt that targets another VEN', { ...opt, eiTarget: { venID: ['VEN_2'] } }],
  [
    '10.10 (200)',
    'a tolerance in a schedule',
    { ...opt, vavailability: [{ dtstart: '2026-01-31T04:00:00Z', duration: 'PT1H', startafter: 'PT1M' }] },
  ],
  [
    '10.10 (200)',
    'a notification in a schedule',
    { ...opt, vavailability: [{ dtstart: '2026-01-31T04:00:00Z', duration: 'PT1H', 'x-eiNotification': 'PT1M' }] },
  ],
  ['10.11 (209)', 'a device class nobody knows', { ...opt, oadrDeviceClass: { endDeviceAsset: ['Toaster'] } }],
  ['10.11 (209)', 'a device class that is a resource', { ...opt, oadrDeviceClass: { resourceID: ['r'] } }],
  [
    '10.17 (208)',
    'a cancelled opt without optID',
    { message: 'oadrCancelOpt', requestID: 'R', optID: '', venID: 'VEN_1' },
  ],
  ['11.2 (510)', 'no status offered', { ...metadata, oadrReport: [usage] }],
  ['11.2 (510)', 'a status of no resource', statusDescribed({ reportDataSource: {} })],
  [
    '11.6 (311)',
    'a reportRequestID that is not 0',
    { ...metadata, oadrReport: [{ ...usage, reportRequestID: '1' }, status] },
  ],
  ['11.8 (331)', 'another type of usage', described({ reportType: 'demand' })],
  ['11.8 (331)', 'another reading of usage', described({ readingType: 'Net' })],
  ['11.8 (331)', 'a status with a unit', statusDescribed({ itemBase: energyReal('k') })],
  [
    '11.9 (331)',
    'usage in a currency',
    described({
      itemBase: { element: 'currency', itemDescription: 'currency', itemUnits: 'USD', siScaleCode: 'none' },
    }),
  ],
  ['11.9 (331)', 'usage without unit', described({ itemBase: undefined })],
  ['11.10 (305)', 'metadata with intervals', { ...metadata, oadrReport: [{ ...usage, intervals: [] }, status] }],
  [
    '11.10 (305)',
    'metadata with dtstart',
    { ...metadata, oadrReport: [{ ...usage, dtstart: '2026-01-31T04:00:00Z' }, status] },
  ],
  ['11.10 (305)', 'metadata with eiReportID', { ...metadata, oadrReport: [{ ...usage, eiReportID: 'x' }, status] }],
  [
    '11.10 (305)',
    'metadata of no data point',
    { ...metadata, oadrReport: [without(usage, 'oadrReportDescription'), status] },
  ],
  [
    '11.11 (312)',
    'metadata that holds an unknown amount of data',
    { ...metadata, oadrReport: [without(usage, 'duration'), status] },
  ],
  [
    '11.11 (312)',
    'a period longer than the data held',
    described({ oadrSamplingRate: { ...rate, oadrMaxPeriod: 'P3D' } }),
  ],
  ['11.12 (333)', 'telemetry without sampling rate', described({ oadrSamplingRate: undefined })],
  [
    '11.13 (308)',
    'a reportSpecifierID twice',
    { ...metadata, oadrReport: [usage, { ...status, reportSpecifierID: 'RealEnergy' }] },
  ],
  [
    '11.13 (308)',
    'an rID twice',
    { ...metadata, oadrReport: [{ ...usage, oadrReportDescription: [usageDescription, usageDescription] }, status] },
  ],
  ['11.14 (307)', 'a subject that is a resource', described({ reportSubject: { resourceID: ['r'] } })],
  [
    '12.20 (300)',
    'a value twice',
    update({
      ...usageReport,
      intervals:
        intervals((interval) => ({
          ...interval,
          oadrReportPayload: [
            { rID: 'u1', payloadFloat: '1' },
            { rID: 'u1', payloadFloat: '2' },
          ],
        })) ?? [],
    }),
  ],
  ['12.22 (313)', 'no report', update()],
  ['12.22 (331)', 'a report without name', update(without(usageReport, 'reportName'))],
  [
    '12.22 (331)',
    'a report with the name of metadata',
    update({ ...usageReport, reportName: 'METADATA_TELEMETRY_USAGE' }),
  ],
  ['12.22 (313)', 'a report with descriptions', update({ ...usageReport, oadrReportDescription: [usageDescription] })],
  [
    '12.24 (314)',
    'a report that starts before its first interval',
    update(without({ ...usageReport, dtstart: '2026-01-31T03:00:00Z' }, 'duration')),
  ],
  ['12.24 (314)', 'a report that lasts longer than its intervals', update({ ...usageReport, duration: 'PT4H' })],
  [
    '12.24 (315)',
    'a duration in one interval only',
    update(
      without(
        {
          ...usageReport,
          intervals: intervals((interval, index) => (index === 0 ? interval : without(interval, 'duration'))) ?? [],
        },
        'duration',
      ),
    ),
  ],
  [
    '12.24 (315)',
    'a dtstart in one interval only',
    update({
      ...usageReport,
      intervals: intervals((interval, index) => (index === 0 ? interval : without(interval, 'dtstart'))) ?? [],
    }),
  ],
  [
    '12.26 (342)',
    'a status that lasts',
    update({
      ...statusReport,
      intervals: (statusReport.intervals ?? []).map((interval) => ({ ...interval, duration: 'PT1H' })),
    }),
  ],
  [
    '12.27 (316)',
    'uids from 1',
    update({
      ...usageReport,
      intervals: intervals((interval, index) => ({ ...interval, uid: String(index + 1) })) ?? [],
    }),
  ],
  [
    '12.27 (316)',
    'uids in some intervals',
    update({
      ...usageReport,
      intervals: intervals((interval, index) => (index === 1 ? without(interval, 'uid') : interval)) ?? [],
    }),
  ],
  [
    '12.27 (316)',
    'neither dtstart nor uid',
    update({ ...usageReport, intervals: intervals((interval) => without(interval, 'dtstart', 'uid')) ?? [] }),
  ],
  [
    '12.30 (334)',
    'states that differ in their parts',
    update({
      ...statusReport,
      intervals: (statusReport.intervals ?? []).map((interval, index) =>
        index === 0
          ? interval
          : {
              ...interval,
              oadrReportPayload: [
                { rID: 's1', oadrPayloadResourceStatus: { oadrOnline: true, oadrManualOverride: false } },
              ],
            },
      ),
    }),
  ],
];

describe('a message with one fault', () => {
  // @row -6.4 -6.5 -6.7 -9.4 -9.5 -9.6 -9.7 -9.13 -10.2 -10.7 -10.8 -10.10 -10.11 -10.17 -11.2 -11.6 -11.8 -11.9 -11.10 -11.11 -11.12 -11.13 -11.14 -12.20 -12.22 -12.24 -12.26 -12.27 -12.30 -13.6 -13.7 -13.8 -13.9 -13.10
  it.each(faults)('%s: %s is found, and nothing else', (rule, _, message) => {
    const found = checkOutgoing(message);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\S+ \([^)]+\): \w.*\.$/);
    expect(found[0]?.startsWith(`${rule}: `)).toBe(true);
  });

  it('several faults are all found', () => {
    const found = checkOutgoing(
      update({ reportRequestID: 'RR', reportSpecifierID: 'S', createdDateTime: '2026-01-31T04:00:00Z' }),
    );
    expect(found.map((text) => text.split(' ')[0])).toEqual(['12.22', '12.22', '12.22']);
  });

  it('intervals in the wrong order are found', () => {
    const reversed = [...(usageReport.intervals ?? [])].reverse();
    expect(
      checkOutgoing(update({ ...usageReport, intervals: reversed })).some((text) => text.includes('oldest first')),
    ).toBe(true);
  });
});
