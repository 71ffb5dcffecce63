import { describe, expect, it } from 'vitest';
import { readingMs, readingsPauseMs, readingsTimeoutMs } from '../../src/machines/reportRequest.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

/** One report request, from its acceptance to its last report: what it tells, when it waits, and how it ends. */

const termsOf = (changes: object = {}) => ({
  reportRequestID: 'request-1',
  kind: 'usage',
  request: {},
  reportSpecifierID: 'RealEnergy',
  rIDs: ['battery/energyReal'],
  startAt: noon,
  granularityMs: 15 * minuteMs,
  reportBackMs: hourMs,
  aligned: 'start',
  endAt: noon + 3 * hourMs,
  ...changes,
});
const accepted = (changes: object = {}, at = noon): Play =>
  given('reportRequest', { id: 'request-1', at }).when({ type: 'request.accepted', terms: termsOf(changes) });
const cameFor = (fromAt: number, toAt: number, changes: object = {}, restFromAt: number | null = null) => ({
  type: 'turn.come',
  piece: { fromAt, toAt, ...changes },
  restFromAt,
});
const usage = [{ resourceID: 'battery', intervals: [] }];
const message = { message: 'oadrUpdateReport' };
const made = (contents: readonly object[] = [{ message, usage }], leftOut: readonly object[] = []) => ({
  type: 'contents.made',
  contents,
  leftOut,
});
/** A turn that comes at once, with all readings there. */
const told = (play: Play, fromAt: number, toAt: number): Play =>
  play.having(cameFor(fromAt, toAt), { type: 'readings.in' }).when(made());
const wanted = { type: 'turn.wanted', reportRequestID: 'request-1' };

describe('a request that is accepted', () => {
  it('is recorded with what it asks of usage, and waits for its first period', () => {
    const play = accepted();
    expect(play.facts('ReportRequestAccepted')).toMatchObject([{ reportRequestID: 'request-1' }]);
    expect(play.facts('UsageAsked')).toMatchObject([{ asker: { kind: 'reportRequest', id: 'request-1' } }]);
    expect([play.state, play.waits['reportBackDuration']]).toEqual(['gathering', hourMs]);
    expect(accepted({ kind: 'status' }).facts('UsageAsked')).toEqual([]);
  });

  it('given a start to come, then it waits for that; a history does not', () => {
    const later = accepted({ startAt: noon + hourMs });
    expect([later.state, later.waits['dtstart']]).toEqual(['awaitingStart', hourMs]);
    expect(later.whenDue('dtstart').state).toBe('gathering');
    expect(accepted({ kind: 'history', startAt: noon + 1, reportBackMs: 0 }).state).toBe('choosingPiece');
  });

  it('given that it began before, then its past is a round of its own, and periods go on beside it', () => {
    const past = accepted({ startAt: noon - 90 * minuteMs });
    expect([past.state, past.said.at(-1)]).toEqual(['choosingPiece', wanted]);
    expect(past.context['round']).toEqual({ fromAt: noon - 90 * minuteMs, toAt: noon - 30 * minuteMs });
    const after = told(past, noon - 90 * minuteMs, noon - 30 * minuteMs);
    expect([after.state, after.waits['reportBackDuration']]).toEqual(['gathering', 30 * minuteMs]);
  });

  it.each(['status', 'metadata'] as const)('given a look at the present (%s), then it begins with a report', (kind) => {
    const play = accepted({ kind });
    expect([play.state, play.said.at(-1)]).toEqual(['choosingPiece', wanted]);
    expect(play.context).toMatchObject({ toAt: noon, round: { fromAt: noon - 1, toAt: noon } });
  });

  it('given that it is wanted once, then one report is told at once, and it ends', () => {
    const play = accepted({ reportBackMs: 0 });
    expect([play.state, play.context['isLast']]).toEqual(['choosingPiece', true]);
    const over = told(play, noon - 1, noon);
    expect(over.isOver).toBe(true);
    expect(over.facts('ReportRequestEnded')).toEqual([{ reportRequestID: 'request-1', because: 'delivered' }]);
    expect(over.facts('UsageUnasked')).toMatchObject([{ because: 'delivered' }]);
  });
});

describe('a period that is over', () => {
  const due = (): Play => accepted().whenDue('reportBackDuration');

  it('is told from where the last one ended, and then the next is waited for, until the request has elapsed', () => {
    let play = due();
    for (const hours of [1, 2]) {
      const [fromAt, toAt] = [noon + (hours - 1) * hourMs, noon + hours * hourMs];
      expect(play.context['round']).toEqual({ fromAt, toAt });
      play = told(play, fromAt, toAt);
      expect([play.state, play.context['reportedTo']]).toEqual(['gathering', toAt]);
      play = play.whenDue('reportBackDuration');
    }
    const over = told(play, noon + 2 * hourMs, noon + 3 * hourMs);
    expect(over.facts('ReportRequestEnded')).toMatchObject([{ because: 'elapsed' }]);
  });

  it('of a look at the present is the last one where no whole period is left', () => {
    const play = told(accepted({ kind: 'status', endAt: noon + 2 * hourMs }), noon - 1, noon);
    const next = play.whenDue('reportBackDuration');
    expect(told(next, next.at - 1, next.at).facts('ReportRequestEnded')).toMatchObject([{ because: 'elapsed' }]);
    expect(told(accepted({ kind: 'status', endAt: undefined }), noon - 1, noon).isOver).toBe(false);
  });

  it('is handed over with a delivery of its own for each message, numbered on', () => {
    const composing = due()
      .having(cameFor(noon, noon + hourMs))
      .when({ type: 'readings.in' });
    expect(composing.said).toEqual([{ type: 'content.wanted', reportRequestID: 'request-1' }]);
    const over = composing.when(made([{ message, usage }, { message }, { message, usage }]));
    const name = (index: number): string => `request-1#${over.at.toString(36)}.${index}`;
    expect(over.facts('UsageDue')).toMatchObject([{ deliveryID: name(0), usage }, { deliveryID: name(2) }]);
    const reports = over.said.flatMap((one) => (one.type === 'report.wanted' ? [one.report] : []));
    expect(reports).toMatchObject([
      { deliveryID: name(0), needsFreshRequests: false, attempt: 1 },
      { message },
      { deliveryID: name(2) },
    ]);
    expect(reports[1]).not.toHaveProperty('deliveryID');
    expect(over.context).toMatchObject({ deliveries: 3, awaited: [] });
    const next = told(over.whenDue('reportBackDuration'), noon + hourMs, noon + 2 * hourMs);
    expect(next.facts('UsageDue')).toMatchObject([{ deliveryID: `request-1#${next.at.toString(36)}.3` }]);
  });

  it('of a local day needs fresh requests for its usage, and not for a status', () => {
    const day = { aligned: 'localDay', endAt: undefined };
    const needs = (contents: readonly object[]): readonly boolean[] =>
      accepted(day)
        .having(cameFor(noon - hourMs, noon), { type: 'readings.in' })
        .when(made(contents))
        .said.flatMap((one) => (one.type === 'report.wanted' ? [one.report.needsFreshRequests] : []));
    expect(needs([{ message, usage }, { message }])).toEqual([true, false]);
  });

  it('given more to tell than fits, then the newest is told first, that is said once, and the rest has a turn of its own', () => {
    const first = due().when(cameFor(noon + 30 * minuteMs, noon + hourMs, {}, noon));
    expect(first.facts('ReportDelayed')).toEqual([
      {
        reportRequestID: 'request-1',
        fromAt: noon,
        toAt: noon + 30 * minuteMs,
        because: 'the newest is told first',
      },
    ]);
    const rest = first.having({ type: 'readings.in' }).when(made());
    expect([rest.state, rest.said.at(-1), rest.context['round']]).toEqual([
      'choosingPiece',
      wanted,
      { fromAt: noon, toAt: noon + 30 * minuteMs },
    ]);
    expect(rest.when(cameFor(noon + minuteMs, noon + 30 * minuteMs, {}, noon)).facts('ReportDelayed')).toEqual([]);
  });

  it('given a part of the devices, then the same stretch is told of the others next', () => {
    const part = due().having(cameFor(noon, noon + hourMs, { isPart: true, resourceIDs: ['a'] }), {
      type: 'readings.in',
    });
    const next = part.when(made());
    expect([next.state, next.context['round']]).toEqual(['choosingPiece', { fromAt: noon, toAt: noon + hourMs }]);
  });

  it('given that nothing is left to tell, then the round is over, and counts as told', () => {
    const over = due().when({ type: 'round.over' });
    expect([over.state, over.context['reportedTo']]).toEqual(['gathering', noon + hourMs]);
  });
});

describe('a turn that is not its own', () => {
  const due = (): Play => accepted().whenDue('reportBackDuration');
  const later = (waitMs: number) => ({ type: 'turn.later', waitMs, because: 'others are first' });

  it('is waited for, and a long wait is told, once', () => {
    const short = due().when(later(4_999));
    expect([short.state, short.said, short.waits['waitMs'], short.context['hasStoodBack']]).toEqual([
      'standingBack',
      [],
      4_999,
      true,
    ]);
    const again = short.whenDue('waitMs');
    expect(again.said).toEqual([wanted]);
    const long = again.when(later(5_000));
    expect(long.facts('ReportDelayed')).toEqual([
      { reportRequestID: 'request-1', fromAt: noon, toAt: noon + hourMs, because: 'others are first' },
    ]);
    expect(long.whenDue('waitMs').when(later(9_000)).said).toEqual([]);
    const come = long.whenDue('waitMs').when(cameFor(noon, noon + hourMs));
    expect(come.context).toMatchObject({ hasStoodBack: false, turnAt: come.at, askedInTurn: 0, awaited: [] });
  });

  it('given a look at the present that waited, then it is of the moment of its turn', () => {
    const waited = accepted({ kind: 'status' }).after(1_000);
    expect(waited.when(cameFor(noon - 1, noon)).context['toAt']).toBe(noon + 1_000);
    const short = accepted({ kind: 'status' }).after(999);
    expect(short.when(cameFor(noon - 1, noon)).context['toAt']).toBe(noon);
  });
});

describe('readings that a report needs', () => {
  const turn = (): Play =>
    accepted()
      .whenDue('reportBackDuration')
      .when(cameFor(noon, noon + hourMs));
  const asked = (count: number, silent: readonly string[] = []) => ({
    type: 'readings.asked',
    awaited: Array.from({ length: count }, (_, index) => ({ resourceID: 'battery', boundaryAt: noon + index })),
    silent,
  });

  it('are asked for in lots, with a pause that is longer the more there were, and are counted', () => {
    expect(turn().said).toEqual([{ type: 'readings.wanted', reportRequestID: 'request-1' }]);
    const few = turn()
      .having(asked(1, ['car']))
      .when({ type: 'readings.came' });
    expect([few.state, few.waits['readingsPauseMs'], few.context['silent']]).toEqual([
      'betweenReadings',
      readingsPauseMs,
      ['car'],
    ]);
    const many = few.whenDue('readingsPauseMs').having(asked(10)).when({ type: 'readings.came' });
    expect([many.waits['readingsPauseMs'], many.context['askedInTurn']]).toEqual([10 * readingMs, 11]);
    const silent = turn().whenDue('readingsTimeoutMs');
    expect([silent.at - turn().at, silent.said]).toEqual([
      readingsTimeoutMs,
      [{ type: 'readings.wanted', reportRequestID: 'request-1' }],
    ]);
  });

  it('and what is left out is told; that a device is not metered yet, once', () => {
    const out = (because: string) => ({ resourceID: 'car', fromAt: noon, toAt: noon + hourMs, because });
    const first = turn()
      .having({ type: 'readings.in' })
      .when(made([], [out('neverMetered'), out('notMeasured')]));
    expect(first.facts('UsageLeftOut')).toMatchObject([{ because: 'neverMetered' }, { because: 'notMeasured' }]);
    const second = first
      .whenDue('reportBackDuration')
      .having(cameFor(noon + hourMs, noon + 2 * hourMs), { type: 'readings.in' })
      .when(made([], [out('neverMetered'), out('notMeasured'), { ...out('neverMetered'), resourceID: 'pump' }]));
    expect(second.facts('UsageLeftOut')).toMatchObject([
      { because: 'notMeasured' },
      { because: 'neverMetered', resourceID: 'pump' },
    ]);
    expect(second.context['neverMetered']).toEqual(['car', 'pump']);
  });
});

describe('a request that ends', () => {
  it.each(['registrationEnded', 'replaced'] as const)('because of %s is over at once, and says why', (because) => {
    const over = accepted().when({ type: 'request.ended', because });
    expect(over.facts('ReportRequestEnded')).toEqual([{ reportRequestID: 'request-1', because }]);
    expect(over.facts('UsageUnasked')).toMatchObject([{ because }]);
    expect(accepted({ kind: 'status' }).when({ type: 'request.ended', because }).facts('UsageUnasked')).toEqual([]);
  });

  it('by a cancellation tells a last report where one is to follow, of what was not told yet', () => {
    const at = accepted().after(20 * minuteMs);
    const last = at.when({ type: 'request.cancelled', reportToFollow: true });
    expect([last.state, last.context['round']]).toEqual([
      'choosingPiece',
      { fromAt: noon, toAt: noon + 20 * minuteMs },
    ]);
    expect(told(last, noon, last.at).facts('ReportRequestEnded')).toMatchObject([{ because: 'delivered' }]);
    const none = at.when({ type: 'request.cancelled', reportToFollow: false });
    expect(none.facts('ReportRequestEnded')).toMatchObject([{ because: 'cancelled' }]);
    const unknown = given('reportRequest', { id: 'request-1' }).when({
      type: 'request.cancelled',
      reportToFollow: true,
    });
    expect(unknown.facts('ReportRequestEnded')).toMatchObject([{ because: 'cancelled' }]);
    const now = accepted().when({ type: 'request.cancelled', reportToFollow: true });
    expect(now.context['round']).toEqual({ fromAt: noon - 1, toAt: noon });
  });
});
