/** Devices by calculation: for the demo, for tests, and for looking on before anything real is connected. */
import { z } from 'zod';
import {
  aFraction,
  aPositive,
  aTime,
  atLeastZero,
  fraction,
  localTime,
  notNegative,
  positive,
  setting,
} from '../fields.ts';
import { aNeed, capacity, limits, losses, named, needSchema, needSays, optionalSchedule, tripsOf } from './physical.ts';

const faults = ['silent', 'deaf', 'stuck'] as const;

const faultSchema = z.strictObject({
  from: setting(localTime(), aTime, 'Local time at which it begins.'),
  to: setting(localTime(), aTime, 'Local time at which it is over; earlier than "from" means the next day.'),
  fault: setting(
    z.enum(faults),
    faults.join(', '),
    'silent: its meter does not answer; deaf: it refuses what it is set to; stuck: it takes that and does not follow.',
  ),
});

const imperfect = {
  noiseWatts: setting(
    atLeastZero().default(0),
    notNegative('watts'),
    'By how much the power that it tells may be off. Unit: W.',
  ),
  faults: setting(
    z.array(faultSchema).max(24).default([]),
    'a list of at most 24 entries { from, to, fault }',
    'What is wrong with it each local day.',
  ),
};

const initialStateOfCharge = (usual: number) =>
  setting(fraction().default(usual), aFraction, 'How full it is when it is first switched on.');

const kind = <Name extends string>(name: Name) => setting(z.literal(name), `"${name}"`, 'Which device this is.');

/** A battery by calculation. */
export const simulatedBatterySchema = z
  .strictObject({
    kind: kind('simulatedBattery'),
    ...named,
    capacityWattHours: capacity(13_500),
    ...limits(5_000, 5_000),
    ...losses,
    initialStateOfCharge: initialStateOfCharge(0.5),
    ...imperfect,
    schedule: optionalSchedule,
  })
  .meta({ description: 'A battery by calculation.' });

/** A car by calculation: it drives away, and comes back emptier. */
export const simulatedEvSchema = z
  .strictObject({
    kind: kind('simulatedEv'),
    ...named,
    capacityWattHours: capacity(60_000),
    ...limits(7_200, 0),
    ...losses,
    initialStateOfCharge: initialStateOfCharge(0.6),
    trips: tripsOf([
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], leaveAt: '07:00', returnAt: '17:00', energyWattHours: 12_000 },
    ]),
    ...imperfect,
    schedule: optionalSchedule,
  })
  .meta({ description: 'A car by calculation: it is away at times, and comes back emptier.' });

/** A load by calculation that needs its energy by a time of the day. */
export const simulatedFlexibleLoadSchema = z
  .strictObject({
    kind: kind('simulatedFlexibleLoad'),
    ...named,
    maxChargeWatts: setting(positive().default(4_500), aPositive('watts'), 'The greatest power it draws. Unit: W.'),
    need: setting(needSchema.prefault({ energyWattHours: 9_000, doneBy: '06:00', minWatts: 1_000 }), aNeed, needSays),
    ...imperfect,
    schedule: optionalSchedule,
  })
  .meta({ description: 'A load by calculation that needs so much energy each day by a time: a water heater, a pump.' });

/** A meter by calculation: a house that does what it does. */
export const simulatedMeterSchema = z
  .strictObject({
    kind: kind('simulatedMeter'),
    ...named,
    ...limits(24_000, 24_000),
    hourlyWatts: setting(
      z
        .array(z.number().min(-1e9).max(1e9))
        .length(24)
        .default([
          350, 320, 300, 300, 320, 450, 800, 1_100, 900, 600, 400, 300, 300, 300, 400, 600, 1_000, 1_800, 2_200, 1_900,
          1_500, 1_100, 700, 450,
        ]),
      'a list of 24 numbers of watts',
      'What it draws (positive) or delivers (negative) in each local hour of the day. Unit: W.',
    ),
    ...imperfect,
  })
  .meta({ description: 'A meter by calculation: a house that does what it does.' });
