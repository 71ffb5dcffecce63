import { describe, expect, it } from 'vitest';
import type { Purpose } from '../../../src/facts/output.ts';
import { allExchanges, exchangesProjection } from '../../../src/store/projections/exchanges.ts';
import { agentStarted, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const exchanges = exchangesProjection();
const sent = (exchangeID: string, purpose: Purpose = 'poll'): Told => [
  start,
  'SendRequested',
  { exchangeID, purpose, service: 'OadrPoll', message: { message: 'oadrPoll', venID: 'ven-1' } as never, attempt: 1 },
];
const received = (
  exchangeID: string,
  roundTripMs = 40,
  changes: { clockOffsetMs?: number; deviations?: string[] } = {},
): Told => [
  start + 1,
  'MessageReceived',
  { exchangeID, message: {} as never, deviations: [], roundTripMs, ...changes },
];
const failed = (exchangeID: string): Told => [
  start + 2,
  'ExchangeFailed',
  { exchangeID, reason: 'timeout', certainlyNotDelivered: false, detail: 'no answer within 30 s' },
];

describe('exchanges', () => {
  it('are counted by purpose, with the time they took', () => {
    const state = told(exchanges, [
      sent('1'),
      received('1', 40),
      sent('2'),
      received('2', 80),
      sent('3', 'report'),
      received('3', 10),
    ]);
    expect(state.byPurpose).toMatchObject({
      poll: { sent: 2, answered: 2, roundTripTotalMs: 120, roundTripMaxMs: 80 },
      report: { sent: 1, answered: 1 },
    });
    expect(state).toMatchObject({ lastContactAt: start + 1, underWay: {} });
    expect(allExchanges(state)).toMatchObject({ sent: 3, answered: 3, roundTripTotalMs: 130, roundTripMaxMs: 80 });
  });

  it('answered by an empty body are answered', () => {
    const state = told(exchanges, [
      sent('1', 'answer'),
      [start + 3, 'EmptyReplyReceived', { exchangeID: '1', roundTripMs: 7 }],
    ]);
    expect(state.byPurpose['answer']).toMatchObject({ answered: 1, roundTripTotalMs: 7 });
  });

  it('that failed say why, and how many in a row until the VTN is heard again', () => {
    const down = told(exchanges, [sent('1'), failed('1'), sent('2'), failed('2')]);
    expect(down).toMatchObject({ failures: { timeout: 2 }, failuresInARow: 2, lastContactAt: null });
    expect(down.lastFailure).toMatchObject({
      at: start + 2,
      position: 3,
      purpose: 'poll',
      reason: 'timeout',
      httpStatus: null,
      detail: 'no answer within 30 s',
    });
    const up = told(exchanges, [sent('3'), received('3')], down, 4);
    expect(up).toMatchObject({ failuresInARow: 0, failures: { timeout: 2 } });
  });

  it('answered with no message are counted by themselves and are no contact', () => {
    const state = told(exchanges, [
      sent('1'),
      [start, 'MessageRejected', { exchangeID: '1', kind: 'notXml', path: '/', text: 'an HTML page' }],
    ]);
    expect(state.byPurpose['poll']).toMatchObject({ unreadable: 1, failed: 0, answered: 0 });
    expect(state).toMatchObject({
      lastContactAt: null,
      lastFailure: { reason: 'unreadable', detail: 'an HTML page (/)' },
    });
  });

  it('under way when a run ended are interrupted', () => {
    const state = told(exchanges, [sent('1', 'report'), agentStarted(start + 9)]);
    expect(state.byPurpose['report']).toMatchObject({ sent: 1, interrupted: 1, answered: 0, failed: 0 });
    expect(state.underWay).toEqual({});
  });

  it('that a summary stands for count as polls, each of them', () => {
    const summary: Told = [
      start + 60_000,
      'QuietPollsSummarised',
      {
        count: 360,
        firstAt: start,
        lastAt: start + 59_000,
        nextPollAt: start + 69_000,
        lastPollAt: start + 58_000,
        lastSerial: 400,
        roundTripTotalMs: 7_200,
        roundTripMaxMs: 95,
      },
    ];
    const state = told(exchanges, [sent('1'), received('1', 40), summary]);
    expect(state).toMatchObject({ quietPolls: 360, lastContactAt: start + 59_000 });
    expect(state.byPurpose['poll']).toMatchObject({
      sent: 361,
      answered: 361,
      roundTripTotalMs: 7_240,
      roundTripMaxMs: 95,
    });
  });

  it('tell the VTN’s clock, and keep what was told when a reply says nothing of it', () => {
    const state = told(exchanges, [received('1', 1, { clockOffsetMs: -1_500 }), received('2')]);
    expect(state.clockOffsetMs).toBe(-1_500);
  });

  it('count the tolerances that were needed', () => {
    const state = told(exchanges, [
      received('1', 1, { deviations: ['19.2', '19.7'] }),
      received('2', 1, { deviations: ['19.2'] }),
    ]);
    expect(state.deviations).toEqual({ '19.2': 2, '19.7': 1 });
  });

  it('given up are counted', () => {
    expect(
      told(exchanges, [[start, 'MessageDropped', { purpose: 'report', message: 'oadrUpdateReport', because: '404' }]])
        .dropped,
    ).toBe(1);
  });

  it('go on from a checkpoint to the same state, and do not grow with their number', () => {
    const facts = Array.from({ length: 300 }, (_, index) => [
      sent(`x${index}`),
      index % 7 === 0 ? failed(`x${index}`) : received(`x${index}`),
    ]).flat();
    const whole = told(exchanges, facts);
    expect(told(exchanges, facts.slice(301), throughJson(told(exchanges, facts.slice(0, 301))), 301)).toEqual(whole);
    expect(JSON.stringify(whole).length).toBeLessThan(1_000);
    expect(told(exchanges, [[start, 'AlarmCleared', { alarm: 'meterSilent' }], agentStarted(start)], whole, 600)).toBe(
      whole,
    );
  });
});
