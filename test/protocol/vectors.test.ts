import { describe, expect, it } from 'vitest';
import { EncodeError, type OadrMessage, decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import { powerReal } from '../../src/protocol/elements/unitOf.ts';

const uris: Readonly<Record<string, string>> = {
  oadr: 'http://openadr.org/oadr-2.0b/2012/07',
  ei: 'http://docs.oasis-open.org/ns/energyinterop/201110',
  pyld: 'http://docs.oasis-open.org/ns/energyinterop/201110/payloads',
  xcal: 'urn:ietf:params:xml:ns:icalendar-2.0',
  strm: 'urn:ietf:params:xml:ns:icalendar-2.0:stream',
  emix: 'http://docs.oasis-open.org/ns/emix/2011/06',
  power: 'http://docs.oasis-open.org/ns/emix/2011/06/power',
  scale: 'http://docs.oasis-open.org/ns/emix/2011/06/siscale',
  gml: 'http://www.opengis.net/gml/3.2',
};

/** The whole text of a message: the declaration, the envelope, and each prefix declared in the order it is used first. */
const whole = (name: string, content: string): string => {
  const body = `<oadr:oadrSignedObject><oadr:${name} ei:schemaVersion="2.0b">${content}</oadr:${name}></oadr:oadrSignedObject>`;
  const used = [...new Set([...body.matchAll(/[< ](\w+):/g)].map(([, prefix]) => prefix ?? ''))];
  const declared = used.map((prefix) => ` xmlns:${prefix}="${uris[prefix] ?? ''}"`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?><oadr:oadrPayload${declared}>${body}</oadr:oadrPayload>`;
};

const response =
  '<ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID>R1</pyld:requestID></ei:eiResponse>';
const eiResponse = { responseCode: '200', requestID: 'R1' };
const ven = '<ei:venID>VEN_1</ei:venID>';

interface Vector {
  readonly content: string;
  readonly message: OadrMessage;
}

/** Each message once by hand, with what is peculiar to it. */
const vectors: readonly Vector[] = [
  { content: ven, message: { message: 'oadrPoll', venID: 'VEN_1' } },
  { content: '<pyld:requestID>R1</pyld:requestID>', message: { message: 'oadrQueryRegistration', requestID: 'R1' } },
  {
    content: `<pyld:requestID>R1</pyld:requestID>${ven}<oadr:oadrProfileName>2.0b</oadr:oadrProfileName><oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName><oadr:oadrReportOnly>false</oadr:oadrReportOnly><oadr:oadrXmlSignature>false</oadr:oadrXmlSignature><oadr:oadrVenName>example-ven</oadr:oadrVenName><oadr:oadrHttpPullModel>true</oadr:oadrHttpPullModel>`,
    message: {
      message: 'oadrCreatePartyRegistration',
      requestID: 'R1',
      venID: 'VEN_1',
      oadrProfileName: '2.0b',
      oadrTransportName: 'simpleHttp',
      oadrReportOnly: false,
      oadrXmlSignature: false,
      oadrVenName: 'example-ven',
      oadrHttpPullModel: true,
    },
  },
  {
    content: `${response}<ei:registrationID>REG</ei:registrationID>${ven}<ei:vtnID>VTN</ei:vtnID><oadr:oadrProfiles><oadr:oadrProfile><oadr:oadrProfileName>2.0b</oadr:oadrProfileName><oadr:oadrTransports><oadr:oadrTransport><oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName></oadr:oadrTransport><oadr:oadrTransport><oadr:oadrTransportName>xmpp</oadr:oadrTransportName></oadr:oadrTransport></oadr:oadrTransports></oadr:oadrProfile></oadr:oadrProfiles><oadr:oadrRequestedOadrPollFreq><xcal:duration>PT10S</xcal:duration></oadr:oadrRequestedOadrPollFreq><oadr:oadrServiceSpecificInfo><oadr:oadrService><oadr:oadrServiceName>EiEvent</oadr:oadrServiceName><oadr:oadrInfo><oadr:oadrKey>k</oadr:oadrKey><oadr:oadrValue/></oadr:oadrInfo></oadr:oadrService></oadr:oadrServiceSpecificInfo><oadr:oadrExtensions><oadr:oadrExtension><oadr:oadrExtensionName>e</oadr:oadrExtensionName></oadr:oadrExtension></oadr:oadrExtensions>`,
    message: {
      message: 'oadrCreatedPartyRegistration',
      eiResponse,
      registrationID: 'REG',
      venID: 'VEN_1',
      vtnID: 'VTN',
      oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp', 'xmpp'] }],
      oadrRequestedOadrPollFreq: 'PT10S',
      oadrServiceSpecificInfo: [{ oadrServiceName: 'EiEvent', oadrInfo: [{ oadrKey: 'k', oadrValue: '' }] }],
      oadrExtensions: [{ oadrExtensionName: 'e', oadrInfo: [] }],
    },
  },
  {
    content: `<pyld:requestID>R1</pyld:requestID><ei:registrationID>REG</ei:registrationID>${ven}`,
    message: { message: 'oadrCancelPartyRegistration', requestID: 'R1', registrationID: 'REG', venID: 'VEN_1' },
  },
  {
    content: `${response}<ei:registrationID>REG</ei:registrationID>${ven}`,
    message: { message: 'oadrCanceledPartyRegistration', eiResponse, registrationID: 'REG', venID: 'VEN_1' },
  },
  { content: ven, message: { message: 'oadrRequestReregistration', venID: 'VEN_1' } },
  {
    content: `<pyld:eiRequestEvent><pyld:requestID>R1</pyld:requestID>${ven}<pyld:replyLimit>3</pyld:replyLimit></pyld:eiRequestEvent>`,
    message: { message: 'oadrRequestEvent', requestID: 'R1', venID: 'VEN_1', replyLimit: 3 },
  },
  {
    content:
      '<pyld:requestID>R1</pyld:requestID><ei:vtnID>VTN</ei:vtnID><oadr:oadrEvent><ei:eiEvent><ei:eventDescriptor><ei:eventID>E1</ei:eventID><ei:modificationNumber>2</ei:modificationNumber><ei:modificationDateTime>2026-01-30T22:00:00Z</ei:modificationDateTime><ei:modificationReason>late</ei:modificationReason><ei:priority>1</ei:priority><ei:eiMarketContext><emix:marketContext>http://ter</emix:marketContext></ei:eiMarketContext><ei:createdDateTime>2026-01-30T22:00:00Z</ei:createdDateTime><ei:eventStatus>far</ei:eventStatus><ei:testEvent>false</ei:testEvent><ei:vtnComment>5 &lt; 6 &amp; &amp;amp;</ei:vtnComment></ei:eventDescriptor>' +
      '<ei:eiActivePeriod><xcal:properties><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration><xcal:tolerance><xcal:tolerate><xcal:startafter>PT5M</xcal:startafter></xcal:tolerate></xcal:tolerance><ei:x-eiNotification><xcal:duration>PT1M</xcal:duration></ei:x-eiNotification><ei:x-eiRampUp><xcal:duration>PT2M</xcal:duration></ei:x-eiRampUp><ei:x-eiRecovery><xcal:duration>PT3M</xcal:duration></ei:x-eiRecovery></xcal:properties><xcal:components/></ei:eiActivePeriod>' +
      '<ei:eiEventSignals><ei:eiEventSignal><strm:intervals><ei:interval><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration><xcal:uid><xcal:text>0</xcal:text></xcal:uid><ei:signalPayload><ei:payloadFloat><ei:value>0.1234</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval></strm:intervals><ei:eiTarget><power:endDeviceAsset><power:mrid>EVSE</power:mrid></power:endDeviceAsset></ei:eiTarget><ei:signalName>ELECTRICITY_PRICE</ei:signalName><ei:signalType>price</ei:signalType><ei:signalID>S1</ei:signalID><oadr:currencyPerKWh><oadr:itemDescription>currencyPerKWh</oadr:itemDescription><oadr:itemUnits>USD</oadr:itemUnits><scale:siScaleCode>none</scale:siScaleCode></oadr:currencyPerKWh><ei:currentValue><ei:payloadFloat><ei:value>0.0</ei:value></ei:payloadFloat></ei:currentValue></ei:eiEventSignal>' +
      '<ei:eiEventBaseline><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration><strm:intervals><ei:interval><ei:signalPayload><ei:payloadFloat><ei:value>7</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval></strm:intervals><ei:baselineID>B</ei:baselineID><ei:resourceID>r</ei:resourceID><ei:baselineName>b</ei:baselineName></ei:eiEventBaseline></ei:eiEventSignals>' +
      '<ei:eiTarget><emix:serviceArea><gml:FeatureCollection gml:id="f1"><gml:location><gml:Polygon gml:id="p1"><gml:exterior><gml:LinearRing><gml:posList>1 2 3 4</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:location></gml:FeatureCollection></emix:serviceArea><power:transportInterface><power:pointOfReceipt>a</power:pointOfReceipt><power:pointOfDelivery>b</power:pointOfDelivery></power:transportInterface><ei:resourceID>r</ei:resourceID><ei:venID>VEN_1</ei:venID></ei:eiTarget></ei:eiEvent><oadr:oadrResponseRequired>always</oadr:oadrResponseRequired></oadr:oadrEvent>',
    message: {
      message: 'oadrDistributeEvent',
      requestID: 'R1',
      vtnID: 'VTN',
      oadrEvent: [
        {
          eiEvent: {
            eventDescriptor: {
              eventID: 'E1',
              modificationNumber: 2,
              modificationDateTime: '2026-01-30T22:00:00Z',
              modificationReason: 'late',
              priority: 1,
              eiMarketContext: 'http://ter',
              createdDateTime: '2026-01-30T22:00:00Z',
              eventStatus: 'far',
              testEvent: 'false',
              vtnComment: '5 < 6 & &amp;',
            },
            eiActivePeriod: {
              dtstart: '2026-01-31T04:00:00Z',
              duration: 'PT1H',
              startafter: 'PT5M',
              'x-eiNotification': 'PT1M',
              'x-eiRampUp': 'PT2M',
              'x-eiRecovery': 'PT3M',
            },
            eiEventSignals: {
              eiEventSignal: [
                {
                  intervals: [{ duration: 'PT1H', uid: '0', signalPayload: [{ payloadFloat: '0.1234' }] }],
                  eiTarget: { endDeviceAsset: ['EVSE'] },
                  signalName: 'ELECTRICITY_PRICE',
                  signalType: 'price',
                  signalID: 'S1',
                  itemBase: {
                    element: 'currencyPerKWh',
                    itemDescription: 'currencyPerKWh',
                    itemUnits: 'USD',
                    siScaleCode: 'none',
                  },
                  currentValue: '0.0',
                },
              ],
              eiEventBaseline: {
                dtstart: '2026-01-31T04:00:00Z',
                duration: 'PT1H',
                intervals: [{ signalPayload: [{ payloadFloat: '7' }] }],
                baselineID: 'B',
                resourceID: ['r'],
                baselineName: 'b',
              },
            },
            eiTarget: {
              serviceArea: [{ featureCollectionID: 'f1', polygonID: 'p1', posList: '1 2 3 4' }],
              transportInterface: [{ pointOfReceipt: 'a', pointOfDelivery: 'b' }],
              resourceID: ['r'],
              venID: ['VEN_1'],
            },
          },
          oadrResponseRequired: 'always',
        },
      ],
    },
  },
  {
    content: `<pyld:eiCreatedEvent><ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID/></ei:eiResponse><ei:eventResponses><ei:eventResponse><ei:responseCode>200</ei:responseCode><ei:responseDescription>OK</ei:responseDescription><pyld:requestID>R1</pyld:requestID><ei:qualifiedEventID><ei:eventID>E1</ei:eventID><ei:modificationNumber>0</ei:modificationNumber></ei:qualifiedEventID><ei:optType>optIn</ei:optType></ei:eventResponse></ei:eventResponses>${ven}</pyld:eiCreatedEvent>`,
    message: {
      message: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', requestID: '' },
      eventResponses: [
        {
          responseCode: '200',
          responseDescription: 'OK',
          requestID: 'R1',
          qualifiedEventID: { eventID: 'E1', modificationNumber: 0 },
          optType: 'optIn',
        },
      ],
      venID: 'VEN_1',
    },
  },
  {
    content: `<pyld:requestID>R1</pyld:requestID><oadr:oadrReport><xcal:duration><xcal:duration>PT48H</xcal:duration></xcal:duration><oadr:oadrReportDescription><ei:rID>r1</ei:rID><ei:reportDataSource><ei:resourceID>device</ei:resourceID></ei:reportDataSource><ei:reportType>usage</ei:reportType><power:powerReal><power:itemDescription>RealPower</power:itemDescription><power:itemUnits>W</power:itemUnits><scale:siScaleCode>k</scale:siScaleCode><power:powerAttributes><power:hertz>60</power:hertz><power:voltage>120</power:voltage><power:ac>true</power:ac></power:powerAttributes></power:powerReal><ei:readingType>Direct Read</ei:readingType><emix:marketContext>http://ter</emix:marketContext><oadr:oadrSamplingRate><oadr:oadrMinPeriod>PT1M</oadr:oadrMinPeriod><oadr:oadrMaxPeriod>PT1H</oadr:oadrMaxPeriod><oadr:oadrOnChange>false</oadr:oadrOnChange></oadr:oadrSamplingRate></oadr:oadrReportDescription><ei:reportRequestID>0</ei:reportRequestID><ei:reportSpecifierID>RealEnergy</ei:reportSpecifierID><ei:reportName>METADATA_TELEMETRY_USAGE</ei:reportName><ei:createdDateTime>2026-01-30T22:00:00Z</ei:createdDateTime></oadr:oadrReport>${ven}<ei:reportRequestID>RR</ei:reportRequestID>`,
    message: {
      message: 'oadrRegisterReport',
      requestID: 'R1',
      oadrReport: [
        {
          duration: 'PT48H',
          oadrReportDescription: [
            {
              rID: 'r1',
              reportDataSource: { resourceID: ['device'] },
              reportType: 'usage',
              itemBase: powerReal('k', { hertz: '60', voltage: '120', ac: true }),
              readingType: 'Direct Read',
              marketContext: 'http://ter',
              oadrSamplingRate: { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT1H', oadrOnChange: false },
            },
          ],
          reportRequestID: '0',
          reportSpecifierID: 'RealEnergy',
          reportName: 'METADATA_TELEMETRY_USAGE',
          createdDateTime: '2026-01-30T22:00:00Z',
        },
      ],
      venID: 'VEN_1',
      reportRequestID: 'RR',
    },
  },
  ...(['oadrRegisteredReport', 'oadrCreateReport'] as const).map((name): Vector => {
    const isReply = name === 'oadrRegisteredReport';
    const oadrReportRequest = [
      {
        reportRequestID: 'RR',
        reportSpecifier: {
          reportSpecifierID: 'RealEnergy',
          granularity: 'PT1H',
          reportBackDuration: 'P1D',
          reportInterval: { dtstart: '2026-01-31T04:00:00Z', duration: 'PT0S' },
          specifierPayload: [{ rID: 'r1', readingType: 'x-notApplicable' as const }],
        },
      },
    ];
    return {
      content: `${isReply ? response : '<pyld:requestID>R1</pyld:requestID>'}<oadr:oadrReportRequest><ei:reportRequestID>RR</ei:reportRequestID><ei:reportSpecifier><ei:reportSpecifierID>RealEnergy</ei:reportSpecifierID><xcal:granularity><xcal:duration>PT1H</xcal:duration></xcal:granularity><ei:reportBackDuration><xcal:duration>P1D</xcal:duration></ei:reportBackDuration><ei:reportInterval><xcal:properties><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>PT0S</xcal:duration></xcal:duration></xcal:properties></ei:reportInterval><ei:specifierPayload><ei:rID>r1</ei:rID><ei:readingType>x-notApplicable</ei:readingType></ei:specifierPayload></ei:reportSpecifier></oadr:oadrReportRequest>${ven}`,
      message: isReply
        ? { message: name, eiResponse, oadrReportRequest, venID: 'VEN_1' }
        : { message: 'oadrCreateReport', requestID: 'R1', oadrReportRequest, venID: 'VEN_1' },
    };
  }),
  {
    content: `${response}<oadr:oadrPendingReports><ei:reportRequestID>RR1</ei:reportRequestID><ei:reportRequestID>RR2</ei:reportRequestID></oadr:oadrPendingReports>${ven}`,
    message: { message: 'oadrCreatedReport', eiResponse, oadrPendingReports: ['RR1', 'RR2'], venID: 'VEN_1' },
  },
  {
    content: `<pyld:requestID>R1</pyld:requestID><oadr:oadrReport><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><strm:intervals><ei:interval><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><oadr:oadrReportPayload><ei:rID>r1</ei:rID><ei:confidence>100</ei:confidence><ei:accuracy>0.5</ei:accuracy><ei:payloadFloat><ei:value>-1.250</ei:value></ei:payloadFloat><oadr:oadrDataQuality>Quality Good - Non Specific</oadr:oadrDataQuality></oadr:oadrReportPayload><oadr:oadrReportPayload><ei:rID>s1</ei:rID><oadr:oadrPayloadResourceStatus><oadr:oadrOnline>true</oadr:oadrOnline><oadr:oadrManualOverride>false</oadr:oadrManualOverride><oadr:oadrLoadControlState><oadr:oadrCapacity><oadr:oadrMin>0</oadr:oadrMin><oadr:oadrMax>10</oadr:oadrMax><oadr:oadrCurrent>5</oadr:oadrCurrent><oadr:oadrNormal>5</oadr:oadrNormal></oadr:oadrCapacity></oadr:oadrLoadControlState></oadr:oadrPayloadResourceStatus></oadr:oadrReportPayload></ei:interval></strm:intervals><ei:reportRequestID>RR</ei:reportRequestID><ei:reportSpecifierID>RealEnergy</ei:reportSpecifierID><ei:reportName>TELEMETRY_USAGE</ei:reportName><ei:createdDateTime>2026-02-01T05:00:00Z</ei:createdDateTime></oadr:oadrReport>${ven}`,
    message: {
      message: 'oadrUpdateReport',
      requestID: 'R1',
      oadrReport: [
        {
          dtstart: '2026-01-31T04:00:00Z',
          intervals: [
            {
              dtstart: '2026-01-31T04:00:00Z',
              oadrReportPayload: [
                {
                  rID: 'r1',
                  confidence: 100,
                  accuracy: '0.5',
                  payloadFloat: '-1.250',
                  oadrDataQuality: 'Quality Good - Non Specific',
                },
                {
                  rID: 's1',
                  oadrPayloadResourceStatus: {
                    oadrOnline: true,
                    oadrManualOverride: false,
                    oadrLoadControlState: {
                      oadrCapacity: { oadrMin: '0', oadrMax: '10', oadrCurrent: '5', oadrNormal: '5' },
                    },
                  },
                },
              ],
            },
          ],
          reportRequestID: 'RR',
          reportSpecifierID: 'RealEnergy',
          reportName: 'TELEMETRY_USAGE',
          createdDateTime: '2026-02-01T05:00:00Z',
        },
      ],
      venID: 'VEN_1',
    },
  },
  {
    content: `${response}<oadr:oadrCancelReport ei:schemaVersion="2.0b"><pyld:requestID>R2</pyld:requestID><ei:reportRequestID>RR</ei:reportRequestID><pyld:reportToFollow>true</pyld:reportToFollow></oadr:oadrCancelReport>${ven}`,
    message: {
      message: 'oadrUpdatedReport',
      eiResponse,
      oadrCancelReport: { requestID: 'R2', reportRequestID: ['RR'], reportToFollow: true },
      venID: 'VEN_1',
    },
  },
  {
    content: `<pyld:requestID>R1</pyld:requestID><ei:reportRequestID>RR</ei:reportRequestID><pyld:reportToFollow>false</pyld:reportToFollow>${ven}`,
    message: {
      message: 'oadrCancelReport',
      requestID: 'R1',
      reportRequestID: ['RR'],
      reportToFollow: false,
      venID: 'VEN_1',
    },
  },
  {
    content: `${response}<oadr:oadrPendingReports/>${ven}`,
    message: { message: 'oadrCanceledReport', eiResponse, oadrPendingReports: [], venID: 'VEN_1' },
  },
  {
    content: `<ei:optID>O</ei:optID><ei:optType>optOut</ei:optType><ei:optReason>economic</ei:optReason><emix:marketContext>http://ter</emix:marketContext>${ven}<xcal:vavailability><xcal:components><xcal:available><xcal:properties><xcal:dtstart><xcal:date-time>2026-01-31T04:00:00Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration></xcal:properties></xcal:available></xcal:components></xcal:vavailability><ei:createdDateTime>2026-01-30T22:00:00Z</ei:createdDateTime><pyld:requestID>R1</pyld:requestID><ei:eiTarget>${ven}</ei:eiTarget><oadr:oadrDeviceClass><power:endDeviceAsset><power:mrid>EVSE</power:mrid></power:endDeviceAsset></oadr:oadrDeviceClass>`,
    message: {
      message: 'oadrCreateOpt',
      optID: 'O',
      optType: 'optOut',
      optReason: 'economic',
      marketContext: 'http://ter',
      venID: 'VEN_1',
      vavailability: [{ dtstart: '2026-01-31T04:00:00Z', duration: 'PT1H' }],
      createdDateTime: '2026-01-30T22:00:00Z',
      requestID: 'R1',
      eiTarget: { venID: ['VEN_1'] },
      oadrDeviceClass: { endDeviceAsset: ['EVSE'] },
    },
  },
  { content: `${response}<ei:optID>O</ei:optID>`, message: { message: 'oadrCreatedOpt', eiResponse, optID: 'O' } },
  {
    content: `<pyld:requestID>R1</pyld:requestID><ei:optID>O</ei:optID>${ven}`,
    message: { message: 'oadrCancelOpt', requestID: 'R1', optID: 'O', venID: 'VEN_1' },
  },
  { content: `${response}<ei:optID>O</ei:optID>`, message: { message: 'oadrCanceledOpt', eiResponse, optID: 'O' } },
  { content: `${response}${ven}`, message: { message: 'oadrResponse', eiResponse, venID: 'VEN_1' } },
];

const named = vectors.map(
  ({ content, message }) => [message.message, whole(message.message, content), message] as const,
);

describe('each message by hand', () => {
  it('is here, all 23 of them', () => {
    expect(new Set(named.map(([name]) => name)).size).toBe(23);
  });

  it.each(named)('%s: the text decodes to the message', (_, xml, message) => {
    expect(decodePayload(xml, { strict: true })).toEqual({ ok: true, message, deviations: [] });
  });

  it.each(named)('%s: the message encodes to the text, character for character', (_, xml, message) => {
    expect(encodePayload(message)).toBe(xml);
  });

  it.each(named)('%s: the message survives the log, which is JSON', (_, xml, message) => {
    expect(encodePayload(JSON.parse(JSON.stringify(message)) as OadrMessage)).toBe(xml);
  });
});

describe('what may not be sent is not encoded', () => {
  const event = vectors.find(({ message }) => message.message === 'oadrUpdateReport')?.message;
  const withValue = (payloadFloat: string): OadrMessage => {
    if (event?.message !== 'oadrUpdateReport') throw new Error('no report');
    return {
      ...event,
      oadrReport: event.oadrReport.map((report) => ({
        ...report,
        intervals: [{ oadrReportPayload: [{ rID: 'r', payloadFloat }] }],
      })),
    };
  };
  const response = (responseCode: string): OadrMessage => ({
    message: 'oadrResponse',
    eiResponse: { responseCode, requestID: '' },
  });
  const opt = (createdDateTime: string, duration = 'PT1H'): OadrMessage => ({
    message: 'oadrCreateOpt',
    optID: 'O',
    optType: 'optIn',
    optReason: 'economic',
    venID: 'V',
    vavailability: [{ dtstart: '2026-01-31T04:00:00Z', duration }],
    createdDateTime,
    requestID: '',
    eiTarget: {},
  });

  it.each<readonly [string, OadrMessage, string]>([
    ['NaN', withValue('NaN'), 'value'],
    ['a number with a comma', withValue('1,5'), 'value'],
    ['nothing as a number', withValue(''), 'value'],
    ['a code of two digits', response('20'), 'responseCode'],
    ['a time with an offset', opt('2026-01-31T04:00:00-04:00'), 'createdDateTime'],
    ['a time with fractions', opt('2026-01-31T04:00:00.000Z'), 'createdDateTime'],
    ['a time that never was', opt('2026-02-30T04:00:00Z'), 'createdDateTime'],
    ['a duration with a fraction', opt('2026-01-31T04:00:00Z', 'PT0.5S'), 'duration'],
    [
      'a report of nothing but a name',
      { message: 'oadrCreateReport', requestID: 'R', oadrReportRequest: [] },
      'oadrReportRequest',
    ],
    ['a control character', { message: 'oadrPoll', venID: 'a\u0007' }, 'XML'],
    ['half a character', { message: 'oadrPoll', venID: '\ud800' }, 'XML'],
  ])('%s', (_, message, place) => {
    expect(() => encodePayload(message)).toThrow(EncodeError);
    expect(() => encodePayload(message)).toThrow(place);
  });

  it('a week is written as seven days, which the schema knows', () => {
    expect(encodePayload(opt('2026-01-31T04:00:00Z', 'P1W'))).toContain('<xcal:duration>P7D</xcal:duration>');
  });
});
