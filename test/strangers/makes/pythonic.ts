import { maybe, type Answered, type EventWish, type Make, type ReportWish, type SignalWish } from './make.ts';

/**
 * In the manner of OpenLEADR and so of NHEC: one long line, default namespaces redeclared element by element, an Id on what
 * is not signed, microseconds, `None` where nothing was given, IDs that are there but empty.
 */

const EI = 'http://docs.oasis-open.org/ns/energyinterop/201110';
const PYLD = `${EI}/payloads`;
const XCAL = 'urn:ietf:params:xml:ns:icalendar-2.0';
const OADR = 'http://openadr.org/oadr-2.0b/2012/07';

const payload = (name: string, inner: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<oadr:oadrPayload xmlns:oadr="${OADR}">\n` +
  `<oadr:oadrSignedObject oadr:Id="oadrSignedObject" xmlns:oadr="${OADR}"><oadr:${name} xmlns:ei="${EI}" ei:schemaVersion="2.0b">${inner}</oadr:${name}></oadr:oadrSignedObject>\n` +
  '</oadr:oadrPayload>';

/** An ISO text with the six digits that Python prints. */
const micros = (iso: string): string => iso.replace(/(\.\d+)?Z$/, '.123456Z');

const requestID = (id: string): string =>
  id === '' ? `<requestID xmlns="${PYLD}"/>` : `<requestID xmlns="${PYLD}">${id}</requestID>`;

const eiResponse = ({ responseCode, responseDescription, requestID: id }: Answered): string =>
  `<ei:eiResponse><ei:responseCode>${responseCode}</ei:responseCode><ei:responseDescription>${responseDescription ?? 'OK'}</ei:responseDescription>${requestID(id)}</ei:eiResponse>`;

const venID = (id: string | undefined): string => (id === undefined ? '<ei:venID/>' : `<ei:venID>${id}</ei:venID>`);

const reportRequest = (wish: ReportWish): string =>
  `<oadr:oadrReportRequest><ei:reportRequestID>\n            ${wish.reportRequestID}\n        </ei:reportRequestID><ei:reportSpecifier xmlns:xcal="${XCAL}">` +
  `<ei:reportSpecifierID>${wish.reportSpecifierID}</ei:reportSpecifierID>` +
  `<xcal:granularity><xcal:duration>${wish.granularity}</xcal:duration></xcal:granularity>` +
  `<ei:reportBackDuration><xcal:duration>${wish.reportBackDuration}</xcal:duration></ei:reportBackDuration>` +
  maybe(
    wish.interval,
    ({ dtstart, duration }) =>
      `<ei:reportInterval><xcal:properties><xcal:dtstart><xcal:date-time>${micros(dtstart)}</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>${duration}</xcal:duration></xcal:duration></xcal:properties></ei:reportInterval>`,
  ) +
  wish.rIDs
    .map(
      (rID) =>
        `<ei:specifierPayload><ei:rID>\n      ${rID}</ei:rID><ei:readingType>Direct Read</ei:readingType></ei:specifierPayload>`,
    )
    .join('') +
  '</ei:reportSpecifier></oadr:oadrReportRequest>';

const signal = (wish: SignalWish, dtstart: string): string =>
  '<ei:eiEventSignal><strm:intervals xmlns:strm="urn:ietf:params:xml:ns:icalendar-2.0:stream">' +
  wish.values
    .map(
      ({ duration, value }, place) =>
        `<ei:interval><dtstart xmlns="${XCAL}"><date-time>${micros(new Date(Date.parse(dtstart) + place * 1000).toISOString())}</date-time></dtstart>` +
        `<duration xmlns="${XCAL}"><duration>${duration}</duration></duration><uid xmlns="${XCAL}"><text>${place}</text></uid>` +
        `<ei:signalPayload><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>`,
    )
    .join('') +
  `</strm:intervals><ei:signalName>${wish.signalName}</ei:signalName><ei:signalType>${wish.signalType}</ei:signalType><ei:signalID>8a2e1ff0-${wish.signalName.toLowerCase()}</ei:signalID>` +
  maybe(
    wish.currentValue,
    (value) => `<ei:currentValue><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></ei:currentValue>`,
  ) +
  '</ei:eiEventSignal>';

const oadrEvent = (wish: EventWish): string =>
  `<oadr:oadrEvent>\n    <ei:eiEvent><ei:eventDescriptor><ei:eventID>${wish.eventID}</ei:eventID><ei:modificationNumber>${wish.modificationNumber}</ei:modificationNumber>` +
  `<ei:modificationDateTime>${micros(new Date().toISOString())}</ei:modificationDateTime><ei:priority>0</ei:priority>` +
  `<ei:eiMarketContext><marketContext xmlns="http://docs.oasis-open.org/ns/emix/2011/06">${wish.marketContext}</marketContext></ei:eiMarketContext>` +
  `<ei:createdDateTime>${micros(new Date().toISOString())}</ei:createdDateTime><ei:eventStatus>${wish.eventStatus}</ei:eventStatus><ei:testEvent>${wish.testEvent ?? 'false'}</ei:testEvent><ei:vtnComment/></ei:eventDescriptor>` +
  `<ei:eiActivePeriod><properties xmlns="${XCAL}"><dtstart><date-time>${micros(wish.dtstart)}</date-time></dtstart><duration><duration>${wish.duration}</duration></duration>` +
  maybe(wish.startafter, (text) => `<tolerance><tolerate><startafter>${text}</startafter></tolerate></tolerance>`) +
  `</properties><components xmlns="${XCAL}"/></ei:eiActivePeriod>        <ei:eiEventSignals>${wish.signals.map((each) => signal(each, wish.dtstart)).join('')}        </ei:eiEventSignals>` +
  `<ei:eiTarget>${maybe(wish.target?.groupID, (id) => `<ei:groupID>${id}</ei:groupID>`)}${maybe(wish.target?.resourceID, (id) => `<ei:resourceID>${id}</ei:resourceID>`)}${maybe(wish.target?.venID, (id) => `<ei:venID>${id}</ei:venID>`)}</ei:eiTarget>` +
  `    </ei:eiEvent><oadr:oadrResponseRequired>${wish.responseRequired}</oadr:oadrResponseRequired></oadr:oadrEvent>  `;

const reportIDs = (ids: readonly string[]): string =>
  ids.map((id) => `<ei:reportRequestID>${id}</ei:reportRequestID>`).join('');

const toFollow = (reportToFollow: boolean): string =>
  `<reportToFollow xmlns="${PYLD}">${reportToFollow}</reportToFollow>`;

export const pythonic: Make = {
  name: 'pythonic',
  createdPartyRegistration: (told) =>
    payload(
      'oadrCreatedPartyRegistration',
      eiResponse(told) +
        (told.registrationID === undefined
          ? '<ei:registrationID/>'
          : `<ei:registrationID>${told.registrationID}</ei:registrationID>`) +
        `${venID(told.venID)}<ei:vtnID>${told.vtnID}</ei:vtnID><oadr:oadrProfiles><oadr:oadrProfile><oadr:oadrProfileName>2.0b</oadr:oadrProfileName>` +
        '<oadr:oadrTransports><oadr:oadrTransport><oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName></oadr:oadrTransport></oadr:oadrTransports></oadr:oadrProfile></oadr:oadrProfiles>' +
        maybe(
          told.pollFreq,
          (text) =>
            `<oadr:oadrRequestedOadrPollFreq><duration xmlns="${XCAL}">${text}</duration></oadr:oadrRequestedOadrPollFreq>`,
        ),
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
  response: (told) => payload('oadrResponse', `${eiResponse(told)}${venID(told.venID ?? 'None')}`),
  registeredReport: (told) =>
    payload(
      'oadrRegisteredReport',
      `${eiResponse(told)}${told.wishes.map(reportRequest).join('')}    ${venID(told.venID)}`,
    ),
  registerReport: (told) => payload('oadrRegisterReport', `${requestID(told.requestID)}${venID(told.venID)}`),
  createReport: (told) =>
    payload(
      'oadrCreateReport',
      `${requestID(told.requestID)}${told.wishes.map(reportRequest).join('')}    ${venID(told.venID)}`,
    ),
  updatedReport: (told) =>
    payload(
      'oadrUpdatedReport',
      eiResponse(told) +
        maybe(
          told.cancel,
          (cancel) =>
            `<oadr:oadrCancelReport>${requestID('None')}${reportIDs(cancel.reportRequestIDs)}${toFollow(cancel.reportToFollow)}${venID(told.venID)}</oadr:oadrCancelReport>`,
        ) +
        venID(told.venID),
    ),
  cancelReport: (told) =>
    payload(
      'oadrCancelReport',
      `${requestID(told.requestID)}${reportIDs(told.reportRequestIDs)}${toFollow(told.reportToFollow)}${venID(told.venID)}`,
    ),
  distributeEvent: (told) =>
    payload(
      'oadrDistributeEvent',
      `${eiResponse({ responseCode: told.responseCode ?? '200', requestID: 'None' })}${requestID(told.requestID)}<ei:vtnID>${told.vtnID}</ei:vtnID>${told.events.map(oadrEvent).join('')}`,
    ),
};
