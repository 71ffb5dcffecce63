import { describe, expect, it, onTestFinished } from 'vitest';
import { TimeLapse } from '../../src/adapters/time/timeLapse.ts';

const lapse = (factor: number): TimeLapse => {
  const time = new TimeLapse(1_000_000, factor);
  onTestFinished(() => time.close());
  return time;
};

const onTheWall = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const work = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe('a lapse of time', () => {
  it('passes so many times faster than on the wall', async () => {
    const time = lapse(10_000);
    const before = time.now();
    await onTheWall(50);
    expect(time.now() - before).toBeGreaterThan(400_000);
  });

  it('stands still while the process works: no timeout comes of a slow machine', async () => {
    const time = lapse(10_000);
    const rung: string[] = [];
    const before = time.now();
    time.ringAt(before + 1_000, () => rung.push('timeout'));
    work(30);
    expect(time.now()).toBe(before);
    await Promise.resolve();
    expect(time.now()).toBe(before);
    expect(rung).toEqual([]);
  });

  it('passes no faster than on the wall while something is waited for', async () => {
    const time = lapse(10_000);
    const before = time.now();
    await time.hold(onTheWall(40));
    expect(time.now() - before).toBeLessThan(100_000);
  });

  it('rings in the order of the instants, never early, and not what was called off', async () => {
    const time = lapse(1_000);
    const start = time.now();
    const rung: (readonly [string, boolean])[] = [];
    const ring = (name: string, at: number) => time.ringAt(at, () => rung.push([name, time.now() >= at - 1]));
    ring('third', start + 30_000);
    ring('first', start + 10_000);
    const callOff = ring('never', start + 15_000);
    ring('second', start + 20_000);
    callOff();
    await expect.poll(() => rung.length).toBe(3);
    expect(rung).toEqual([
      ['first', true],
      ['second', true],
      ['third', true],
    ]);
  });
});
