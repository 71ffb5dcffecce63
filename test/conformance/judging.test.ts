import { describe, expect, it } from 'vitest';
import { checkAlways } from '../../src/conformance/alwaysOn.ts';
import { registrationCases } from '../../src/conformance/cases/registration.ts';
import { conclusion, isGreen } from '../../src/conformance/reports/report.ts';
import { junitText } from '../../src/conformance/reports/junit.ts';
import { CaseUnlooked, type Proceedings } from '../../src/conformance/proceedings.ts';
import { runCase, type CaseResult } from '../../src/conformance/runCase.ts';
import { Traffic, wireText, type WiredExchange } from '../../src/conformance/traffic.ts';
import type { TestCase } from '../../src/conformance/testCase.ts';
import type { TestWorld } from '../../src/conformance/world.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { oadrEventOf } from '../support/drEventMessages.ts';
import { encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';

const at = Date.parse('2026-06-10T14:00:00Z');
const eiResponse = (responseCode = '200', requestID = '') => ({ responseCode, requestID });

const exchange = (asked: OadrMessage, answer?: OadrMessage, change = (xml: string) => xml): WiredExchange => ({
  by: 'VEN',
  at,
  service:
    asked.message === 'oadrPoll' ? 'OadrPoll' : asked.message.includes('Report') ? 'EiReport' : 'EiRegisterParty',
  asked: wireText(change(encodePayload(asked))),
  ...(answer === undefined ? {} : { answer: wireText(encodePayload(answer)) }),
});

const poll: OadrMessage = { message: 'oadrPoll', venID: 'ven-1' };
const nothing: OadrMessage = { message: 'oadrResponse', eiResponse: eiResponse(), venID: 'ven-1' };
const ofVen = (...exchanges: readonly WiredExchange[]) => checkAlways(exchanges, {}).map(({ text }) => text);

describe('the always-on checks', () => {
  it('given a poll as it is to be, then they find nothing', () => {
    expect(ofVen(exchange(poll, nothing))).toEqual([]);
  });

  it.each([
    [
      'the word schemaLocation',
      (xml: string) => xml.replace('<oadr:oadrPoll', '<!-- schemaLocation --><oadr:oadrPoll'),
      '1.8 (45)',
    ],
    ['no schemaVersion', (xml: string) => xml.replace(' ei:schemaVersion="2.0b"', ''), '1.7 (509)'],
    ['another element', (xml: string) => xml.replace('<ei:venID>', '<ei:vtnID>v</ei:vtnID><ei:venID>'), 'XSD'],
  ])('given %s, then it is found', (_, change, row) => {
    expect(ofVen(exchange(poll, nothing, change)).some((text) => text.startsWith(row))).toBe(true);
  });

  it('given a requestID that nobody used, another venID and a code beyond 2xx, then each is found', () => {
    const registration: OadrMessage = {
      message: 'oadrCreatedPartyRegistration',
      eiResponse: eiResponse(),
      registrationID: 'r',
      venID: 'ven-1',
      vtnID: 'vtn',
      oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
    };
    const query: OadrMessage = { message: 'oadrQueryRegistration', requestID: 'q' };
    const canceled: OadrMessage = {
      message: 'oadrCanceledReport',
      eiResponse: eiResponse('452', 'never'),
      oadrPendingReports: [],
      venID: 'ven-2',
    };
    const found = ofVen(exchange(query, registration), exchange(canceled, nothing));
    expect(found.map((text) => text.split(':')[0])).toEqual(['1.9 (508)', '13.4', '1.20 (303)']);
    expect(checkAlways([exchange(canceled)], { isNegative: true }).map(({ text }) => text)).toHaveLength(1);
  });
});

describe('the always-on checks where the VTN pushes', () => {
  const pushed = (asked: OadrMessage, answer: OadrMessage | null): WiredExchange => ({
    by: 'VTN',
    at,
    service: asked.message === 'oadrDistributeEvent' ? 'EiEvent' : 'EiReport',
    asked: wireText(encodePayload(asked)),
    answer: wireText(answer === null ? '' : encodePayload(answer)),
  });
  const list: OadrMessage = { message: 'oadrDistributeEvent', requestID: 'p1', vtnID: 'vtn', oadrEvent: [] };
  const cancel: OadrMessage = {
    message: 'oadrCancelReport',
    requestID: 'c1',
    reportRequestID: ['r1'],
    reportToFollow: false,
    venID: 'ven-1',
  };
  const canceled = (requestID: string): OadrMessage => ({
    message: 'oadrCanceledReport',
    eiResponse: eiResponse('200', requestID),
    oadrPendingReports: [],
    venID: 'ven-1',
  });

  it('given each push is answered as it is to be, then they find nothing', () => {
    expect(ofVen(pushed(list, null), pushed(cancel, canceled('c1')))).toEqual([]);
  });

  it('given a reply that answers something else, another message, none, or one too many, then each is found', () => {
    const found = (asked: OadrMessage, answer: OadrMessage | null) =>
      ofVen(pushed(asked, answer)).map((text) => text.split(':')[0]);
    expect(found(cancel, canceled('c2'))).toEqual(['1.20 (303)']);
    expect(found(cancel, null)).toEqual(['2.21']);
    expect(
      found(cancel, {
        message: 'oadrCreatedReport',
        eiResponse: eiResponse('200', 'c1'),
        oadrPendingReports: [],
        venID: 'ven-1',
      }),
    ).toEqual(['2.21']);
    expect(found(list, nothing)).toEqual(['2.20']);
  });

  it('given the VEN asks for its DR events before it has answered a list, then that is found, unless the list was still on its way in', () => {
    const event = oadrEventOf({ eventID: 'e1' });
    const pushedList = pushed({ ...list, oadrEvent: [event] }, null);
    const asks: WiredExchange = {
      ...exchange({ message: 'oadrRequestEvent', requestID: 'q', venID: 'ven-1' }),
      service: 'EiEvent',
    };
    expect(ofVen(pushedList, asks)).toEqual(['13.11: oadrRequestEvent is sent before e1 is answered']);
    expect(ofVen(pushedList, { ...asks, beside: [0] })).toEqual([]);
  });

  it('given a poll all the same, then it is found', () => {
    const found = checkAlways([exchange(poll, nothing)], { isPushed: true });
    expect(found.map(({ text }) => text)).toEqual(['3.1, 13.11: oadrPoll is sent to a VTN that pushes']);
  });
});

const silentWorld = (hand: TestWorld['hand'] = null): TestWorld => {
  let now = at;
  return {
    traffic: new Traffic(),
    vtn: null,
    now: () => now,
    waitUntil: (isSo, withinMs) => {
      now += withinMs;
      return Promise.resolve(isSo());
    },
    lines: () => Promise.resolve([]),
    start: () => Promise.resolve(),
    restart: () => Promise.resolve(),
    command: () => {
      throw new Error('The VEN is not switched on.');
    },
    state: () => {
      throw new Error('The VEN is not switched on.');
    },
    hand,
  };
};

const described = { name: 'N1_0010', title: 'a VEN that says nothing', rows: [] };
const reportOf = (...results: readonly CaseResult[]) => ({
  version: '1',
  startedAt: at,
  durationMs: 1_000,
  vtn: 'embedded',
  schemas: { kind: 'run', hash: 'ab' } as const,
  results,
});

describe('a case', () => {
  it('given a VTN that does otherwise than it should, then ours fails it, and another one’s fault is none of the VEN', async () => {
    const test = { ...described, run: async (t: Proceedings) => t.expectOfVtn('the VTN is right', false) };
    expect(await runCase(test, silentWorld())).toMatchObject({
      verdict: 'not run',
      because: 'it is not so that the VTN is right',
    });
    expect(
      await runCase(test, { ...silentWorld(), vtn: createVtn({ clock: { now: () => at }, seed: 1 }) }),
    ).toMatchObject({ verdict: 'failed' });
  });

  it('given a VEN that says nothing, then it fails with what was waited for, and the run is not green', async () => {
    const result = await runCase(
      { ...described, run: async (t) => void (await t.sends('oadrCreatePartyRegistration')) },
      silentWorld(),
    );
    expect(result).toMatchObject({
      verdict: 'failed',
      because: 'the VEN sends oadrCreatePartyRegistration: not within 90 s',
    });
    expect(isGreen(reportOf(result))).toBe(false);
    expect(junitText(reportOf(result))).toContain(
      '<failure message="the VEN sends oadrCreatePartyRegistration: not within 90 s">',
    );
  });

  it('given another VTN that fails on what the VEN asks it, and asks again, then that is no fault of the VEN; that it asks once only is', async () => {
    const failing = async (
      times: number,
      came: Pick<WiredExchange, 'answer' | 'failure'> = { failure: 'HTTP status 500' },
    ) => {
      const world = silentWorld();
      for (let time = 0; time < times; time += 1) world.traffic.opens('VEN', at, 'OadrPoll', encodePayload(poll))(came);
      return runCase({ ...described, run: async (t) => void (await t.sends('oadrRegisterReport')) }, world);
    };
    expect(await failing(2)).toMatchObject({
      verdict: 'not run',
      because: 'the VTN failed on oadrPoll: HTTP status 500',
    });
    expect(await failing(1)).toMatchObject({ verdict: 'failed' });
    const refused = { ...nothing, eiResponse: eiResponse('463', 'p1') };
    expect(await failing(2, { answer: wireText(encodePayload(refused)) })).toMatchObject({
      because: expect.stringContaining('the VTN failed on oadrPoll: 463') as string,
    });
  });

  it('given another VTN and nobody there to have it do something, then the case is not run, and says what it takes', async () => {
    const result = await runCase(
      { ...described, run: (t) => t.vtn('cancel the registration', () => undefined) },
      silentWorld(),
    );
    expect(result).toMatchObject({
      verdict: 'not run',
      because: 'nobody is there to have the VTN cancel the registration',
    });
  });

  it('given another VTN that does not do its part by itself, then the case is not run, and says what it did not send', async () => {
    const result = await runCase(
      { ...described, run: async (t) => void (await t.receives('oadrCreatedOpt')) },
      silentWorld(),
    );
    expect(result).toMatchObject({ verdict: 'not run', because: 'the VTN sent no oadrCreatedOpt within 90 s' });
  });

  it('given another VTN whose polls bring nothing, and nobody there, then what it was to say by itself is not waited for', async () => {
    const world = silentWorld();
    const polled = (): void =>
      world.traffic.opens('VEN', at, 'OadrPoll', encodePayload(poll))({ answer: wireText(encodePayload(nothing)) });
    const result = await runCase(
      {
        ...described,
        run: async (t) => {
          polled();
          polled();
          await t.receives('oadrRegisterReport');
        },
      },
      {
        ...world,
        // Time passes only while it is not so.
        waitUntil: (isSo, withinMs) => (isSo() ? Promise.resolve(true) : world.waitUntil(isSo, withinMs)),
      },
    );
    expect(world.now() - at).toBe(0);
    expect(result).toMatchObject({
      verdict: 'not run',
      because: 'the VTN sent no oadrRegisterReport, and its polls bring nothing',
    });
  });

  it('given somebody there, when nothing comes of what the VTN was to do, then the case waited for them, and is not run', async () => {
    const told: string[] = [];
    const world = silentWorld({ patienceMs: 600_000, tell: (text) => told.push(text), agree: () => Promise.resolve() });
    const result = await runCase(
      {
        ...described,
        run: async (t) => {
          await t.vtn('cancel the registration', () => undefined);
          await t.sends('oadrCanceledPartyRegistration');
        },
      },
      world,
    );
    expect(told).toEqual(['Have the VTN cancel the registration.']);
    expect(world.now() - at).toBe(690_000);
    expect(result).toMatchObject({
      verdict: 'not run',
      because: 'nothing was seen of it that the VTN was to cancel the registration',
    });
    expect(isGreen(reportOf(result))).toBe(false);
  });

  it('given somebody who cannot say that the VTN is ready, when a fault of the VEN was seen before, then the fault goes before it', async () => {
    const agree = () => Promise.reject(new CaseUnlooked('it takes a terminal'));
    const result = await runCase(
      {
        ...described,
        run: async (t) => {
          t.expect('the VEN is registered', false, 'it is not');
          await t.arrange('refuse the next opt', () => undefined);
        },
      },
      silentWorld({ patienceMs: 1, tell: () => undefined, agree }),
    );
    expect(result).toMatchObject({ verdict: 'failed', because: 'the VEN is registered: it is not' });
  });

  it('given a command that the VEN does not take, then it fails with the reason', async () => {
    const run = await runCase(
      { ...described, run: (t) => t.command('cancel', { type: 'OperatorAsked', wish: 'cancelRegistration' }) },
      silentWorld(),
    );
    expect(run.because).toBe('go on with the case: The VEN is not switched on.');
  });

  it('given an expectation that is not met, then the others are looked at all the same', async () => {
    const run = await runCase(
      {
        ...described,
        run: async (t) => {
          t.equal('two and two', 5, 4);
          t.expect('it goes on', true);
        },
      },
      silentWorld(),
    );
    expect(run.because).toBe('two and two: found 5, expected 4');
    expect(run.steps.map(({ isSo }) => isSo)).toEqual([false, true]);
  });

  // @row +5.13 -5.13
  it.each([
    { signs: true, says: true, isSo: true },
    { signs: false, says: false, isSo: true },
    { signs: true, says: false, isSo: false },
    { signs: false, says: true, isSo: false },
  ])(
    'given oadrXmlSignature $says of a VEN whose signing is $signs, then it is judged',
    async ({ signs, says, isSo }) => {
      const registering: OadrMessage = {
        message: 'oadrCreatePartyRegistration',
        requestID: 'c1',
        oadrProfileName: '2.0b',
        oadrTransportName: 'simpleHttp',
        oadrReportOnly: false,
        oadrXmlSignature: says,
        oadrHttpPullModel: true,
      };
      const world = silentWorld();
      const start = (): Promise<void> => {
        world.traffic.opens('VEN', at, 'EiRegisterParty', encodePayload(registering));
        return Promise.resolve();
      };
      const test = registrationCases.find(({ name }) => name === 'N1_0020') as TestCase;
      const { steps, because } = await runCase(test, { ...world, signs, start });
      expect(steps.find(({ text }) => text === 'it says what the VEN is')?.isSo).toBe(isSo);
      expect(because?.startsWith('it says what the VEN is') === true).toBe(!isSo);
    },
  );

  it('given nothing was tried, then that is not green either', () => {
    expect(isGreen(reportOf())).toBe(false);
    expect(conclusion(reportOf())).toBe('Not green, for nothing was tried: 0 passed, 0 failed, 0 skipped, 0 not run.');
  });
});
