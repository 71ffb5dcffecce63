import { maybe, type Answered, type EventWish, type Make, type ReportWish, type SignalWish } from './make.ts';

/**
 * In the manner of JAXB, and so of avob's VTN without signatures: the message is the root, every namespace of the schema is
 * declared on it under `ns2` … `ns11`, the default namespace belongs to none of them, and white space follows the end.
 */

const declared =
  'xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:ns2="http://docs.oasis-open.org/ns/energyinterop/201110" xmlns:ns3="http://docs.oasis-open.org/ns/energyinterop/201110/payloads" ' +
  'xmlns:ns4="http://docs.oasis-open.org/ns/emix/2011/06" xmlns:ns5="urn:ietf:params:xml:ns:icalendar-2.0" xmlns:ns6="urn:ietf:params:xml:ns:icalendar-2.0:stream" ' +
  'xmlns:ns7="http://openadr.org/oadr-2.0b/2012/07" xmlns:ns8="http://www.w3.org/2005/Atom" xmlns:ns9="http://docs.oasis-open.org/ns/emix/2011/06/power" ' +
  'xmlns:ns10="http://www.opengis.net/gml/3.2" xmlns:ns11="http://docs.oasis-open.org/ns/emix/2011/06/siscale" xmlns:ns12="http://oadr.example.net/vendor"';

const bare = (name: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ns7:${name} ${declared} ns2:schemaVersion="2.0b">\n${inner}</ns7:${name}>\n\n   \n`;

const line = (indent: number, text: string): string => `${'    '.repeat(indent)}${text}\n`;

const requestID = (id: string): string =>
  line(1, id === '' ? '<ns3:requestID/>' : `<ns3:requestID>${id}</ns3:requestID>`);

const venID = (id: string | undefined): string => maybe(id, (given) => line(1, `<ns2:venID>${given}</ns2:venID>`));

const eiResponse = ({ responseCode, responseDescription, requestID: id }: Answered): string =>
  line(1, '<ns2:eiResponse>') +
  line(2, `<ns2:responseCode>${responseCode}</ns2:responseCode>`) +
  maybe(responseDescription, (text) => line(2, `<ns2:responseDescription>${text}</ns2:responseDescription>`)) +
  `    ${requestID(id)}` +
  line(1, '</ns2:eiResponse>');

const duration = (text: string): string => `<ns5:duration>${text}</ns5:duration>`;

const reportRequest = (wish: ReportWish): string =>
  line(1, '<ns7:oadrReportRequest>') +
  line(2, `<ns2:reportRequestID>${wish.reportRequestID}</ns2:reportRequestID>`) +
  line(2, `<ns2:reportSpecifier><ns2:reportSpecifierID>${wish.reportSpecifierID}</ns2:reportSpecifierID>`) +
  line(3, `<ns5:granularity>${duration(wish.granularity)}</ns5:granularity>`) +
  line(3, `<ns2:reportBackDuration>${duration(wish.reportBackDuration)}</ns2:reportBackDuration>`) +
  maybe(wish.interval, (interval) =>
    line(
      3,
      `<ns2:reportInterval><ns5:properties><ns5:dtstart><ns5:date-time>${interval.dtstart}</ns5:date-time></ns5:dtstart><ns5:duration>${duration(interval.duration)}</ns5:duration></ns5:properties></ns2:reportInterval>`,
    ),
  ) +
  wish.rIDs
    .map((rID) =>
      line(
        3,
        `<ns2:specifierPayload><ns2:rID>${rID}</ns2:rID><ns2:readingType>x-notApplicable</ns2:readingType></ns2:specifierPayload>`,
      ),
    )
    .join('') +
  line(2, '</ns2:reportSpecifier>') +
  line(1, '</ns7:oadrReportRequest>');

const units: Readonly<Record<NonNullable<SignalWish['unit']>, string>> = {
  currencyPerKWh:
    '<ns7:currencyPerKWh><ns7:itemDescription>currencyPerKWh</ns7:itemDescription><ns7:itemUnits>EUR</ns7:itemUnits><ns11:siScaleCode>none</ns11:siScaleCode></ns7:currencyPerKWh>',
  powerReal:
    '<ns9:powerReal><ns9:itemDescription>RealPower</ns9:itemDescription><ns9:itemUnits>W</ns9:itemUnits><ns11:siScaleCode>none</ns11:siScaleCode><ns9:powerAttributes><ns9:hertz>50</ns9:hertz><ns9:voltage>230</ns9:voltage><ns9:ac>true</ns9:ac></ns9:powerAttributes></ns9:powerReal>',
};

const signal = (wish: SignalWish, place: number): string =>
  line(4, '<ns2:eiEventSignal><ns6:intervals>') +
  wish.values
    .map((each, uid) =>
      line(
        5,
        `<ns2:interval><ns5:duration>${duration(each.duration)}</ns5:duration><ns5:uid><ns5:text>${uid}</ns5:text></ns5:uid><ns2:signalPayload><ns2:payloadFloat><ns2:value>${each.value}</ns2:value></ns2:payloadFloat></ns2:signalPayload></ns2:interval>`,
      ),
    )
    .join('') +
  line(
    4,
    `</ns6:intervals><ns2:signalName>${wish.signalName}</ns2:signalName><ns2:signalType>${wish.signalType}</ns2:signalType><ns2:signalID>${place}</ns2:signalID>`,
  ) +
  maybe(wish.unit, (unit) => line(4, units[unit])) +
  maybe(wish.currentValue, (value) =>
    line(
      4,
      `<ns2:currentValue><ns2:payloadFloat><ns2:value>${value}</ns2:value></ns2:payloadFloat></ns2:currentValue>`,
    ),
  ) +
  line(4, '</ns2:eiEventSignal>');

const oadrEvent = (wish: EventWish): string =>
  line(1, '<ns7:oadrEvent><ns2:eiEvent><ns2:eventDescriptor>') +
  line(
    3,
    `<ns2:eventID>${wish.eventID}</ns2:eventID><ns2:modificationNumber>${wish.modificationNumber}</ns2:modificationNumber><ns2:priority>0</ns2:priority>`,
  ) +
  line(3, `<ns2:eiMarketContext><ns4:marketContext>${wish.marketContext}</ns4:marketContext></ns2:eiMarketContext>`) +
  line(
    3,
    `<ns2:createdDateTime>${new Date().toISOString()}</ns2:createdDateTime><ns2:eventStatus>${wish.eventStatus}</ns2:eventStatus>${maybe(wish.testEvent, (text) => `<ns2:testEvent>${text}</ns2:testEvent>`)}<ns2:vtnComment></ns2:vtnComment>`,
  ) +
  line(2, '</ns2:eventDescriptor>') +
  line(
    2,
    `<ns2:eiActivePeriod><ns5:properties><ns5:dtstart><ns5:date-time>${wish.dtstart}</ns5:date-time></ns5:dtstart><ns5:duration>${duration(wish.duration)}</ns5:duration>`,
  ) +
  maybe(wish.startafter, (text) =>
    line(3, `<ns5:tolerance><ns5:tolerate><ns5:startafter>${text}</ns5:startafter></ns5:tolerate></ns5:tolerance>`),
  ) +
  line(
    3,
    `<ns2:x-eiNotification>${duration('PT0S')}</ns2:x-eiNotification></ns5:properties><ns5:components/></ns2:eiActivePeriod>`,
  ) +
  line(2, '<ns2:eiEventSignals>') +
  wish.signals.map(signal).join('') +
  line(2, '</ns2:eiEventSignals>') +
  line(
    2,
    `<ns2:eiTarget>${maybe(wish.target?.groupID, (id) => `<ns2:groupID>${id}</ns2:groupID>`)}${maybe(wish.target?.resourceID, (id) => `<ns2:resourceID>${id}</ns2:resourceID>`)}${maybe(wish.target?.venID, (id) => `<ns2:venID>${id}</ns2:venID>`)}</ns2:eiTarget>`,
  ) +
  line(
    1,
    `</ns2:eiEvent><ns7:oadrResponseRequired>${wish.responseRequired}</ns7:oadrResponseRequired></ns7:oadrEvent>`,
  );

const reportIDs = (ids: readonly string[]): string =>
  ids.map((id) => line(1, `<ns2:reportRequestID>${id}</ns2:reportRequestID>`)).join('');

const registrationID = (id: string): string => line(1, `<ns2:registrationID>${id}</ns2:registrationID>`);

const toFollow = (reportToFollow: boolean): string =>
  line(1, `<ns3:reportToFollow>${reportToFollow}</ns3:reportToFollow>`);

const profiles = line(
  1,
  `<ns7:oadrProfiles>${['2.0a', '2.0b']
    .map(
      (name) =>
        `<ns7:oadrProfile><ns7:oadrProfileName>${name}</ns7:oadrProfileName><ns7:oadrTransports><ns7:oadrTransport><ns7:oadrTransportName>simpleHttp</ns7:oadrTransportName></ns7:oadrTransport></ns7:oadrTransports></ns7:oadrProfile>`,
    )
    .join('')}</ns7:oadrProfiles>`,
);

export const javaBare: Make = {
  name: 'javaBare',
  createdPartyRegistration: (told) =>
    bare(
      'oadrCreatedPartyRegistration',
      `${eiResponse(told)}${maybe(told.registrationID, registrationID)}${venID(told.venID)}${line(1, `<ns2:vtnID>${told.vtnID}</ns2:vtnID>`)}${profiles}${maybe(told.pollFreq, (text) => line(1, `<ns7:oadrRequestedOadrPollFreq>${duration(text)}</ns7:oadrRequestedOadrPollFreq>`))}`,
    ),
  requestReregistration: (told) => bare('oadrRequestReregistration', venID(told.venID)),
  cancelPartyRegistration: (told) =>
    bare(
      'oadrCancelPartyRegistration',
      `${requestID(told.requestID)}${registrationID(told.registrationID)}${venID(told.venID)}`,
    ),
  canceledPartyRegistration: (told) =>
    bare(
      'oadrCanceledPartyRegistration',
      `${eiResponse(told)}${registrationID(told.registrationID)}${venID(told.venID)}`,
    ),
  response: (told) => bare('oadrResponse', `${eiResponse(told)}${venID(told.venID)}`),
  registeredReport: (told) =>
    bare('oadrRegisteredReport', `${eiResponse(told)}${told.wishes.map(reportRequest).join('')}${venID(told.venID)}`),
  registerReport: (told) => bare('oadrRegisterReport', `${requestID(told.requestID)}${venID(told.venID)}`),
  createReport: (told) =>
    bare(
      'oadrCreateReport',
      `${requestID(told.requestID)}${told.wishes.map(reportRequest).join('')}${venID(told.venID)}`,
    ),
  updatedReport: (told) =>
    bare(
      'oadrUpdatedReport',
      `${eiResponse(told)}${maybe(told.cancel, (cancel) => `${line(1, '<ns7:oadrCancelReport>')}${requestID('0')}${reportIDs(cancel.reportRequestIDs)}${toFollow(cancel.reportToFollow)}${venID(told.venID)}${line(1, '</ns7:oadrCancelReport>')}`)}${venID(told.venID)}`,
    ),
  cancelReport: (told) =>
    bare(
      'oadrCancelReport',
      `${requestID(told.requestID)}${reportIDs(told.reportRequestIDs)}${toFollow(told.reportToFollow)}${venID(told.venID)}`,
    ),
  distributeEvent: (told) =>
    bare(
      'oadrDistributeEvent',
      `${eiResponse({ responseCode: told.responseCode ?? '200', requestID: '' })}${requestID(told.requestID)}${line(1, `<ns2:vtnID>${told.vtnID}</ns2:vtnID>`)}${told.events.map(oadrEvent).join('')}`,
    ),
};
