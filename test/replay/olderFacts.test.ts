/** Facts as version 1 recorded them: DR events and report requests, and neither prices nor usage in words of their own. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Draft, Entry } from '../../src/facts/entry.ts';
import type { FactType, KnownEntry } from '../../src/facts/fact.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { settle } from '../../src/settlement/settle.ts';
import type { Settlement } from '../../src/settlement/settlement.ts';
import { foldLog } from '../../src/shell/fold.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { rebuild } from '../../src/store/projection.ts';
import { drEventsProjection, knownDrEvents } from '../../src/store/projections/drEvents.ts';
import { priceSlots, priceVersions } from '../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { reportRequestsProjection, requestsAccepted } from '../../src/store/projections/reportRequests.ts';
import { at, timeZone, worldOn } from '../scenarios/support/day.ts';

/** Facts that version 1 did not have. */
const news: ReadonlySet<FactType> = new Set<FactType>([
  'PricesReceived',
  'PricesWithdrawn',
  'PricesContested',
  'PricesOverlapped',
  'PricesClosed',
  'UsageAsked',
  'UsageUnasked',
]);

/** Facts whose version 1 had less in it. */
const grown: Partial<Record<FactType, readonly string[]>> = {
  MessageReceived: [],
  DrEventAccepted: ['marketContext', 'vtnComment', 'signals'],
  DrEventCancelled: [],
  DrEventForgotten: [],
  ReportRequestAccepted: ['reportSpecifierID', 'rIDs'],
  ReportRequestEnded: [],
};

const asVersion1 = (entry: KnownEntry): Pick<Draft, 'version' | 'data'> => {
  const lacking = grown[entry.type];
  const data =
    entry.type === 'AgentStarted' ? { ...entry.data, versions: { ...entry.data.versions, machines: '1' } } : entry.data;
  if (lacking === undefined) return { version: entry.version, data };
  return { version: 1, data: Object.fromEntries(Object.entries(data).filter(([name]) => !lacking.includes(name))) };
};

const olderLogOf = async (entries: readonly Entry[]): Promise<EventLog> => {
  const log = openMemoryEventLog();
  const places = new Map<number, number>();
  const drafts: Draft[] = [];
  for (const entry of entries as readonly KnownEntry[]) {
    if (news.has(entry.type)) continue;
    places.set(entry.position, drafts.length);
    const { position: _position, hash: _hash, wireHash: _wireHash, ...draft } = entry;
    const cause = entry.cause === null ? null : (places.get(entry.cause) ?? null);
    drafts.push({ ...draft, ...asVersion1(entry), cause } as Draft);
  }
  for (let from = 0; from < drafts.length; from += 500) await log.append(drafts.slice(from, from + 500));
  return log;
};

const [startAt, endAt] = [at('2026-06-11', 0), at('2026-06-12', 0)];

const settlementOf = async (log: EventLog): Promise<Settlement> => {
  const { state, position, faults } = await rebuild(log, ledgerProjection());
  expect(faults).toBeNull();
  return settle(state, { startAt, endAt, asOf: { position, at: at('2026-06-12', 1) }, timeZone });
};

/** Everything but where in its log it stands. */
const withoutPositions = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, each: unknown) =>
      ['position', 'positions', 'sourcePosition', 'sourceHash', 'asOf'].includes(name) ? undefined : each,
    ),
  ) as unknown;

describe('a log that version 1 of these facts recorded', () => {
  let [lived, older] = [undefined, undefined] as unknown as [EventLog, EventLog];
  beforeAll(async () => {
    const { world } = worldOn({ day: '2026-06-10', hour: 16, vtn: { pollFreq: 'PT5M' } });
    await world.start();
    await world.runTo(at('2026-06-10', 18));
    world.vtn.faults.next({ do: 'sameNumberOtherContent', on: 'oadrRequestEvent' });
    await world.restart();
    await world.runTo(at('2026-06-11', 18));
    const accepted = ((await world.entries()) as readonly KnownEntry[]).find(({ type }) => type === 'DrEventAccepted');
    if (accepted?.type === 'DrEventAccepted') world.vtn.events.cancel(accepted.data.eventID);
    await world.runTo(at('2026-06-12', 0, 30));
    await world.stop();
    lived = world.log;
    older = await olderLogOf(await world.entries());
  });

  it('states the same prices', async () => {
    const [then, now] = await Promise.all([older, lived].map((log) => rebuild(log, pricesProjection())));
    if (then === undefined || now === undefined) throw new Error('There are two logs.');
    expect(then.faults).toBeNull();
    const [from, to] = [at('2026-06-10', 0), at('2026-06-14', 0)];
    expect(priceVersions(now.state, from, to).length).toBeGreaterThan(1);
    expect(priceSlots(now.state, startAt, endAt)).toHaveLength(24);
    expect(withoutPositions(priceSlots(then.state, from, to))).toEqual(
      withoutPositions(priceSlots(now.state, from, to)),
    );
    const versions = [then, now].map(({ state }) => withoutPositions(priceVersions(state, from, to)));
    expect(versions[0]).toEqual(
      (versions[1] as readonly object[]).map((version) => ({
        ...version,
        statedPowerOfTen: expect.anything() as unknown,
      })),
    );
  });

  it('comes to the same ledger, its contested hours and confirmations included', async () => {
    const [then, now] = [await settlementOf(older), await settlementOf(lived)];
    expect(now.exceptions.filter(({ kind }) => kind === 'contestedPrice').length).toBeGreaterThan(20);
    expect(now.lines.filter(({ delivery }) => delivery.status === 'acknowledged').length).toBe(24);
    expect(withoutPositions(then)).toEqual(withoutPositions(now));
    expect(then.lines[0]?.origins[0]?.sourcePosition).not.toBeNull();
  });

  it('shows the same DR events and report requests', async () => {
    const shown = async (log: EventLog): Promise<unknown> =>
      withoutPositions([
        knownDrEvents((await rebuild(log, drEventsProjection())).state),
        requestsAccepted((await rebuild(log, reportRequestsProjection())).state, 0, Number.MAX_SAFE_INTEGER),
      ]);
    expect(await shown(older)).toEqual(await shown(lived));
  });

  it('is folded by the machines of today to streams that stand where the record says', async () => {
    const [then, now] = [await foldLog(older), await foldLog(lived)];
    expect(then.unstepped).toBe(0);
    const drEvents = ({ state }: typeof then): unknown =>
      Object.entries(state.streams)
        .filter(([stream]) => stream.startsWith('drEvent/') || stream.startsWith('reportRequest/'))
        .map(([stream, { value, context }]) => [stream, value, context as unknown]);
    expect(drEvents(then)).toEqual(drEvents(now));
    expect(priceSlots(then.state.views.prices, startAt, endAt).map(({ usdPerKwh }) => usdPerKwh)).toEqual(
      priceSlots(now.state.views.prices, startAt, endAt).map(({ usdPerKwh }) => usdPerKwh),
    );
  });
});
