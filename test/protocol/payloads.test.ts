import { describe, expect, it } from 'vitest';
import { encodePayload } from '../../src/protocol/payload.ts';
import { payloadNames, readPayload, sharedIsPresent } from '../support/shared.ts';
import { validateAgainstXsd } from '../support/xsd.ts';
import { accepted, refused } from './support/expect.ts';

/** What cannot be read even with tolerance, where it fails and why; everything else can. */
const expectedRefusals: Readonly<Record<string, readonly [path: string, reason: string]>> = {
  'Common-oadrPayload--avob.xml': ['/', 'UTF-16'],
  'Common-signatureOadrPayload--avob.xml': ['/oadrPayload', 'lacks oadrSignedObject'],
  'EiEvent-unvalidationOadrDistributeEvent--avob.xml': ['/oadrDistributeEvent', 'lacks vtnID'],
  'EiEvent-unvalidationOadrRequestEvent--avob.xml': ['/oadrRequestEvent', 'a message of OpenADR 2.0a'],
  'EiOpt-unvalidationOadrCancelOpt--avob.xml': ['/oadrCancelOpt', 'lacks venID'],
  'EiRegisterParty-unvalidationOadrCancelPartyRegistration--avob.xml': [
    '/oadrCancelPartyRegistration',
    'lacks registrationID',
  ],
  'EiRegisterParty-unvalidationOadrCreatedPartyRegistration--avob.xml': [
    '/oadrCreatedPartyRegistration',
    'lacks vtnID',
  ],
  'EiRegisterParty-unvalidationOadrRequestReregistration--avob.xml': ['/oadrRequestReregistration', 'lacks venID'],
  'EiReport-oadrRegisterReport_report_registration_request--nhec.xml': [
    '/oadrPayload/oadrSignedObject/oadrRegisterReport/oadrReport/createdDateTime',
    '(A_CURRENT_TIMESTAMP)',
  ],
  'EiReport-oadrRegisterReport_smartEnergyModule--avob-dummyven.xml': [
    '/oadrRegisterReport/oadrReport',
    'lacks reportRequestID',
  ],
  'EiReport-oadrUpdateReport_status_report_request--nhec.xml': [
    '/oadrPayload/oadrSignedObject/oadrUpdateReport/oadrReport/dtstart/date-time',
    '(A_TIMESTAMP_SUPPLIED_BY_VEN)',
  ],
  'EiReport-oadrUpdateReport_usage_report_request--nhec.xml': [
    '/oadrPayload/oadrSignedObject/oadrUpdateReport/oadrReport/createdDateTime',
    '(A_CURRENT_TIMESTAMP)',
  ],
  'EiReport-unvalidationOadrCreateReport--avob.xml': ['/oadrCreateReport/oadrReportRequest', 'lacks reportRequestID'],
  'OadrPoll-unvalidationOadrPoll--avob.xml': ['/oadrPoll', 'lacks venID'],
};

const all = payloadNames();
const readable = all.filter((name) => !Object.hasOwn(expectedRefusals, name));

describe.skipIf(!sharedIsPresent)('given the payloads of real VTNs and VENs', () => {
  it.each(Object.entries(expectedRefusals))(
    '%s is refused, and the place and reason are named',
    (name, [path, reason]) => {
      const refusal = refused(readPayload(name));
      expect(refusal.path).toBe(path);
      expect(refusal.text).toContain(reason);
    },
  );

  it.each(readable)('%s decodes', (name) => {
    const named = /-(?:unvalidation|unvalidating)?([oO]adr[A-Za-z]+)/.exec(name)?.[1] ?? '';
    const { message } = accepted(readPayload(name));
    const generic = /Payload|genOadr/i.test(name);
    expect(generic ? '' : message.message.toLowerCase()).toBe(generic ? '' : named.toLowerCase());
  });

  it.each(readable)('%s survives decode, encode and decode, and what is encoded is valid', (name) => {
    const { message } = accepted(readPayload(name));
    const xml = encodePayload(message);
    expect(accepted(xml, true)).toEqual({ message, rules: [], deviations: [] });
    expect(validateAgainstXsd(xml)).toEqual([]);
  });

  it.each(readable)('%s is accepted by the strict reader exactly when the schema accepts it', (name) => {
    const xml = new TextDecoder().decode(readPayload(name));
    if (validateAgainstXsd(xml).length === 0) expect(accepted(xml, true).message).toEqual(accepted(xml).message);
    else refused(xml, { strict: true });
  });

  it('every payload has its verdict: none is left out', () => {
    expect(Object.keys(expectedRefusals).filter((name) => !all.includes(name))).toEqual([]);
    expect(readable.length).toBe(all.length - Object.keys(expectedRefusals).length);
  });
});

describe.skipIf(!sharedIsPresent)('given NHEC’s price event', () => {
  const event = () => accepted(readPayload('EiEvent-oadrDistributeEvent_event_polling_response--nhec.xml'));

  it('its prices are read digit for digit, its times in whole seconds', () => {
    const { message } = event();
    if (message.message !== 'oadrDistributeEvent') throw new Error(message.message);
    const [first] = message.oadrEvent;
    expect(message.oadrEvent).toHaveLength(3);
    expect(first?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals.map(({ signalPayload }) => signalPayload)).toEqual(
      [[{ payloadFloat: '23.45' }], [{ payloadFloat: '34.56' }]],
    );
    expect(first?.eiEvent.eiActivePeriod).toEqual({ dtstart: '2022-07-28T00:00:01Z', duration: 'PT2H' });
    expect(message.eiResponse?.requestID).toBe('None');
  });

  it('the same departure is remarked once for each element, not for every occurrence', () => {
    const { deviations } = event();
    expect(deviations.map(({ rule, path }) => `${rule} ${path.split('/').pop() ?? ''}`)).toEqual([
      '19.5 modificationDateTime',
      '19.5 createdDateTime',
      '19.5 date-time',
    ]);
  });
});
