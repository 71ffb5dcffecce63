import { backtest } from '../src/backtest/backtest.ts';
import { optimise } from '../src/dispatch/optimiser.ts';
import { priceYear, type YearKindName, yearKinds } from '../test/support/priceYears.ts';
import { termsFor } from '../test/backtest/support/terms.ts';
import { atLeast, type Figure, type Subject } from './support/figure.ts';

/** What the rolling plan is to reach of the bound. @unit % */
const wanted: Readonly<Record<YearKindName, number>> = { terLike: 99, calm: 95, negative: 95, doublePeak: 95 };

/** Below such a bound a year has nothing to be earned, and only doing nothing is held against it. @unit USD */
const leastBoundUsd = 50;

const figureOf = async (kind: YearKindName): Promise<Figure> => {
  const prices = priceYear(kind, 1).map(({ startAt, endAt, usdPerKwh }) => ({
    startAt,
    endAt,
    importUsdPerKwh: usdPerKwh,
    exportUsdPerKwh: usdPerKwh,
  }));
  const { earned, possibleUsd, scripts } = await backtest(termsFor(prices), { plan: optimise });
  const [earnedUsd, boundUsd] = [Number(earned.earnedUsd), Number(possibleUsd)];
  const percentOfBound = (earnedUsd / boundUsd) * 100;
  return {
    name: `a year of prices, ${kind}`,
    value: `$${earnedUsd.toFixed(2)} of $${boundUsd.toFixed(2)}`,
    floor: { name: 'four cheapest and dearest hours', value: `$${Number(scripts.fourHours.earnedUsd).toFixed(2)}` },
    ratio: `${percentOfBound.toFixed(1)} %`,
    goal:
      boundUsd > leastBoundUsd
        ? atLeast(percentOfBound, wanted[kind], '% of the bound')
        : atLeast(earnedUsd, 0, 'USD, which is doing nothing'),
  };
};

/** `dispatch` */
export const dispatch: Subject = {
  name: 'dispatch',
  title: 'What the planner earns in a made year, 13.5 kWh and 5 kW, after $0.02 of wear',
  measure: async () => {
    const figures: Figure[] = [];
    for (const kind of yearKinds) figures.push(await figureOf(kind));
    return figures;
  },
};
