import { describe, expect, it, onTestFinished } from 'vitest';
import { CrowdTime, type CrowdTimeOptions } from '../../src/adapters/time/crowdTime.ts';

const hourMs = 3_600_000;

const timeOf = (changes: Partial<CrowdTimeOptions> = {}): CrowdTime => {
  const time = new CrowdTime({ startAt: 0, lapse: 1_000_000, slackMs: 60_000, ...changes });
  onTestFinished(() => time.close());
  return time;
};

/** Resolves at an instant of that time. */
const at = (time: CrowdTime, instant: number): Promise<number> =>
  new Promise((resolve) => void time.ringAt(instant, () => resolve(time.now())));

describe('time for a crowd', () => {
  it('rings in order, never early, and a day takes no day', async () => {
    const time = timeOf();
    const rung: number[] = [];
    for (const hour of [3, 1, 24, 2]) time.ringAt(hour * hourMs, () => rung.push(hour));
    const off = time.ringAt(hourMs / 2, () => rung.push(0));
    off();
    expect(await at(time, 24 * hourMs)).toBeGreaterThanOrEqual(24 * hourMs);
    expect(rung).toEqual([1, 2, 3, 24]);
  });

  it('rings at an instant between two milliseconds once that has come', async () => {
    const time = timeOf({ limitAt: 1_000.7 });
    expect(await at(time, 999.5)).toBeGreaterThanOrEqual(999.5);
  });

  it('passes no further than the slack of what is waited for, whatever that takes, and others are served meanwhile', async () => {
    const time = timeOf();
    const from = time.now();
    let end = (): void => undefined;
    const held = time.hold(new Promise<void>((resolve) => (end = resolve)));
    expect(await at(time, from + 59_000)).toBeLessThanOrEqual(from + 60_000);
    const later = at(time, from + hourMs);
    const near = time.hold(new Promise<void>((resolve) => setTimeout(resolve, 30)), 10);
    await near;
    expect(time.floor).toBe(from);
    expect(time.now()).toBeLessThanOrEqual(from + 60_000);
    end();
    await held;
    expect(await later).toBeGreaterThanOrEqual(from + hourMs);
  });

  it('waits for clocks that are behind, and tells how far it is itself: two that are limited by one another both pass', async () => {
    const floors = new Map<string, number>();
    const clocks: Record<string, CrowdTime> = {};
    const tell = (name: string) => (floor: number) => {
      floors.set(name, floor);
      const limitAt = Math.min(...['one', 'other'].map((each) => floors.get(each) ?? 0)) + 60_000;
      for (const clock of Object.values(clocks)) clock.limitTo(limitAt);
      const [one, other] = ['one', 'other'].map((each) => clocks[each]?.now() ?? 0);
      furthest = Math.max(furthest, Math.abs((one ?? 0) - (other ?? 0)));
    };
    let furthest = 0;
    for (const name of ['one', 'other'])
      clocks[name] = timeOf({ limitAt: 60_000, lapse: name === 'one' ? 1_000_000 : 200_000, onFloor: tell(name) });
    await Promise.all(Object.values(clocks).map((clock) => at(clock, hourMs)));
    expect(furthest).toBeGreaterThan(0);
    expect(furthest).toBeLessThanOrEqual(2 * 60_000);
  });

  it('stands still while it may not pass, and rings nothing once it is closed', async () => {
    const time = timeOf({ limitAt: 0 });
    let rung = 0;
    time.ringAt(1, () => (rung += 1));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([time.now(), rung]).toEqual([0, 0]);
    time.close();
    time.limitTo(hourMs);
    time.ringAt(2, () => (rung += 1));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(rung).toBe(0);
  });
});
