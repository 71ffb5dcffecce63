/**
 * What every device of a configuration can be told to be: its name, its limits, its losses, its day.
 * What is the same for several kinds is one and the same schema, for every command pays for each.
 */
import { z } from 'zod';
import {
  anIdentifier,
  aPositive,
  aSwitch,
  aText,
  aTime,
  identifier,
  localTime,
  notNegative,
  positive,
  atLeastZero,
  setting,
} from '../fields.ts';

/** What stands behind a device: it stores, it drives away, it consumes, or it only measures. */
export const roles = ['battery', 'ev', 'flexibleLoad', 'meter'] as const;

const scheduleSchema = z.strictObject({
  from: setting(localTime(), aTime, 'Local time at which the power begins.'),
  to: setting(localTime(), aTime, 'Local time at which it ends; earlier than "from" means the next day.'),
  powerWatts: setting(
    z.number().min(-1e9).max(1e9),
    'a number of watts',
    'Power to draw (positive) or deliver (negative). Unit: W.',
  ),
});

const aSchedule = 'a list of at most 96 entries { from, to, powerWatts }';
const whatItDoes =
  'What it does each local day whatever the prices are, and nothing outside the entries; one without is planned by prices.';

/** What a device does each local day; one that is told nothing is planned by prices. */
export const optionalSchedule = setting(z.array(scheduleSchema).max(96).optional(), aSchedule, whatItDoes);

const ownName = () => z.string().min(1).max(200).optional();

/** Its names, its class, and whom it belongs to. */
export const named = {
  resourceID: setting(identifier(), anIdentifier, 'The name under which the programme meters and bills it.'),
  deviceClass: setting(
    z.string().min(1).optional(),
    aText,
    'Its class in the standard’s list (Storage, EVSE …); any class means it when absent.',
  ),
  group: setting(ownName(), aText, 'The group it is shown and totalled with.'),
  ledger: setting(ownName(), aText, 'The ledger it is settled in, as its owner calls it.'),
  rIDs: setting(
    z
      .strictObject({
        energyReal: setting(identifier().optional(), anIdentifier, 'Of its energy; absent: resourceID/energyReal.'),
        powerReal: setting(identifier().optional(), anIdentifier, 'Of its power; absent: resourceID/powerReal.'),
        resourceStatus: setting(
          identifier().optional(),
          anIdentifier,
          'Of its status; absent: resourceID/resourceStatus.',
        ),
      })
      .optional(),
    'an object { energyReal, powerReal, resourceStatus }',
    'What its data points are called in reports, where the VTN calls them otherwise.',
  ),
};

const theMost = 'The greatest power it draws. Unit: W.';
const theMostDelivered = 'The greatest power it delivers. Unit: W.';

/** The greatest power both ways. */
export const limits = (chargeWatts: number, dischargeWatts: number) => ({
  maxChargeWatts: setting(atLeastZero().default(chargeWatts), notNegative('watts'), theMost),
  maxDischargeWatts: setting(atLeastZero().default(dischargeWatts), notNegative('watts'), theMostDelivered),
});

const ratio = 'a number above 0 and up to 1';
const efficiencySays = 'Energy delivered of energy drawn.';
const wearSays = 'What a delivered kWh costs in wear; the planner counts it, the bill does not. Unit: USD/kWh.';

/** What a store loses and wears. */
export const losses = {
  roundTripEfficiency: setting(z.number().gt(0).max(1).default(0.9), ratio, efficiencySays),
  wearUsdPerKwh: setting(z.number().min(0).max(100).default(0.02), 'a number of USD/kWh, 0 to 100', wearSays),
};

/** How much it stores. */
export const capacity = (wattHours: number) =>
  setting(positive().default(wattHours), aPositive('watt-hours'), 'Usable energy. Unit: Wh.');

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const tripSchema = z.strictObject({
  days: setting(
    z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .default([...weekdays]),
    'a list of mon, tue, wed, thu, fri, sat, sun',
    'The days it leaves on.',
  ),
  leaveAt: setting(localTime(), aTime, 'Local time at which it is unplugged.'),
  returnAt: setting(
    localTime(),
    aTime,
    'Local time at which it is plugged in; earlier than leaveAt means the next day.',
  ),
  energyWattHours: setting(atLeastZero(), notNegative('watt-hours'), 'What the trip takes out of it. Unit: Wh.'),
});

/** A day's trips of a car. */
export const tripsOf = (usual: readonly z.input<typeof tripSchema>[]) =>
  setting(
    z
      .array(tripSchema)
      .max(28)
      .prefault([...usual]),
    'a list of at most 28 trips { days, leaveAt, returnAt, energyWattHours }',
    'When it is away, and what that takes out of it.',
  );

/** What a flexible load needs each day. */
export const needSchema = z.strictObject({
  energyWattHours: setting(positive(), aPositive('watt-hours'), 'What it needs each day. Unit: Wh.'),
  doneBy: setting(localTime(), aTime, 'Local time by which it is to have it.'),
  minWatts: setting(
    atLeastZero().default(0),
    notNegative('watts'),
    'The least power at which it works, when it works at all. Unit: W.',
  ),
});

/** The words for it. */
export const aNeed = 'an object { energyWattHours, doneBy, minWatts }';
/** What it is for. */
export const needSays = 'What it needs each day, by when, and the least power at which it works.';

/** What a device that is no simulation can be said to be. */
export const real = {
  role: setting(
    z.enum(roles).default('battery'),
    roles.join(', '),
    'What it is: a battery, a car (ev), a flexible load, or only a meter.',
  ),
  ...limits(5_000, 5_000),
  capacityWattHours: setting(positive().optional(), aPositive('watt-hours'), 'Usable energy, of a store. Unit: Wh.'),
  roundTripEfficiency: setting(z.number().gt(0).max(1).optional(), ratio, efficiencySays),
  wearUsdPerKwh: setting(z.number().min(0).max(100).optional(), 'a number of USD/kWh, 0 to 100', wearSays),
  trips: setting(
    z.array(tripSchema).max(28).optional(),
    'a list of at most 28 trips { days, leaveAt, returnAt, energyWattHours }',
    'When a car is away as a rule, and what that takes out of it.',
  ),
  need: setting(needSchema.optional(), aNeed, needSays),
  schedule: optionalSchedule,
  rolloverWattHours: setting(
    positive().optional(),
    aPositive('watt-hours'),
    'Where its registers come round to 0, such as 1e6 or 4294967296; absent: they do not, and one that falls was reset. Unit: Wh.',
  ),
  readOnly: setting(
    z.boolean().default(false),
    aSwitch,
    'Whether it is only ever read. One that is not stays in shadow, planned for and told nothing, until "ven devices trust" is said.',
  ),
};
