import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { isWhole } from '../support/leftOut.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { Samples } from './support/folding.ts';

/** What interrupts a run of quiet polls. */
type Interruption =
  | { readonly do: 'nothing' | 'event' | 'oneShot' | 'kill' | 'restart' | 'drop' | 'opt' }
  | { readonly do: 'jump'; readonly jumpMs: number };

const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  fc.constantFrom<Interruption>(
    { do: 'nothing' },
    { do: 'event' },
    { do: 'oneShot' },
    { do: 'kill' },
    { do: 'restart' },
    { do: 'drop' },
    { do: 'opt' },
  ),
  fc.record({ do: fc.constant('jump' as const), jumpMs: fc.constantFrom(-90_000, -1_000, 1_000, 3_700_000) }),
);

const interrupt = async (world: AgentWorld, what: Interruption, forget: () => void): Promise<void> => {
  const { vtn, time, agent } = world;
  switch (what.do) {
    case 'event':
      return void vtn.events.add({
        startAt: Math.floor(time.trueNow() / 60_000) * 60_000,
        lengthMs: 600_000,
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
      });
    case 'oneShot':
      return void (
        vtn.registrations().some(({ dataPoints }) => dataPoints.length > 0) && vtn.askReport({ kind: 'oneShot' })
      );
    case 'kill':
      if (agent === null) return;
      world.crashFor(2_000);
      return forget();
    case 'restart':
      return agent === null ? undefined : world.restart();
    case 'drop':
      return vtn.faults.next({ do: 'dropAfter', on: 'oadrPoll' });
    case 'jump':
      return world.jump(what.jumpMs);
    case 'opt':
      return void agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'requestEvent' } } });
    case 'nothing':
      return;
  }
};

describe('runs of quiet polls, summarised in one fact', () => {
  it('given any lengths and interruptions, then the live state is the folded one after every append, and no poll is unaccounted for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1_000, max: 5_000_000 }), interruption), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        async (steps, seed) => {
          const { world } = worldOn({ day: '2026-06-10', hour: 18, seed, vtn: { pollFreq: 'PT1M' } });
          const samples = new Samples(world, 1);
          let acknowledged = -1;
          world.onAcknowledged = (entries) => (acknowledged = entries.at(-1)?.position ?? acknowledged);
          let lost = 0;
          await world.start();
          for (const [passMs, what] of steps) {
            await world.runTo(world.time.now() + passMs);
            if (what.do === 'kill') lost += 70; // an hour of counted polls, and the one in flight, are lost with the process
            await interrupt(world, what, () => samples.forgetBeyond(acknowledged));
          }
          await world.runTo(world.time.now() + 300_000);
          await world.stop();
          const { divergences, differences } = await samples.compare(world.log);
          expect(differences).toEqual([]);
          expect(divergences).toEqual([]);
          const polls = ((await world.entries()) as KnownEntry[]).reduce((count, entry) => {
            if (entry.type === 'QuietPollsSummarised') return count + entry.data.count;
            return entry.type === 'SendRequested' && entry.data.purpose === 'poll' ? count + 1 : count;
          }, 0);
          const answered = [...world.vtn.chronicle.polls.values()].reduce((sum, { count }) => sum + count, 0);
          expect(polls).toBeLessThanOrEqual(answered);
          expect(polls).toBeGreaterThanOrEqual(answered - lost);
        },
      ),
      { numRuns: isWhole(process.env) ? 25 : 8, seed: 20260610 },
    );
  });

  it('given a night without news, then the log holds one summary an hour, and the next poll keeps its time', async () => {
    const { world } = worldOn({
      day: '2026-06-10',
      hour: 18,
      vtn: { pollFreq: 'PT10S', usage: 'never' },
      settings: { devices: [], usageRequestExpectedMs: 86_400_000 },
    });
    await world.start();
    await world.runTo(at('2026-06-10', 23.9));
    const entries = (await world.entries()) as KnownEntry[];
    const summaries = entries.filter(({ type }) => type === 'QuietPollsSummarised');
    expect(summaries.length).toBeGreaterThanOrEqual(5);
    expect(summaries.length).toBeLessThanOrEqual(8);
    expect(entries.length).toBeLessThan(60);
  });

  it('given a VTN whose clock is off ever more, then the poll by which ours comes to be in doubt is written, and so is the one by which it does no more', async () => {
    const { world } = worldOn({ day: '2026-06-10', hour: 18, vtn: { pollFreq: 'PT1M' } });
    const samples = new Samples(world, 1);
    const clock = (): unknown =>
      (world.agent?.state.streams.get('watch')?.value as { readonly clock?: unknown } | undefined)?.clock;
    const seen: unknown[] = [];
    const hour = (part: number) => at('2026-06-10', 18 + part);
    world.time.jump(90_000);
    await world.start();
    await world.runTrueTo(hour(0.2));
    seen.push(clock());
    // By less than what is told anew, but across what is in doubt.
    world.vtn.faults.next({ do: 'wrongClock', offsetMs: -830_000, times: 1e9, untilAt: hour(0.4) });
    for (const part of [0.35, 0.7]) {
      await world.runTrueTo(hour(part));
      seen.push(clock());
    }
    await world.stop();
    expect(seen).toEqual(['steady', 'doubted', 'steady']);
    expect(await samples.compare(world.log)).toMatchObject({ differences: [], divergences: [] });
  });
});
