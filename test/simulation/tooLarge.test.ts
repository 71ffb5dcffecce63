import { expect, it } from 'vitest';
import { priceAt } from '../../src/store/projections/priceSlots.ts';
import { dayOf, hourMs, nextDay, timeOnDay } from '../../src/programme/calendar.ts';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { largestMessageBytes } from '../../src/protocol/types/messageSize.ts';
import { timeZone } from '../scenarios/support/day.ts';
import { AgentWorld } from '../support/agentWorld.ts';

const agentOf = ({ agent }: AgentWorld) => {
  if (agent === null) throw new Error('No agent lives here.');
  return agent;
};

const alarmsOf = (world: AgentWorld): readonly string[] => Object.keys(agentOf(world).state.alarms);

/** What a simulated way to the VTN does with an answer that the real one does not read: the same. */
it('given a list of DR events that is longer than a message may be, when it is asked for, then that is told, and the prices come with the next one', async () => {
  const today = dayOf(Date.UTC(2026, 5, 10, 12), timeZone);
  const world = new AgentWorld({ startAt: timeOnDay(today, '18:00', timeZone) });
  world.vtn.faults.next({ do: 'echo', text: 'x'.repeat(largestMessageBytes()), on: 'oadrRequestEvent' });
  await world.start();
  await world.runTo(world.time.now() + 1_000);
  const priceOfTomorrow = () => priceAt(agentOf(world).state.views.prices, nextDay(today, timeZone).startAt);
  expect(alarmsOf(world)).toContain('messageUnreadable oadrDistributeEvent');
  expect(priceOfTomorrow()).toBeNull();
  await world.runTo(world.time.now() + hourMs / 4);
  expect(alarmsOf(world)).not.toContain('messageUnreadable oadrDistributeEvent');
  expect(priceOfTomorrow()).not.toBeNull();
  const entries = (await world.entries()) as readonly KnownEntry[];
  expect(entries.flatMap((entry) => (entry.type === 'ExchangeFailed' ? [entry.data.reason] : []))).toEqual([
    'tooLarge',
  ]);
  await world.stop();
});
