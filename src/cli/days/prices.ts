import type { PriceSource } from '../../facts/prices.ts';
import { dayOf, localText, nextDay } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { priceSlots, priceVersions, unpriced } from '../../store/projections/priceSlots.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import type { PricesState } from '../../store/projections/priceState.ts';
import type { PriceVersion } from '../../store/projections/priceVersion.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { priceText } from '../dayTable.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { reading, tellFaults } from '../reading.ts';
import { formatOf, isoOrNull, isoText, NOTHING, writeRows, type Column } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { viewsOf } from '../views.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { stretchGiven, type Here } from '../when.ts';

/** A price, or a time without one. */
interface PriceRow {
  readonly startAt: number;
  readonly endAt: number;
  readonly usdPerKwh: DecimalText | null;
  readonly source: PriceSource | null;
  readonly version: number | null;
  readonly receivedAt: number | null;
  readonly position: number | null;
  readonly price: DecimalText | null;
  readonly implausible: boolean;
}

const priceColumns = (timeZone: string, now: number): readonly Column<PriceRow>[] => [
  {
    name: 'startAt',
    header: 'from',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'endAt', value: ({ endAt }) => isoText(endAt) },
  { name: 'minutes', header: 'min', right: true, goes: 2, value: ({ startAt, endAt }) => (endAt - startAt) / 60_000 },
  {
    name: 'usdPerKwh',
    header: 'USD/kWh',
    right: true,
    value: ({ usdPerKwh }) => usdPerKwh,
    text: ({ usdPerKwh }) => priceText(usdPerKwh),
  },
  {
    name: 'isNow',
    header: '',
    value: ({ startAt, endAt }) => startAt <= now && now < endAt,
    text: ({ startAt, endAt }) => (startAt <= now && now < endAt ? '← now' : ''),
  },
  {
    name: 'implausible',
    header: '',
    value: ({ implausible }) => implausible,
    text: ({ implausible }) => (implausible ? 'not plausible' : ''),
    gives: 'words',
  },
  { name: 'eventID', header: 'DR event', gives: 'identifier', value: ({ source }) => source?.id ?? null },
  { name: 'modificationNumber', header: 'version', right: true, goes: 4, value: ({ version }) => version },
  {
    name: 'receivedAt',
    header: 'received',
    value: ({ receivedAt }) => isoOrNull(receivedAt),
    text: ({ receivedAt }) => (receivedAt === null ? NOTHING : localText(receivedAt, timeZone)),
    gives: 'time',
    goes: 3,
  },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
  { name: 'priceOnWire', value: ({ price }) => price },
];

const standing = ({ superseded, unusable, endsAt, isWithdrawn }: PriceVersion): string =>
  unusable !== null
    ? `unusable: ${unusable}`
    : superseded
      ? 'replaced'
      : endsAt !== null
        ? 'cancelled'
        : isWithdrawn
          ? 'not listed any more'
          : 'in force';

const versionColumns = (timeZone: string): readonly Column<PriceVersion>[] => [
  {
    name: 'startAt',
    header: 'from',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  {
    name: 'endAt',
    header: 'to',
    value: ({ endAt }) => isoOrNull(endAt),
    text: ({ endAt }) => (endAt === null ? 'further notice' : localText(endAt, timeZone)),
    gives: 'time',
  },
  { name: 'slots', header: 'prices', right: true, value: ({ slots }) => slots.length },
  { name: 'signalName', header: 'signal', gives: 'identifier', value: ({ seriesName }) => seriesName },
  { name: 'eventID', header: 'DR event', gives: 'identifier', value: ({ source }) => source?.id ?? null },
  { name: 'modificationNumber', header: 'version', right: true, goes: 4, value: ({ version }) => version },
  {
    name: 'receivedAt',
    header: 'received',
    value: ({ receivedAt }) => isoText(receivedAt),
    text: ({ receivedAt }) => localText(receivedAt, timeZone),
    gives: 'time',
    goes: 3,
  },
  { name: 'standing', header: 'standing', gives: 'words', value: standing },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
];

const hole = ({ startAt, endAt }: { readonly startAt: number; readonly endAt: number }): PriceRow => ({
  startAt,
  endAt,
  usdPerKwh: null,
  source: null,
  version: null,
  receivedAt: null,
  position: null,
  price: null,
  implausible: false,
});

const priceRows = (state: PricesState, { fromAt, toAt }: Stretch): readonly PriceRow[] =>
  [...priceSlots(state, fromAt, toAt), ...unpriced(state, fromAt, toAt).map(hole)].sort(
    (a, b) => a.startAt - b.startAt,
  );

/** The time for which prices were ever known; null for none. An open end counts as its beginning. */
const knownStretch = (state: PricesState): Stretch | null => {
  const versions = priceVersions(state, 0, Number.MAX_SAFE_INTEGER).filter(({ unusable }) => unusable === null);
  if (versions.length === 0) return null;
  return {
    fromAt: Math.min(...versions.map(({ startAt }) => startAt)),
    toAt: Math.max(...versions.map(({ startAt, endAt }) => endAt ?? startAt + 1)),
  };
};

/** Today and tomorrow as far as they are known; else the last day that has prices. */
const stretchByDefault = (state: PricesState, { timeZone, now }: Here): Stretch | null => {
  const known = knownStretch(state);
  if (known === null) return null;
  const today = dayOf(now, timeZone);
  const tomorrow = nextDay(today, timeZone);
  if (priceSlots(state, tomorrow.startAt, tomorrow.endAt).length > 0)
    return { fromAt: today.startAt, toAt: tomorrow.endAt };
  const last = priceSlots(state, today.startAt, today.endAt).length > 0 ? today : dayOf(known.toAt - 1, timeZone);
  return { fromAt: last.startAt, toAt: last.endAt };
};

/** A stretch without limits is cut to what is known. */
const within = (stretch: Stretch, known: Stretch): Stretch => ({
  fromAt: stretch.fromAt === 0 ? known.fromAt : stretch.fromAt,
  toAt: stretch.toAt === Number.MAX_SAFE_INTEGER ? Math.max(known.toAt, stretch.fromAt) : stretch.toAt,
});

const noPrices = (known: Stretch | null, { timeZone }: Here): CommandFailure =>
  known === null
    ? new CommandFailure('No price has arrived yet: "ven status" says how the VEN stands with its VTN.')
    : new CommandFailure(
        `No price is known for that time: there are prices from ${localText(known.fromAt, timeZone)} to ${localText(known.toAt, timeZone)}.`,
      );

/** The body of `ven prices`. */
export const prices = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async ({ log, here: there }) => {
    const format = formatOf(given);
    const views = await viewsOf(log, { prices: pricesProjection(), registration: registrationProjection() });
    const here = { ...there, timeZone: views.registration.run?.timeZone ?? there.timeZone };
    tellFaults(views.faults, surroundings);
    const known = knownStretch(views.prices);
    const asked = stretchGiven(given, here) ?? stretchByDefault(views.prices, here);
    if (asked === null || known === null) throw noPrices(known, here);
    const stretch = within(asked, known);
    if (given.switches.has('versions')) {
      const versions = priceVersions(views.prices, stretch.fromAt, stretch.toAt);
      if (versions.length === 0) throw noPrices(known, here);
      writeRows(surroundings.stdout, format, versionColumns(here.timeZone), versions);
      return EXIT.success;
    }
    const rows = priceRows(views.prices, stretch);
    if (rows.every(({ usdPerKwh }) => usdPerKwh === null)) throw noPrices(known, here);
    writeRows(surroundings.stdout, format, priceColumns(here.timeZone, here.now), rows);
    return EXIT.success;
  });
