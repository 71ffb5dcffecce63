import { describe, expect, it } from 'vitest';
import { at, worldOn } from './support/day.ts';

const today = '2026-06-10';

describe('a person opts out', () => {
  // @row +9.12
  it('given a price event that was accepted, when a person opts out, then the VTN is told at once, and again whenever it lists the event, over restarts', async () => {
    const { world } = worldOn({ day: today, hour: 17.5 });
    await world.start();
    await world.runTo(at(today, 18));
    const eventID = world.vtn.events.priceEventOf('2026-06-11') ?? '';
    const optsFor = () => world.vtn.opts.filter((opt) => opt.eventID === eventID).map(({ optType }) => optType);
    expect(new Set(optsFor())).toEqual(new Set(['optIn']));

    const before = optsFor().length;
    world.agent?.take({
      stream: `drEvent/${eventID}`,
      input: { type: 'OperatorOpted', data: { eventID, optType: 'optOut' } },
    });
    await world.runTo(at(today, 18, 1));
    expect(optsFor().slice(before)).toEqual(['optOut']);

    world.crash();
    await world.runTo(at(today, 18, 5));
    await world.start();
    await world.runTo(at(today, 18, 10));
    expect(optsFor().slice(before + 1).length).toBeGreaterThan(0);
    expect(new Set(optsFor().slice(before))).toEqual(new Set(['optOut']));

    world.agent?.take({
      stream: `drEvent/${eventID}`,
      input: { type: 'OperatorOpted', data: { eventID, optType: 'optIn' } },
    });
    await world.runTo(at(today, 18, 11));
    expect(optsFor().at(-1)).toBe('optIn');
    expect(world.vtn.complaints).toEqual([]);
  });

  it('given prices beside a signal that is not supported, when a person opts in, then the VTN is told of that signal as before', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    const eventID = world.vtn.events.add({
      startAt: at(today, 12),
      lengthMs: 3_600_000,
      signals: [
        { signalName: 'ELECTRICITY_PRICE', signalType: 'price', values: ['0.21'] },
        { signalName: 'x-of-their-own', signalType: 'level', values: ['1'] },
      ],
    });
    await world.runTo(at(today, 11));
    const listed = world.vtn.opts.filter((opt) => opt.eventID === eventID).length;
    world.agent?.take({
      stream: `drEvent/${eventID}`,
      input: { type: 'OperatorOpted', data: { eventID, optType: 'optIn' } },
    });
    await world.runTo(at(today, 11, 1));
    const told = world.vtn.opts.filter((opt) => opt.eventID === eventID);
    expect(told.length).toBe(listed + 1);
    expect(new Set(told.map(({ optType, responseCode }) => `${responseCode} ${optType}`))).toEqual(
      new Set(['460 optOut']),
    );
    expect(world.vtn.complaints).toEqual([]);
  });

  // @row -9.12
  it('given an event that wants no answer, when a person opts out, then nothing is sent', async () => {
    const { world } = worldOn({ day: today, hour: 10 });
    await world.start();
    const eventID = world.vtn.events.add({
      startAt: at(today, 12),
      lengthMs: 3_600_000,
      oadrResponseRequired: 'never',
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    await world.runTo(at(today, 11));
    world.agent?.take({
      stream: `drEvent/${eventID}`,
      input: { type: 'OperatorOpted', data: { eventID, optType: 'optOut' } },
    });
    await world.runTo(at(today, 11, 5));
    expect(world.vtn.opts.filter((opt) => opt.eventID === eventID)).toEqual([]);
    expect(world.vtn.complaints).toEqual([]);
  });
});
