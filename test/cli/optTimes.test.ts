import { describe, expect, it } from 'vitest';
import { windowsGiven } from '../../src/cli/ask/opt.ts';
import { at } from '../scenarios/support/day.ts';

const timeZone = 'America/New_York';
/** A Wednesday at noon. */
const here = { timeZone, now: at('2026-06-10', 12) };

const windowsOf = (options: Readonly<Record<string, string>>, from = here) =>
  windowsGiven({ text: (name) => options[name] }, from);

describe('the times of an opt', () => {
  it.each([
    [{ from: '17:00', to: '20:00' }, at('2026-06-10', 17), at('2026-06-10', 20)],
    [{ from: '08:00', to: '10:00' }, at('2026-06-11', 8), at('2026-06-11', 10)],
    [{ from: '22:00', to: '06:00' }, at('2026-06-10', 22), at('2026-06-11', 6)],
    [{ from: 'tomorrow 17:00', to: 'tomorrow 20:00' }, at('2026-06-11', 17), at('2026-06-11', 20)],
    [{ from: 'tomorrow 17:00', to: '20:00' }, at('2026-06-11', 17), at('2026-06-11', 20)],
    [{ from: 'saturday 17:00', to: 'sunday' }, at('2026-06-13', 17), at('2026-06-14', 0)],
    [{ from: 'now', to: '13:00' }, here.now, at('2026-06-10', 13)],
    [{ from: 'now' }, here.now, null],
  ])('given %j, then it is from the one to the next of the other', (options, startAt, endAt) => {
    expect(windowsOf(options)).toEqual([{ startAt, endAt }]);
  });

  it('given a time that comes again each day, then it is the same by the local clock where the clocks are changed', () => {
    const before = { timeZone, now: at('2026-03-07', 12) };
    expect(windowsOf({ from: '17:00', to: '20:00', every: 'day', times: '3' }, before)).toEqual(
      ['2026-03-07', '2026-03-08', '2026-03-09'].map((day) => {
        const [startAt, endAt] = day === '2026-03-08' ? [at(day, 16), at(day, 19)] : [at(day, 17), at(day, 20)];
        return { startAt, endAt };
      }),
    );
  });

  it.each([
    [{}, /Say what is opted/],
    [{ from: '17:00', to: '20:00', every: 'year', times: '2' }, /is no pace/],
    [{ from: '17:00', to: '20:00', every: 'day', times: '0' }, /is no number of times/],
    [{ from: '17:00', every: 'day', times: '2' }, /has no end cannot come again/],
    [{ from: 'tomorrow 17:00', to: 'today' }, /has no length/],
  ])('given %j, then it says why that is no time', (options, sentence) => {
    expect(() => windowsOf(options)).toThrow(sentence);
  });
});
