import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  clockIsDoubtful,
  clocksAgreeMs,
  comparisonIsNews,
  datedWrongly,
  doubtIsOver,
  lifeBegun,
  livesCompared,
  livesSettled,
  type ClockLife,
  type LifeBeginning,
} from '../../../src/store/projections/clockLives.ts';
import { firstReadingAt, latestReading, readingAt, usageProjection } from '../../../src/store/projections/usage.ts';
import { agentStarted, dayMs, hourMs, meterRead, told, type Told } from './facts.ts';

/** A clock's life begins, and may be compared; with what the VTN's Date says of it then, time after time. */
type Lived = LifeBeginning & { readonly compared?: number | readonly number[] };

const lived = (...all: readonly Lived[]): readonly ClockLife[] =>
  all.reduce<readonly ClockLife[]>(
    (lives, { compared = [], ...begun }, index) =>
      [compared].flat().reduce(livesCompared, lifeBegun(lives, index * 10, begun)),
    [],
  );

/** A start a minute after the last entry. */
const soon = { leapMs: 60_000 };

describe('the clocks that the record was dated by', () => {
  it('given a clock that the VTN contradicts, when it is set by that much, then it is right without being compared again', () => {
    expect(datedWrongly(lived({ ...soon, compared: 40 * dayMs }, { setMs: 40 * dayMs }))).toEqual({
      fromPosition: 0,
      beforePosition: 10,
      clockOffsetMs: 40 * dayMs,
    });
  });

  it('given a right clock that is set back and right again, then only what was dated meanwhile is wrong', () => {
    expect(datedWrongly(lived({ ...soon, compared: 500 }, { setMs: -dayMs }, { setMs: dayMs }))).toEqual({
      fromPosition: 10,
      beforePosition: 20,
      clockOffsetMs: dayMs + 500,
    });
  });

  it('given a clock that was set before the VTN was heard, when it agrees, then what was before is known to be wrong', () => {
    expect(datedWrongly(lived(soon, { setMs: 7 * hourMs }))).toBeNull();
    expect(datedWrongly(lived(soon, { setMs: 7 * hourMs, compared: 0 }))).toMatchObject({
      fromPosition: 0,
      beforePosition: 10,
    });
  });

  it('given starts by a wrong clock and one by a right one, when that is compared, then all of the wrong ones are disowned', () => {
    const wrong = { ...soon, compared: 40 * dayMs };
    const before = lived({ ...soon, compared: 0 }, wrong, wrong, { leapMs: 40 * dayMs + 60_000 });
    expect(datedWrongly(before)).toBeNull();
    expect(clockIsDoubtful(before)).toBe(true);
    const after = livesCompared(before, 1);
    expect(datedWrongly(after)).toMatchObject({ fromPosition: 10, beforePosition: 30 });
    expect(doubtIsOver(after)).toBe(true);
  });

  it('given a clock days ahead, when a start is earlier by the record than what is before it, then that is disowned', () => {
    const lives = lived({ ...soon, compared: -3 * dayMs }, { leapMs: -3 * dayMs + 600_000, compared: 0 });
    expect(datedWrongly(lives)).toMatchObject({ fromPosition: 0, beforePosition: 10, clockOffsetMs: -3 * dayMs });
  });

  it('given a machine that slept, with a VTN that agreed before and after, then nothing is wrong', () => {
    // While it sleeps the VTN’s clock goes on as the true time does: it agrees again at once.
    expect(datedWrongly(lived({ ...soon, compared: 0 }, { setMs: 3 * dayMs, compared: 0 }))).toBeNull();
  });

  it('given the VTN’s clock that is wrong for long and set right, over starts of ours or without any, then nothing of ours is disowned', () => {
    for (const offsetMs of [2 * hourMs, 9 * dayMs, -9 * dayMs]) {
      const wrong = { ...soon, compared: offsetMs };
      expect(datedWrongly(lived({ ...soon, compared: [0, offsetMs, 0] }))).toBeNull();
      expect(datedWrongly(lived(wrong, wrong, { ...soon, compared: [offsetMs, 0] }))).toBeNull();
      expect(datedWrongly(lived(wrong, wrong, { ...soon, compared: 0 }))).toBeNull();
      expect(datedWrongly(lived(wrong, { leapMs: 5 * hourMs, compared: 0 }))).toBeNull();
    }
  });

  it('given a clock that is off by less than an hour and set right, then what was read stands: it is of that hour for the most part', () => {
    expect(datedWrongly(lived({ ...soon, compared: 50 * 60_000 }, { setMs: 50 * 60_000 }))).toBeNull();
  });

  it('given a comparison that says what is known, then it is no news; the first of a life, and another result, are', () => {
    const lives = lived({ ...soon, compared: 0 });
    expect(comparisonIsNews(lived(soon), 0)).toBe(true);
    expect(comparisonIsNews(lives, clocksAgreeMs)).toBe(false);
    expect(comparisonIsNews(lives, clocksAgreeMs + 1)).toBe(true);
  });

  const span = fc.integer({ min: -40 * dayMs, max: 40 * dayMs });
  const anyLived: fc.Arbitrary<Lived> = fc
    .tuple(
      fc.oneof(fc.record({ setMs: span }), fc.record({ leapMs: span })),
      fc.array(fc.constantFrom(0, 60_000, -3 * dayMs, 40 * dayMs), { maxLength: 3 }),
    )
    .map(([begun, compared]) => ({ ...begun, compared }));

  it('given any lives, then what is disowned lies before the clock of now, and nothing is left to disown once it was', () => {
    fc.assert(
      fc.property(fc.array(anyLived, { maxLength: 30 }), (all) => {
        const lives = lived(...all);
        const wrong = datedWrongly(lives);
        if (wrong !== null) {
          expect(wrong.fromPosition).toBeLessThan(wrong.beforePosition);
          expect(wrong.beforePosition).toBe(lives.at(-1)?.since);
          expect(Math.abs(wrong.clockOffsetMs)).toBeGreaterThan(clocksAgreeMs);
        }
        expect(datedWrongly(livesSettled(lives))).toBeNull();
      }),
    );
  });
});

describe('readings that are disowned', () => {
  const usage = usageProjection();
  const t0 = Date.UTC(2026, 5, 10, 12);

  it('given readings of before, of a wrong clock and of after, then those of the wrong clock are gone, and the rest stays', () => {
    const facts: readonly Told[] = [
      agentStarted(t0),
      meterRead(t0, 100),
      [t0 + 1, 'ClockJumped', { jumpMs: -40 * dayMs }],
      meterRead(t0 - 40 * dayMs + hourMs, 200),
      [t0 + hourMs + 2, 'ClockJumped', { jumpMs: 40 * dayMs }],
      [t0 + hourMs + 2, 'ReadingsDisowned', { fromPosition: 2, beforePosition: 4, clockOffsetMs: 40 * dayMs }],
      meterRead(t0 + 2 * hourMs, 300),
    ];
    const before = told(usage, facts.slice(0, 5));
    expect(firstReadingAt(before, 'battery')).toBe(t0 - 40 * dayMs + hourMs);
    const after = told(usage, facts);
    expect(readingAt(after, 'battery', t0 - 40 * dayMs + hourMs)).toBeNull();
    expect(readingAt(after, 'battery', t0)?.importWattHours).toBe(100);
    expect(firstReadingAt(after, 'battery')).toBe(t0);
    expect(latestReading(after, 'battery')?.importWattHours).toBe(300);
  });
});
