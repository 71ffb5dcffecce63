import { describe, expect, it } from 'vitest';
import { validateAgainstXsd, xsdIsPresent } from '../support/xsd.ts';
import type { Make } from './makes/make.ts';
import { makes } from './makes/makes.ts';
import { readElement } from './support/element.ts';
import { inSeconds, priceEvent, simpleEvent } from './support/wishes.ts';

const venID = 'ven';
const answered = { responseCode: '200', requestID: 'r' } as const;
const wish = {
  reportRequestID: 'rr',
  reportSpecifierID: 's',
  rIDs: ['one', 'two'],
  granularity: 'PT1H',
  reportBackDuration: 'P1D',
};
const dispatch = {
  signalName: 'LOAD_DISPATCH',
  signalType: 'setpoint',
  unit: 'powerReal',
  values: [{ duration: 'PT10M', value: '1' }],
} as const;

/** Each thing a make can say, with all that it can hold. */
const everything = (make: Make): Readonly<Record<string, string>> => ({
  created: make.createdPartyRegistration({
    ...answered,
    vtnID: 'vtn',
    registrationID: 'reg',
    venID,
    pollFreq: 'PT10S',
  }),
  reregister: make.requestReregistration({ venID }),
  cancel: make.cancelPartyRegistration({ requestID: 'r', registrationID: 'reg', venID }),
  canceled: make.canceledPartyRegistration({ ...answered, registrationID: 'reg', venID }),
  response: make.response({ ...answered, venID }),
  registered: make.registeredReport({
    ...answered,
    venID,
    wishes: [{ ...wish, interval: { dtstart: inSeconds(0), duration: 'PT0M' } }],
  }),
  register: make.registerReport({ requestID: 'r', venID }),
  create: make.createReport({ requestID: 'r', venID, wishes: [wish, wish] }),
  updated: make.updatedReport({ ...answered, venID, cancel: { reportRequestIDs: ['a', 'b'], reportToFollow: true } }),
  cancelReport: make.cancelReport({ requestID: 'r', venID, reportRequestIDs: ['a'], reportToFollow: false }),
  distribute: make.distributeEvent({
    vtnID: 'vtn',
    requestID: 'r',
    events: [
      priceEvent('p'),
      simpleEvent('s', { startafter: 'PT5M', testEvent: 'true', target: { venID, resourceID: 'd', groupID: 'g' } }),
      simpleEvent('d', { signals: [dispatch] }),
    ],
  }),
});

describe.each(makes)('the make $name', (make) => {
  it.each(Object.entries(everything(make)))('is well-formed when it says %s', (_what, xml) => {
    expect(readElement(xml.replace(/^\uFEFF/, '')).name).toMatch(/^oadr/);
  });

  it.runIf(xsdIsPresent).each(Object.entries(everything(make)))(
    'is valid against the schema when it says %s',
    (_what, xml) => {
      expect(validateAgainstXsd(xml.replace(/^\uFEFF/, ''))).toEqual([]);
    },
  );
});
