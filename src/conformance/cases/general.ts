/** Polls and the queue of the VTN. */
import { answers, distributes, minuteMs, simpleEvent } from '../events.ts';
import type { TestCase } from '../testCase.ts';
import type { TlsProfile } from '../world.ts';

/** The suite of each profile of TLS. @rule 2.0b 67 */
const suites: Readonly<Record<TlsProfile, string>> = {
  ECC: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  RSA: 'TLS_RSA_WITH_AES_128_CBC_SHA256',
};

/** Certification has one case; a VEN has certificates of one profile or of the other, so each is tried. @rule 2.0b 68 */
const tlsCase = (name: string, tlsProfile: TlsProfile): TestCase => ({
  name,
  title: `TLS: suite and certificate, ${tlsProfile}`,
  rows: ['4.1', '4.2', '4.6', '4.7'],
  pushedRows: ['4.3'],
  tlsProfile,
  byHand: 'Look at the suite and the certificates that the VTN saw.',
  run: async (t) => {
    await t.registered();
    t.expect('the VTN has let the VEN in over TLS', true);
    for (const { at, protocol, cipher } of await t.lines()) {
      t.equal(`the connection that the ${at} accepts is of TLS 1.2`, protocol, 'TLSv1.2');
      t.equal(`the connection that the ${at} accepts has the suite of the profile`, cipher, suites[tlsProfile]);
    }
  },
});

/** The cases G1_4010 to G1_4015. */
export const generalCases: readonly TestCase[] = [
  tlsCase('G1_4010', 'ECC'),
  tlsCase('G1_4010_RSA', 'RSA'),
  {
    name: 'G1_4011',
    title: 'A poll that brings nothing',
    rows: ['3.3', '3.7'],
    run: async (t) => {
      await t.registered();
      const { message, at } = await t.receives('oadrResponse');
      t.equal('the VTN has nothing', message.eiResponse.responseCode, '200');
      const next = await t.sends('oadrPoll', { as: 'the VEN polls again' });
      const afterMs = next.at - at;
      t.expect('not sooner than it was asked to', afterMs >= 0.9 * t.pollFreqMs, `after ${afterMs} ms`);
    },
  },
  {
    name: 'G1_4015',
    title: 'A queue is emptied without waiting',
    rows: ['3.3', '3.4', '3.5', '3.6'],
    run: async (t) => {
      await t.registered();
      const list = await distributes(t, 'lay out a report request, its own metadata and a DR event', (vtn, now) => {
        vtn.askReport({ kind: 'oneShot' });
        vtn.queue({ message: 'oadrRegisterReport', requestID: 'their-metadata', oadrReport: [] });
        vtn.events.add(simpleEvent(now));
      });
      const fromAt = t.now;
      await t.sends('oadrCreatedReport');
      await t.sends('oadrRegisteredReport');
      await answers(t, list);
      t.expect('all of it within a poll’s interval', t.now - fromAt < minuteMs, `${t.now - fromAt} ms`);
    },
  },
];
