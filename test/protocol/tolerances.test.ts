import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/protocol/types/duration.ts';
import { mayReplyTo } from '../../src/protocol/services.ts';
import { accepted, refused } from './support/expect.ts';
import { enveloped, namespaces, poll, priceEvent } from './support/texts.ts';

const event = (xml: string) => {
  const { message, rules } = accepted(xml);
  const oadrEvent = message.message === 'oadrDistributeEvent' ? message.oadrEvent[0] : undefined;
  if (oadrEvent === undefined) throw new Error('There is no event.');
  return { ...oadrEvent.eiEvent, signal: oadrEvent.eiEvent.eiEventSignals.eiEventSignal[0], rules };
};

/** Accepted with this remark; refused when strict, because the schema forbids it. */
const toleratedOnly = (xml: string, rule: string): void => {
  expect(accepted(xml).rules).toContain(rule);
  refused(xml, { strict: true });
};

/** Accepted with this remark, strict or not, because the schema allows it. */
const remarkedOnly = (xml: string, rule: string): void => {
  expect(accepted(xml).rules).toEqual([rule]);
  expect(accepted(xml, true).rules).toEqual([rule]);
};

const registered = (inside: string): string =>
  enveloped(
    'oadrCreatedPartyRegistration',
    `<ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID>1</pyld:requestID></ei:eiResponse><ei:vtnID>VTN</ei:vtnID><oadr:oadrProfiles><oadr:oadrProfile><oadr:oadrProfileName>2.0b</oadr:oadrProfileName><oadr:oadrTransports><oadr:oadrTransport><oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName></oadr:oadrTransport></oadr:oadrTransports></oadr:oadrProfile></oadr:oadrProfiles>${inside}`,
  );

const reportRequest = (granularity: string, reportBackDuration: string): string =>
  enveloped(
    'oadrCreateReport',
    `<pyld:requestID>1</pyld:requestID><oadr:oadrReportRequest><ei:reportRequestID>\n  RR1\n </ei:reportRequestID><ei:reportSpecifier><ei:reportSpecifierID>RealEnergy</ei:reportSpecifierID><xcal:granularity>${granularity}</xcal:granularity><ei:reportBackDuration>${reportBackDuration}</ei:reportBackDuration><ei:specifierPayload><ei:rID> r1 </ei:rID><ei:readingType>Direct Read</ei:readingType></ei:specifierPayload></ei:reportSpecifier></oadr:oadrReportRequest>`,
  );

const wrapped = (duration: string): string => `<xcal:duration>${duration}</xcal:duration>`;

describe('19.1 a message without its envelope', () => {
  // @row +19.1
  it('is accepted, with a remark', () => {
    const bare = `<oadr:oadrPoll ${namespaces} ei:schemaVersion="2.0b"><ei:venID>VEN_1</ei:venID></oadr:oadrPoll>`;
    expect(accepted(bare).message).toEqual({ message: 'oadrPoll', venID: 'VEN_1' });
    remarkedOnly(bare, '19.1');
  });

  // @row +19.1
  it('is accepted inside the signed object alone', () => {
    const { message } = accepted(
      `<oadr:oadrSignedObject ${namespaces}><oadr:oadrPoll ei:schemaVersion="2.0b"><ei:venID>VEN_1</ei:venID></oadr:oadrPoll></oadr:oadrSignedObject>`,
    );
    expect(message.message).toBe('oadrPoll');
  });
});

describe('19.2 any prefix', () => {
  // @row +19.2
  it('means its namespace', () => {
    expect(accepted(poll.replaceAll('ei:', 'd3p1:').replaceAll('xmlns:ei=', 'xmlns:d3p1=')).rules).toEqual([]);
  });
});

describe('19.3 white space around text', () => {
  // @row +19.3
  it('is taken off identifiers, with a remark', () => {
    const { message, rules } = accepted(reportRequest(wrapped('PT1H'), wrapped('P1D')));
    expect(JSON.stringify(message)).toContain('"reportRequestID":"RR1"');
    expect(JSON.stringify(message)).toContain('"rID":"r1"');
    expect(rules).toEqual(['19.3']);
  });

  it('is taken off identifiers even when strict, because the schema allows it there', () => {
    remarkedOnly(reportRequest(wrapped('PT1H'), wrapped('P1D')), '19.3');
  });

  // @row +19.3 -19.3
  it('is tolerated around durations and codes, where the schema forbids it', () => {
    toleratedOnly(priceEvent({ duration: '\n PT1H ' }), '19.3');
    expect(event(priceEvent({ duration: '\n PT1H ' })).eiActivePeriod.duration).toBe('PT1H');
  });

  it('does not matter around words of a list', () => {
    expect(accepted(priceEvent({ status: '\n far ' }), true).rules).toEqual([]);
  });
});

describe('19.4 the requestID None', () => {
  // @row +19.4
  it('is a requestID like any other', () => {
    expect(accepted(priceEvent(), true).message).toMatchObject({ requestID: 'None' });
  });
});

describe('19.5 fractions of a second', () => {
  // @row +1.16 +19.5
  it('are dropped, with a remark', () => {
    expect(event(priceEvent({ dtstart: '2026-01-31T04:00:00.999999Z' })).eiActivePeriod.dtstart).toBe(
      '2026-01-31T04:00:00Z',
    );
    remarkedOnly(priceEvent({ dtstart: '2026-01-31T04:00:00.000000Z' }), '19.5');
  });
});

describe('19.6 an interval of a signal with dtstart', () => {
  // @row +19.6
  it('is read as it is; what it means is for others to decide', () => {
    const interval =
      '<ei:interval><xcal:dtstart><xcal:date-time>2026-01-31T04:00:01Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>PT1H</xcal:duration></xcal:duration>' +
      '<ei:signalPayload><ei:payloadFloat><ei:value>1</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>';
    expect(event(priceEvent({ interval })).signal?.intervals[0]).toMatchObject({
      dtstart: '2026-01-31T04:00:01Z',
      duration: 'PT1H',
    });
  });
});

describe('19.7 what may be missing', () => {
  // @row +7.38 +19.7
  it('x-eiNotification, itemBase, currentValue and priority are absent keys, without remark', () => {
    const { eiActivePeriod, signal, eventDescriptor, rules } = event(priceEvent());
    expect(Object.keys(eiActivePeriod)).toEqual(['dtstart', 'duration']);
    expect(Object.keys(signal ?? {})).toEqual(['intervals', 'signalName', 'signalType', 'signalID']);
    expect(eventDescriptor).not.toHaveProperty('priority');
    expect(rules).toEqual([]);
  });
});

describe('19.8 components', () => {
  // @row +19.8
  it.each([
    '<xcal:components/>',
    '<xcal:components xsi:nil="true"/>',
    '<xcal:components><x xmlns="urn:x" y="z"/></xcal:components>',
  ])('%s are all the same', (components) => {
    expect(event(priceEvent({ components }))).toEqual(event(priceEvent()));
    expect(accepted(priceEvent({ components }), true).rules).toEqual([]);
  });

  // @row +19.8 -19.8
  it('may be absent, as a tolerance', () => {
    expect(event(priceEvent({ components: '' })).eiActivePeriod).toEqual(event(priceEvent()).eiActivePeriod);
    toleratedOnly(priceEvent({ components: '' }), '19.8');
  });
});

describe('19.9 a missing eiTarget', () => {
  // @row +19.9 -19.9
  it('is an empty one', () => {
    expect(event(priceEvent({ eiTarget: '' })).eiTarget).toEqual({});
    toleratedOnly(priceEvent({ eiTarget: '' }), '19.9');
    expect(accepted(priceEvent({ eiTarget: '<ei:eiTarget/>' }), true).rules).toEqual([]);
  });
});

describe('19.10 completed events still listed', () => {
  // @row +19.10
  it('are read like any other', () => {
    expect(event(priceEvent({ status: 'completed' })).eventDescriptor.eventStatus).toBe('completed');
  });
});

describe('19.11 a granularity longer than the reportBackDuration, and no reportInterval', () => {
  // @row +19.11
  it('are read as they are', () => {
    const { message } = accepted(reportRequest(wrapped('PT30M'), wrapped('PT12S')), true);
    expect(message).toMatchObject({
      oadrReportRequest: [{ reportSpecifier: { granularity: 'PT30M', reportBackDuration: 'PT12S' } }],
    });
  });
});

describe('19.12 zero durations', () => {
  // @row +19.12
  it.each(['P', 'PT', 'P0D', 'PT0M', 'PT0S', '-PT0S'])('%s lasts nothing', (duration) => {
    const read = event(priceEvent({ duration })).eiActivePeriod.duration;
    expect(read).toBe(duration);
    expect(durationMs(read)).toBe(0);
    expect(accepted(priceEvent({ duration }), true).rules).toEqual([]);
  });
});

describe('19.13 a poll frequency that is none', () => {
  const freq = (inside: string): string =>
    registered(`<oadr:oadrRequestedOadrPollFreq>${inside}</oadr:oadrRequestedOadrPollFreq>`);

  // @row +19.13
  it.each([wrapped('PTS'), wrapped(''), wrapped('(POLL_FREQ)'), '(POLL_FREQ)', '', '<xcal:duration/>', '<x/>'])(
    '%j is taken as absent',
    (inside) => {
      const { message, rules } = accepted(freq(inside));
      expect(message).not.toHaveProperty('oadrRequestedOadrPollFreq');
      expect(rules.some((rule) => rule === '19.13' || rule === '46')).toBe(true);
      refused(freq(inside), { strict: true });
    },
  );

  // @row -19.13
  it('one that is stays', () => {
    expect(accepted(freq(wrapped('PT10S')), true).message).toMatchObject({ oadrRequestedOadrPollFreq: 'PT10S' });
  });
});

describe('19.14 values as bare text instead of an element of their own', () => {
  // @row +19.14 -19.14
  it('durations are read', () => {
    const xml = reportRequest('PT1H', 'P1D');
    expect(accepted(xml).message).toMatchObject({
      oadrReportRequest: [{ reportSpecifier: { granularity: 'PT1H', reportBackDuration: 'P1D' } }],
    });
    toleratedOnly(xml, '19.14');
  });

  // @row +19.14 -19.14
  it('prices and uids are read', () => {
    const xml = priceEvent({
      interval:
        '<ei:interval><xcal:uid>0</xcal:uid><ei:signalPayload><ei:payloadFloat>1.5</ei:payloadFloat></ei:signalPayload></ei:interval>',
    });
    expect(event(xml).signal?.intervals).toEqual([{ uid: '0', signalPayload: [{ payloadFloat: '1.5' }] }]);
    toleratedOnly(xml, '19.14');
  });
});

describe('19.16 and 19.17 replies of another kind', () => {
  // @row +19.16 +19.17
  it('an oadrResponse and an oadrRequestReregistration may answer anything', () => {
    for (const request of ['oadrPoll', 'oadrUpdateReport', 'oadrCreateOpt', 'oadrCreatePartyRegistration'] as const) {
      expect(mayReplyTo(request, 'oadrResponse')).toBe(true);
      expect(mayReplyTo(request, 'oadrRequestReregistration')).toBe(true);
    }
    expect(mayReplyTo('oadrUpdateReport', 'oadrUpdatedReport')).toBe(true);
    expect(mayReplyTo('oadrUpdateReport', 'oadrCreatedReport')).toBe(false);
  });
});

describe('19.18 empty identifiers beside an error', () => {
  // @row +19.18
  it('are omitted, and the code is read', () => {
    const xml = registered('')
      .replace('>200<', '>452<')
      .replace('<ei:vtnID>VTN', '<ei:registrationID/><ei:venID> </ei:venID><ei:vtnID>');
    const { message } = accepted(xml, true);
    expect(message).toMatchObject({ eiResponse: { responseCode: '452' }, vtnID: '' });
    expect(message).not.toHaveProperty('registrationID');
    expect(message).not.toHaveProperty('venID');
  });
});

describe('19.19 strangers', () => {
  // @row +19.19 -19.19
  it.each([
    ['an element', enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID><TLS/>')],
    [
      'an element of a vendor',
      enveloped('oadrPoll', '<a:x xmlns:a="http://oadr.avob.com"><a:y/></a:x><ei:venID>VEN_1</ei:venID>'),
    ],
    ['an attribute', enveloped('oadrPoll', '<ei:venID a="b">VEN_1</ei:venID>')],
    [
      'an attribute on the message',
      enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>', 'ei:schemaVersion="2.0b" a="b"'),
    ],
    ['an Id without prefix', poll.replace('<oadr:oadrSignedObject>', '<oadr:oadrSignedObject Id="x">')],
  ])('%s is ignored, with a remark', (_, xml) => {
    expect(accepted(xml).message).toEqual({ message: 'oadrPoll', venID: 'VEN_1' });
    toleratedOnly(xml, '19.19');
  });
});

describe('19.22 schemaVersion', () => {
  // @row +19.22
  it('may be missing, with a remark', () => {
    remarkedOnly(enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>', ''), '509');
  });

  // @row +19.22
  it('may be another the schema knows, with a remark', () => {
    remarkedOnly(enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>', 'ei:schemaVersion="2.0a"'), '509');
  });

  // @row -19.22
  it('may stand without prefix or be nonsense, as a tolerance', () => {
    toleratedOnly(enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>', 'schemaVersion="2.0b"'), '509');
    toleratedOnly(enveloped('oadrPoll', '<ei:venID>VEN_1</ei:venID>', 'ei:schemaVersion="3"'), '509');
  });
});

describe('rule 46: an empty element equals an omitted one', () => {
  // @row +1.13
  it.each(['<ei:x-eiNotification/>', '<xcal:tolerance/>', '<xcal:tolerance> </xcal:tolerance>'])(
    '%s, though the schema forbids it',
    (notification) => {
      expect(event(priceEvent({ notification })).eiActivePeriod).toEqual({
        dtstart: '2026-01-31T04:00:00Z',
        duration: 'PT1H',
      });
      toleratedOnly(priceEvent({ notification }), '46');
    },
  );

  // @row +1.13
  it('also where the schema allows it, without remark', () => {
    expect(accepted(priceEvent({ eiTarget: '<ei:eiTarget><ei:venID/></ei:eiTarget>' }), true).rules).toEqual([]);
    expect(event(priceEvent({ eiTarget: '<ei:eiTarget><ei:venID/></ei:eiTarget>' })).eiTarget).toEqual({});
  });

  it('and one that says it is nil', () => {
    expect(
      event(priceEvent({ notification: '<ei:x-eiNotification xsi:nil="true"/>' })).eiActivePeriod,
    ).not.toHaveProperty('x-eiNotification');
  });
});

describe('other departures from the schema', () => {
  it('another order is sorted', () => {
    const xml = enveloped(
      'oadrCancelOpt',
      '<ei:venID>V</ei:venID><ei:optID>O</ei:optID><pyld:requestID>R</pyld:requestID>',
    );
    expect(accepted(xml).message).toEqual({ message: 'oadrCancelOpt', requestID: 'R', optID: 'O', venID: 'V' });
    toleratedOnly(xml, 'XSD');
  });

  it('what may stand once is not believed twice', () => {
    expect(refused(enveloped('oadrPoll', '<ei:venID>A</ei:venID><ei:venID>B</ei:venID>')).text).toContain('twice');
  });

  it.each([
    ['canceled', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['ACTIVE', 'active'],
  ])('the status %s is taken for %s', (status, meant) => {
    expect(event(priceEvent({ status })).eventDescriptor.eventStatus).toBe(meant);
    toleratedOnly(priceEvent({ status }), 'XSD');
  });

  it('a status nobody knows is refused', () => {
    expect(refused(priceEvent({ status: 'pending' })).responseCode).toBe('454');
  });

  // @row +16.453 -16.453
  it('a signal the profile does not know is refused as not recognised, one of a vendor accepted', () => {
    expect(refused(priceEvent({ signalName: 'PRICE' })).responseCode).toBe('453');
    expect(event(priceEvent({ signalName: 'x-price' })).signal?.signalName).toBe('x-price');
  });

  it('a signalType of a vendor is tolerated, so that the other events of the message are not lost', () => {
    expect(event(priceEvent({ signalType: 'x-mine' })).signal?.signalType).toBe('x-mine');
    toleratedOnly(priceEvent({ signalType: 'x-mine' }), 'XSD');
  });

  it('an offset is brought to UTC', () => {
    expect(event(priceEvent({ dtstart: '2026-01-31T00:00:00-04:00' })).eiActivePeriod.dtstart).toBe(
      '2026-01-31T04:00:00Z',
    );
    toleratedOnly(priceEvent({ dtstart: '2026-01-31T00:00:00-04:00' }), '1');
  });

  it('a missing Z is UTC, with a remark', () => {
    expect(event(priceEvent({ dtstart: '2026-01-31T04:00:00' })).eiActivePeriod.dtstart).toBe('2026-01-31T04:00:00Z');
    remarkedOnly(priceEvent({ dtstart: '2026-01-31T04:00:00' }), '1');
  });

  it.each(['P1W', 'PT0.5H', 'PT90.5S'])('the duration %s is read', (duration) => {
    toleratedOnly(priceEvent({ duration }), '1');
  });

  it('a unit in kilowatt-hours is kept as it was said, for whoever knows what it means', () => {
    const unit =
      '<power:energyReal><power:itemDescription>RealEnergy</power:itemDescription><power:itemUnits>kWh</power:itemUnits><scale:siScaleCode>none</scale:siScaleCode></power:energyReal>';
    expect(event(priceEvent({ unit })).signal?.itemBase).toMatchObject({ itemUnits: 'kWh', siScaleCode: 'none' });
    toleratedOnly(priceEvent({ unit }), 'XSD');
  });

  it('a scale in the wrong case is refused: m and M differ by nine zeros', () => {
    const unit =
      '<power:energyReal><power:itemDescription>RealEnergy</power:itemDescription><power:itemUnits>Wh</power:itemUnits><scale:siScaleCode>K</scale:siScaleCode></power:energyReal>';
    expect(refused(priceEvent({ unit })).path).toMatch(/siScaleCode$/);
  });

  it('a power without its attributes is read, and not sent on', () => {
    const unit =
      '<power:powerReal><power:itemDescription>RealPower</power:itemDescription><power:itemUnits>W</power:itemUnits><scale:siScaleCode>k</scale:siScaleCode></power:powerReal>';
    expect(event(priceEvent({ unit })).signal?.itemBase).toEqual({
      element: 'powerReal',
      itemDescription: 'RealPower',
      itemUnits: 'W',
      siScaleCode: 'k',
    });
    toleratedOnly(priceEvent({ unit }), 'XSD');
  });

  it('a response without requestID has an empty one', () => {
    const xml = enveloped('oadrResponse', '<ei:eiResponse><ei:responseCode>200</ei:responseCode></ei:eiResponse>');
    expect(accepted(xml).message).toEqual({
      message: 'oadrResponse',
      eiResponse: { responseCode: '200', requestID: '' },
    });
    toleratedOnly(xml, 'XSD');
  });
});

describe('what is inside of a message', () => {
  const updated = (attributes: string): string =>
    enveloped(
      'oadrUpdatedReport',
      `<ei:eiResponse><ei:responseCode>200</ei:responseCode><pyld:requestID>1</pyld:requestID></ei:eiResponse><oadr:oadrCancelReport${attributes}><pyld:requestID>2</pyld:requestID><ei:reportRequestID>R</ei:reportRequestID><pyld:reportToFollow>false</pyld:reportToFollow></oadr:oadrCancelReport>`,
    );

  it('need not say its version once more', () => {
    expect(accepted(updated('')).rules).toEqual([]);
    expect(accepted(updated(' ei:schemaVersion="2.0b"')).rules).toEqual([]);
  });

  it('is told when it says another one', () => {
    expect(accepted(updated(' ei:schemaVersion="2.0a"')).rules).toEqual(['509']);
  });
});
