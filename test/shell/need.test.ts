/** A load in words of its own: it stores nothing, and is never full. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { statusAfter } from '../../src/cli/status/status.ts';
import { statusText } from '../../src/cli/status/statusText.ts';
import type { ApiAnswer } from '../../src/inspector/api/paths.ts';
import { needText } from '../../src/text/needText.ts';
import { atRest, inspecting } from '../inspector/support/inspecting.ts';
import { aBattery, aHeater, siteWorld } from '../inspector/support/siteWorld.ts';
import { at, timeZone } from '../scenarios/support/day.ts';

const day = '2026-11-27';

describe('a load that needs energy by a time', () => {
  it('given a heater that has drawn half of its need, when it is told of, then it is by energy and time and never by a level', async () => {
    const world = siteWorld(day, 9.9, [aHeater('heater'), aBattery('battery')]);
    await world.start();
    onTestFinished(() => world.stop());
    await world.runTo(at(day, 28.2));
    const { agent } = world;
    if (agent === null) throw new Error('The agent has ended.');
    const told = await statusAfter(world.log, agent.state, { now: at(day, 28.2), timeZone });
    const [heater, battery] = told.document.devices;
    const drawnWattHours = heater?.importWattHours ?? 0;
    expect(drawnWattHours).toBeGreaterThan(1_000);
    expect(heater).toMatchObject({ stateOfCharge: null, need: { energyWattHours: 4_800, drawnWattHours } });
    expect(battery).toMatchObject({ need: null });
    expect(battery?.stateOfCharge).not.toBeNull();
    const text = statusText(told);
    expect(text).toContain(`has ${(drawnWattHours / 1_000).toFixed(2)} of the 4.80 kWh it needs by 06:30`);
    expect(text.match(/% full/g)).toHaveLength(1);

    const { get } = await inspecting(atRest(world.log));
    const shown = (await get('/api/v1/state')).json<ApiAnswer<'state'>>();
    expect(shown.devices[0]).toMatchObject({
      stateOfCharge: null,
      need: { energyWattHours: 4_800, drawnWattHours, startAt: at(day, 6.5), doneAt: at(day, 30.5) },
    });
    const lived = (await get(`/api/v1/days/${day}`)).json<ApiAnswer<'day'>>();
    expect(lived.devices.find(({ resourceID }) => resourceID === 'heater')?.charge).toEqual([]);
  });

  it('whose meter nobody has read is said to be not known', () => {
    const need = { energyWattHours: 4_800, drawnWattHours: null, doneAt: at(day, 30.5) };
    expect(needText(need, timeZone)).toBe('how much it has of the 4.80 kWh it needs by 06:30 is not known');
  });
});
