import { describe, expect, it } from 'vitest';
import { leftByTheClockOfNow, leftOf, leftWithout, type LeftToTell } from '../../src/machines/report/leftToTell.ts';
import { farJumpMs } from '../../src/machines/watch/farJump.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon } from './support/given.ts';

const quarterMs = 15 * minuteMs;

const left = (changes: Partial<LeftToTell> = {}): LeftToTell => ({
  resourceIDs: ['battery', 'heater'],
  fromAt: noon,
  toAt: null,
  everyMs: quarterMs,
  originAt: 0,
  ...changes,
});

const from = (fromAt: number, toAt = Infinity) => ({ resourceIDs: ['battery'], fromAt, toAt });

describe('what a void request left', () => {
  it('is taken by a request without an end, of the devices that it asks for', () => {
    expect(leftOf([left()], from(-Infinity))).toEqual([left({ resourceIDs: ['battery'] })]);
    expect(leftWithout([left()], from(-Infinity))).toEqual([left({ resourceIDs: ['heater'] })]);
  });

  it('is taken by one with an end as far as it lies in its time, and what lies before waits, unread', () => {
    const time = from(noon + hourMs, noon + 3 * hourMs);
    const taken = left({ resourceIDs: ['battery'], fromAt: noon + hourMs, toAt: noon + 3 * hourMs });
    expect(leftOf([left()], time)).toEqual([taken]);
    expect(leftWithout([left()], time)).toEqual([
      left({ resourceIDs: ['heater'] }),
      left({ resourceIDs: ['battery'], toAt: noon + hourMs, isOver: true }),
    ]);
  });

  it('is nothing to one that asks for another time', () => {
    const over = left({ toAt: noon + hourMs, isOver: true });
    const time = from(noon + hourMs, noon + 3 * hourMs);
    expect(leftOf([over], time)).toEqual([]);
    expect(leftWithout([over], time)).toEqual([
      left({ ...over, resourceIDs: ['heater'] }),
      left({ ...over, resourceIDs: ['battery'] }),
    ]);
  });
});

describe('what is left when the clock is set', () => {
  it('by far, then it begins with the interval in which it then lies, and an end that the VTN said stays', () => {
    const jumpMs = -2 * hourMs + 4 * minuteMs;
    expect(leftByTheClockOfNow([left({ toAt: noon + hourMs })], jumpMs)).toEqual([
      left({ fromAt: noon - 2 * hourMs, toAt: noon + hourMs }),
    ]);
    expect(leftByTheClockOfNow([left({ toAt: noon + hourMs, isOver: true })], 2 * hourMs)).toEqual([
      left({ fromAt: noon + 2 * hourMs, toAt: noon + 3 * hourMs, isOver: true }),
    ]);
  });

  it('then it moves with it in the lifecycle, but not where it is set by little', () => {
    const waiting = given('ven').when({ type: 'usage.left', left: [left()] });
    const leftAfter = (jumpMs: number) => waiting.when({ type: 'clock.set', jumpMs }).context['left'];
    expect(leftAfter(hourMs)).toEqual([left({ fromAt: noon + hourMs })]);
    expect(leftAfter(farJumpMs - 1)).toEqual([left()]);
  });
});
