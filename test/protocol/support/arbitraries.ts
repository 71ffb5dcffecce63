import fc, { type Arbitrary } from 'fast-check';
import type { EiEvent } from '../../../src/protocol/elements/eiEvent.ts';
import type { EiTarget } from '../../../src/protocol/elements/eiTarget.ts';
import type { Interval } from '../../../src/protocol/elements/interval.ts';
import { type ItemBase, powerUnits } from '../../../src/protocol/elements/itemBase.ts';
import type { OadrReport } from '../../../src/protocol/elements/oadrReport.ts';
import type { OadrReportRequest } from '../../../src/protocol/elements/oadrReportRequest.ts';
import type { OpaqueXml } from '../../../src/protocol/elements/opaqueXml.ts';
import type { PayloadBase } from '../../../src/protocol/elements/payloadBase.ts';
import type { Properties } from '../../../src/protocol/elements/properties.ts';
import type { MessageName, MessageOf, OadrMessage } from '../../../src/protocol/payload.ts';
import { currencies } from '../../../src/protocol/types/currencies.ts';
import { formatDateTime } from '../../../src/protocol/types/dateTime.ts';
import * as lists from '../../../src/protocol/types/enumerations.ts';
import { trimXml } from '../../../src/protocol/xml/whitespace.ts';

/** A record whose named keys may be absent. */
const partial = <All extends object, Key extends keyof All>(
  model: { [K in keyof All]-?: Arbitrary<Exclude<All[K], undefined>> },
  ...optional: Key[]
): Arbitrary<All> =>
  fc.record(model, {
    requiredKeys: (Object.keys(model) as (keyof All)[]).filter((key) => !optional.includes(key as Key)) as never,
  }) as unknown as Arbitrary<All>;

const isXmlText = (text: string): boolean => /^[\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(text);

/** Text as it comes out of the decoder: XML characters, no white space around it; markup and other scripts included. */
const anyText = fc
  .oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('<&>"\'', ']]>', '&amp;', 'a  b', 'Grüße 𝄞', '0012', '1e5', 'true'),
  )
  .filter(isXmlText)
  .map(trimXml);
const id = anyText.filter((text) => text !== '');
const uri = fc.constantFrom('http://example.com/ter', 'oadr://unknown.context', 'urn:x:y', 'MarketContext1');
const dateTime = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => formatDateTime(seconds * 1000));
const duration = fc.constantFrom(
  'PT0S',
  'P',
  'PT',
  'PT1H',
  'PT15M',
  'P1D',
  'P0Y0M0DT0H5M0S',
  'P1M',
  'P1Y2M3DT4H5M6S',
  '-PT5M',
  '+PT5M',
  'P1H',
  '1W',
  'PT90M',
);
const float = fc.oneof(
  fc.float({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.constantFrom('0.10', '-0', '+1.50', '1e0', '.5', '007', '23.45', '1E-7', '0.00000000000000000000001'),
);
const unsigned = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4_294_967_295 }));
const extension = fc.constantFrom('x-mine', 'x-two words', 'x-é') as Arbitrary<`x-${string}`>;
const oneOf = <Value extends string>(values: readonly Value[]): Arbitrary<Value> => fc.constantFrom(...values);
const orExtension = <Value extends string>(values: readonly Value[]): Arbitrary<Value | `x-${string}`> =>
  fc.oneof(oneOf(values), extension);
const some = <Value>(value: Arbitrary<Value>, maxLength = 3): Arbitrary<Value[]> =>
  fc.array(value, { minLength: 1, maxLength });
const any = <Value>(value: Arbitrary<Value>, maxLength = 3): Arbitrary<Value[]> => fc.array(value, { maxLength });
const isSaying = (value: object): boolean => Object.keys(value).length > 0;

const atomNamespace = 'http://www.w3.org/2005/Atom';
const atom = (name: string, ...children: (OpaqueXml | string)[]): OpaqueXml => ({
  namespace: atomNamespace,
  name,
  ...(children.length > 0 && { children }),
});

const feed: Arbitrary<OpaqueXml> = fc.record({ title: id, entries: any(id, 2) }).map(({ title, entries }) =>
  atom(
    'feed',
    atom('id', 'urn:uuid:1'),
    atom('title', title),
    atom('updated', '2026-01-01T00:00:00Z'),
    ...entries.map((entry): OpaqueXml => ({
      ...atom('entry', atom('id', 'urn:uuid:2'), atom('title', entry), {
        namespace: atomNamespace,
        name: 'link',
        attributes: [{ name: 'href', value: 'espi/1' }],
      }),
    })),
  ),
);

const scale = oneOf(lists.siScaleCodes);
const powerAttributes = fc.record({
  hertz: fc.constantFrom('60', '50.0'),
  voltage: fc.constantFrom('120', '230.5'),
  ac: fc.boolean(),
});
const scaled = <Element extends string>(
  element: Element,
  itemDescription: Arbitrary<string>,
  itemUnits: Arbitrary<string>,
) => fc.record({ element: fc.constant(element), itemDescription, itemUnits, siScaleCode: scale });
const constant = fc.constant<string>;

const powerTexts = {
  powerReal: ['RealPower', 'W'],
  powerApparent: ['ApparentPower', 'VA'],
  powerReactive: ['ReactivePower', 'VAR'],
} as const;
const fixedTexts = {
  energyReal: ['RealEnergy', 'Wh'],
  energyApparent: ['ApparentEnergy', 'VAh'],
  energyReactive: ['ReactiveEnergy', 'VARh'],
  voltage: ['Voltage', 'V'],
  current: ['Current', 'A'],
  frequency: ['Frequency', 'Hz'],
  Therm: ['Therm', 'thm'],
} as const;

const powerItem = oneOf(powerUnits).chain((element) =>
  fc.record({
    element: fc.constant(element),
    itemDescription: constant(powerTexts[element][0]),
    itemUnits: constant(powerTexts[element][1]),
    siScaleCode: scale,
    powerAttributes,
  }),
);
const fixedItem = fc
  .constantFrom(...(Object.keys(fixedTexts) as (keyof typeof fixedTexts)[]))
  .chain((element) => scaled(element, constant(fixedTexts[element][0]), constant(fixedTexts[element][1])));
const currencyItem = fc
  .constantFrom('currency' as const, 'currencyPerKWh' as const, 'currencyPerKW' as const, 'currencyPerThm' as const)
  .chain((element) =>
    scaled(element, fc.constantFrom('currency', 'currencyPerKWh', 'currencyPerKW'), oneOf(currencies)),
  );

export const itemBase: Arbitrary<ItemBase> = fc.oneof(
  powerItem,
  fixedItem,
  currencyItem,
  scaled('temperature', constant('temperature'), fc.constantFrom('celsius', 'fahrenheit')),
  scaled('customUnit', anyText, anyText),
  fc.record({
    element: fc.constant('pulseCount' as const),
    itemDescription: constant('pulse count'),
    itemUnits: constant('count'),
    pulseFactor: float,
  }),
  fc.record({ element: fc.constant('oadrGBDataDescription' as const), feed }),
);

/** A gml:id may stand once in a document only, so areas here have none; they have a vector of their own. */
const area = fc.constantFrom({ posList: '43.1 -71.5 43.2 -71.6 43.1 -71.5' }, { posList: '' });

export const eiTarget: Arbitrary<EiTarget> = partial<EiTarget, keyof EiTarget>(
  {
    aggregatedPnode: some(id),
    endDeviceAsset: some(orExtension(lists.deviceClasses)),
    meterAsset: some(id),
    pnode: some(id),
    serviceArea: some(area, 1),
    serviceDeliveryPoint: some(id),
    serviceLocation: some(area, 1),
    transportInterface: some(fc.record({ pointOfReceipt: anyText, pointOfDelivery: anyText })),
    groupID: some(id),
    groupName: some(id),
    resourceID: some(id),
    venID: some(id),
    partyID: some(id),
  },
  'aggregatedPnode',
  'endDeviceAsset',
  'meterAsset',
  'pnode',
  'serviceArea',
  'serviceDeliveryPoint',
  'serviceLocation',
  'transportInterface',
  'groupID',
  'groupName',
  'resourceID',
  'venID',
  'partyID',
);

const saying = eiTarget.filter(isSaying);

export const properties: Arbitrary<Properties> = partial<
  Properties,
  'startafter' | 'x-eiNotification' | 'x-eiRampUp' | 'x-eiRecovery'
>(
  {
    dtstart: dateTime,
    duration,
    startafter: duration,
    'x-eiNotification': duration,
    'x-eiRampUp': duration,
    'x-eiRecovery': duration,
  },
  'startafter',
  'x-eiNotification',
  'x-eiRampUp',
  'x-eiRecovery',
);

const state = partial<
  { oadrMin?: string; oadrMax?: string; oadrCurrent: string; oadrNormal?: string },
  'oadrMin' | 'oadrMax' | 'oadrNormal'
>({ oadrMin: float, oadrMax: float, oadrCurrent: float, oadrNormal: float }, 'oadrMin', 'oadrMax', 'oadrNormal');
const loadControlState = fc
  .record(
    { oadrCapacity: state, oadrLevelOffset: state, oadrPercentOffset: state, oadrSetPoint: state },
    { requiredKeys: [] },
  )
  .filter(isSaying);
const resourceStatus = fc.record(
  { oadrOnline: fc.boolean(), oadrManualOverride: fc.boolean(), oadrLoadControlState: loadControlState },
  { requiredKeys: ['oadrOnline', 'oadrManualOverride'] },
);
const payloadBase: Arbitrary<PayloadBase> = fc.oneof(
  fc.record({ payloadFloat: float }),
  fc.record({ oadrPayloadResourceStatus: resourceStatus }),
) as Arbitrary<PayloadBase>;

const reportPayload = fc
  .tuple(
    fc.record(
      {
        rID: anyText,
        confidence: fc.integer({ min: 0, max: 100 }),
        accuracy: float,
        oadrDataQuality: orExtension(lists.oadrDataQualities),
      },
      { requiredKeys: ['rID'] },
    ),
    payloadBase,
  )
  .map(([fields, base]) => ({ ...fields, ...base }));

export const interval: Arbitrary<Interval> = fc
  .tuple(
    fc.record({ dtstart: dateTime, duration, uid: id }, { requiredKeys: [] }),
    fc
      .record(
        { signalPayload: some(payloadBase, 2), oadrReportPayload: some(reportPayload), oadrGBPayload: some(feed, 1) },
        { requiredKeys: [] },
      )
      .filter(isSaying),
  )
  .map(([times, payloads]) => ({ ...times, ...payloads })) as Arbitrary<Interval>;

const eiResponse = fc.record(
  { responseCode: fc.constantFrom('200', '450', '459', '999'), responseDescription: id, requestID: anyText },
  { requiredKeys: ['responseCode', 'requestID'] },
);
const qualifiedEventID = fc.record({ eventID: anyText, modificationNumber: unsigned });

const eventDescriptor = fc.record(
  {
    eventID: anyText,
    modificationNumber: unsigned,
    modificationDateTime: dateTime,
    modificationReason: id,
    priority: unsigned,
    eiMarketContext: uri,
    createdDateTime: dateTime,
    eventStatus: oneOf(lists.eventStatuses),
    testEvent: id,
    vtnComment: id,
  },
  { requiredKeys: ['eventID', 'modificationNumber', 'eiMarketContext', 'createdDateTime', 'eventStatus'] },
);
const closedSignalTypes = oneOf(lists.signalTypes);
const signal = fc.record(
  {
    intervals: some(interval),
    eiTarget: saying,
    signalName: orExtension(lists.signalNames),
    signalType: closedSignalTypes,
    signalID: anyText,
    itemBase,
    currentValue: float,
  },
  { requiredKeys: ['intervals', 'signalName', 'signalType', 'signalID'] },
);
const baseline = fc.record(
  {
    dtstart: dateTime,
    duration,
    intervals: some(interval),
    baselineID: anyText,
    resourceID: some(id),
    baselineName: anyText,
    itemBase,
  },
  { requiredKeys: ['dtstart', 'duration', 'intervals', 'baselineID', 'baselineName'] },
);
const eiEvent = fc.record({
  eventDescriptor,
  eiActivePeriod: properties,
  eiEventSignals: fc.record(
    { eiEventSignal: some(signal, 2), eiEventBaseline: baseline },
    { requiredKeys: ['eiEventSignal'] },
  ),
  eiTarget,
}) as Arbitrary<EiEvent>;

const description = fc.record(
  {
    rID: anyText,
    reportSubject: saying,
    reportDataSource: saying,
    reportType: orExtension(lists.reportTypes),
    itemBase,
    readingType: orExtension(lists.readingTypes),
    marketContext: uri,
    oadrSamplingRate: fc.record({ oadrMinPeriod: duration, oadrMaxPeriod: duration, oadrOnChange: fc.boolean() }),
  },
  { requiredKeys: ['rID', 'reportType', 'readingType'] },
);
const report = fc.record(
  {
    dtstart: dateTime,
    duration,
    intervals: some(interval),
    eiReportID: id,
    oadrReportDescription: some(description),
    reportRequestID: anyText,
    reportSpecifierID: anyText,
    reportName: orExtension(lists.reportNames),
    createdDateTime: dateTime,
  },
  { requiredKeys: ['reportRequestID', 'reportSpecifierID', 'createdDateTime'] },
) as Arbitrary<OadrReport>;

const reportRequest = fc.record({
  reportRequestID: anyText,
  reportSpecifier: fc.record(
    {
      reportSpecifierID: anyText,
      granularity: duration,
      reportBackDuration: duration,
      reportInterval: properties,
      specifierPayload: some(
        fc.record(
          { rID: anyText, itemBase, readingType: orExtension(lists.readingTypes) },
          { requiredKeys: ['rID', 'readingType'] },
        ),
      ),
    },
    { requiredKeys: ['reportSpecifierID', 'granularity', 'reportBackDuration', 'specifierPayload'] },
  ),
}) as Arbitrary<OadrReportRequest>;

const info = fc.record({ oadrKey: anyText, oadrValue: anyText });
const profile = fc.record({
  oadrProfileName: oneOf(lists.oadrProfileNames),
  oadrTransports: some(oneOf(lists.oadrTransportNames)),
});

type Fields<Name extends MessageName> = {
  [Key in keyof Omit<MessageOf<Name>, 'message' | 'unreadable'>]-?: Arbitrary<Exclude<MessageOf<Name>[Key], undefined>>;
};

const message = <Name extends MessageName>(
  name: Name,
  fields: Fields<Name>,
  ...optional: (keyof Fields<Name>)[]
): Arbitrary<OadrMessage> =>
  fc
    .record(fields as Record<string, Arbitrary<unknown>>, {
      requiredKeys: Object.keys(fields).filter((key) => !optional.includes(key as keyof Fields<Name>)),
    })
    .map((values) => ({ message: name, ...values }) as unknown as OadrMessage);

/** Arbitrary messages of every name, as they come out of the decoder: no optional element that says nothing. */
export const messages: Readonly<Record<MessageName, Arbitrary<OadrMessage>>> = {
  oadrPoll: message('oadrPoll', { venID: anyText }),
  oadrQueryRegistration: message('oadrQueryRegistration', { requestID: anyText }),
  oadrCreatePartyRegistration: message(
    'oadrCreatePartyRegistration',
    {
      requestID: anyText,
      registrationID: id,
      venID: id,
      oadrProfileName: oneOf(lists.oadrProfileNames),
      oadrTransportName: oneOf(lists.oadrTransportNames),
      oadrTransportAddress: id,
      oadrReportOnly: fc.boolean(),
      oadrXmlSignature: fc.boolean(),
      oadrVenName: id,
      oadrHttpPullModel: fc.boolean(),
    },
    'registrationID',
    'venID',
    'oadrTransportAddress',
    'oadrVenName',
    'oadrHttpPullModel',
  ),
  oadrCreatedPartyRegistration: message(
    'oadrCreatedPartyRegistration',
    {
      eiResponse,
      registrationID: id,
      venID: id,
      vtnID: anyText,
      oadrProfiles: some(profile),
      oadrRequestedOadrPollFreq: duration,
      oadrServiceSpecificInfo: some(
        fc.record({ oadrServiceName: oneOf(lists.oadrServiceNames), oadrInfo: some(info) }),
      ),
      oadrExtensions: some(fc.record({ oadrExtensionName: anyText, oadrInfo: any(info) })),
    },
    'registrationID',
    'venID',
    'oadrRequestedOadrPollFreq',
    'oadrServiceSpecificInfo',
    'oadrExtensions',
  ),
  oadrCancelPartyRegistration: message(
    'oadrCancelPartyRegistration',
    { requestID: anyText, registrationID: anyText, venID: id },
    'venID',
  ),
  oadrCanceledPartyRegistration: message(
    'oadrCanceledPartyRegistration',
    { eiResponse, registrationID: id, venID: id },
    'registrationID',
    'venID',
  ),
  oadrRequestReregistration: message('oadrRequestReregistration', { venID: anyText }),
  oadrRequestEvent: message(
    'oadrRequestEvent',
    { requestID: anyText, venID: anyText, replyLimit: unsigned },
    'replyLimit',
  ),
  oadrDistributeEvent: message(
    'oadrDistributeEvent',
    {
      eiResponse,
      requestID: anyText,
      vtnID: anyText,
      oadrEvent: any(fc.record({ eiEvent, oadrResponseRequired: oneOf(lists.oadrResponseRequireds) }), 2),
    },
    'eiResponse',
  ),
  oadrCreatedEvent: message(
    'oadrCreatedEvent',
    {
      eiResponse,
      eventResponses: some(
        fc.record(
          {
            responseCode: fc.constantFrom('200', '462'),
            responseDescription: id,
            requestID: anyText,
            qualifiedEventID,
            optType: oneOf(lists.optTypes),
          },
          { requiredKeys: ['responseCode', 'requestID', 'qualifiedEventID', 'optType'] },
        ),
      ),
      venID: anyText,
    },
    'eventResponses',
  ),
  oadrRegisterReport: message(
    'oadrRegisterReport',
    { requestID: anyText, oadrReport: any(report), venID: id, reportRequestID: id },
    'venID',
    'reportRequestID',
  ),
  oadrRegisteredReport: message(
    'oadrRegisteredReport',
    { eiResponse, oadrReportRequest: any(reportRequest), venID: id },
    'venID',
  ),
  oadrCreateReport: message(
    'oadrCreateReport',
    { requestID: anyText, oadrReportRequest: some(reportRequest), venID: id },
    'venID',
  ),
  oadrCreatedReport: message('oadrCreatedReport', { eiResponse, oadrPendingReports: any(anyText), venID: id }, 'venID'),
  oadrUpdateReport: message('oadrUpdateReport', { requestID: anyText, oadrReport: any(report), venID: id }, 'venID'),
  oadrUpdatedReport: message(
    'oadrUpdatedReport',
    {
      eiResponse,
      oadrCancelReport: fc.record(
        { requestID: anyText, reportRequestID: some(anyText), reportToFollow: fc.boolean(), venID: id },
        { requiredKeys: ['requestID', 'reportRequestID', 'reportToFollow'] },
      ),
      venID: id,
    },
    'oadrCancelReport',
    'venID',
  ),
  oadrCancelReport: message(
    'oadrCancelReport',
    { requestID: anyText, reportRequestID: some(anyText), reportToFollow: fc.boolean(), venID: id },
    'venID',
  ),
  oadrCanceledReport: message(
    'oadrCanceledReport',
    { eiResponse, oadrPendingReports: any(anyText), venID: id },
    'venID',
  ),
  oadrCreateOpt: message(
    'oadrCreateOpt',
    {
      optID: anyText,
      optType: oneOf(lists.optTypes),
      optReason: orExtension(lists.optReasons),
      marketContext: uri,
      venID: anyText,
      vavailability: any(properties),
      createdDateTime: dateTime,
      requestID: anyText,
      qualifiedEventID,
      eiTarget,
      oadrDeviceClass: saying,
    },
    'marketContext',
    'vavailability',
    'qualifiedEventID',
    'oadrDeviceClass',
  ),
  oadrCreatedOpt: message('oadrCreatedOpt', { eiResponse, optID: anyText }),
  oadrCancelOpt: message('oadrCancelOpt', { requestID: anyText, optID: anyText, venID: anyText }),
  oadrCanceledOpt: message('oadrCanceledOpt', { eiResponse, optID: id }, 'optID'),
  oadrResponse: message('oadrResponse', { eiResponse, venID: id }, 'venID'),
};

/** An arbitrary message of any name. */
export const anyMessage: Arbitrary<OadrMessage> = fc.oneof(...Object.values(messages));
