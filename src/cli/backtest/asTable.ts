import type { Backtest } from '../../backtest/backtest.ts';
import type { LifeWorth } from '../../backtest/books.ts';
import type { LoadTold } from '../../backtest/lacking.ts';
import type { ScriptName } from '../../backtest/scripts.ts';
import type { PriceSeriesFile } from '../../files/priceFile.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { dayOf } from '../../programme/calendar.ts';
import { type Decimal, roundHalfEven, subtract } from '../../programme/decimal.ts';
import type { TextOutput } from '../surroundings.ts';
import { paragraphsFor, roomOf } from '../prose.ts';
import { tableText } from '../table.ts';
import { cyclesOf } from './asDocument.ts';
import type { BacktestDevices, NeedingDevice } from './devices.ts';

/** A backtest for people: money last. + comes to you. */

const scriptTexts: Readonly<Record<ScriptName, string>> = {
  fourHours: 'Script: 4 cheapest and dearest hours',
  fourHoursIfItPays: 'Script: the same, on days it pays',
  fixedHours: 'Script: 01:00–05:00 and 17:00–21:00',
};

/** Whole dollars in groups of three: 1,290. */
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Less than half a cent. */
const isNothing = (amount: Decimal): boolean => Number(roundHalfEven(amount.abs(), 2)) === 0;

/** Money with its sign; zero has none. */
const signedUsd = (amount: Decimal): string => {
  const [whole = '0', cents = '00'] = roundHalfEven(amount.abs(), 2).split('.');
  return `${isNothing(amount) ? '' : amount.isNegative() ? '−' : '+'}$${grouped(whole)}.${cents}`;
};

/** What it brings beyond doing nothing, as a part of what was possible: a home has a bill, and a car its trips, whatever is done. */
const shareText = (amount: Decimal, { possibleUsd, nothing: { earnedUsd: nothing } }: Backtest): string => {
  const [gained, possible] = [subtract(amount, nothing), subtract(possibleUsd, nothing)].map(Number) as [
    number,
    number,
  ];
  return possible <= 0 ? '–' : `${((gained / possible) * 100).toFixed(1)} %`.replace('-', '−');
};

const deviceText = ({
  resourceID,
  capacityWattHours = 0,
  maxChargeWatts,
  maxDischargeWatts,
  roundTripEfficiency = 0.9,
  wearUsdPerKwh = 0.02,
}: DeviceSettings): string =>
  `${resourceID}: ${capacityWattHours / 1_000} kWh, charges with ${maxChargeWatts / 1_000} kW and discharges with ${maxDischargeWatts / 1_000} kW, gives back ${Math.round(roundTripEfficiency * 1_000) / 10} %, wear $${wearUsdPerKwh} a kWh delivered.`;

/** What a load is reckoned with; it heeds nothing where nobody plans. */
const loadText = ({ resourceID, maxChargeWatts, need: { energyWattHours, doneBy } }: NeedingDevice): string =>
  `${resourceID}: ${energyWattHours / 1_000} kWh by ${doneBy} each day, with at most ${maxChargeWatts / 1_000} kW; without a plan it runs at once.`;

const rowOf = (name: string, { throughputKilowattHours, earnedUsd }: LifeWorth, found: Backtest): readonly string[] => [
  name,
  grouped(roundHalfEven(throughputKilowattHours, 0)),
  shareText(earnedUsd, found),
  signedUsd(earnedUsd),
];

const nothingLeft = ({ loads }: Backtest): string =>
  loads.length === 0
    ? 'These prices leave nothing to be earned: their spreads are smaller than losses and wear.'
    : 'Nothing was to be gained: no plan comes to more than doing nothing.';

const verdict = (found: Backtest): readonly string[] => {
  const { earned, possibleUsd, nothing, stockUsdPerKwh, publishedAt } = found;
  const gained = subtract(earned.earnedUsd, nothing.earnedUsd);
  const than = isNothing(nothing.earnedUsd) ? '' : ' more than doing nothing';
  return [
    Number(subtract(possibleUsd, nothing.earnedUsd)) > 0
      ? `The planner earns ${signedUsd(gained)}${than}, ${shareText(earned.earnedUsd, found)} of what was possible, after ${signedUsd(earned.wearUsd).replace('+', '')} of wear; the bill would show ${signedUsd(earned.cashUsd)}.`
      : nothingLeft(found),
    `Each day’s prices are known from ${publishedAt} of the day before; only the row of what was possible knows all of them. What is stored at the start and the end counts at $${stockUsdPerKwh} a kWh.`,
  ];
};

/** Rows that come to more than was possible: what was possible heeds every wish, and they heed none. */
const beyondPossible = ({ scripts, nothing, possibleUsd, usableKilowattHours }: Backtest): readonly string[] => {
  const isAbove = ({ earnedUsd }: LifeWorth): boolean => {
    const more = subtract(earnedUsd, possibleUsd);
    return Number(more) > 0 && !isNothing(more);
  };
  const names = (Object.keys(scripts) as ScriptName[]).filter((name) => isAbove(scripts[name]));
  const above = usableKilowattHours > 0 ? names.map((name) => scriptTexts[name]) : [];
  const [only, second] = above;
  const who = second === undefined ? `“${only ?? ''}” stands` : `${above.length} scripts stand`;
  const sentences =
    only === undefined
      ? []
      : [
          `${who} above what was possible: a script heeds no reserve, no departure and no other wish of the configuration, and what was possible heeds them all.`,
        ];
  return isAbove(nothing)
    ? [
        ...sentences,
        '“Doing nothing” stands above what was possible: without a plan no quiet time is heeded and no limit.',
      ]
    : sentences;
};

const kilowattHoursText = (wattHours: number): string => grouped((wattHours / 1_000).toFixed(1));

/** What loads did not get by their deadlines; nobody pays for what was not drawn. */
const lackText = ({ resourceID, neededWattHours, lackedWattHours: { earned, possible, nothing } }: LoadTold): string =>
  `${resourceID} needs ${kilowattHoursText(neededWattHours)} kWh and lacks, at its deadlines, ${kilowattHoursText(earned)} kWh by the planner, ${kilowattHoursText(possible)} kWh with all prices known, and ${kilowattHoursText(nothing)} kWh without a plan; what is not drawn is not paid.`;

const lackTexts = ({ loads }: Backtest): readonly string[] =>
  loads
    .filter(({ lackedWattHours }) => Object.values(lackedWattHours).some((wattHours) => wattHours > 0))
    .map(lackText);

/** What is left out, and why. */
const leftOutText = (devices: readonly DeviceSettings[]): readonly string[] =>
  devices.map(({ resourceID, isReadOnly }) =>
    isReadOnly === true
      ? `Left out: ${resourceID}, which is only read.`
      : `Left out: ${resourceID}, which stores nothing and needs nothing by a time.`,
  );

/** The whole of it. */
export const asTable = (
  output: TextOutput,
  found: Backtest,
  { file, doubts }: Pick<PriceSeriesFile, 'file' | 'doubts'>,
  { storages, loads, leftOut }: BacktestDevices,
): string => {
  const { startAt, endAt, timeZone, slots, possibleUsd, earned, nothing, scripts } = found;
  const days = [startAt, endAt - 1].map((at) => dayOf(at, timeZone).day);
  const head = [
    `${file}: ${grouped(String(slots))} prices, ${days[0]} to ${days[1]} (${timeZone}).`,
    ...storages.map(deviceText),
    ...loads.map(loadText),
    ...leftOutText(leftOut),
  ];
  // A script moves storages alone; without any it is doing nothing.
  const names = storages.length === 0 ? [] : (Object.keys(scripts) as ScriptName[]);
  const rows = [
    ['Possible, all prices known', '', shareText(possibleUsd, found), signedUsd(possibleUsd)],
    rowOf('The planner', earned, found),
    ...names.map((name) => rowOf(scriptTexts[name], scripts[name], found)),
    rowOf('Doing nothing', nothing, found),
  ];
  const table = tableText(['less wear', 'kWh delivered', 'of possible', 'earned'], rows, {
    rightFrom: 1,
    columns: [{ gives: 'words' }],
    width: roomOf(output),
  });
  const cycles = storages.length === 0 ? [] : [`${cyclesOf(found).toFixed(0)} full cycles.`];
  return `${paragraphsFor(output, head)}\n${table}\n${paragraphsFor(output, [
    ...doubts.map((doubt) => `Warning: ${doubt}`),
    ...verdict(found),
    ...beyondPossible(found),
    ...lackTexts(found),
    ...cycles,
  ])}`;
};
