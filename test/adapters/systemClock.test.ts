import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemChance } from '../../src/adapters/process/systemChance.ts';
import { SystemClock, type TimeSource } from '../../src/adapters/time/systemClock.ts';

const START = Date.UTC(2026, 6, 1, 20, 59);
const DAY_MS = 86_400_000;

/** A machine whose time passes when told to, and whose clock can be set. */
const machine = () => {
  let passed = 0;
  let offset = START;
  let sleeper: { readonly until: number; readonly wake: () => void } | null = null;
  const sleeps: number[] = [];
  const time: TimeSource = {
    wall: () => passed + offset,
    monotonic: () => passed,
    sleep: (ms, wake) => {
      // Node fires at once, with a warning, what is set for longer than this.
      if (ms > 2 ** 31 - 1) throw new Error(`${ms} ms is too long for setTimeout.`);
      sleeps.push(ms);
      const mine = { until: passed + ms, wake };
      sleeper = mine;
      return () => {
        if (sleeper === mine) sleeper = null;
      };
    },
  };
  const pass = (ms: number): void => {
    const end = passed + ms;
    while (sleeper !== null && sleeper.until <= end) {
      const { until, wake } = sleeper;
      sleeper = null;
      passed = Math.max(passed, until);
      wake();
    }
    passed = end;
  };
  return {
    time,
    pass,
    sleeps,
    set: (ms: number) => {
      offset += ms;
    },
    /** The process is at work, and rings nothing meanwhile. */
    work: (ms: number) => {
      passed += ms;
    },
    isAsleep: () => sleeper !== null,
  };
};

const given = () => {
  const made = machine();
  const rung: string[] = [];
  const jumps: number[] = [];
  const clock = new SystemClock((jump) => jumps.push(jump), made.time);
  const ring = (name: string, at: number): (() => void) => clock.ringAt(at, () => rung.push(name));
  return { ...made, clock, rung, jumps, ring };
};

describe('the system clock', () => {
  it('rings when the instant has come and not before', () => {
    const { ring, rung, pass } = given();
    ring('17:00', START + 60_000);
    pass(59_999);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toEqual(['17:00']);
    pass(DAY_MS);
    expect(rung).toEqual(['17:00']);
  });

  it('rings at once, but not within the call, for an instant that has passed', () => {
    const { ring, rung, pass } = given();
    ring('late', START - DAY_MS);
    expect(rung).toEqual([]);
    pass(0);
    expect(rung).toEqual(['late']);
  });

  it('rings in order of instants, and in order of setting within one', () => {
    const { ring, rung, pass } = given();
    ring('c', START + 30);
    ring('a', START + 10);
    ring('b1', START + 20);
    ring('b2', START + 20);
    pass(100);
    expect(rung).toEqual(['a', 'b1', 'b2', 'c']);
  });

  it('given more than can be done at once, rings the patient after the others, and before those who come due when their patience is over', () => {
    const { clock, rung, pass, work, ring } = given();
    for (const name of ['reading 1', 'reading 2', 'reading 3'])
      clock.ringAt(START + 10, () => (rung.push(name), work(30)), 50);
    ring('poll at 15', START + 15);
    ring('poll at 70', START + 70);
    work(20);
    pass(1_000);
    expect(rung).toEqual(['poll at 15', 'reading 1', 'reading 2', 'reading 3', 'poll at 70']);
  });

  it('given patient ones that are due, when the clock is set back meanwhile, waits for their instant on the wall', () => {
    const { clock, rung, pass, work, set } = given();
    for (const name of ['reading 1', 'reading 2']) clock.ringAt(START + 10, () => (rung.push(name), work(30)), 50);
    pass(10);
    expect(rung).toEqual(['reading 1']);
    set(-100_000);
    pass(90_000);
    expect(rung).toEqual(['reading 1']);
    pass(10_000);
    expect(rung).toEqual(['reading 1', 'reading 2']);
  });

  it('rings no alarm that was called off, even by another of the same instant', () => {
    const { clock, ring, rung, pass } = given();
    const off = ring('off', START + 10);
    off();
    off();
    clock.ringAt(START + 20, () => second());
    const second = ring('second', START + 20);
    pass(100);
    expect(rung).toEqual([]);
  });

  it('rings an alarm set by another', () => {
    const { clock, ring, rung, pass } = given();
    clock.ringAt(START + 10, () => ring('inner', START + 15));
    pass(14);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toEqual(['inner']);
  });

  it('rings after sixty days, which is too long for one setTimeout', () => {
    const { ring, rung, pass, sleeps } = given();
    ring('far', START + 60 * DAY_MS);
    pass(60 * DAY_MS - 1);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toEqual(['far']);
    expect(Math.max(...sleeps)).toBeLessThanOrEqual(60_000);
  });

  it('when the clock is set forward over an alarm, rings within a minute, once, and tells of the jump', () => {
    const { ring, rung, jumps, pass, set } = given();
    ring('tonight', START + 6 * 3_600_000);
    pass(1_000);
    set(DAY_MS);
    pass(60_000);
    expect(rung).toEqual(['tonight']);
    expect(jumps).toEqual([DAY_MS]);
    pass(DAY_MS);
    expect(rung).toEqual(['tonight']);
  });

  it('when the clock is set back, waits for the instant on the wall, and tells of the jump', () => {
    const { ring, rung, jumps, pass, set } = given();
    ring('soon', START + 120_000);
    set(-3_600_000);
    pass(200_000);
    expect(rung).toEqual([]);
    expect(jumps).toEqual([-3_600_000]);
    pass(3_600_000);
    expect(rung).toEqual(['soon']);
  });

  it('takes a clock that is slewed gently for no jump', () => {
    const { ring, jumps, pass, set } = given();
    ring('far', START + DAY_MS);
    for (let minute = 0; minute < 60; minute += 1) {
      pass(60_000);
      set(30);
    }
    expect(jumps).toEqual([]);
  });

  it('sleeps not at all when there is nothing to ring for', () => {
    const { clock, ring, isAsleep, rung, pass } = given();
    const off = ring('a', START + 10);
    off();
    expect(isAsleep()).toBe(false);
    ring('b', START + 10);
    clock.close();
    expect(isAsleep()).toBe(false);
    pass(100);
    expect(rung).toEqual([]);
  });

  it('refuses what is no instant', () => {
    const { ring } = given();
    expect(() => ring('never', Number.NaN)).toThrow('NaN');
  });

  it('rings every alarm exactly once, never early, whatever is set, called off and jumped', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        inMs: fc.integer({ min: -5_000, max: 300_000 }),
        patienceMs: fc.constantFrom(0, 0, 50, 60_000),
        worksMs: fc.constantFrom(0, 0, 30),
      }),
      fc.record({ kind: fc.constant('off' as const), which: fc.nat(50) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 100_000 }) }),
      fc.record({ kind: fc.constant('jump' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, pass, set, work } = given();
        const alarms: { at: number; rung: number; off: boolean; call: () => void }[] = [];
        for (const each of steps) {
          if (each.kind === 'pass') pass(each.ms);
          if (each.kind === 'jump') set(each.ms);
          if (each.kind === 'off') {
            const alarm = alarms[each.which];
            if (alarm && alarm.rung === 0) alarm.off = true;
            alarm?.call();
          }
          if (each.kind === 'set') {
            const alarm = { at: clock.now() + each.inMs, rung: 0, off: false, call: () => undefined as void };
            const ring = (): void => {
              expect(clock.now()).toBeGreaterThanOrEqual(alarm.at);
              alarm.rung += 1;
              work(each.worksMs);
            };
            alarm.call = clock.ringAt(alarm.at, ring, each.patienceMs);
            alarms.push(alarm);
          }
        }
        pass(10_000_000);
        for (const alarm of alarms) expect(alarm.rung).toBe(alarm.off ? 0 : 1);
      }),
    );
  });

  it('rings in real time', async () => {
    const clock = new SystemClock();
    onTestFinished(() => clock.close());
    const at = clock.now() + 30;
    await new Promise<void>((resolve) => clock.ringAt(at, resolve));
    expect(Date.now()).toBeGreaterThanOrEqual(at);
  });
});

describe('chance', () => {
  it('gives unsigned 32-bit numbers over their whole range', () => {
    const drawn = Array.from({ length: 1_000 }, () => systemChance.uint32());
    expect(drawn.every((each) => Number.isInteger(each) && each >= 0 && each < 2 ** 32)).toBe(true);
    expect(Math.max(...drawn)).toBeGreaterThan(2 ** 31);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });

  it('names each run differently', () => {
    expect(systemChance.runID()).toMatch(/^[0-9a-f]{8}$/);
    expect(systemChance.runID()).not.toBe(systemChance.runID());
  });
});
