import { describe, expect, it } from 'vitest';
import { activeMs } from '../../src/machines/drEvent/eventTimes.ts';
import { intervalTimes, longestEventMs, periodFault } from '../../src/machines/drEvent/timeFault.ts';
import { eiEventOf, hourMs, minuteMs, priceSignal } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

/** Whether the times of a DR event make sense: an hour of prices must not be lost to a doubt, nor one believed that cannot be. */

const dayMs = 24 * hourMs;
const newYork = 'America/New_York';
const prices = (durations: readonly (string | undefined)[], changes: object = {}) => {
  const signal = priceSignal(durations.map(() => '0.1'));
  return {
    ...signal,
    intervals: signal.intervals.map(({ duration: _, ...interval }, index) => {
      const duration = durations[index];
      return duration === undefined ? interval : { ...interval, duration };
    }),
    ...changes,
  };
};
const found = (durations: readonly (string | undefined)[], duration: string, changes: object = {}, startAt = noon) =>
  intervalTimes(
    prices(durations, changes),
    eiEventOf({ startAt, period: { duration }, signals: [prices(durations, changes)] }),
    newYork,
  );
const hours = (count: number): readonly string[] => Array.from({ length: count }, () => 'PT1H');

describe('the active period', () => {
  const fault = (period: object, startAt = noon) => periodFault(eiEventOf({ startAt, period }));

  it.each([
    ['PT0S', null],
    ['P1D', null],
    ['-PT1S', '459'],
    [`PT${longestEventMs / 1000}S`, null],
    [`PT${longestEventMs / 1000 + 1}S`, '454'],
  ])('of %s: %s', (duration, code) => {
    expect(fault({ duration })?.responseCode ?? null).toBe(code);
  });

  it('may not end in a year of five digits', () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59);
    expect(fault({ duration: 'PT1H' }, last - hourMs)).toBeNull();
    expect(fault({ duration: 'PT1H' }, last - hourMs + 1000)?.responseCode).toBe('454');
  });

  it.each([
    ['PT0S', null],
    ['PT30M', null],
    ['-PT1S', '459'],
    [`PT${longestEventMs / 1000}S`, null],
    [`PT${longestEventMs / 1000 + 1}S`, '454'],
  ])('with a startafter of %s: %s', (startafter, code) => {
    const of = fault({ duration: 'PT1H', startafter });
    expect(of?.responseCode ?? null).toBe(code);
    if (code !== null) expect(of?.why).toContain(code === '459' ? 'negative' : 'longer than any can be');
  });
});

describe('the intervals of a signal', () => {
  const fine = { fault: null, remark: null };

  it('fill the active period, or leave what remains to a last one without a length', () => {
    expect(found(hours(2), 'PT2H')).toEqual(fine);
    expect(found(['PT1H', undefined], 'PT2H')).toEqual(fine);
    expect(found(['PT1H', 'PT0S'], 'PT1H')).toEqual(fine);
    expect(found(['PT2H', 'PT0S'], 'PT1H').fault?.responseCode).toBe('459');
    expect(found([undefined, 'PT1H'], 'PT2H').fault?.responseCode).toBe('459');
    expect(found(hours(2), 'PT3H').fault).toEqual({
      responseCode: '459',
      why: 'the intervals of signal signal-1 of event-1 last 7200 s and its active period 10800 s',
    });
  });

  it('of an event without an end may have no length at last, and nowhere before', () => {
    expect(found(hours(2), 'PT0S')).toEqual(fine);
    expect(found(['PT1H', undefined], 'PT0S')).toEqual(fine);
    expect(found([undefined], 'PT0S')).toEqual(fine);
    expect(found(['PT1H', undefined, 'PT1H'], 'PT0S').fault?.why).toContain('interval 1 of signal signal-1');
  });

  it('are never negative, whatever their sum, and never longer than any event can be', () => {
    expect(found(['PT2H', '-PT1H', 'PT1H'], 'PT2H').fault).toEqual({
      responseCode: '459',
      why: 'interval 1 of signal signal-1 of event-1 lasts -PT1H, which is negative',
    });
    const longest = `PT${longestEventMs / 1000}S`;
    expect(found([longest], longest)).toEqual(fine);
    expect(found([longest, 'PT1S'], longest).fault?.responseCode).toBe('454');
  });

  it('of prices over a change of clocks set the end, and that is remarked; on other days, and of other signals, they do not', () => {
    const spring = Date.parse('2026-03-08T05:00:00Z');
    const autumn = Date.parse('2026-11-01T04:00:00Z');
    const remark = 'the clocks are moved in between';
    expect(found(hours(23), 'P1D', {}, spring)).toMatchObject({
      fault: null,
      remark: expect.stringContaining(remark) as string,
    });
    expect(found(hours(25), 'P1D', {}, autumn)).toMatchObject({
      fault: null,
      remark: expect.stringContaining(remark) as string,
    });
    expect(found(hours(47), 'P2D', {}, spring).fault).toBeNull();
    for (const [count, startAt] of [
      [25, spring],
      [23, autumn],
      [23, spring + dayMs],
    ] as const)
      expect(found(hours(count), 'P1D', {}, startAt).fault?.responseCode).toBe('459');
    expect(found(hours(22), 'PT23H', {}, spring).fault?.responseCode).toBe('459');
    const level = { signalName: 'SIMPLE', signalType: 'level' };
    expect(found(hours(23), 'P1D', level, spring).fault?.responseCode).toBe('459');
    expect(found([...hours(22), 'PT1H', undefined], 'P1D', {}, spring)).toMatchObject({
      fault: null,
      remark: expect.stringContaining('the last 1 h of the intervals lies in the day after') as string,
    });
  });

  it('of prices of which the hour that the clocks skip has no length set the end like those without it', () => {
    const spring = Date.parse('2026-03-08T05:00:00Z');
    const durations = [...hours(2), 'PT0S', ...hours(21)];
    const remark = expect.stringContaining('the clocks are moved in between') as string;
    expect(found(durations, 'P1D', {}, spring)).toMatchObject({ fault: null, remark });
    const event = eiEventOf({ startAt: spring, period: { duration: 'P1D' }, signals: [prices(durations)] });
    expect(activeMs(event)).toBe(23 * hourMs);
    expect(found(durations, 'P1D', {}, spring + dayMs).fault?.responseCode).toBe('459');
  });

  const datedBy = (behindMs: (index: number) => number, count = 3) =>
    hours(count).map((duration, index) => ({
      duration,
      uid: String(index),
      dtstart: new Date(noon + index * hourMs + behindMs(index)).toISOString().replace('.000', ''),
      signalPayload: [{ payloadFloat: '0.1' }],
    }));

  it('of prices that each say when they begin set the end, and that is remarked', () => {
    const dated = (shiftMs: number) => datedBy((index) => (index === 2 ? shiftMs : 0));
    expect(found(hours(3), 'PT5H', { intervals: dated(0) })).toMatchObject({
      fault: null,
      remark: expect.stringContaining('each interval says when it begins') as string,
    });
    expect(found(hours(3), 'PT5H', { intervals: dated(minuteMs) }).fault?.responseCode).toBe('459');
  });

  it.each([
    ['leaves an hour out', (index: number) => (index > 1 ? hourMs : 0), 'T17:00:00Z by its dtstart'],
    ['repeats an hour', (index: number) => (index > 1 ? -hourMs : 0), 'T15:00:00Z by its dtstart'],
    ['is anything', (index: number) => index * (1000 - hourMs), null],
    ['jumps twice', (index: number) => (index > 1 ? index * hourMs : 0), null],
    ['is late from the first on', () => hourMs, null],
  ])('of prices count by their lengths where dtstart %s, remarked where that may be meant', (_name, behindMs, told) => {
    const { fault, remark } = found(hours(4), 'PT4H', { intervals: datedBy(behindMs, 4) });
    expect(fault).toBeNull();
    if (told === null) expect(remark).toBeNull();
    else expect(remark).toContain(told);
  });
});
