import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpTransport } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor } from '../../src/adapters/secrets/redact.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import { serviceOf } from '../../src/protocol/services.ts';
import type { RecordedExchange, RecordedOutcome } from '../../src/recording/recordedExchange.ts';
import { createReplayVtn, type ReplayedRequest } from '../../src/vtn/replay/replayVtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { patienceMs } from '../support/patience.ts';

const recordedAt = Date.UTC(2026, 10, 12, 22);
const known = { vtnID: 'vtn-1', registrationID: 'reg-1', pollFreq: 'PT10S' };

const poll = (venID = 'ven-1'): OadrMessage => ({ message: 'oadrPoll', venID });
const requestEvent = (venID = 'ven-1', requestID = 'q-1'): OadrMessage => ({
  message: 'oadrRequestEvent',
  venID,
  requestID,
});
const ok: OadrMessage = {
  message: 'oadrResponse',
  eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: '' },
  venID: 'ven-1',
};
const answered = (message: OadrMessage): RecordedOutcome => ({
  kind: 'answered',
  message,
  xml: encodePayload(message),
});

const exchange = (request: OadrMessage, outcome: RecordedOutcome, afterMs = 0, tookMs = 20): RecordedExchange => ({
  position: afterMs,
  at: recordedAt + afterMs,
  service: serviceOf[request.message],
  request,
  requestXml: encodePayload(request),
  outcome,
  tookMs,
});

/** A repeating VTN whose clock the test sets, and what it was asked. */
const open = (turns: readonly RecordedExchange[]) => {
  const clock = { now: Date.UTC(2026, 11, 24, 22) };
  const requests: ReplayedRequest[] = [];
  const vtn = createReplayVtn({
    turns,
    known,
    now: () => clock.now,
    onRequest: (request) => void requests.push(request),
  });
  return {
    clock,
    requests,
    vtn,
    ask: (message: OadrMessage) => vtn.handle(serviceOf[message.message], encodePayload(message)),
  };
};

describe('a VTN that repeats a recording', () => {
  it('answers with the names of the VEN that asks', () => {
    const { ask, requests } = open([
      exchange(
        requestEvent(),
        answered({
          message: 'oadrDistributeEvent',
          vtnID: 'vtn-1',
          requestID: 'v-9',
          oadrEvent: [],
          eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: 'q-1' },
        }),
      ),
    ]);
    const { body } = ask(requestEvent('another-ven', 'mine-42'));
    expect(body).toContain('mine-42');
    expect(body).not.toContain('q-1<');
    expect(requests).toMatchObject([{ meeting: 'recorded', differences: [] }]);
  });

  it.each([
    [
      'a status',
      { kind: 'failed', reason: 'httpStatus', httpStatus: 503, retryAfterMs: 7_000 },
      { kind: 'failed', reason: 'httpStatus', httpStatus: 503, retryAfterMs: 7_000 },
    ],
    ['a reset', { kind: 'failed', reason: 'reset' }, { kind: 'failed', reason: 'reset' }],
    ['silence', { kind: 'failed', reason: 'timeout' }, { kind: 'failed', reason: 'timeout' }],
    ['a redirect', { kind: 'failed', reason: 'redirect', httpStatus: 307 }, { kind: 'failed', reason: 'redirect' }],
    ['another content type', { kind: 'failed', reason: 'contentType' }, { kind: 'failed', reason: 'contentType' }],
    ['far too much', { kind: 'failed', reason: 'tooLarge' }, { kind: 'failed', reason: 'tooLarge' }],
    ['nobody there', { kind: 'failed', reason: 'refused' }, { kind: 'failed', reason: 'reset' }],
    ['an empty body', { kind: 'empty' }, { kind: 'answered', body: '' }],
    [
      'something unreadable',
      { kind: 'unreadable', xml: '<oadr:unclosed & ', text: 'no' },
      { kind: 'answered', body: '<oadr:unclosed & ' },
    ],
  ] as const)('brings about %s as it was recorded, over a real socket', async (_name, outcome, seen) => {
    const { vtn } = open([exchange(poll(), outcome as RecordedOutcome)]);
    const server = await startVtnServer(vtn);
    const transport = new HttpTransport({
      vtnUrl: parseVtnUrl(server.url),
      redactor: createRedactor([]),
      // Only what never comes is waited for so long.
      replyTimeoutMs: 'reason' in seen && seen.reason === 'timeout' ? 400 : patienceMs,
    });
    onTestFinished(async () => {
      await transport.close();
      await server.close();
    });
    expect(await transport.exchange({ service: 'OadrPoll', body: encodePayload(poll()) })).toMatchObject(seen);
  });

  it('answers late what came late', () => {
    const { ask } = open([exchange(poll(), answered(ok), 0, 12_000)]);
    expect(ask(poll()).delayMs).toBe(12_000);
  });

  it('lets polls bring nothing until their turn and their time have come', () => {
    const { ask, clock, requests } = open([
      exchange(requestEvent(), answered(ok)),
      exchange(poll(), { kind: 'empty' }, 3_600_000),
    ]);
    expect(ask(poll()).message?.message).toBe('oadrResponse');
    ask(requestEvent());
    expect(ask(poll()).message?.message).toBe('oadrResponse');
    clock.now += 3_600_000;
    expect(ask(poll()).body).toBe('');
    expect(requests.map(({ meeting }) => meeting)).toEqual(['quiet', 'recorded', 'quiet', 'recorded']);
  });

  it('names what never came, what nobody had recorded, and what another VEN says otherwise', () => {
    const updated: OadrMessage = {
      message: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: 'a' },
      venID: 'ven-1',
    };
    const { ask, clock, requests, vtn } = open([
      exchange(requestEvent(), answered(ok)),
      exchange(updated, answered(ok), 1_000),
      exchange(requestEvent('ven-1', 'q-2'), answered(ok), 2_000),
    ]);
    ask(requestEvent());
    expect(ask({ message: 'oadrQueryRegistration', requestID: 'x' }).message?.message).toBe(
      'oadrCreatedPartyRegistration',
    );
    clock.now += 900_000;
    ask(requestEvent('ven-1', 'q-3'));
    expect(vtn.left()).toEqual([]);
    expect(ask(requestEvent()).message?.message).toBe('oadrDistributeEvent');
    expect(requests.map(({ meeting }) => meeting)).toEqual(['recorded', 'unexpected', 'missing', 'recorded', 'after']);
    const otherCode = open([exchange(updated, answered(ok))]);
    otherCode.ask({ ...updated, eiResponse: { responseCode: '452', responseDescription: 'no', requestID: 'a' } });
    expect(otherCode.requests[0]?.differences).toEqual([
      { path: 'oadrCreatedEvent/eiResponse/responseCode', recorded: '200', now: '452' },
    ]);
  });

  it('takes what comes early in its place, and refuses what is no message', () => {
    const { vtn, ask, requests } = open([exchange(poll(), answered(ok)), exchange(requestEvent(), answered(ok), 50)]);
    ask(requestEvent());
    expect(vtn.handle('OadrPoll', 'nonsense').status).toBe(400);
    ask(poll());
    expect(requests.map(({ meeting }) => meeting)).toEqual(['early', 'unexpected', 'recorded']);
    expect(vtn.complaints).toMatchObject([{ rule: 'XSD' }]);
  });
});
