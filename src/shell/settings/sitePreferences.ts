/** What a configuration may say of the site and of what a person wants: `site` and `preferences`. */
import { z } from 'zod';
import {
  aFraction,
  anIdentifier,
  aPositive,
  aSwitch,
  aTime,
  atLeastZero,
  fraction,
  localTime,
  notNegative,
  positive,
  setting,
} from './fields.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const days = () =>
  setting(
    z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .default([...weekdays]),
    'a list of mon, tue, wed, thu, fri, sat, sun',
    'The local days it is for; of a time over midnight those on which it begins. Every day if absent.',
  );

const time = () => ({
  days: days(),
  from: setting(localTime(), aTime, 'Local time at which it begins.'),
  to: setting(localTime(), aTime, 'Local time at which it ends; at or before "from" means the next day.'),
});

const usd = (least: number) => z.number().min(least).max(1_000);
const aPrice = 'a number of USD/kWh';

const list = <Schema extends z.ZodType>(schema: Schema, parts: string, description: string) =>
  setting(z.array(schema).max(28).optional(), `a list of at most 28 entries ${parts}`, description);

const level = (description: string) => setting(fraction(), aFraction, description);

const wishes = () => ({
  reserve: setting(
    fraction().optional(),
    aFraction,
    'How full a storage stays: what is below is never sold. Nothing is kept if absent.',
  ),
  reserveTimes: list(
    z.strictObject({ ...time(), stateOfCharge: level('How full it stays meanwhile.') }),
    '{ days, from, to, stateOfCharge }',
    'Times with a reserve of their own, in place of "reserve".',
  ),
  stateOfChargeMin: setting(
    fraction().optional(),
    aFraction,
    'It is never emptied below this on purpose. 0 if absent.',
  ),
  stateOfChargeMax: setting(fraction().optional(), aFraction, 'It is never filled above this on purpose. 1 if absent.'),
  departures: list(
    z.strictObject({
      days: days(),
      at: setting(localTime(), aTime, 'Local time of the departure.'),
      stateOfCharge: level('How full it is to be then.'),
    }),
    '{ days, at, stateOfCharge }',
    'How full it is to be at a local time, by weekday.',
  ),
  quietTimes: list(
    z.strictObject(time()),
    '{ days, from, to }',
    'When it is to be still, unless a reserve or a departure needs it.',
  ),
  cyclesPerDay: setting(
    positive().optional(),
    aPositive('cycles'),
    'How often a day its whole content may be delivered. As often as it pays if absent.',
  ),
  wearUsdPerKwh: setting(
    usd(0).optional(),
    notNegative('USD/kWh'),
    'What a delivered kWh wears off; that of the device if absent. Unit: USD/kWh.',
  ),
  leastGainUsdPerKwh: setting(
    usd(0).optional(),
    notNegative('USD/kWh'),
    'What a delivered kWh has to bring beyond losses and wear to be worth it. 0 if absent. Unit: USD/kWh.',
  ),
  exportFloorUsdPerKwh: setting(
    usd(-1_000).optional(),
    aPrice,
    'Below this price nothing is sold to the grid. No floor if absent. Unit: USD/kWh.',
  ),
  terminalUsdPerKwh: setting(
    usd(-1_000).optional(),
    aPrice,
    'What a stored kWh is worth when the plan ends; what the known prices say if absent. Unit: USD/kWh.',
  ),
});

const devicePreferencesSchema = z.strictObject(wishes());

const wattsADay = () => z.array(z.number().min(0).max(1e9)).length(24).optional();

const exportPriceSchema = z.strictObject({
  fixedUsdPerKwh: setting(
    usd(-1_000).optional(),
    aPrice,
    'A price of its own, whatever a drawn kWh costs. Unit: USD/kWh.',
  ),
  partOfImport: setting(
    z.number().min(0).max(10).optional(),
    'a number from 0 to 10',
    'The part of what a drawn kWh costs. 1 if absent.',
  ),
  addUsdPerKwh: setting(usd(-1_000).optional(), aPrice, 'What is added to that; may be negative. Unit: USD/kWh.'),
});

/** What may be said of the site. */
export const siteSchema = z.strictObject({
  moneyScope: setting(
    z.enum(['device', 'site']).optional(),
    'device or site',
    'Whose meter is billed: each device’s own (TER), or one for all of the site, home and panels included. device if absent.',
  ),
  importLimitWatts: setting(
    positive().optional(),
    aPositive('watts'),
    'The most that may be drawn from the grid. Unit: W.',
  ),
  exportLimitWatts: setting(
    atLeastZero().optional(),
    notNegative('watts'),
    'The most that may be delivered to the grid. Unit: W.',
  ),
  exportForbidden: setting(z.boolean().optional(), aSwitch, 'Nothing may go to the grid.'),
  chargingFromGridForbidden: setting(z.boolean().optional(), aSwitch, 'Storage is charged from the panels alone.'),
  exportPrice: setting(
    exportPriceSchema.optional(),
    'an object { fixedUsdPerKwh } or { partOfImport, addUsdPerKwh }',
    'What a delivered kWh earns where that is not what a drawn one costs. It is planned by; settled is by what the programme states.',
  ),
  hourlyLoadWatts: setting(
    wattsADay(),
    'a list of 24 numbers of watts',
    'What the home draws in each local hour of the day, beside the devices. Unit: W.',
  ),
  hourlyPvWatts: setting(
    wattsADay(),
    'a list of 24 numbers of watts',
    'What its panels give in each local hour of the day. Unit: W.',
  ),
});

/** What may be wanted. */
export const preferencesSchema = z.strictObject({
  ...wishes(),
  devices: setting(
    z.record(z.string().min(1).max(255), devicePreferencesSchema).optional(),
    `an object with preferences by resourceID (${anIdentifier})`,
    'Preferences of single devices; what one says takes the place of what is said for all.',
  ),
});

/** What is said of the site. */
export type ConfiguredSite = z.infer<typeof siteSchema>;
/** What is wanted. */
export type ConfiguredPreferences = z.infer<typeof preferencesSchema>;

const own = (
  path: string,
  { reserve, stateOfChargeMin = 0, stateOfChargeMax = 1 }: Omit<ConfiguredPreferences, 'devices'>,
): readonly string[] => [
  ...(stateOfChargeMin < stateOfChargeMax
    ? []
    : [
        `${path}.stateOfChargeMin (${stateOfChargeMin}) must be below ${path}.stateOfChargeMax (${stateOfChargeMax}), or there is nothing to trade with`,
      ]),
  ...(reserve === undefined || reserve <= stateOfChargeMax
    ? []
    : [
        `${path}.reserve (${reserve}) must not exceed ${path}.stateOfChargeMax (${stateOfChargeMax}), for it could never be kept`,
      ]),
];

/** What does not fit together in `preferences` although each part is right. */
export const preferenceFaults = (
  { devices = {}, ...all }: ConfiguredPreferences,
  resourceIDs: readonly string[],
): readonly string[] => [
  ...own('preferences', all),
  ...Object.entries(devices).flatMap(([resourceID, wished]) =>
    resourceIDs.includes(resourceID)
      ? own(`preferences.devices.${resourceID}`, { ...all, ...wished })
      : [
          `preferences.devices names "${resourceID}", and there is no device of that resourceID: there is ${resourceIDs.join(', ') || 'none'}`,
        ],
  ),
];

/** What does not fit together in `site`. */
export const siteFaults = ({
  exportPrice,
  exportForbidden = false,
  exportLimitWatts,
}: ConfiguredSite): readonly string[] => {
  const { fixedUsdPerKwh, partOfImport, addUsdPerKwh } = exportPrice ?? {};
  const says = [partOfImport, addUsdPerKwh].some((each) => each !== undefined);
  return [
    ...(exportPrice !== undefined && fixedUsdPerKwh === undefined && !says
      ? ['site.exportPrice says nothing: give fixedUsdPerKwh, or partOfImport and addUsdPerKwh, or leave it out']
      : []),
    ...(fixedUsdPerKwh !== undefined && says
      ? [
          'site.exportPrice names fixedUsdPerKwh as well as partOfImport or addUsdPerKwh: a fixed price is no part of another',
        ]
      : []),
    ...(exportForbidden && (exportLimitWatts ?? 0) > 0
      ? [`site.exportForbidden forbids what site.exportLimitWatts (${exportLimitWatts}) allows: keep one of them`]
      : []),
  ];
};
