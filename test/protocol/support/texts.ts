/** The namespaces a hand-written message needs, declared at its root. */
export const namespaces = [
  'xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07"',
  'xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"',
  'xmlns:pyld="http://docs.oasis-open.org/ns/energyinterop/201110/payloads"',
  'xmlns:emix="http://docs.oasis-open.org/ns/emix/2011/06"',
  'xmlns:power="http://docs.oasis-open.org/ns/emix/2011/06/power"',
  'xmlns:scale="http://docs.oasis-open.org/ns/emix/2011/06/siscale"',
  'xmlns:xcal="urn:ietf:params:xml:ns:icalendar-2.0"',
  'xmlns:strm="urn:ietf:params:xml:ns:icalendar-2.0:stream"',
  'xmlns:gml="http://www.opengis.net/gml/3.2"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
].join(' ');

/** A message by hand: its name and what it holds, in its envelope. */
export const enveloped = (name: string, content: string, attributes = 'ei:schemaVersion="2.0b"'): string =>
  `<oadr:oadrPayload ${namespaces}><oadr:oadrSignedObject><oadr:${name} ${attributes}>${content}</oadr:${name}></oadr:oadrSignedObject></oadr:oadrPayload>`;

export const poll = enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>');

interface EventParts {
  readonly components?: string;
  readonly eiTarget?: string;
  readonly interval?: string;
  readonly unit?: string;
  readonly duration?: string;
  readonly dtstart?: string;
  readonly status?: string;
  readonly notification?: string;
  readonly signalName?: string;
  readonly signalType?: string;
}

const plainInterval =
  '<ei:interval><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration><xcal:uid><xcal:text>0</xcal:text></xcal:uid>' +
  '<ei:signalPayload><ei:payloadFloat><ei:value>0.1234</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>';

/** An oadrDistributeEvent by hand, with one price event; single parts can be replaced. */
export const priceEvent = ({
  components = '<xcal:components/>',
  eiTarget = '<ei:eiTarget><ei:venID>VEN_1</ei:venID></ei:eiTarget>',
  interval = plainInterval,
  unit = '',
  duration = 'PT1H',
  dtstart = '2026-01-31T04:00:00Z',
  status = 'far',
  notification = '',
  signalName = 'ELECTRICITY_PRICE',
  signalType = 'price',
}: EventParts = {}): string =>
  enveloped(
    'oadrDistributeEvent',
    '<ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID/></ei:eiResponse><pyld:requestID>None</pyld:requestID><ei:vtnID>VTN</ei:vtnID>' +
      '<oadr:oadrEvent><ei:eiEvent><ei:eventDescriptor><ei:eventID>E1</ei:eventID><ei:modificationNumber>0</ei:modificationNumber>' +
      '<ei:eiMarketContext><emix:marketContext>http://ter</emix:marketContext></ei:eiMarketContext>' +
      `<ei:createdDateTime>2026-01-30T22:00:00Z</ei:createdDateTime><ei:eventStatus>${status}</ei:eventStatus></ei:eventDescriptor>` +
      `<ei:eiActivePeriod><xcal:properties><xcal:dtstart><xcal:date-time>${dtstart}</xcal:date-time></xcal:dtstart>` +
      `<xcal:duration><xcal:duration>${duration}</xcal:duration></xcal:duration>${notification}</xcal:properties>${components}</ei:eiActivePeriod>` +
      `<ei:eiEventSignals><ei:eiEventSignal><strm:intervals>${interval}</strm:intervals><ei:signalName>${signalName}</ei:signalName>` +
      `<ei:signalType>${signalType}</ei:signalType><ei:signalID>S1</ei:signalID>${unit}</ei:eiEventSignal></ei:eiEventSignals>${eiTarget}</ei:eiEvent>` +
      '<oadr:oadrResponseRequired>always</oadr:oadrResponseRequired></oadr:oadrEvent>',
  );
