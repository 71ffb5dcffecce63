/** Why not: what a guard kept a machine from, and what it looked at, told from the log alone. */
import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { atRest, inspecting, livedDay } from '../support/inspecting.ts';

type Transitions = ApiAnswer<'transitions'>['transitions'];

describe('the ways that were not taken', () => {
  it('given a day that was lived, when transitions are told, then each refusal names the guard and the values it saw', async () => {
    const world = await livedDay('2026-06-10', '2026-06-09');
    const { get } = await inspecting(atRest(world.log));
    const all = (await get('/api/v1/transitions?limit=200')).json<{ readonly transitions: Transitions }>().transitions;
    const refusals = all.flatMap(({ refused }) => refused);
    expect(refusals.length).toBeGreaterThan(0);
    for (const { guard, id, source } of refusals) {
      expect(guard).not.toBe('');
      expect(id.startsWith(source)).toBe(true);
    }
    // What a guard looked at is told by its path, down to the value, and never the whole of what a machine remembers.
    const seen = refusals.flatMap(({ saw }) => saw);
    expect(seen.length).toBeGreaterThan(0);
    for (const { name } of seen) expect(name).toMatch(/^(?:context|event)\./);
  });

  it('given an input that led nowhere, when it is told, then it is there with the way it could have gone', async () => {
    const world = await livedDay('2026-06-10', '2026-06-09');
    const { get } = await inspecting(atRest(world.log));
    const ofStream = async (stream: string): Promise<Transitions> =>
      (await get(`/api/v1/transitions?limit=200&stream=${stream}`)).json<{ readonly transitions: Transitions }>()
        .transitions;
    const told = (await Promise.all(['ven', 'watch', 'exchange', 'site'].map(ofStream))).flat();
    const nowhere = told.filter(
      ({ left, entered, transitionIDs }) => left.length + entered.length + transitionIDs.length === 0,
    );
    expect(nowhere.length).toBeGreaterThan(0);
    for (const { refused } of nowhere) expect(refused.length).toBeGreaterThan(0);
  });
});
