import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { foldLog } from '../../src/shell/fold.ts';
import { viewFolds, type AgentState } from '../../src/core/state.ts';
import type { KnownEntry } from '../../src/facts/fact.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { rebuild, type Projection } from '../../src/store/projection.ts';
import { alarmsProjection } from '../../src/store/projections/alarms.ts';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { requestsNamed } from '../../src/vtn/chronicle.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { booksOf, vtnLedger } from '../support/ledgers.ts';
import { at, resourceID, timeZone, worldOn } from '../scenarios/support/day.ts';
import { evening } from '../simulation/support/evening.ts';
import { logOfOther, otherMachines, rewritable, type Alteration } from './support/otherVersion.ts';
import { triesOf } from '../support/leftOut.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** The agent's views and alarms after the log, and what the projections make of the same log. */
const bothSides = async (
  log: EventLog,
): Promise<{ readonly agent: unknown; readonly record: unknown; readonly state: AgentState }> => {
  const { state } = await foldLog(log);
  const { up } = (await rebuild(log, alarmsProjection())).state;
  const views: Record<string, unknown> = {};
  for (const [name, fold] of Object.entries(viewFolds))
    views[name] = (await rebuild(log, fold as Projection<unknown>)).state;
  const record = {
    ...views,
    alarms: Object.fromEntries(Object.entries(up).map(([key, { text }]) => [key, text])),
  };
  return { agent: asJson({ ...state.views, alarms: state.alarms }), record: asJson(record), state };
};

const unchanged: Alteration = ({ type, data }) => ({ type, data }) as KnownEntry;

/** Other names for deliveries and exchanges: today's machines recognise none of them. */
const renamed: Alteration = (entry) => {
  const text = JSON.stringify({ type: entry.type, data: entry.data });
  return JSON.parse(text.replace(/"(deliveryID|exchangeID)":"/g, '"$1":"v0-')) as KnownEntry;
};

const withOtherPrices: Alteration = (entry) => {
  if (entry.type !== 'DrEventAccepted' && entry.type !== 'PricesReceived') return unchanged(entry);
  const text = JSON.stringify({ type: entry.type, data: entry.data });
  return JSON.parse(text.replace(/"(payloadFloat|price)":"/g, '"$1":"9')) as KnownEntry;
};

describe('a log that another version of the machines recorded', () => {
  let lived: EventLog;
  beforeAll(async () => {
    const { world, live } = evening();
    await live();
    await world.stop();
    lived = world.log;
  });

  it('given the log of this version, when it is folded, then views and alarms are those of the projections', async () => {
    const { agent, record } = await bothSides(lived);
    expect(agent).toEqual(record);
  });

  it('given other prices than are concluded today, when it is folded, then the recorded ones hold, and nothing is compared', async () => {
    const log = await logOfOther(lived, withOtherPrices);
    const { agent, record, state } = await bothSides(log);
    expect(agent).toEqual(record);
    const noon = at(tomorrow, 12);
    const priceThen = priceAt((await rebuild(lived, pricesProjection())).state, noon)?.usdPerKwh;
    expect(priceAt(state.views.prices, noon)?.usdPerKwh).not.toBe(priceThen);
    expect(priceAt(state.views.prices, noon)?.usdPerKwh).toBe(
      priceAt((await rebuild(log, pricesProjection())).state, noon)?.usdPerKwh,
    );
    const { divergences, uncompared } = await foldLog(log, { verify: true });
    expect(divergences).toEqual([]);
    expect(uncompared).toBeGreaterThan(50);
    expect(state.machineVersion).toBe(otherMachines);
  });

  it('given any outputs altered or missing, when it is folded, then views and alarms are what the record says', async () => {
    const alteration = fc.array(fc.constantFrom<'keep' | 'drop' | 'rename'>('keep', 'keep', 'keep', 'drop', 'rename'), {
      minLength: 40,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(alteration, async (choices) => {
        let count = 0;
        const log = await logOfOther(lived, (entry) => {
          if (entry.direction === 'in') return unchanged(entry);
          const choice = choices[(count += 1) % choices.length];
          return choice === 'drop' ? null : choice === 'rename' ? renamed(entry) : unchanged(entry);
        });
        const { agent, record } = await bothSides(log);
        expect(agent).toEqual(record);
      }),
      { seed: 20_261_125, numRuns: triesOf(12) },
    );
  });

  it('given a DR event that it refused and that would be taken over today, when it is folded, then the event is not known', async () => {
    const accepted = await pick(lived, 'DrEventAccepted');
    const { eventID, modificationNumber } = accepted.data;
    const log = await logOfOther(lived, (entry) => {
      if (!JSON.stringify(entry.data).includes(eventID) || entry.direction === 'in') return unchanged(entry);
      if (entry.type !== 'DrEventAccepted') return entry.type === 'SendRequested' ? unchanged(entry) : null;
      return {
        type: 'DrEventRefused',
        data: { eventID, modificationNumber, responseCode: '460', why: 'of another version' },
      };
    });
    const { state } = await bothSides(log);
    expect(state.streams.get(`drEvent/${eventID}`)).toBeUndefined();
    expect((await foldLog(lived)).state.streams.get(`drEvent/${eventID}`)).toBeDefined();
  });

  it('given a stream whose machine is gone, when it is folded, then its steps are counted and change nothing that was recorded', async () => {
    const log = await logOfOther(lived, unchanged);
    await log.append([
      {
        recordedAt: at(tomorrow, 1),
        runID: 'run00001',
        direction: 'in',
        stream: 'weather',
        type: 'TimerFired',
        version: 1,
        data: { timer: 'rain', dueAt: at(tomorrow, 1) },
        cause: null,
        chance: 1,
      },
    ]);
    const { unstepped } = await foldLog(log, { verify: true });
    expect(unstepped).toBe(1);
    const { agent, record } = await bothSides(log);
    expect(agent).toEqual(record);
  });

  it('given a registration under another name, when it is folded, then it is the recorded one that will be renewed', async () => {
    const log = await logOfOther(lived, (entry) =>
      entry.type === 'Registered'
        ? { type: 'Registered', data: { ...entry.data, registrationID: 'as-recorded' } }
        : unchanged(entry),
    );
    const { state } = await bothSides(log);
    expect(state.streams.get('ven')?.context).toMatchObject({ registrationID: 'as-recorded' });
  });
});

const pick = async <T extends KnownEntry['type']>(
  log: EventLog,
  type: T,
): Promise<Extract<KnownEntry, { type: T }>> => {
  for await (const entry of log.read()) if (entry.type === type) return entry as Extract<KnownEntry, { type: T }>;
  throw new Error(`The log holds no ${type}.`);
};

describe('an agent of this version on a log that another version left', () => {
  const expectDayIsBooked = async (world: AgentWorld, day: string): Promise<void> => {
    const books = await booksOf(world.log, timeZone);
    expect(books.statuses(resourceID, day)).toEqual(Array(24).fill('acknowledged'));
    expect(books.ledger(resourceID, day)).toEqual(vtnLedger(world.vtn, resourceID, day));
  };

  const upgradedAfter = async (
    prepare: (world: AgentWorld) => void,
    hours: number,
    settings: Partial<VenSettings> = {},
  ) => {
    const storage = rewritable();
    const { world } = worldOn({ day: today, hour: 9, vtn: { pollFreq: 'PT10M' }, settings, storage });
    await world.start();
    prepare(world);
    await world.runTo(at(today, hours));
    world.crash();
    await storage.rewrite(renamed);
    return world;
  };

  it('given a report under way when the other version ended, when the agent starts, then the day is put in doubt and goes out again as it was', async () => {
    const world = await upgradedAfter(
      (before) => before.vtn.faults.next({ do: 'hangAfter', on: 'oadrUpdateReport' }),
      24 + 32 / 3_600,
    );
    await world.start();
    await world.runTo(at(tomorrow, 1));
    const doubted = await pick(world.log, 'UsageDeliveryDoubted');
    const start = (await world.entries()).filter(({ type }) => type === 'AgentStarted').at(-1);
    expect(doubted.cause).toBe(start?.position);
    expect(doubted.data.deliveryID).toMatch(/^v0-/);
    const sent = requestsNamed(world.vtn.chronicle, 'oadrUpdateReport');
    expect(sent.length).toBeGreaterThanOrEqual(2);
    expect(sent.at(-1)?.requestID).toBe(sent[0]?.requestID);
    await expectDayIsBooked(world, today);
    expect(world.vtn.totals()).toMatchObject({ conflicts: 0 });
    const { divergences } = await foldLog(world.log, { verify: true });
    expect(divergences).toEqual([]);
  });

  it('given the same and the policy to hold, when the agent starts, then nothing is sent until a person releases it', async () => {
    const world = await upgradedAfter(
      (before) => before.vtn.faults.next({ do: 'hangBefore', on: 'oadrUpdateReport' }),
      24 + 32 / 3_600,
      { unknownOutcome: 'hold' },
    );
    const agent = await world.start();
    await world.runTo(at(tomorrow, 3));
    expect(agent.state.alarms['usageInDoubt']).toMatch(/^It is unknown whether the VTN counted the usage of v0-/);
    expect(requestsNamed(world.vtn.chronicle, 'oadrUpdateReport')).toHaveLength(1);
    agent.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } } });
    await world.runTo(at(tomorrow, 4));
    await expectDayIsBooked(world, today);
  });

  it('given hours owed when the other version ended, when the agent starts, then they are told once', async () => {
    const world = await upgradedAfter((before) => {
      before.time.ringAt(at(today, 23, 50), () => (before.isVtnUp = false));
    }, 25);
    world.isVtnUp = true;
    await world.start();
    await world.runTo(at(tomorrow, 4));
    await expectDayIsBooked(world, today);
    expect(world.vtn.totals()).toMatchObject({ toldTwice: 0, conflicts: 0 });
  });

  it('given prices in hand when the other version ended, when the agent starts, then they are the same, and tomorrow has no hole', async () => {
    const world = await upgradedAfter(() => undefined, 18);
    let restored: AgentState | null = null;
    world.onRestored = ({ state }) => void (restored = state);
    const agent = await world.start();
    const published = world.vtn.pricesOf(tomorrow);
    const held = Array.from(
      { length: 24 },
      (_, hour) => priceAt((restored as unknown as AgentState).views.prices, at(tomorrow, hour))?.usdPerKwh,
    );
    expect(published).toHaveLength(24);
    expect(held).toEqual(published);
    await world.runTo(at(tomorrow, 24, 30));
    await expectDayIsBooked(world, tomorrow);
    expect(agent.state.alarms).toEqual({});
  });
});
