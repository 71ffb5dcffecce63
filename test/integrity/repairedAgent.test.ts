import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drEventOf, optsThatHold } from '../../src/core/state.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { recordRepair } from '../../src/shell/repair.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { LogRepaired } from '../../src/facts/input.ts';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { rebuild } from '../../src/store/projection.ts';
import { alarmsProjection, alarmsUp } from '../../src/store/projections/alarms.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { pricesCover } from '../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { restoreLog } from '../../src/store/level/repair/restore.ts';
import { at, resourceID, timeZone, worldOn } from '../scenarios/support/day.ts';
import { ask, optOut, takeBack } from '../scenarios/support/opting.ts';
import type { AgentWorld, Storage } from '../support/agentWorld.ts';

const never = (): never => {
  throw new Error('Nobody is there.');
};

const reported = '2026-06-10';
const nextDay = '2026-06-11';

/** A log on disk that somebody may put another in the place of. */
class Shelf implements Storage {
  directory: string;
  readonly crash = (): void => undefined;
  constructor(directory: string) {
    this.directory = directory;
  }
  readonly open = () => openLevelEventLog(this.directory, { createdAt: 0 });
}

describe('an agent whose log lost entries and was repaired', () => {
  let root: string;
  let shelf: Shelf;
  let world: AgentWorld;
  let entries: readonly Entry[];

  const positionOf = (type: string): number =>
    entries.find((entry) => entry.type === type && entry.recordedAt >= at(nextDay, 0))?.position ?? -1;

  /** Loses entries as a disk would, repairs what is left, and starts the agent on it. */
  const loseAndRepair = async (from: number, to: number): Promise<LogRepaired> => {
    const level = new Level(join(shelf.directory, 'log'));
    for (let position = from; position <= to; position += 1)
      await level.sublevel('entries').del(String(position).padStart(16, '0'));
    await level.close();
    await expect(shelf.open()).rejects.toMatchObject({ code: 'corrupt' });
    const now = world.time.now();
    const { log, fact } = await restoreLog({ from: shelf.directory, to: join(root, 'saved'), now, ignoreMarks: false });
    await recordRepair(log, fact, { recordedAt: now, runID: 'repair', chance: 1 });
    await log.close();
    shelf.directory = join(root, 'saved');
    await world.start();
    return fact;
  };

  const statusesOf = async (day: string): Promise<readonly string[]> => {
    const { state } = await rebuild(world.log, deliveriesProjection());
    return [
      ...new Set(hoursOf(daySpan(day, timeZone)).map((startAt) => hourDelivery(state, resourceID, startAt).status)),
    ];
  };
  const alarms = async (): Promise<readonly string[]> =>
    alarmsUp((await rebuild(world.log, alarmsProjection())).state).map(({ alarm }) => alarm);

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'ter-ven-repaired-'));
    shelf = new Shelf(join(root, 'data'));
    ({ world } = worldOn({
      day: '2026-06-09',
      hour: 16,
      storage: shelf,
      vtn: { pollFreq: 'PT15M' },
      settings: { sampleEveryMs: 3_600_000 },
    }));
    await world.start();
    await world.runTo(at(nextDay, 0, 30));
    entries = await world.entries();
    const { log } = world;
    world.crash();
    await log.close();
  });
  afterEach(async () => {
    await world.log.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('given that the end with a day’s report is gone, then the day is held in doubt, the next day is reported, and no hour is told twice', async () => {
    expect(positionOf('UsageDeliveryAcknowledged')).toBeGreaterThan(positionOf('UsageDue'));
    const fact = await loseAndRepair(positionOf('UsageDue'), entries.length - 1);
    expect(fact.lost).toMatchObject([
      { fromPosition: positionOf('UsageDue'), toPosition: entries.length - 1, toAt: world.time.now() },
    ]);
    await world.runTo(at('2026-06-12', 1));
    expect(await statusesOf(reported)).toEqual(['inDoubt']);
    expect(await statusesOf(nextDay)).toEqual(['acknowledged']);
    expect(await alarms()).toEqual(['usageInDoubt']);
    expect(world.vtn.totals().toldTwice).toBe(0);
  });

  it('given that only the acknowledgement is gone, then what was sent is sent again under its requestID, by the policy', async () => {
    const acknowledged = positionOf('UsageDeliveryAcknowledged');
    await loseAndRepair(acknowledged - 1, acknowledged);
    const started = entries.find(
      ({ type, recordedAt }) => type === 'UsageDeliveryStarted' && recordedAt >= at(nextDay, 0),
    );
    const { requestID } = started?.data as { requestID: string };
    const doubts = (await world.entries()).filter(({ type }) => type === 'UsageDeliveryDoubted');
    expect(doubts.map(({ data }) => data)).toMatchObject([
      { requestID, policy: 'resend', because: expect.stringMatching(/entries of the log were lost/) },
    ]);
    await world.runTo(at(nextDay, 8));
    const resent = (await world.entries()).filter(
      ({ type, data }) => type === 'UsageDeliveryStarted' && (data as { requestID: string }).requestID === requestID,
    );
    expect(resent.length).toBe(2);
    expect(await statusesOf(reported)).toEqual(['acknowledged']);
  });

  it('given a loss in the middle of the day before, when everything was acknowledged later, then nothing is in doubt', async () => {
    const lost = entries.find(({ recordedAt }) => recordedAt >= at(reported, 12))?.position ?? -1;
    const fact = await loseAndRepair(lost, lost + 3);
    expect(fact.lost).toMatchObject([{ fromPosition: lost, toPosition: lost + 4 }]); // the one behind cannot be proved
    await world.runTo(at(nextDay, 8));
    expect((await world.entries()).filter(({ type }) => type === 'UsageDeliveryDoubted')).toEqual([]);
    expect(await statusesOf(reported)).toEqual(['acknowledged']);
    expect(world.vtn.totals().toldTwice).toBe(0);
  });

  it('registers anew, asks for the events, has the prices, and its new life is replayed to the letter', async () => {
    await loseAndRepair(positionOf('UsageDue'), entries.length - 1);
    await world.runTo(at(nextDay, 20));
    const life = (await world.entries())
      .filter(({ runID }) => runID === 'run00002')
      .map(({ type, data }) =>
        type === 'SendRequested' ? (data as { message: { message: string } }).message.message : type,
      );
    expect(life.slice(0, 3)).toEqual(['AgentStarted', 'oadrCreatePartyRegistration', 'PlanRequested']);
    expect(life).toContain('oadrRequestEvent');
    const { state } = await rebuild(world.log, pricesProjection());
    for (const day of [nextDay, '2026-06-12'])
      expect(pricesCover(state, daySpan(day, timeZone).startAt, daySpan(day, timeZone).endAt)).toBe(true);
    expect(await foldLog(world.log, { verify: true })).toMatchObject({
      foundation: 'base',
      divergences: [],
      uncompared: 0,
    });
    expect(await world.log.verify()).toEqual(world.log.head);
  });

  it('given opts of a person before the loss, one of them taken back in what is lost, then both hold on, are told anew, and end with their time', async () => {
    await world.start();
    const evening = { windows: [{ startAt: at(nextDay, 17), endAt: at(nextDay, 20) }] };
    const drEvent = world.vtn.events.add({
      startAt: at(nextDay, 12),
      lengthMs: 3_600_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    const answered = world.vtn.events.add({
      startAt: at(nextDay, 14),
      lengthMs: 3_600_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    await world.runTo(at(nextDay, 1));
    world.agent?.take({
      stream: 'agent',
      input: { type: 'OperatorOpted', data: { eventID: answered, optType: 'optOut' } },
    });
    const ofTime = optOut(world, evening);
    const ofEvent = optOut(world, { eventID: drEvent });
    await world.runTo(at(nextDay, 1, 30));
    takeBack(world, ofTime);
    await world.runTo(at(nextDay, 2));
    expect(world.vtn.optSchedules()).toEqual([]);
    entries = await world.entries();
    world.crash();
    await world.log.close();
    const takenBackAt = entries.find(({ type }) => type === 'OptTakenBack')?.position ?? -1;
    await loseAndRepair(takenBackAt, entries.length - 1);
    await world.runTo(at(nextDay, 3));
    expect(world.vtn.optSchedules().map(({ optID }) => optID)).toEqual([ofTime]);
    expect(optsThatHold(world.agent?.state ?? never()).map(({ terms }) => terms?.optID)).toEqual([ofTime, ofEvent]);
    expect(drEventOf(world.agent?.state ?? never(), drEvent)?.optType).toBe('optOut');
    expect(drEventOf(world.agent?.state ?? never(), answered)?.optType).toBe('optOut');
    const told = world.vtn.opts.filter(({ eventID }) => eventID === answered).map(({ optType }) => optType);
    expect(told.slice(-2)).toEqual(['optOut', 'optOut']);
    await world.runTo(at(nextDay, 21));
    expect(optsThatHold(world.agent?.state ?? never())).toEqual([]);
    expect((await foldLog(world.log, { verify: true })).divergences).toEqual([]);
  });

  it('given an opt of a DR event that was over before the loss, and one that was taken back, then who was out of an event stays out', async () => {
    await world.start();
    const eventAt = (startAt: number, lengthMs: number): string =>
      world.vtn.events.add({
        startAt,
        lengthMs,
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
      });
    const [over, ahead] = [eventAt(at(nextDay, 1, 15), 900_000), eventAt(at(nextDay, 12), 3_600_000)];
    await world.runTo(at(nextDay, 1));
    optOut(world, { eventID: over });
    const takenBack = ask(world, { type: 'OptGiven', optType: 'optIn', eventID: ahead });
    await world.runTo(at(nextDay, 1, 5));
    takeBack(world, takenBack);
    await world.runTo(at(nextDay, 2));
    entries = await world.entries();
    world.crash();
    await world.log.close();
    const overAt = entries.findLast(({ type }) => type === 'OptEnded')?.position ?? -1;
    world.vtn.events.modify(over, { lengthMs: 3 * 3_600_000 });
    await loseAndRepair(overAt + 2, entries.length - 1);
    await world.runTo(at(nextDay, 3));
    for (const eventID of [over, ahead]) {
      const told = world.vtn.opts.filter((opt) => opt.eventID === eventID).map(({ optType }) => optType);
      expect([told.at(-1), drEventOf(world.agent?.state ?? never(), eventID)?.optType]).toEqual(['optOut', 'optOut']);
    }
  });

  it('sends the hours in doubt when a person says that they were not counted, and only then', async () => {
    await loseAndRepair(positionOf('UsageDue'), entries.length - 1);
    await world.runTo(at(nextDay, 8));
    expect(await statusesOf(reported)).toEqual(['inDoubt']);
    world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } } });
    await world.runTo(at(nextDay, 9));
    expect(await statusesOf(reported)).toEqual(['acknowledged']);
    expect(await alarms()).toEqual([]);
  });
});
