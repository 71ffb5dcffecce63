/** The settings of what the devices follow: DR events, and from when on. */
import { z } from 'zod';
import { aSwitch, setting } from './fields.ts';

/** The settings, by name. */
export const followingSettings = {
  followDrEvents: setting(
    z.boolean().default(true),
    aSwitch,
    'Carry out the levels and setpoints of DR events (SIMPLE, LOAD_DISPATCH, LOAD_CONTROL) as far as devices can; otherwise they are opted out of. Prices count either way.',
  ),
  overrideOptsOut: setting(
    z.boolean().default(false),
    aSwitch,
    'An override that contradicts an accepted DR event opts out of the event, with that device; otherwise the VTN is only told of the override in the status report.',
  ),
  askDevicesAtStart: setting(
    z.boolean().default(true),
    aSwitch,
    'Ask each device at a start how it stands, so that it follows its plan at once; otherwise it is planned for after its next reading.',
  ),
};
