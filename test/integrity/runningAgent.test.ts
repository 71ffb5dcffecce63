import { describe, expect, it } from 'vitest';
import { compactLog } from '../../src/shell/compaction.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { toPlain } from '../../src/core/plainState.ts';
import { recordedBy } from '../../src/cli/run/keepTidy.ts';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { rebuild } from '../../src/store/projection.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { at, resourceID, timeZone, worldOn } from '../scenarios/support/day.ts';

describe('an agent that makes its own log shorter while it runs', () => {
  it('goes on as if nothing had been, is restored from what is left, and every day is delivered once', async () => {
    const { world } = worldOn({
      day: '2026-06-08',
      hour: 12,
      vtn: { pollFreq: 'PT15M' },
      settings: { sampleEveryMs: 3_600_000 },
    });
    await world.start();
    for (const day of ['2026-06-09', '2026-06-10', '2026-06-11', '2026-06-12']) {
      await world.runTo(at(day, 11));
      const { agent, log } = world;
      if (agent === null) throw new Error('The agent is gone.');
      const { entries } = await compactLog(log, at(day, 0), (fact) => recordedBy({ agent, log }, fact));
      expect(entries).toBeGreaterThan(20);
      if (day === '2026-06-11') await world.restart();
    }
    await world.runTo(at('2026-06-12', 12));
    const live = JSON.stringify(toPlain(world.agent!.state).views.deliveries);
    const folded = await foldLog(world.log, { verify: true });
    expect(folded).toMatchObject({ foundation: 'base', divergences: [], uncompared: 0 });
    expect(JSON.parse(JSON.stringify(folded.state.views.deliveries))).toEqual(JSON.parse(live));
    await world.stop();
    expect(await world.log.verify()).toEqual(world.log.head);
    const { state } = await rebuild(world.log, deliveriesProjection());
    for (const day of ['2026-06-09', '2026-06-10', '2026-06-11']) {
      for (const startAt of hoursOf(daySpan(day, timeZone)))
        expect(hourDelivery(state, resourceID, startAt).status).toBe('acknowledged');
    }
    expect(world.vtn.totals().toldTwice).toBe(0);
  });

  it('gives up waiting when the agent stops before it has recorded anything', async () => {
    const { world } = worldOn({ day: '2026-06-08', hour: 12, vtn: { pollFreq: 'PT15M' } });
    await world.start();
    await world.runTo(at('2026-06-09', 1));
    const { agent, log } = world;
    await world.stop();
    const compacting = compactLog(log, at('2026-06-09', 0), (fact) => recordedBy({ agent: agent!, log }, fact));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = log.head;
    await log.close();
    await expect(compacting).rejects.toMatchObject({ code: 'closed' });
    expect(log.head).toEqual(before);
  });
});
