import { maybe, type Answered, type EventWish, type Make, type ReportWish, type SignalWish } from './make.ts';

/** As a harness of certification writes: indented, one prefix per namespace, everything where the schema wants it. */

const declared = [
  'xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07"',
  'xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"',
  'xmlns:pyld="http://docs.oasis-open.org/ns/energyinterop/201110/payloads"',
  'xmlns:emix="http://docs.oasis-open.org/ns/emix/2011/06"',
  'xmlns:power="http://docs.oasis-open.org/ns/emix/2011/06/power"',
  'xmlns:scale="http://docs.oasis-open.org/ns/emix/2011/06/siscale"',
  'xmlns:xcal="urn:ietf:params:xml:ns:icalendar-2.0"',
  'xmlns:strm="urn:ietf:params:xml:ns:icalendar-2.0:stream"',
].join('\n  ');

const payload = (name: string, inner: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<oadr:oadrPayload
  ${declared}>
  <oadr:oadrSignedObject>
    <oadr:${name} ei:schemaVersion="2.0b">${inner}</oadr:${name}>
  </oadr:oadrSignedObject>
</oadr:oadrPayload>
`;

const eiResponse = ({ responseCode, responseDescription, requestID }: Answered): string => `
      <ei:eiResponse>
        <ei:responseCode>${responseCode}</ei:responseCode>
        <ei:responseDescription>${responseDescription ?? (responseCode.startsWith('2') ? 'OK' : 'not OK')}</ei:responseDescription>
        <pyld:requestID>${requestID}</pyld:requestID>
      </ei:eiResponse>`;

const requestID = (id: string): string => `
      <pyld:requestID>${id}</pyld:requestID>`;

const venID = (id: string | undefined): string =>
  maybe(
    id,
    (given) => `
      <ei:venID>${given}</ei:venID>`,
  );

const reportRequest = (wish: ReportWish): string => `
      <oadr:oadrReportRequest>
        <ei:reportRequestID>${wish.reportRequestID}</ei:reportRequestID>
        <ei:reportSpecifier>
          <ei:reportSpecifierID>${wish.reportSpecifierID}</ei:reportSpecifierID>
          <xcal:granularity><xcal:duration>${wish.granularity}</xcal:duration></xcal:granularity>
          <ei:reportBackDuration><xcal:duration>${wish.reportBackDuration}</xcal:duration></ei:reportBackDuration>
          ${maybe(
            wish.interval,
            ({ dtstart, duration }) => `<ei:reportInterval><xcal:properties>
            <xcal:dtstart><xcal:date-time>${dtstart}</xcal:date-time></xcal:dtstart>
            <xcal:duration><xcal:duration>${duration}</xcal:duration></xcal:duration>
          </xcal:properties></ei:reportInterval>`,
          )}
          ${wish.rIDs.map((rID) => `<ei:specifierPayload><ei:rID>${rID}</ei:rID><ei:readingType>x-notApplicable</ei:readingType></ei:specifierPayload>`).join('\n          ')}
        </ei:reportSpecifier>
      </oadr:oadrReportRequest>`;

const units: Readonly<Record<NonNullable<SignalWish['unit']>, string>> = {
  currencyPerKWh:
    '<oadr:currencyPerKWh><oadr:itemDescription>currencyPerKWh</oadr:itemDescription><oadr:itemUnits>USD</oadr:itemUnits><scale:siScaleCode>none</scale:siScaleCode></oadr:currencyPerKWh>',
  powerReal:
    '<power:powerReal><power:itemDescription>RealPower</power:itemDescription><power:itemUnits>W</power:itemUnits><scale:siScaleCode>k</scale:siScaleCode><power:powerAttributes><power:hertz>60</power:hertz><power:voltage>220</power:voltage><power:ac>true</power:ac></power:powerAttributes></power:powerReal>',
};

const signal = (wish: SignalWish, place: number): string => `
            <ei:eiEventSignal>
              <strm:intervals>${wish.values
                .map(
                  ({ duration, value }, uid) => `
                <ei:interval>
                  <xcal:duration><xcal:duration>${duration}</xcal:duration></xcal:duration>
                  <xcal:uid><xcal:text>${uid}</xcal:text></xcal:uid>
                  <ei:signalPayload><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></ei:signalPayload>
                </ei:interval>`,
                )
                .join('')}
              </strm:intervals>
              <ei:signalName>${wish.signalName}</ei:signalName>
              <ei:signalType>${wish.signalType}</ei:signalType>
              <ei:signalID>SIG_${String(place + 1).padStart(2, '0')}</ei:signalID>
              ${maybe(wish.unit, (unit) => units[unit])}
              ${maybe(wish.currentValue, (value) => `<ei:currentValue><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></ei:currentValue>`)}
            </ei:eiEventSignal>`;

const oadrEvent = (wish: EventWish): string => `
      <oadr:oadrEvent>
        <ei:eiEvent>
          <ei:eventDescriptor>
            <ei:eventID>${wish.eventID}</ei:eventID>
            <ei:modificationNumber>${wish.modificationNumber}</ei:modificationNumber>
            <ei:priority>1</ei:priority>
            <ei:eiMarketContext><emix:marketContext>${wish.marketContext}</emix:marketContext></ei:eiMarketContext>
            <ei:createdDateTime>${new Date().toISOString().slice(0, 19)}Z</ei:createdDateTime>
            <ei:eventStatus>${wish.eventStatus}</ei:eventStatus>
            ${maybe(wish.testEvent, (text) => `<ei:testEvent>${text}</ei:testEvent>`)}
            <ei:vtnComment></ei:vtnComment>
          </ei:eventDescriptor>
          <ei:eiActivePeriod>
            <xcal:properties>
              <xcal:dtstart><xcal:date-time>${wish.dtstart}</xcal:date-time></xcal:dtstart>
              <xcal:duration><xcal:duration>${wish.duration}</xcal:duration></xcal:duration>
              ${maybe(wish.startafter, (text) => `<xcal:tolerance><xcal:tolerate><xcal:startafter>${text}</xcal:startafter></xcal:tolerate></xcal:tolerance>`)}
              <ei:x-eiNotification><xcal:duration>P0D</xcal:duration></ei:x-eiNotification>
            </xcal:properties>
            <xcal:components/>
          </ei:eiActivePeriod>
          <ei:eiEventSignals>${wish.signals.map(signal).join('')}
          </ei:eiEventSignals>
          <ei:eiTarget>${maybe(wish.target?.groupID, (id) => `<ei:groupID>${id}</ei:groupID>`)}${maybe(wish.target?.resourceID, (id) => `<ei:resourceID>${id}</ei:resourceID>`)}${maybe(wish.target?.venID, (id) => `<ei:venID>${id}</ei:venID>`)}</ei:eiTarget>
        </ei:eiEvent>
        <oadr:oadrResponseRequired>${wish.responseRequired}</oadr:oadrResponseRequired>
      </oadr:oadrEvent>`;

const profiles = `
      <oadr:oadrProfiles><oadr:oadrProfile>
        <oadr:oadrProfileName>2.0b</oadr:oadrProfileName>
        <oadr:oadrTransports><oadr:oadrTransport><oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName></oadr:oadrTransport></oadr:oadrTransports>
      </oadr:oadrProfile></oadr:oadrProfiles>`;

const reportIDs = (ids: readonly string[]): string =>
  ids
    .map(
      (id) => `
      <ei:reportRequestID>${id}</ei:reportRequestID>`,
    )
    .join('');

export const plain: Make = {
  name: 'plain',
  createdPartyRegistration: (told) =>
    payload(
      'oadrCreatedPartyRegistration',
      `${eiResponse(told)}
      ${maybe(told.registrationID, (id) => `<ei:registrationID>${id}</ei:registrationID>`)}${venID(told.venID)}
      <ei:vtnID>${told.vtnID}</ei:vtnID>${profiles}
      ${maybe(told.pollFreq, (text) => `<oadr:oadrRequestedOadrPollFreq><xcal:duration>${text}</xcal:duration></oadr:oadrRequestedOadrPollFreq>`)}`,
    ),
  requestReregistration: (told) => payload('oadrRequestReregistration', venID(told.venID)),
  cancelPartyRegistration: (told) =>
    payload(
      'oadrCancelPartyRegistration',
      `${requestID(told.requestID)}<ei:registrationID>${told.registrationID}</ei:registrationID>${venID(told.venID)}`,
    ),
  canceledPartyRegistration: (told) =>
    payload(
      'oadrCanceledPartyRegistration',
      `${eiResponse(told)}<ei:registrationID>${told.registrationID}</ei:registrationID>${venID(told.venID)}`,
    ),
  response: (told) => payload('oadrResponse', `${eiResponse(told)}${venID(told.venID)}`),
  registeredReport: (told) =>
    payload(
      'oadrRegisteredReport',
      `${eiResponse(told)}${told.wishes.map(reportRequest).join('')}${venID(told.venID)}`,
    ),
  registerReport: (told) => payload('oadrRegisterReport', `${requestID(told.requestID)}${venID(told.venID)}`),
  createReport: (told) =>
    payload(
      'oadrCreateReport',
      `${requestID(told.requestID)}${told.wishes.map(reportRequest).join('')}${venID(told.venID)}`,
    ),
  updatedReport: (told) =>
    payload(
      'oadrUpdatedReport',
      `${eiResponse(told)}${maybe(
        told.cancel,
        (cancel) => `
      <oadr:oadrCancelReport>${requestID('')}${reportIDs(cancel.reportRequestIDs)}
        <pyld:reportToFollow>${cancel.reportToFollow}</pyld:reportToFollow>${venID(told.venID)}
      </oadr:oadrCancelReport>`,
      )}${venID(told.venID)}`,
    ),
  cancelReport: (told) =>
    payload(
      'oadrCancelReport',
      `${requestID(told.requestID)}${reportIDs(told.reportRequestIDs)}
      <pyld:reportToFollow>${told.reportToFollow}</pyld:reportToFollow>${venID(told.venID)}`,
    ),
  distributeEvent: (told) =>
    payload(
      'oadrDistributeEvent',
      `${eiResponse({ responseCode: told.responseCode ?? '200', requestID: '' })}${requestID(told.requestID)}
      <ei:vtnID>${told.vtnID}</ei:vtnID>${told.events.map(oadrEvent).join('')}`,
    ),
};
