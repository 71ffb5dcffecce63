import { describe, expect, it } from 'vitest';
import { frugalOnceStarted } from '../../src/cli/fleet/frugalOnceStarted.ts';
import type { HostSurroundings } from '../../src/fleet/hostSurroundings.ts';
import { standingOf } from '../../src/fleet/standing.ts';
import type { FleetMember, TidiedRun } from '../../src/fleet/member.ts';
import { SomeAtATime } from '../../src/fleet/someAtATime.ts';
import { nextTurnOf, phaseOf } from '../../src/fleet/phase.ts';
import { Pacer } from '../../src/fleet/pacer.ts';
import { stateCheckpoint } from '../../src/store/checkpointNames.ts';
import type { MeterRead } from '../../src/facts/input.ts';
import { LogError } from '../../src/store/errors.ts';
import type { LogStore } from '../../src/store/logStore.ts';
import { MemoryLogStore } from '../../src/store/memory/memoryLogStore.ts';
import { TidyTurns } from '../../src/fleet/tidyTurns.ts';
import type { ExchangeOutcome } from '../../src/shell/ports.ts';
import type { VtnClockHeard } from '../../src/shell/vtnContact.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { Meter } from '../support/meter.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import { ended, fleet, startAt } from './support/fleetWorld.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

describe('a host', () => {
  it('runs each VEN by itself: all register, poll and keep a log of their own', async () => {
    const { host, members, time, store, registered, phases } = fleet(['a', 'b', 'c']);
    await host.take(members);
    await time.runTo(startAt + 5 * minuteMs);
    expect(registered()).toEqual(['a', 'b', 'c']);
    expect(phases()).toEqual({ a: 'running', b: 'running', c: 'running' });
    await ended(time, host.stop('the test is over'));
    for (const venID of ['a', 'b', 'c']) {
      const log = await store.open(venID, { createIfMissing: false });
      const stopped: unknown[] = [];
      for await (const { type, data } of log.read()) if (type === 'AgentStopped') stopped.push(data);
      expect(stopped).toEqual([{ because: 'the test is over' }]);
      expect(await log.verify()).toEqual(log.head);
    }
  });

  it('given a full hour at which there is more to do than can be done, polls go on, and what waits is done for that hour afterwards', async () => {
    const hour = startAt + 3_600_000;
    let isBusy = true;
    const waiting: (() => void)[] = [];
    const { host, members, time } = fleet(['a'], {
      alarms: {
        ringAt: (at, ring, patienceMs = 0) =>
          time.ringAt(at, () => (isBusy && at >= hour && patienceMs > 0 ? waiting.push(ring) : ring())),
      },
    });
    const meter = new Meter(
      'meter-1',
      time,
      (at) => (at - startAt) / 1_000,
      () => 0,
    );
    const settings = settingsFor({ venID: 'a', devices: [{ ...settingsFor().devices[0]!, resourceID: 'meter-1' }] });
    await host.take([{ ...members[0]!, settings, devices: () => Promise.resolve(new Map([['meter-1', meter]])) }]);
    await time.runTo(hour + 10 * minuteMs);
    const { log, lastContactAt } = host.vens.get('a')!;
    const readings = async () => {
      const read: MeterRead[] = [];
      for await (const entry of log!.read()) if (entry.type === 'MeterRead') read.push(entry.data as MeterRead);
      return read.filter(({ boundaryAt }) => boundaryAt >= hour);
    };
    expect(lastContactAt).toBeGreaterThan(hour + 8 * minuteMs);
    expect(await time.hold(readings())).toEqual([]);
    isBusy = false;
    for (const ring of waiting) ring();
    await time.runTo(hour + 12 * minuteMs);
    expect((await time.hold(readings()))[0]).toMatchObject({ boundaryAt: hour, importWattHours: 3_600 });
    await ended(time, host.stop('the test is over'));
  });

  it('makes the log of each VEN tidy once a day, at a time of its own', async () => {
    const { host, members, time, store, tidiedAt, lines } = fleet(['a', 'b'], {}, 'PT4H');
    await host.take(members);
    await time.runTo(startAt + 2 * dayMs + minuteMs);
    const turns = (venID: string) => (tidiedAt[venID] ?? []).map((at) => at % dayMs);
    for (const venID of ['a', 'b']) {
      expect(turns(venID).length).toBe(2);
      expect(turns(venID).at(-1)).toBe(Math.ceil(phaseOf(venID) * dayMs));
    }
    expect(turns('a').at(-1)).not.toBe(turns('b').at(-1));
    expect(lines.join('\n')).toMatch(/Let go of the XML of \d+ messages older than 1 days/);
    expect(lines.join('\n')).not.toContain('could not be let go of');
    await ended(time, host.stop('the test is over'));
    const log = await store.open('a', { createIfMissing: false });
    expect(await log.verify()).toEqual(log.head);
  });

  it('keeps what each VEN knows so often that a start folds little, however long it has run', async () => {
    const { host, members, time } = fleet(['a']);
    await host.take(members);
    await time.runTo(startAt + minuteMs);
    const { agent, log } = host.vens.get('a')!;
    for (let told = 0; told < 300; told += 1)
      agent?.take({
        stream: 'agent',
        input: { type: 'SecondAgentSuspected', data: { by: 'anchor', isSuspected: true, detail: 'told again' } },
      });
    await time.settle();
    const kept = await log?.loadCheckpoint(stateCheckpoint);
    expect((log?.head.position ?? 0) - (kept?.position ?? 0)).toBeLessThan(200);
    await ended(time, host.stop('the test is over'));
  });

  it('quarantines a VEN whose runs fail again and again, tells it, and lets the others go on', async () => {
    const { host, members, time, phases, lines, holds, store } = fleet(['a', 'b'], {
      limits: { intensity: { restarts: 2, withinMs: 600_000 } },
    });
    await host.take(members);
    await time.runTo(startAt + minuteMs);
    const disk = store.disks.get('b');
    let writes = 0;
    const damage = `The log is damaged at position 9: ${'its bytes are others. '.repeat(20)}Restore it from a backup`;
    if (disk !== undefined) disk.fault = () => ((writes += 1) > 0 ? new LogError('corrupt', `${damage}.`) : undefined);
    await time.runTo(startAt + 2 * 3_600_000);
    expect(phases()).toEqual({ a: 'running', b: 'quarantined' });
    expect(lines.at(-1)).toMatch(/^The VEN is quarantined: it was ended 3 times .* The others go on/);
    expect(holds.all().get('b')?.because).toContain(`the last time for this: ${damage}`);
    if (disk !== undefined) disk.fault = undefined;
    host.release('b');
    await time.runTo(startAt + 3 * 3_600_000);
    expect(phases()).toEqual({ a: 'running', b: 'running' });
    expect(holds.all().size).toBe(0);
    await ended(time, host.stop('the test is over'));
  });

  it('says that a VEN is well when its VTN has answered and registered it, and not before', async () => {
    const { host, members, time, broken } = fleet(['a']);
    const refused: ExchangeOutcome = {
      ...{ kind: 'failed', reason: 'refused', certainlyNotDelivered: true },
      ...{ detail: 'Nobody listens.', durationMs: 1 },
    };
    const condition = () => standingOf(host.vens.get('a')!, time.now()).condition;
    broken.set('a', () => Promise.resolve(refused));
    await host.take(members);
    await time.runTo(startAt + 2 * minuteMs);
    expect(condition()).toBe('starting');
    await time.runTo(startAt + 10 * minuteMs);
    expect(condition()).toBe('silent');
    broken.clear();
    await time.runTo(startAt + 20 * minuteMs);
    expect(condition()).toBe('well');
    await ended(time, host.stop('the test is over'));
  });

  it('ends a VEN that floods it, and one whose steps take too long', async () => {
    for (const kind of ['floods', 'dawdles'] as const) {
      const { host, members, time, phases, spent, lines } = fleet(['a'], {
        limits: {
          intensity: { restarts: 0, withinMs: 600_000 },
          load:
            kind === 'floods'
              ? { inputs: 10, windowMs: 60_000, stepMs: 5_000 }
              : { inputs: 1e6, windowMs: 60_000, stepMs: 100 },
        },
      });
      await host.take(members);
      if (kind === 'dawdles') spent.ms = 200;
      await time.runTo(startAt + 10 * minuteMs);
      expect(phases()).toEqual({ a: 'quarantined' });
      expect(lines.at(-1)).toMatch(kind === 'floods' ? /more than 10 inputs in 60 s/ : /one of its steps took 200 ms/);
      await ended(time, host.stop('the test is over'));
    }
  });

  it('takes a full disk for no fault of a VEN: it waits, however long, and goes on when there is space', async () => {
    const { host, members, time, phases, store, holds } = fleet(['a'], {
      limits: { intensity: { restarts: 1, withinMs: 600_000 } },
    });
    await host.take(members);
    await time.runTo(startAt + minuteMs);
    const disk = store.disks.get('a');
    if (disk !== undefined) disk.fault = () => new LogError('full', 'The disk is full.');
    await time.runTo(startAt + 3 * 3_600_000);
    expect(['resting', 'waiting', 'running']).toContain(phases()['a']);
    expect(holds.all().size).toBe(0);
    if (disk !== undefined) disk.fault = undefined;
    await time.runTo(startAt + 4 * 3_600_000);
    expect(phases()).toEqual({ a: 'running' });
    await ended(time, host.stop('the test is over'));
  });

  it('keeps who is held over a restart of the host, and lets go on only who is released', async () => {
    const { host, members, time, phases, holds } = fleet(['a', 'b']);
    await host.take(members);
    await time.runTo(startAt + minuteMs);
    await time.hold(host.hold('a', 'paused', 'its meter is being changed'));
    expect(phases()).toEqual({ a: 'paused', b: 'running' });
    await ended(time, host.stop('the host moves'));
    const next = fleet(['a', 'b'], { holds });
    await next.host.take(next.members);
    await next.time.runTo(startAt + minuteMs);
    expect(next.phases()).toEqual({ a: 'paused', b: 'running' });
    expect(next.host.vens.get('a')?.because).toBe('its meter is being changed');
    next.host.release('a');
    await next.time.runTo(startAt + 2 * minuteMs);
    expect(next.phases()).toEqual({ a: 'running', b: 'running' });
    await ended(next.time, next.host.stop('the test is over'));
  });

  it('starts some VENs at a time, whoever else waits, and all of them without a pause', async () => {
    const venIDs = Array.from({ length: 9 }, (_, number) => `ven-${number}`);
    const inner = new MemoryLogStore();
    const gates: (() => void)[] = [];
    const store: LogStore = {
      venIDs: () => inner.venIDs(),
      open: async (venID, options) => {
        await new Promise<void>((resolve) => gates.push(resolve));
        return inner.open(venID, options);
      },
      close: () => inner.close(),
    };
    const { host, members, time, registered } = fleet(venIDs, { store, limits: { startsAtOnce: 3, spreadMs: 100 } });
    await host.take(members);
    await time.runTo(startAt + 200);
    for (let opened = 0; opened < venIDs.length; opened += 1) {
      expect(gates.length).toBe(Math.min(3, venIDs.length - opened));
      gates.shift()?.();
      await time.runTo(time.now() + 10);
    }
    await time.runTo(time.now() + 1_000);
    expect(registered()).toEqual(venIDs);
    await ended(time, host.stop('the test is over'));
  });

  it('takes a changed list as it is: begins, ends, and begins anew', async () => {
    const { host, members, member, time, phases, registered } = fleet(['a', 'b']);
    await host.take(members);
    await time.runTo(startAt + minuteMs);
    const change = time.hold(host.take([member('b', 'another name'), member('c')]));
    expect(await change).toEqual({ added: ['c'], changed: ['b'], removed: ['a'] });
    await time.runTo(startAt + 2 * minuteMs);
    expect(phases()).toEqual({ b: 'running', c: 'running' });
    expect(registered()).toContain('c');
    await ended(time, host.stop('the test is over'));
  });
});

it('given VENs that start, when all of them have, then the process is told once to hold little', async () => {
  const { host, members, time } = fleet(['a', 'b', 'c'], { limits: { spreadMs: 3 * 60_000 } });
  await host.take(members);
  const toldAt: number[] = [];
  frugalOnceStarted(host, { clock: time, alarms: time }, () => toldAt.push(time.now()));
  await time.runTo(startAt + 10 * 60_000);
  const startedAt = Math.max(...[...host.vens.values()].map((ven) => ven.startedAt!));
  expect(toldAt).toHaveLength(1);
  expect(toldAt[0]!).toBeGreaterThanOrEqual(startedAt + 10_000);
  expect(startedAt).toBeGreaterThan(startAt + 10_000);
  await ended(time, host.stop('the test is over'));
});

describe('turns', () => {
  it('are the same for a venID, within one span, and even over many', () => {
    const counts = new Array<number>(10).fill(0);
    for (let number = 0; number < 10_000; number += 1) {
      const venID = `ven-${number}`;
      const turn = nextTurnOf(venID, startAt + 1_234, 10_000);
      expect(turn).toBeGreaterThanOrEqual(startAt + 1_234);
      expect(turn).toBeLessThan(startAt + 11_235);
      expect(nextTurnOf(venID, turn + 1, 10_000)).toBe(turn + 10_000);
      const tenth = Math.floor(phaseOf(venID) * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(900);
  });

  it('are given out no faster than they may be', () => {
    const pacer = new Pacer(150);
    const given = Array.from({ length: 1_500 }, () => pacer.take(startAt));
    for (let second = 0; second < 10; second += 1) {
      const within = given.filter((at) => at >= startAt + second * 1_000 && at < startAt + (second + 1) * 1_000);
      expect(within.length).toBeLessThanOrEqual(151);
    }
    expect(given.at(-1)).toBeGreaterThanOrEqual(startAt + 9_990);
  });
});

describe('turns to be made tidy', () => {
  const turnsOf = () => {
    const time = new VirtualTime(startAt);
    const lines: string[] = [];
    const tidiedAt: number[] = [];
    let heard: VtnClockHeard = 'unheard';
    const member = {
      venID: 'a',
      tidy: () => {
        tidiedAt.push(time.now());
        return Promise.reject(new Error('the disk is slow'));
      },
    } as unknown as FleetMember;
    const around = {
      clock: time,
      alarms: time,
      tidying: new SomeAtATime(1),
      journalOf: () => ({ warn: (text: string) => void lines.push(text) }),
    } as unknown as HostSurroundings;
    const begin = () => new TidyTurns(member, around, {} as TidiedRun, () => heard);
    return { time, lines, tidiedAt, begin, hear: (what: VtnClockHeard) => void (heard = what) };
  };

  it('wait until the VTN has been heard, and while its clock contradicts ours; what fails is told and tried the next day', async () => {
    const { time, lines, tidiedAt, begin, hear } = turnsOf();
    const turns = begin();
    await time.runTo(startAt + dayMs);
    expect(tidiedAt).toEqual([]);
    hear('contradicts');
    await time.runTo(startAt + dayMs + 90 * minuteMs);
    expect(tidiedAt).toEqual([]);
    expect(lines.at(-1)).toContain('the VTN’s clock contradicts this one');
    hear('agrees');
    await time.runTo(startAt + dayMs + 151 * minuteMs);
    expect(tidiedAt.length).toBe(1);
    expect(lines.at(-1)).toBe('What is old could not be let go of: the disk is slow');
    const nextAt = nextTurnOf('a', time.now() + 60 * minuteMs, dayMs);
    await time.runTo(nextAt + minuteMs);
    expect(tidiedAt.slice(1)).toEqual([nextAt]);
    turns.end();
    await time.runTo(nextAt + 2 * dayMs);
    expect(tidiedAt.length).toBe(2);
  });

  it('are made up for when the host was down at that time of the day', async () => {
    const { time, tidiedAt, begin, hear } = turnsOf();
    hear('agrees');
    const turnAt = nextTurnOf('a', startAt, dayMs);
    await time.runTo(turnAt + 5 * minuteMs);
    begin();
    await time.runTo(turnAt + 65 * minuteMs);
    expect(tidiedAt).toEqual([turnAt + 60 * minuteMs]);
  });
});
