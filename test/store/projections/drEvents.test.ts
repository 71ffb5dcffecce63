import { describe, expect, it } from 'vitest';
import {
  drEventsProjection,
  drEventsStarting,
  knownDrEvents,
  refusalsKept,
} from '../../../src/store/projections/drEvents.ts';
import { eventAccepted, eventCancelled, priceSignal } from './drEventFacts.ts';
import { dayMs, hourMs, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const drEvents = drEventsProjection();
const arrives = (modificationNumber = 0, eventID = 'event-1'): Told =>
  eventAccepted(
    start - 7 * hourMs + modificationNumber,
    { startAt: start, activeMs: 2 * hourMs, eventID, modificationNumber },
    [priceSignal(['0.1', '0.2'])],
  );
const lists = (at: number, startAt: number, eventID: string): Told =>
  eventAccepted(at, { startAt, activeMs: hourMs, eventID }, [priceSignal(['1'])]);
const turns = (status: 'near' | 'active' | 'completed' | 'cancelled'): Told => [
  start,
  'DrEventStatusChanged',
  { eventID: 'event-1', modificationNumber: 0, status },
];
const answered = (optType: 'optIn' | 'optOut', responseCode = '200', eventID = 'event-1'): Told => [
  start - 6 * hourMs,
  'DrEventAnswered',
  { eventID, modificationNumber: 0, optType, responseCode, requestID: 'q' },
];
const forgotten: Told = [start + dayMs, 'DrEventForgotten', { eventID: 'event-1' }];
const only = (facts: readonly Told[]) => knownDrEvents(throughJson(told(drEvents, facts)))[0];

describe('a DR event', () => {
  it('that arrives is far, with its signals and its time', () => {
    expect(only([arrives()])).toMatchObject({
      eventID: 'event-1',
      modificationNumber: 0,
      status: 'far',
      test: false,
      startAt: start,
      endAt: start + 2 * hourMs,
      answers: 0,
      answer: null,
      signals: [{ signalName: 'ELECTRICITY_PRICE', signalType: 'price', intervals: 2 }],
      cancelled: null,
      position: 0,
    });
  });

  it('walks through its statuses', () => {
    expect(only([arrives(), turns('near'), turns('active')])?.status).toBe('active');
    expect(only([arrives(), turns('completed')])?.status).toBe('completed');
  });

  it('keeps its last answer and counts them all', () => {
    expect(only([arrives(), answered('optIn'), answered('optOut', '200')])).toMatchObject({
      answers: 2,
      answer: { optType: 'optOut', responseCode: '200', requestID: 'q' },
    });
  });

  it('that is modified keeps its status, its answers and its beginning', () => {
    const view = only([arrives(), turns('active'), answered('optIn'), arrives(3)]);
    expect(view).toMatchObject({
      modificationNumber: 3,
      status: 'active',
      answers: 1,
      firstAt: start - 7 * hourMs,
      acceptedAt: start - 7 * hourMs + 3,
      position: 3,
    });
  });

  it('that is cancelled says by what, and is over at once or when its random end comes', () => {
    expect(only([arrives(), turns('active'), eventCancelled(start + 5)])).toMatchObject({
      status: 'cancelled',
      cancelled: { by: 'explicit', endsAt: start + 5 },
    });
    const later = eventCancelled(start + 5, 'event-1', { by: 'implicit', endsAt: start + 60_000 });
    expect(only([arrives(), turns('active'), later])).toMatchObject({
      status: 'active',
      cancelled: { by: 'implicit' },
    });
    expect(only([arrives(), turns('active'), later, turns('cancelled')])?.status).toBe('cancelled');
  });

  it('that comes back after its cancellation is far again', () => {
    expect(only([arrives(), eventCancelled(start - 1), arrives(1)])).toMatchObject({ status: 'far', cancelled: null });
  });

  it('shows what a person decided', () => {
    expect(only([arrives(), [start, 'OperatorOpted', { eventID: 'event-1', optType: 'optOut' }]])?.operatorOpt).toBe(
      'optOut',
    );
  });

  it('that the machines forgot is still found by its start', () => {
    const state = told(drEvents, [arrives(), turns('completed'), forgotten]);
    expect(knownDrEvents(state)).toEqual([]);
    expect(drEventsStarting(state, start, start + 1)).toMatchObject([{ eventID: 'event-1', status: 'completed' }]);
    expect(drEventsStarting(state, start + 1, start + dayMs)).toEqual([]);
  });

  it('whose version was refused shows the code beside what holds', () => {
    const refused: Told = [
      start,
      'DrEventRefused',
      { eventID: 'event-1', modificationNumber: 0, responseCode: '450', why: 'older than what is held' },
    ];
    const state = told(drEvents, [arrives(2), refused]);
    expect(knownDrEvents(state)[0]?.modificationNumber).toBe(2);
    expect(state.refusals).toMatchObject([{ responseCode: '450', at: start, position: 1 }]);
    expect(
      told(
        drEvents,
        Array.from({ length: refusalsKept + 9 }, () => refused),
      ).refusals,
    ).toHaveLength(refusalsKept);
  });
});

describe('the projection of DR events', () => {
  it('lists events by their start, whatever their names', () => {
    const later = lists(start, start + dayMs, '__proto__');
    const state = throughJson(told(drEvents, [later, arrives(0, 'constructor')]));
    expect(knownDrEvents(state).map(({ eventID }) => eventID)).toEqual(['constructor', '__proto__']);
  });

  it('returns the same state for facts about events it does not know', () => {
    const state = told(drEvents, [arrives()]);
    expect(told(drEvents, [answered('optIn', '200', 'toString'), eventCancelled(start, 'other')], state, 1)).toBe(
      state,
    );
  });

  it('told to keep a week, drops the events of before', () => {
    const bounded = drEventsProjection({ keepMs: 7 * dayMs });
    const facts = Array.from({ length: 60 }, (_, day): Told[] => [
      lists(start + day * dayMs, start + day * dayMs, `e${day}`),
      [start + (day + 2) * dayMs, 'DrEventForgotten', { eventID: `e${day}` }],
    ]).flat();
    const kept = drEventsStarting(told(bounded, facts), 0, Number.MAX_SAFE_INTEGER);
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThanOrEqual(8);
    expect(drEventsStarting(told(drEvents, facts), 0, Number.MAX_SAFE_INTEGER)).toHaveLength(60);
  });
});
