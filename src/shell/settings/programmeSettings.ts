/** The settings of the programme: when its prices come, and what they mean. */
import { z } from 'zod';
import { aTime, isZone, localTime, setting } from './fields.ts';

/** The settings, by name; the order is that of the help. */
export const programmeSettings = {
  timeZone: setting(
    z.string().refine(isZone).default('America/New_York'),
    'a time zone such as "America/New_York"',
    'The programme’s time zone: where its days begin.',
  ),
  pricesExpectedAt: setting(
    localTime().default('17:00'),
    aTime,
    'When the programme sends the prices of the next day.',
  ),
  pricesLateAt: setting(
    localTime().default('17:30'),
    aTime,
    'When prices that have not come are asked for, and an alarm is raised.',
  ),
  priceUnit: setting(
    z.enum(['usd_per_kwh', 'cents_per_kwh', 'usd_per_mwh']).default('usd_per_kwh'),
    'usd_per_kwh, cents_per_kwh or usd_per_mwh',
    'What a price means that carries no unit.',
  ),
  plausibleUsdPerKwhMin: setting(
    z.number().default(-5),
    'a number of USD/kWh',
    'A lower price is kept but not acted on, and an alarm is raised. Unit: USD/kWh.',
  ),
  plausibleUsdPerKwhMax: setting(
    z.number().default(10),
    'a number of USD/kWh',
    'A higher price is kept but not acted on, and an alarm is raised. Unit: USD/kWh.',
  ),
  marketContexts: setting(
    z.union([z.literal('any'), z.array(z.string().min(1)).min(1).max(100)]).default('any'),
    '"any", or a list of market contexts',
    'The market contexts this VEN takes part in.',
  ),
};
