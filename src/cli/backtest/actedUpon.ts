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

/** Prices of a time, and how many of them the agent would not act upon. */
export interface PricesActedUpon {
  /** As they are planned upon; none where one is beyond the configured bounds. */
  readonly prices: readonly PricedSpan[];
  readonly implausible: number;
}

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
  const broken = Number(first.usdPerKwh) > high ? 'plausibleUsdPerKwhMax' : 'plausibleUsdPerKwhMin';
  surroundings.stderr.write(
    proseFor(
      surroundings.stderr,
      `${place}: ${what}, so the agent would not act upon it${beyond.length > 1 ? `, nor upon ${beyond.length - 1} others` : ''}; --set ${broken}=… changes that, and --columns "time=start,priceCents=price" says that prices are in cents.\n`,
    ),
  );
};

/** The prices of a time as the agent would act upon them. @throws CommandFailure where so many are beyond the bounds that they are in another unit */
export const actedUpon = (
  { file, prices }: PriceSeriesFile,
  { startAt: fromAt, endAt: toAt }: PlanSpan,
  settings: OpenSettings,
  surroundings: Surroundings,
): PricesActedUpon => {
  const within = prices.filter(({ startAt, durationMs }) => startAt < toAt && startAt + durationMs > fromAt);
  const isActedUpon = isPlausible(settings);
  const beyond = within.filter((each) => !isActedUpon(each));
  tellBeyond(file, beyond, within.length, settings, surroundings);
  const spans = within.map((each): PricedSpan => {
    const usdPerKwh = isActedUpon(each) ? each.usdPerKwh : null;
    return {
      startAt: Math.max(fromAt, each.startAt),
      endAt: Math.min(toAt, each.startAt + each.durationMs),
      importUsdPerKwh: usdPerKwh,
      exportUsdPerKwh: usdPerKwh,
    };
  });
  return { prices: spans, implausible: beyond.length };
};
