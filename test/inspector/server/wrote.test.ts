/** Who wrote a value that the page shows. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiPaths, type ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { at } from '../../scenarios/support/day.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';
import { atRest, inspecting } from '../support/inspecting.ts';

type Wrote = ApiAnswer<'wrote'>;

const day = '2026-11-27';

const lived = async () => {
  const world = siteWorld(day, 12, [aBattery('battery')]);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(day, 18.5));
  return inspecting(atRest(world.log));
};

describe('who wrote a value', () => {
  it('is the step after which it is what it is, and before which it was not', async () => {
    const { get } = await lived();
    const told = (await get('/api/v1/wrote?value=/devices/battery/stateOfCharge')).json<Wrote>();
    expect(apiPaths.wrote.answer.parse(told)).toEqual(told);
    const { wrote } = told;
    if (wrote === null) throw new Error('Nobody wrote it.');
    expect(wrote.after).toEqual(told.value);
    expect(wrote.before).not.toEqual(wrote.after);
    expect(wrote.entries.map(({ type }) => type)).toContain('MeterRead');
    // The states around the step say the same.
    for (const [position, value] of [
      [wrote.from, wrote.before],
      [wrote.to, wrote.after],
    ] as const) {
      const state = (await get(`/api/v1/state?at=${position}`)).json<ApiAnswer<'state'>>();
      expect(state.devices[0]?.stateOfCharge).toEqual(value);
    }
  });

  it('leads back and forth from there, and each way says the same', async () => {
    const { get } = await lived();
    const ask = async (query: string): Promise<NonNullable<Wrote['wrote']>> => {
      const { wrote } = (await get(`/api/v1/wrote?value=/devices/battery/stateOfCharge&${query}`)).json<Wrote>();
      if (wrote === null) throw new Error(`Nothing was written: ${query}`);
      return wrote;
    };
    const last = await ask('');
    const earlier = await ask(`at=${last.from}`);
    expect(earlier.to).toBeLessThanOrEqual(last.from);
    expect(earlier.after).toEqual(last.before);
    expect(await ask(`at=${earlier.to}&way=on`)).toEqual(last);
  });

  it.each([
    ['the price of an hour', `/price/${at(day, 18)}/usdPerKwh`, 'DrEventAccepted', '4.78'],
    ['what an hour drew', `/hour/battery/${at(day, 13)}/importWattHours`, 'MeterRead', null],
    ['what an hour delivered', `/hour/battery/${at(day, 17)}/exportWattHours`, 'MeterRead', null],
    ['the plan for an hour', `/plan/battery/${at(day, 19)}/demandWatts`, 'PlanMade', null],
    ['where a chart stands', '/chart/site/value', 'PlanMade', 'planned'],
  ])('is known of %s as well', async (_what, pointer, type, value) => {
    const { get } = await lived();
    const told = (await get(`/api/v1/wrote?value=${encodeURIComponent(pointer)}`)).json<Wrote>();
    expect(told.value).not.toBeNull();
    if (value !== null) expect(told.value).toBe(value);
    expect(told.wrote?.after).toEqual(told.value);
    expect(told.wrote?.before).not.toEqual(told.value);
    expect(told.wrote?.entries.map((entry) => entry.type)).toContain(type);
  });

  it('is nobody where it never changed, and is asked of values alone that there are', async () => {
    const { get } = await lived();
    const told = (await get('/api/v1/wrote?value=/devices/battery/resourceID&at=60')).json<Wrote>();
    expect(told.value).toBe('battery');
    const refused = await get('/api/v1/wrote?value=/streams/0/context');
    expect(refused.status).toBe(400);
    expect((await get('/api/v1/wrote?value=/devices/toaster/stateOfCharge')).json<Wrote>()).toMatchObject({
      value: null,
      wrote: null,
    });
  });
});
