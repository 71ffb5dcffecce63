import { basename } from 'node:path';
import { backtest } from '../../backtest/backtest.ts';
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import { isTimeZone, localText } from '../../programme/calendar.ts';
import { fileText } from '../../files/fileText.ts';
import { noLayout } from '../../files/layout.ts';
import { pricesFromCsv, type PriceSeriesFile } from '../../files/priceFile.ts';
import { gapText } from '../../files/sequence.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import type { OpenSettings } from '../../adapters/config/config.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { bytesOf } from '../settle/fileBytes.ts';
import { layoutGiven } from '../settle/layoutsGiven.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { stretchGiven } from '../when.ts';
import { asDocument } from './asDocument.ts';
import { asTable } from './asTable.ts';
import { actedUpon } from './actedUpon.ts';
import { devicesIn, termsOf } from './devices.ts';
import { progressOf } from './progress.ts';

/** @limit Gaps of a file that are told. */
const mostGapsTold = 3;

const zoneGiven = (given: ParsedArguments, settings: OpenSettings): string => {
  const zone = given.text('zone') ?? settings.timeZone;
  if (!isTimeZone(zone))
    throw new UsageError(
      `The option --zone names no time zone that is known: "${zone}"; write America/New_York, for example.`,
    );
  return zone;
};

const publishedAtGiven = (given: ParsedArguments, settings: OpenSettings): string => {
  const text = given.text('published-at') ?? settings.pricesExpectedAt;
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new UsageError(
      `The option --published-at needs a local time of day: write it as 17:00, and not as "${text}".`,
    );
  return text;
};

const readPrices = (given: ParsedArguments, timeZone: string): PriceSeriesFile => {
  const file = given.text('prices');
  if (file === undefined) throw new UsageError('"ven backtest" needs prices: write --prices FILE.csv.');
  const columns = given.text('columns');
  const name = basename(file);
  return pricesFromCsv(
    name,
    fileText(name, bytesOf(file, 'lived through')),
    columns === undefined ? noLayout : layoutGiven(columns),
    timeZone,
  );
};

/** The time that is lived through: what the file states of what was asked for. */
const spanGiven = (
  given: ParsedArguments,
  { file, prices }: PriceSeriesFile,
  timeZone: string,
  now: number,
): PlanSpan => {
  const asked = stretchGiven(given, { timeZone, now }) ?? { fromAt: 0, toAt: Number.MAX_SAFE_INTEGER };
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) throw new CommandFailure(`${file}: there are no prices in it.`);
  const endAt = last.startAt + last.durationMs;
  const span = { startAt: Math.max(asked.fromAt, first.startAt), endAt: Math.min(asked.toAt, endAt) };
  if (span.startAt < span.endAt) return span;
  throw new CommandFailure(
    `${file}: no price is stated for that time; the file has prices from ${localText(first.startAt, timeZone)} to ${localText(endAt, timeZone)}.`,
  );
};

const levelOf = (settings: OpenSettings, resourceID: string): number => {
  const device = settings.devices.find((each) => each.resourceID === resourceID);
  return device !== undefined && 'initialStateOfCharge' in device ? device.initialStateOfCharge : 0.5;
};

const tellFile = ({ file, gaps, notes, doubts }: PriceSeriesFile, timeZone: string, { stderr }: Surroundings): void => {
  for (const note of notes) stderr.write(proseFor(stderr, `${note}\n`));
  for (const doubt of doubts) stderr.write(proseFor(stderr, `Warning: ${doubt}\n`));
  for (const gap of gaps.slice(0, mostGapsTold))
    stderr.write(proseFor(stderr, `${file}: ${gapText(gap, timeZone)}; nothing is traded then.\n`));
  if (gaps.length > mostGapsTold) stderr.write(`${file}: there are ${gaps.length - mostGapsTold} more such gaps.\n`);
};

/** The body of `ven backtest`. */
export const backtestBody = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { stdout, now } = surroundings;
  const { settings } = configurationFor(given, surroundings);
  const timeZone = zoneGiven(given, settings);
  const publishedAt = publishedAtGiven(given, settings);
  const series = readPrices(given, timeZone);
  const span = spanGiven(given, series, timeZone, now());
  tellFile(series, timeZone, surroundings);
  const venSettings = venSettingsOf({ ...settings, vtnUrl: '' });
  const devices = devicesIn(venSettings);
  const { prices, implausible } = actedUpon(series, span, settings, surroundings);
  const levels = new Map(devices.storages.map(({ resourceID }) => [resourceID, levelOf(settings, resourceID)]));
  const terms = termsOf(venSettings, devices, prices, { ...span, timeZone, publishedAt, levels });
  const { optimiseUnhurried } = await import('../../dispatch/optimiser.ts');
  const found = await backtest(terms, { plan: optimiseUnhurried }, progressOf(surroundings, timeZone, span));
  stdout.write(
    given.switches.has('json')
      ? `${JSON.stringify(asDocument(found, devices.leftOut, { prices: implausible, ...settings }), null, 2)}\n`
      : asTable(stdout, found, series, devices),
  );
  return EXIT.success;
};
