import type { OpenSettings } from '../../adapters/config/config.ts';
import type { PlanSpan, PricedSpan } from '../../dispatch/planningProblem.ts';
import type { PriceSeriesFile, FilePrice } from '../../files/priceFile.ts';
import { placeText } from '../../files/unusableFile.ts';
import { CommandFailure } from '../exitCode.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

/** @limit More prices than this part of all beyond the bounds are in another unit. */
const mostBeyond = 0.1;

const isPlausible =
  ({ plausibleUsdPerKwhMin, plausibleUsdPerKwhMax }: OpenSettings) =>
  ({ usdPerKwh }: FilePrice): boolean =>
    Number(usdPerKwh) >= plausibleUsdPerKwhMin && Number(usdPerKwh) <= plausibleUsdPerKwhMax;

/** What is said of prices that the agent would not act upon. */
const tellBeyond = (
  file: string,
  beyond: readonly FilePrice[],
  all: number,
  settings: OpenSettings,
  surroundings: Surroundings,
): void => {
  const [first] = beyond;
  if (first === undefined) return;
  const { plausibleUsdPerKwhMin: low, plausibleUsdPerKwhMax: high } = settings;
  const place = placeText({ file, line: first.line });
  const what = `${first.usdPerKwh} USD/kWh is not between ${low} and ${high}`;
  if (beyond.length > all * mostBeyond)
    throw new CommandFailure(
      `${place}: ${what}, nor are ${beyond.length - 1} others; if the prices are per MWh or in cents, declare it: --columns "time=start,pricePerMwh=price".`,
    );
  surroundings.stderr.write(
    proseFor(
      surroundings.stderr,
      `${place}: ${what}, so the agent would not act upon it${beyond.length > 1 ? `, nor upon ${beyond.length - 1} others` : ''}; --set plausibleUsdPerKwhMax=… changes that, and --columns "time=start,priceCents=price" says that prices are in cents.\n`,
    ),
  );
};

/** The prices of a time as they are planned upon; none where one is beyond the configured bounds. */
export const actedUpon = (
  { file, prices }: PriceSeriesFile,
  { startAt: fromAt, endAt: toAt }: PlanSpan,
  settings: OpenSettings,
  surroundings: Surroundings,
): readonly PricedSpan[] => {
  const within = prices.filter(({ startAt, durationMs }) => startAt < toAt && startAt + durationMs > fromAt);
  const isActedUpon = isPlausible(settings);
  tellBeyond(
    file,
    within.filter((each) => !isActedUpon(each)),
    within.length,
    settings,
    surroundings,
  );
  return within.map((each): PricedSpan => {
    const usdPerKwh = isActedUpon(each) ? each.usdPerKwh : null;
    return {
      startAt: Math.max(fromAt, each.startAt),
      endAt: Math.min(toAt, each.startAt + each.durationMs),
      importUsdPerKwh: usdPerKwh,
      exportUsdPerKwh: usdPerKwh,
    };
  });
};
