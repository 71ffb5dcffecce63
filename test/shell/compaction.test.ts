import { beforeAll, describe, expect, it } from 'vitest';
import { compactLog, latestHorizon, planCompaction } from '../../src/shell/compaction.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { stateVersion, toPlain } from '../../src/core/plainState.ts';
import { viewsKeepMs, type AgentState } from '../../src/core/state.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { factVersions } from '../../src/facts/fact.ts';
import type { LogCompacted } from '../../src/facts/input.ts';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { emptyHead } from '../../src/store/hashChain.ts';
import { rebuild, type Projection } from '../../src/store/projection.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { alarmsProjection } from '../../src/store/projections/alarms.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { drEventsProjection } from '../../src/store/projections/drEvents.ts';
import { exchangesProjection } from '../../src/store/projections/exchanges.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { registrationProjection } from '../../src/store/projections/registration.ts';
import { reportRequestsProjection } from '../../src/store/projections/reportRequests.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { at, resourceID, timeZone } from '../scenarios/support/day.ts';
import { copyOf, liveFaultyMonth, type FaultyMonth } from '../support/faultyMonth.ts';
import { isWhole } from '../support/leftOut.ts';

const projections: readonly Projection<unknown>[] = [
  pricesProjection(),
  usageProjection(),
  deliveriesProjection(),
  drEventsProjection(),
  reportRequestsProjection(),
  registrationProjection(),
  alarmsProjection(),
  exchangesProjection(),
  ledgerProjection(),
];

/** Every projection's state, as text. */
const answersOf = async (log: EventLog): Promise<Readonly<Record<string, string>>> => {
  const answers = await Promise.all(
    projections.map(
      async (projection) => [projection.name, JSON.stringify((await rebuild(log, projection)).state)] as const,
    ),
  );
  return Object.fromEntries(answers);
};

const allOf = async (log: EventLog): Promise<Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of log.read()) entries.push(entry);
  return entries;
};

const recordOn =
  (log: EventLog, recordedAt: number) =>
  async (data: LogCompacted): Promise<void> => {
    await log.append([
      {
        recordedAt,
        runID: 'test',
        direction: 'in',
        stream: 'agent',
        type: 'LogCompacted',
        version: factVersions.LogCompacted,
        data,
        cause: null,
        chance: 0,
      },
    ]);
  };

/** Half a month to the third of November; in a run that is not whole a week of it. */
const beginning = isWhole(process.env)
  ? ({ firstDay: '2026-10-20', days: 15 } as const)
  : ({ firstDay: '2026-10-28', days: 7 } as const);

describe('half a month with faults, compacted up to its last days', () => {
  let month: FaultyMonth;
  let before: readonly Entry[];
  let answers: Readonly<Record<string, string>>;
  let state: AgentState;
  const horizonAt = at('2026-11-01', 0);

  const compacted = async (): Promise<EventLog> => {
    const log = copyOf(month.disk);
    await compactLog(log, horizonAt, recordOn(log, month.world.time.now()));
    return log;
  };
  /** Compacted once, for those who only read it. */
  let short: EventLog;
  let after: readonly Entry[];

  beforeAll(async () => {
    month = await liveFaultyMonth(beginning.days, beginning.firstDay);
    const log = copyOf(month.disk);
    before = await allOf(log);
    answers = await answersOf(log);
    ({ state } = await foldLog(log));
    short = await compacted();
    after = await allOf(short);
  });

  it('gives every projection byte for byte as before', async () => {
    expect(await answersOf(short)).toEqual(answers);
    expect(answers['deliveries']?.length).toBeGreaterThan(1_300 * beginning.days);
  });

  it('still verifies, is much shorter, and its entries are those that were there, in their places', async () => {
    const log = short;
    expect(await log.verify()).toEqual(log.head);
    const fact = after.at(-1);
    expect(fact).toMatchObject({
      type: 'LogCompacted',
      data: { basePosition: log.base.position, baseHash: log.base.hash, beforeAt: horizonAt },
    });
    const byPosition = new Map(before.map((entry) => [entry.position, entry]));
    for (const entry of after.slice(0, -1)) expect(entry).toEqual(byPosition.get(entry.position));
    const old = (entries: readonly Entry[]) => entries.filter(({ position }) => position <= log.base.position).length;
    expect(old(after)).toBeLessThan(old(before) / 2);
    expect((await log.stats()).entries).toBe(after.length);
  });

  it('keeps every entry from its base on, and its base is the end of the last step before the day', async () => {
    const log = short;
    expect(after.filter(({ position }) => position > log.base.position).slice(0, -1)).toEqual(
      before.filter(({ position }) => position > log.base.position),
    );
    const next = before.find(({ position }) => position === log.base.position + 1);
    expect(next?.direction).toBe('in');
    expect(next?.recordedAt).toBeGreaterThanOrEqual(horizonAt);
  });

  it('keeps with every price and every acknowledgement the message that brought it, and that it was sent', async () => {
    const kept = new Map(after.map((entry) => [entry.position, entry]));
    const proofs = after.filter(({ type }) => type === 'DrEventAccepted' || type === 'UsageDeliveryAcknowledged');
    expect(proofs.length).toBeGreaterThan(beginning.days);
    for (const { cause } of proofs)
      expect(kept.get(cause ?? -1)).toMatchObject({
        type: 'MessageReceived',
        wireHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    const sendings = after.filter(
      ({ type, data }) => type === 'SendRequested' && (data as { purpose: string }).purpose === 'report',
    );
    const started = after.filter(({ type }) => type === 'UsageDeliveryStarted');
    for (const { data } of started)
      expect(
        sendings.some(
          (sent) => (sent.data as { exchangeID: string }).exchangeID === (data as { exchangeID: string }).exchangeID,
        ),
      ).toBe(true);
  });

  it('is folded from its base to the same state, without a divergence', async () => {
    const folded = await foldLog(short, { verify: true });
    expect(folded).toMatchObject({ foundation: 'base', divergences: [], uncompared: 0 });
    expect(JSON.stringify(toPlain(folded.state))).toBe(JSON.stringify(toPlain(state)));
  });

  it('gives settings and views even when another version of the machines kept the base, from the entries themselves', async () => {
    const log = await compacted();
    const base = await log.loadCheckpoint('base');
    await log.saveCheckpoint({
      ...base!,
      version: stateVersion.replace(/machines [^,]+/, 'machines 0').replace(/deliveries [^,]+/, 'deliveries 0'),
    });
    const folded = await foldLog(log);
    expect(folded.foundation).toBe('part of the base');
    const { views, settings } = state;
    expect(folded.state.settings).toEqual(settings);
    for (const day of month.days.slice(1, -2)) {
      for (const startAt of hoursOf(daySpan(day, timeZone))) {
        expect(hourDelivery(folded.state.views.deliveries, resourceID, startAt).status).toBe(
          hourDelivery(views.deliveries, resourceID, startAt).status,
        );
      }
    }
  });

  it('is the same whether it is compacted at once or day by day', async () => {
    const log = copyOf(month.disk);
    for (const day of month.days.filter((each) => each <= '2026-11-01'))
      await compactLog(log, at(day, 0), recordOn(log, month.world.time.now()));
    expect(await log.verify()).toEqual(log.head);
    expect(await answersOf(log)).toEqual(answers);
    const withoutFacts = async (each: EventLog) => (await allOf(each)).filter(({ type }) => type !== 'LogCompacted');
    expect(await withoutFacts(log)).toEqual(await withoutFacts(short));
    expect((await allOf(log)).filter(({ type }) => type === 'LogCompacted').length).toBeGreaterThan(beginning.days - 5);
  });

  it('in parts of any size it comes to the same', async () => {
    const log = copyOf(month.disk);
    for (let parts = 0; parts < 100; parts += 1) {
      const plan = await planCompaction(log, { beforeAt: horizonAt, limit: 150 });
      if (plan === null) break;
      await recordOn(log, 0)(plan.fact);
      await log.forgetEntries(plan.gaps, plan.base, plan.checkpoints);
    }
    expect(log.base).toEqual(short.base);
    expect(await answersOf(log)).toEqual(answers);
    expect(await log.verify()).toEqual(log.head);
  });

  it('is left as it was when there is nothing old enough, or nothing more', async () => {
    const log = await compacted();
    const { head } = log;
    expect(await compactLog(log, horizonAt, recordOn(log, 0))).toEqual({ entries: 0, gaps: 0 });
    expect(log.head).toEqual(head);
    const whole = copyOf(month.disk);
    expect(await planCompaction(whole, { beforeAt: 0 })).toBeNull();
    expect(whole.base).toEqual(emptyHead);
  });

  it('recorded and then interrupted, it is as good as before, and a later one goes on', async () => {
    const log = copyOf(month.disk);
    const plan = await planCompaction(log, { beforeAt: horizonAt });
    await recordOn(log, month.world.time.now())(plan!.fact);
    expect(await log.verify()).toEqual(log.head);
    expect(await answersOf(log)).toEqual(answers);
    await compactLog(log, horizonAt + 86_400_000, recordOn(log, month.world.time.now()));
    expect(await log.verify()).toEqual(log.head);
    expect(await answersOf(log)).toEqual(answers);
  });

  it('goes on as an agent would: it starts again and owes what it owed', async () => {
    const { views } = (await foldLog(short, { fromCheckpoint: true })).state;
    expect(views).toEqual(state.views);
  });

  it('never reaches what reports may still ask for, nor what is owed', () => {
    const end = month.world.time.now();
    expect(latestHorizon(state, end)).toBeLessThanOrEqual(end - viewsKeepMs);
    expect(latestHorizon(state, end + 400 * 86_400_000)).toBeLessThanOrEqual(end + 400 * 86_400_000 - viewsKeepMs);
  });
});
