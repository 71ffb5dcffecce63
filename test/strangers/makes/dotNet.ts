import { maybe, type Answered, type EventWish, type Make, type ReportWish, type SignalWish } from './make.ts';

/**
 * In the manner of a serializer of .NET, and so of the EPRI VTN's relatives: the default namespace is that of the message,
 * each child of another namespace redeclares it, the attribute has a prefix of depth (`d3p1`), empty things are `xsi:nil`,
 * zero is `PT0M`, a duration that was never set is `PTS`.
 */

const EI = 'http://docs.oasis-open.org/ns/energyinterop/201110';
const PYLD = `${EI}/payloads`;
const XCAL = 'urn:ietf:params:xml:ns:icalendar-2.0';

const payload = (name: string, inner: string): string =>
  '\uFEFF<?xml version="1.0" encoding="utf-8"?>' +
  '<oadrPayload xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://openadr.org/oadr-2.0b/2012/07">' +
  `<oadrSignedObject><${name} xmlns:d3p1="${EI}" d3p1:schemaVersion="2.0b">${inner}</${name}></oadrSignedObject></oadrPayload>`;

const ei = (name: string, text: string): string =>
  text === '' ? `<${name} xmlns="${EI}" />` : `<${name} xmlns="${EI}">${text}</${name}>`;

const requestID = (id: string): string =>
  id === '' ? `<requestID xmlns="${PYLD}" />` : `<requestID xmlns="${PYLD}">${id}</requestID>`;

const eiResponse = ({ responseCode, responseDescription, requestID: id }: Answered): string =>
  `<eiResponse xmlns="${EI}"><responseCode>${responseCode}</responseCode>${maybe(responseDescription, (text) => `<responseDescription>${text}</responseDescription>`)}${requestID(id)}</eiResponse>`;

const reportRequest = (wish: ReportWish): string =>
  `<oadrReportRequest><reportRequestID xmlns="${EI}">${wish.reportRequestID}</reportRequestID><reportSpecifier xmlns="${EI}"><reportSpecifierID>${wish.reportSpecifierID}</reportSpecifierID>` +
  `<granularity xmlns="${XCAL}"><duration>${wish.granularity}</duration></granularity><reportBackDuration><duration xmlns="${XCAL}">${wish.reportBackDuration}</duration></reportBackDuration>` +
  maybe(
    wish.interval,
    ({ dtstart, duration }) =>
      `<reportInterval><properties xmlns="${XCAL}"><dtstart><date-time>${dtstart}</date-time></dtstart><duration><duration>${duration}</duration></duration></properties></reportInterval>`,
  ) +
  `${wish.rIDs.map((rID) => `<specifierPayload><rID>${rID}</rID><readingType>x-notApplicable</readingType></specifierPayload>`).join('')}</reportSpecifier></oadrReportRequest>`;

const units: Readonly<Record<NonNullable<SignalWish['unit']>, string>> = {
  currencyPerKWh:
    '<currencyPerKWh xmlns="http://openadr.org/oadr-2.0b/2012/07"><itemDescription>currencyPerKWh</itemDescription><itemUnits>USD</itemUnits><siScaleCode xmlns="http://docs.oasis-open.org/ns/emix/2011/06/siscale">none</siScaleCode></currencyPerKWh>',
  powerReal:
    '<powerReal xmlns="http://docs.oasis-open.org/ns/emix/2011/06/power"><itemDescription>RealPower</itemDescription><itemUnits>W</itemUnits><siScaleCode xmlns="http://docs.oasis-open.org/ns/emix/2011/06/siscale">k</siScaleCode><powerAttributes><hertz>60</hertz><voltage>120</voltage><ac>true</ac></powerAttributes></powerReal>',
};

const signal = (wish: SignalWish, place: number): string =>
  `<eiEventSignal><intervals xmlns="urn:ietf:params:xml:ns:icalendar-2.0:stream">${wish.values
    .map(
      ({ duration, value }, uid) =>
        `<interval xmlns="${EI}"><duration xmlns="${XCAL}"><duration>${duration}</duration></duration><uid xmlns="${XCAL}"><text>${uid}</text></uid><signalPayload><payloadFloat><value>${value}</value></payloadFloat></signalPayload></interval>`,
    )
    .join(
      '',
    )}</intervals><signalName>${wish.signalName}</signalName><signalType>${wish.signalType}</signalType><signalID>${place}</signalID>` +
  `${maybe(wish.unit, (unit) => units[unit])}<currentValue><payloadFloat><value>${wish.currentValue ?? '0'}</value></payloadFloat></currentValue></eiEventSignal>`;

const target = (wish: EventWish): string => {
  const { groupID, resourceID, venID } = wish.target ?? {};
  const inner = `${maybe(groupID, (id) => `<groupID>${id}</groupID>`)}${maybe(resourceID, (id) => `<resourceID>${id}</resourceID>`)}${maybe(venID, (id) => `<venID>${id}</venID>`)}`;
  return inner === '' ? '<eiTarget />' : `<eiTarget>${inner}</eiTarget>`;
};

const oadrEvent = (wish: EventWish): string =>
  `<oadrEvent><eiEvent xmlns="${EI}"><eventDescriptor><eventID>${wish.eventID}</eventID><modificationNumber>${wish.modificationNumber}</modificationNumber><modificationReason />` +
  `<priority>0</priority><eiMarketContext><marketContext xmlns="http://docs.oasis-open.org/ns/emix/2011/06">${wish.marketContext}</marketContext></eiMarketContext>` +
  `<createdDateTime>${new Date().toISOString().slice(0, 19)}Z</createdDateTime><eventStatus>${wish.eventStatus}</eventStatus><testEvent>${wish.testEvent ?? ''}</testEvent><vtnComment /></eventDescriptor>` +
  `<eiActivePeriod><properties xmlns="${XCAL}"><dtstart><date-time>${wish.dtstart}</date-time></dtstart><duration><duration>${wish.duration}</duration></duration>` +
  `<tolerance><tolerate><startafter>${wish.startafter ?? 'PT0M'}</startafter></tolerate></tolerance><x-eiNotification xmlns="${EI}"><duration xmlns="${XCAL}">PT0M</duration></x-eiNotification>` +
  `<x-eiRampUp xmlns="${EI}"><duration xmlns="${XCAL}">PT0M</duration></x-eiRampUp><x-eiRecovery xmlns="${EI}"><duration xmlns="${XCAL}">PT0M</duration></x-eiRecovery></properties>` +
  `<components xsi:nil="true" xmlns="${XCAL}" /></eiActivePeriod><eiEventSignals>${wish.signals.map(signal).join('')}</eiEventSignals>${target(wish)}</eiEvent>` +
  `<oadrResponseRequired>${wish.responseRequired}</oadrResponseRequired></oadrEvent>`;

const reportIDs = (ids: readonly string[]): string => ids.map((id) => ei('reportRequestID', id)).join('');

const toFollow = (reportToFollow: boolean): string =>
  `<reportToFollow xmlns="${PYLD}">${reportToFollow}</reportToFollow>`;

export const dotNet: Make = {
  name: 'dotNet',
  createdPartyRegistration: (told) =>
    payload(
      'oadrCreatedPartyRegistration',
      `${eiResponse(told)}${ei('registrationID', told.registrationID ?? '')}${ei('venID', told.venID ?? '')}${ei('vtnID', told.vtnID)}` +
        '<oadrProfiles><oadrProfile><oadrProfileName>2.0b</oadrProfileName><oadrTransports><oadrTransport><oadrTransportName>simpleHttp</oadrTransportName></oadrTransport></oadrTransports></oadrProfile></oadrProfiles>' +
        `<oadrRequestedOadrPollFreq><duration xmlns="${XCAL}">${told.pollFreq ?? 'PTS'}</duration></oadrRequestedOadrPollFreq>` +
        '<oadrServiceSpecificInfo /><oadrExtensions />',
    ),
  requestReregistration: (told) => payload('oadrRequestReregistration', ei('venID', told.venID)),
  cancelPartyRegistration: (told) =>
    payload(
      'oadrCancelPartyRegistration',
      `${requestID(told.requestID)}${ei('registrationID', told.registrationID)}${ei('venID', told.venID)}`,
    ),
  canceledPartyRegistration: (told) =>
    payload(
      'oadrCanceledPartyRegistration',
      `${eiResponse(told)}${ei('registrationID', told.registrationID)}${ei('venID', told.venID)}`,
    ),
  response: (told) => payload('oadrResponse', `${eiResponse(told)}${ei('venID', told.venID ?? '')}`),
  registeredReport: (told) =>
    payload(
      'oadrRegisteredReport',
      `${eiResponse(told)}${told.wishes.map(reportRequest).join('')}${ei('venID', told.venID)}`,
    ),
  registerReport: (told) => payload('oadrRegisterReport', `${requestID(told.requestID)}${ei('venID', told.venID)}`),
  createReport: (told) =>
    payload(
      'oadrCreateReport',
      `${requestID(told.requestID)}${told.wishes.map(reportRequest).join('')}${ei('venID', told.venID)}`,
    ),
  updatedReport: (told) =>
    payload(
      'oadrUpdatedReport',
      `${eiResponse(told)}${maybe(told.cancel, (cancel) => `<oadrCancelReport>${requestID('')}${reportIDs(cancel.reportRequestIDs)}${toFollow(cancel.reportToFollow)}${ei('venID', told.venID)}</oadrCancelReport>`)}${ei('venID', told.venID)}`,
    ),
  cancelReport: (told) =>
    payload(
      'oadrCancelReport',
      `${requestID(told.requestID)}${reportIDs(told.reportRequestIDs)}${toFollow(told.reportToFollow)}${ei('venID', told.venID)}`,
    ),
  distributeEvent: (told) =>
    payload(
      'oadrDistributeEvent',
      `${eiResponse({ responseCode: told.responseCode ?? '200', requestID: '' })}${requestID(told.requestID)}${ei('vtnID', told.vtnID)}${told.events.map(oadrEvent).join('')}`,
    ),
};
