import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import type { MessageOf, OadrMessage } from '../../src/protocol/payload.ts';
import { validateAgainstXsd, xsdIsPresent } from '../support/xsd.ts';
import { hourMs, metadata, scene } from './support/ven.ts';
import type { OadrServiceName } from '../../src/protocol/types/enumerations.ts';
import type { WireStyle } from '../../src/vtn/settings.ts';

const evening = '2026-10-31T22:00:00Z';

/** Everything a VTN can say, in one life. */
const everything = (wireStyle: WireStyle): { readonly body: string; readonly message: OadrMessage }[] => {
  const { vtn, ven, clock } = scene(evening, { wireStyle, announcesReports: true });
  const said: { body: string; message: OadrMessage }[] = [];
  const say = (service: OadrServiceName, message: OadrMessage): OadrMessage | undefined => {
    const answer = vtn.handle(service, encodePayload(message));
    if (answer.message !== undefined) said.push({ body: answer.body, message: answer.message });
    return answer.message;
  };
  const poll = () => say('OadrPoll', { message: 'oadrPoll', venID: 'my.ven' });
  poll();
  say('EiRegisterParty', { message: 'oadrQueryRegistration', requestID: 'q' });
  const { registrationID = '' } = say(
    'EiRegisterParty',
    ven.registration(),
  ) as MessageOf<'oadrCreatedPartyRegistration'>;
  say('EiReport', ven.metadataMessage([...metadata(clock.now(), ['battery', 'ev'])]));
  vtn.events.add({
    startAt: clock.now() + hourMs,
    lengthMs: 2 * hourMs,
    startafterMs: 300_000,
    notificationMs: hourMs,
    rampUpMs: 60_000,
    recoveryMs: 60_000,
    signals: [
      {
        signalName: 'SIMPLE',
        signalType: 'level',
        values: ['1', '2'],
        currentValue: '0',
        eiTarget: { endDeviceAsset: ['Storage'] },
      },
      { signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: ['0.1'] },
    ],
    eiTarget: { resourceID: ['battery'], venID: ['my.ven'], groupID: ['g'] },
    vtnComment: 'trial <&>',
  });
  vtn.askReport([{ kind: 'oneShot' }, { kind: 'periodic', startInMs: hourMs, lengthMs: hourMs }, { kind: 'metadata' }]);
  vtn.cancelReports(true);
  vtn.queue({ message: 'oadrRequestReregistration', venID: 'my.ven' });
  for (let polls = 0; polls < 8; polls += 1) poll();
  say('EiEvent', { message: 'oadrRequestEvent', requestID: 'r', venID: 'my.ven' });
  say('EiEvent', { message: 'oadrCreatedEvent', eiResponse: { responseCode: '452', requestID: 'r' }, venID: 'my.ven' });
  say('EiReport', { message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID: 'my.ven' });
  say('EiOpt', {
    message: 'oadrCreateOpt',
    optID: 'o',
    optType: 'optOut',
    optReason: 'economic',
    venID: 'my.ven',
    createdDateTime: evening,
    requestID: 'r',
    eiTarget: {},
    vavailability: [{ dtstart: evening, duration: 'PT1H' }],
  });
  say('EiOpt', { message: 'oadrCancelOpt', requestID: 'c', optID: 'o', venID: 'my.ven' });
  vtn.cancelRegistration();
  poll();
  say('EiRegisterParty', { message: 'oadrCancelPartyRegistration', requestID: 'c', registrationID, venID: 'my.ven' });
  return said;
};

const names = (said: readonly { readonly message: OadrMessage }[]): string[] =>
  [...new Set(said.map(({ message }) => message.message))].sort();

const expected = [
  'oadrCancelPartyRegistration',
  'oadrCancelReport',
  'oadrCanceledOpt',
  'oadrCanceledPartyRegistration',
  'oadrCreateReport',
  'oadrCreatedOpt',
  'oadrCreatedPartyRegistration',
  'oadrDistributeEvent',
  'oadrRegisterReport',
  'oadrRegisteredReport',
  'oadrRequestReregistration',
  'oadrResponse',
  'oadrUpdatedReport',
];

describe.each(['plain', 'nhec'] as const)('everything the VTN says in the %s style', (wireStyle) => {
  it('is every message a VTN can send', () => {
    expect(names(everything(wireStyle))).toEqual(expected);
  });

  it.skipIf(!xsdIsPresent)('is valid against the schema', () => {
    for (const { body, message } of everything(wireStyle))
      expect([message.message, validateAgainstXsd(body)]).toEqual([message.message, []]);
  });

  it('says the same to a reader as was meant', () => {
    for (const { body, message } of everything(wireStyle)) {
      const result = decodePayload(body);
      expect(result.ok ? result.message : result).toEqual(message);
    }
  });
});

describe('the nhec style', () => {
  const said = everything('nhec');
  const bodyOf = (name: string): string => said.find(({ message }) => message.message === name)?.body ?? '';

  it('declares default namespaces on the spot', () => {
    const body = bodyOf('oadrDistributeEvent');
    expect(body).toContain('<requestID xmlns="http://docs.oasis-open.org/ns/energyinterop/201110/payloads">');
    expect(body).toContain(
      '<marketContext xmlns="http://docs.oasis-open.org/ns/emix/2011/06">oadr://unknown.context</marketContext>',
    );
    expect(body).toContain('<properties xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><dtstart><date-time>');
    expect(body).toContain('<uid xmlns="urn:ietf:params:xml:ns:icalendar-2.0"><text>0</text></uid>');
  });

  it('pads report IDs with line breaks, writes microseconds, and an Id without a signature', () => {
    expect(bodyOf('oadrRegisteredReport')).toMatch(/<ei:rID>\n\s+battery-status\n\s+<\/ei:rID>/);
    expect(bodyOf('oadrRegisteredReport')).toMatch(/<ei:reportRequestID>\n\s+[0-9a-f-]{36}\n\s+<\/ei:reportRequestID>/);
    expect(bodyOf('oadrDistributeEvent')).toContain('<date-time>2026-10-31T04:00:00.000000Z</date-time>');
    expect(bodyOf('oadrPoll')).toBe('');
    expect(bodyOf('oadrResponse')).toContain('<oadr:oadrSignedObject oadr:Id="oadrSignedObject">');
  });

  it('answers a poll with the requestID None, starts intervals one second apart, and names no unit', () => {
    const distribution = said.find(({ message }) => message.message === 'oadrDistributeEvent')
      ?.message as MessageOf<'oadrDistributeEvent'>;
    expect(distribution.eiResponse?.requestID).toBe('None');
    const signal = distribution.oadrEvent[0]?.eiEvent.eiEventSignals.eiEventSignal[0];
    expect(signal?.itemBase).toBeUndefined();
    expect(signal?.intervals.slice(0, 3).map((interval) => interval.dtstart?.slice(17))).toEqual(['00Z', '01Z', '02Z']);
  });
});

describe('the plain style', () => {
  it.each([
    ['usd_per_kwh', 'none'],
    ['cents_per_kwh', 'c'],
    ['usd_per_mwh', 'm'],
  ] as const)('says that prices are in %s by the scale %s', async (unit, siScaleCode) => {
    const { spikyPrices } = await import('../../src/vtn/events/prices.ts');
    const { ven } = scene(evening, { prices: spikyPrices({ seed: 1, timeZone: 'America/New_York', unit }) });
    ven.register();
    expect(ven.requestEvent().oadrEvent[0]?.eiEvent.eiEventSignals.eiEventSignal[0]?.itemBase).toMatchObject({
      element: 'currencyPerKWh',
      itemUnits: 'USD',
      siScaleCode,
    });
  });

  it('can use one requestID for everything', () => {
    const { ven } = scene(evening, { constantRequestID: 'same' });
    ven.register();
    expect([ven.requestEvent().requestID, ven.requestEvent().requestID]).toEqual(['same', 'same']);
  });
});
