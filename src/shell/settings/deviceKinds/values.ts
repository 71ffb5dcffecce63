/** What a device says of itself: which values, and where in what it says each stands. */
import { z } from 'zod';
import { setting } from '../fields.ts';

/** Where a value stands in a text, and what it is multiplied by. */
export const placeFields = () => ({
  field: setting(
    z.string().min(1).optional(),
    'a name, or names with dots between',
    'Where it is in a payload of JSON; absent: the payload is the number.',
  ),
  factor: setting(
    z.number().min(-1e9).max(1e9).default(1),
    'a number',
    'What it is multiplied by: 1000 from kW to W, 0.01 from per cent, -1 where delivering is positive.',
  ),
});

const described = {
  power: 'Its power; positive draws from the grid. Unit: W.',
  stateOfCharge: 'How full it is, 0 to 1.',
  importRegister: 'Its cumulative register of energy drawn. Unit: Wh.',
  exportRegister: 'Its cumulative register of energy delivered. Unit: Wh.',
  setpoint: 'What it says that it is set to, where it does: a setpoint is taken when it says so. Unit: W.',
  available: 'Whether it can be used: 1 or true, 0 or false.',
  manualOverride: 'Whether somebody runs it by hand: 1 or true, 0 or false.',
} as const;

/** A value that a device may say of itself. */
export type ValueName = keyof typeof described;

/** All values that a device may say of itself, each at a place of its own. */
export const valuesOf = <Place extends z.ZodType>(place: Place, allowed: string) => {
  const value = (name: ValueName) => setting(place.optional(), allowed, described[name]);
  return z.strictObject({
    power: value('power'),
    stateOfCharge: value('stateOfCharge'),
    importRegister: value('importRegister'),
    exportRegister: value('exportRegister'),
    setpoint: value('setpoint'),
    available: value('available'),
    manualOverride: value('manualOverride'),
  });
};

/** How long what a device said holds. */
export const stateMaxAge = () =>
  setting(
    z.int().min(1_000).max(60_000).default(60_000),
    'a whole number of milliseconds from 1000 to 60000',
    'How long what it said holds; a register that was told longer ago is no reading. Unit: ms.',
  );
