import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { foldLog } from '../../src/agent/fold.ts';
import { toPlain } from '../../src/agent/plainState.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { Meter, wavyRegister } from '../support/meter.ts';

const timeZone = 'America/New_York';
const resourceID = 'example-device-001';

const worldOn = (day: string, hours: number) => {
  const { startAt } = daySpan(day, timeZone);
  return new AgentWorld({
    startAt: startAt + hours * 3_600_000,
    vtn: { pollFreq: 'PT1M', status: 'never' },
    devices: (time) => [new Meter(resourceID, time, wavyRegister(4_000, 3, startAt), wavyRegister(5_000, 7, startAt))],
  });
};

describe('a programme day', () => {
  it('given a VEN that starts at ten, when the day and the next have passed, then prices, hours and ledgers agree', async () => {
    const world = worldOn('2026-06-10', 10);
    await world.start();
    await world.runTo(daySpan('2026-06-12', timeZone).startAt + 600_000);
    await world.stop();
    expect(world.vtn.complaints).toEqual([]);
    const booked = world.vtn.bookingOf('2026-06-11');
    console.log(JSON.stringify(booked).slice(0, 600), world.lines);
    const entries = await world.entries();
    console.log(entries.length, entries.map((e) => e.type).join(' ').slice(0, 3000));
    expect(hoursOf(daySpan('2026-06-11', timeZone))).toHaveLength(24);
    const { divergences, state } = await foldLog(world.log, { verify: true });
    expect(divergences).toEqual([]);
    expect(toPlain(state).timers).toBeDefined();
  });
});
