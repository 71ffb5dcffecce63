import { describe, expect, it } from 'vitest';
import { energyReal, powerReal } from '../../src/protocol/elements/unitOf.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import type { ReportName } from '../../src/protocol/types/enumerations.ts';
import { checkOutgoing } from '../../src/protocol/rules.ts';
import {
  createdEvent,
  described,
  eventOpt,
  eventResponse,
  hours,
  intervals,
  metadata,
  ok,
  online,
  opt,
  rate,
  registration,
  status,
  statusDescribed,
  statusReport,
  update,
  usage,
  usageDescription,
  usageReport,
  without,
  withoutSchedule,
} from './support/goodMessages.ts';

const xmpp: OadrMessage = { ...without(registration, 'oadrHttpPullModel'), oadrTransportName: 'xmpp' };

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
      update({ ...usageReport, intervals: intervals((interval) => without(interval, 'uid')) }),
    ],
    [
      'a report whose intervals have durations and uids only',
      update({ ...usageReport, intervals: intervals((interval) => without(interval, 'dtstart')) }),
    ],
    [
      'an answer that refuses an event',
      { ...createdEvent, eventResponses: [{ ...eventResponse!, responseCode: '462', optType: 'optOut' }] },
    ],
    ['a registration over XMPP, which knows no pulling', xmpp],
    ['push, to an address', { ...registration, oadrHttpPullModel: false, oadrTransportAddress: 'https://ven' }],
    ['an opt for a class of devices', { ...opt, oadrDeviceClass: { endDeviceAsset: ['Sauna', 'x-kiln'] } }],
    ['metadata of power', described({ itemBase: powerReal('k', { hertz: '60', voltage: '240', ac: true }) })],
    ['metadata that holds exactly one period', described({ oadrSamplingRate: { ...rate, oadrMaxPeriod: 'PT48H' } })],
    ['metadata about a class of devices', described({ reportSubject: { endDeviceAsset: ['Sauna'] } })],
    [
      'metadata of a report of one’s own',
      {
        ...metadata,
        oadrReport: [
          {
            ...usage,
            reportName: 'x-METADATA_TELEMETRY_USAGE',
            oadrReportDescription: [{ ...usageDescription, reportType: 'demand' }],
          },
          status,
        ],
      },
    ],
    [
      'metadata of a report of one’s own that is not sampled',
      {
        ...metadata,
        oadrReport: [
          {
            ...usage,
            reportName: 'x-own',
            oadrReportDescription: [without(usageDescription, 'oadrSamplingRate')],
          },
          status,
        ],
      },
    ],
    ['a report that does not say how long it is', update(without(usageReport, 'duration'))],
    [
      'a report of one interval, which needs neither start nor duration',
      update({
        ...without(usageReport, 'duration'),
        intervals: [{ uid: '0', oadrReportPayload: [{ rID: 'u1', payloadFloat: '1.0' }] }],
      }),
    ],
    [
      'a report whose intervals say when they start, and not how long they are',
      update({ ...usageReport, intervals: intervals((interval) => without(interval, 'duration')) }),
    ],
    [
      'a report of two intervals that start together',
      update({
        ...without(usageReport, 'duration'),
        intervals: intervals((interval) => ({ ...interval, dtstart: hours[0] })),
      }),
    ],
    [
      'a report whose intervals have a value of another kind',
      update({
        ...usageReport,
        intervals: intervals((interval) => ({
          ...without(interval, 'oadrReportPayload'),
          signalPayload: [{ payloadFloat: '1.0' }],
        })),
      }),
    ],
    [
      'a status beside a number that lasts',
      update({
        ...usageReport,
        intervals: intervals((interval) => ({
          ...interval,
          oadrReportPayload: [
            { rID: 'u1', payloadFloat: '1.0' },
            { rID: 's1', oadrPayloadResourceStatus: online },
          ],
        })),
      }),
    ],
    [
      'states of the same parts, in any order, beside numbers',
      update({
        ...statusReport,
        intervals: (statusReport.intervals ?? []).map((interval, index) => {
          const parts = Object.entries({ oadrCapacity: { oadrCurrent: '1' }, oadrLevelOffset: { oadrCurrent: '2' } });
          const oadrLoadControlState = Object.fromEntries(index === 0 ? parts : parts.toReversed());
          const values = [
            { rID: 's1', oadrPayloadResourceStatus: { ...online, oadrLoadControlState } },
            { rID: 's2', oadrPayloadResourceStatus: without(online, 'oadrLoadControlState') },
            ...(index === 0 ? [] : [{ rID: 'u1', payloadFloat: '1.0' }]),
          ];
          return { ...interval, oadrReportPayload: index === 0 ? values : values.toReversed() };
        }),
      }),
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
      intervals: intervals((interval) => ({
        ...interval,
        oadrReportPayload: [
          { rID: 'u1', payloadFloat: '1' },
          { rID: 'u1', payloadFloat: '2' },
        ],
      })),
    }),
  ],
  [
    '10.11 (209)',
    'a device class among others that nobody knows',
    { ...opt, oadrDeviceClass: { endDeviceAsset: ['Sauna', 'Toaster'] } },
  ],
  [
    '10.11 (209)',
    'a device class whose name only ends as one’s own',
    { ...opt, oadrDeviceClass: { endDeviceAsset: ['kilnx-'] } },
  ],
  ['10.11 (209)', 'no device class where one is named', { ...opt, oadrDeviceClass: { endDeviceAsset: [] } }],
  [
    '10.11 (209)',
    'a device class beside a resource',
    { ...opt, oadrDeviceClass: { endDeviceAsset: ['Sauna'], resourceID: ['r'] } },
  ],
  ['11.2 (510)', 'a status without a source', statusDescribed({ reportDataSource: undefined })],
  ['11.8 (331)', 'a status of another type', statusDescribed({ reportType: 'usage' })],
  ['11.8 (331)', 'a status that is read', statusDescribed({ readingType: 'Direct Read' })],
  ...([undefined, 'TELEMETRY_USAGE', 'MY_METADATA_USAGE', 'own-x-report'] as (ReportName | undefined)[]).map(
    (reportName): (typeof faults)[number] => [
      '11.8 (331)',
      `metadata named ${reportName}`,
      {
        ...metadata,
        oadrReport: [
          {
            ...without(usage, 'reportName'),
            ...(reportName === undefined ? {} : { reportName }),
            oadrReportDescription: [without(usageDescription, 'oadrSamplingRate')],
          },
          status,
        ],
      },
    ],
  ),
  ['12.22 (313)', 'a report of nothing', update({ ...usageReport, intervals: [] })],
  ['12.22 (331)', 'a report with an empty name', update({ ...usageReport, reportName: '' as ReportName })],
  [
    '12.24 (315)',
    'several intervals of which nobody knows how long they are',
    update({
      ...without(usageReport, 'duration'),
      intervals: intervals((interval) => without(interval, 'dtstart', 'duration')),
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
          intervals: intervals((interval, index) => (index === 0 ? interval : without(interval, 'duration'))),
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
      intervals: intervals((interval, index) => (index === 0 ? interval : without(interval, 'dtstart'))),
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
      intervals: intervals((interval, index) => ({ ...interval, uid: String(index + 1) })),
    }),
  ],
  [
    '12.27 (316)',
    'uids in some intervals',
    update({
      ...usageReport,
      intervals: intervals((interval, index) => (index === 1 ? without(interval, 'uid') : interval)),
    }),
  ],
  [
    '12.27 (316)',
    'neither dtstart nor uid',
    update({ ...usageReport, intervals: intervals((interval) => without(interval, 'dtstart', 'uid')) }),
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
