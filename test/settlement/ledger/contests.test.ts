import { beforeAll, describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../../src/facts/fact.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import { settle } from '../../../src/settlement/settle.ts';
import { rebuild } from '../../../src/store/projection.ts';
import { at as atDay, timeZone, worldOn } from '../../scenarios/support/day.ts';

/** A real agent against the embedded VTN: the facts are its own. */
const livedWith = async (fault: 'sameNumberOtherContent' | 'lowerModificationNumber' | null) => {
  const { world } = worldOn({ day: '2026-06-10', hour: 16, vtn: { pollFreq: 'PT5M' } });
  await world.start();
  await world.runTo(atDay('2026-06-10', 18));
  if (fault !== null) world.vtn.faults.next({ do: fault, on: 'oadrRequestEvent' });
  await world.restart();
  await world.runTo(atDay('2026-06-12', 0, 10));
  await world.stop();
  const { state, position, faults } = await rebuild(world.log, ledgerProjection());
  expect(faults).toBeNull();
  const [startAt, endAt] = [atDay('2026-06-11', 0), atDay('2026-06-12', 0)];
  return { world, settlement: settle(state, { startAt, endAt, asOf: { position, at: world.time.now() }, timeZone }) };
};

describe('a day lived by the agent', () => {
  let untroubled: Awaited<ReturnType<typeof livedWith>>;
  beforeAll(async () => {
    untroubled = await livedWith(null);
  });

  it('given nothing amiss, then it settles to what the VTN has booked, without a single exception', () => {
    const { world, settlement } = untroubled;
    expect(settlement.exceptions).toEqual([]);
    expect(settlement.totals.settledHours).toBe(24);
    expect(settlement.totals.amountUsd).toBe(world.vtn.bookingOf('2026-06-11').totals.amountUsd);
  });

  it('then each line names the message that brought its price, by the hash of the XML that is kept beside it', async () => {
    const { world, settlement } = untroubled;
    const entries = (await world.entries()) as readonly KnownEntry[];
    for (const { origins } of settlement.lines) {
      expect(origins).toHaveLength(1);
      const [{ sourcePosition, sourceHash, position } = { sourcePosition: null, sourceHash: null, position: -1 }] =
        origins;
      expect(entries[position]).toMatchObject({ type: 'PricesReceived', cause: sourcePosition });
      expect(entries[sourcePosition ?? -1]).toMatchObject({ type: 'MessageReceived', wireHash: sourceHash });
      expect(sourceHash).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('then every entry a line rests on is one that says so', async () => {
    const { world, settlement } = untroubled;
    const entries = (await world.entries()) as readonly KnownEntry[];
    for (const { reading, delivery, startAt } of settlement.lines) {
      expect(reading.positions.map((position) => entries[position]?.data)).toMatchObject([
        { boundaryAt: startAt },
        { boundaryAt: startAt + 3_600_000 },
      ]);
      expect(delivery.positions.map((position) => entries[position]?.type)).toEqual(['UsageDeliveryAcknowledged']);
    }
  });

  it.each(['sameNumberOtherContent', 'lowerModificationNumber'] as const)(
    'given that the VTN lists other prices once (%s), then they are refused, and each hour is contested with both amounts',
    async (fault) => {
      const { world, settlement } = await livedWith(fault);
      expect(world.vtn.faults.struck.some(({ fault: { do: name } }) => name === fault)).toBe(true);
      const contested = settlement.exceptions.filter(({ kind }) => kind === 'contestedPrice');
      expect(contested.length).toBeGreaterThan(20);
      expect(settlement.totals.amountUsd).toBe(world.vtn.bookingOf('2026-06-11').totals.amountUsd);
      for (const { stake, startAt } of contested) {
        const amount = Number(settlement.lines.find((line) => line.startAt === startAt)?.money?.amountUsd);
        expect([Number(stake.lowUsd), Number(stake.highUsd)]).toContain(amount);
      }
    },
  );
});
