import fc from 'fast-check';
import type {
  DeviceTerms,
  DispatchConstraint,
  FlexibleLoadTerms,
  OverrideSpan,
  PlanningProblem,
  PlanSpan,
  PricedSpan,
  StorageTerms,
} from '../../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../../src/programme/calendar.ts';

/** Midnights of an ordinary day, of one of 23 hours and of one of 25. */
const midnights = ['2026-06-01T04:00:00Z', '2026-03-08T05:00:00Z', '2026-11-01T04:00:00Z'].map((at) => Date.parse(at));

const quarter = hourMs / 4;

/** A stretch near a beginning, in quarters of an hour; at times none, or turned around. */
const spanNear = (at: number) =>
  fc
    .tuple(fc.integer({ min: -8, max: 110 }), fc.integer({ min: -2, max: 40 }))
    .map(([from, length]): PlanSpan => ({ startAt: at + from * quarter, endAt: at + (from + length) * quarter }));

const someSpans = (at: number) => fc.array(spanNear(at), { maxLength: 3 });

const usualPrice = fc.integer({ min: -50, max: 1_400 }).map((milli) => (milli / 1_000).toFixed(3));

/** What a price may be said to be. */
const anyPrice = fc.oneof(
  { weight: 8, arbitrary: usualPrice },
  fc.constantFrom(null, '-500', '10000', '-0.9', 'NaN', '', '1e3', '0'),
);

/** Prices as they may come: late, missing, twice, revised, out of order. */
export const anyPrices = (at: number): fc.Arbitrary<readonly PricedSpan[]> =>
  fc
    .array(
      fc.tuple(fc.integer({ min: -2, max: 30 }), fc.constantFrom(1, 1, 1, 2, 0.25), anyPrice, anyPrice, fc.boolean()),
      {
        maxLength: 40,
      },
    )
    .map((hours) =>
      hours.map(([hour, length, bought, sold, isBoth]) => ({
        startAt: at + hour * hourMs,
        endAt: at + (hour + length) * hourMs,
        importUsdPerKwh: bought,
        exportUsdPerKwh: isBoth ? bought : sold,
      })),
    );

/** A part of a whole, 0 to 1. */
export const part = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

const maybe = <Value>(name: string, value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [name]: given }));

const anyStorage = (at: number, resourceID: string): fc.Arbitrary<StorageTerms> =>
  fc
    .tuple(
      fc.record({
        capacityWattHours: fc.constantFrom(13_500, 60_000, 200),
        chargeEfficiency: fc.constantFrom(0.8, 0.95, 1),
        dischargeEfficiency: fc.constantFrom(0.85, 0.95, 1),
        maxChargeWatts: fc.constantFrom(5_000, 7_200.5, 0),
        maxDischargeWatts: fc.constantFrom(5_000, 3_333, 0),
        stateOfCharge: fc.oneof({ weight: 9, arbitrary: part }, fc.constant(null)),
        wearUsdPerKwh: fc.constantFrom('0', '0.02', '0.5'),
      }),
      maybe('stateOfChargeMin', part),
      maybe('stateOfChargeMax', part),
      maybe('reserve', part),
      maybe('available', someSpans(at)),
      maybe('quietTimes', someSpans(at)),
      maybe('cyclesPerDay', fc.constantFrom(0, 0.5, 1)),
      maybe(
        'departures',
        fc.array(fc.record({ at: fc.nat(120).map((n) => at + n * quarter), stateOfCharge: part }), { maxLength: 2 }),
      ),
      maybe(
        'reserveSpans',
        fc.array(
          fc.tuple(spanNear(at), part).map(([span, stateOfCharge]) => ({ ...span, stateOfCharge })),
          { maxLength: 2 },
        ),
      ),
      maybe(
        'trips',
        fc.array(
          fc.tuple(spanNear(at), fc.nat(20_000)).map(([span, energyWattHours]) => ({ ...span, energyWattHours })),
          { maxLength: 2 },
        ),
      ),
    )
    .map(([terms, ...more]) => Object.assign({ kind: 'storage' as const, resourceID }, terms, ...more) as StorageTerms);

const anyLoad = (at: number, resourceID: string): fc.Arbitrary<FlexibleLoadTerms> =>
  fc
    .tuple(
      fc.record({
        energyWattHours: fc.constantFrom(0, 700, 9_000, 90_000),
        deadlineAt: fc.integer({ min: -4, max: 150 }).map((n) => at + n * quarter),
        maxWatts: fc.constantFrom(3_000, 0),
      }),
      maybe('minWatts', fc.constantFrom(0, 1_000, 4_000)),
      maybe('available', someSpans(at)),
      maybe('quietTimes', someSpans(at)),
    )
    .map(([terms, ...more]) => Object.assign({ kind: 'flexibleLoad' as const, resourceID }, terms, ...more));

const anyOverride = (at: number): fc.Arbitrary<OverrideSpan> =>
  fc
    .tuple(
      spanNear(at),
      fc.record({
        resourceID: fc.constantFrom('a', 'b', 'load'),
        action: fc.constantFrom('charge', 'discharge', 'hold'),
      }),
      maybe('powerWatts', fc.constantFrom(1_500, 99_000, 0)),
    )
    .map(([span, told, more]) => ({ ...span, ...told, ...more }) as OverrideSpan);

const anyConstraint = (at: number): fc.Arbitrary<DispatchConstraint> =>
  fc
    .tuple(
      spanNear(at),
      fc.oneof(
        fc.record({ kind: fc.constant('level'), level: fc.constantFrom(0, 1, 2, 3) }),
        fc.record({ kind: fc.constant('power'), atMostWatts: fc.integer({ min: -9_000, max: 9_000 }) }),
        fc.record({ kind: fc.constant('power'), atLeastWatts: fc.integer({ min: -9_000, max: 9_000 }) }),
      ),
      maybe('resourceID', fc.constantFrom('a', 'b', 'nobody')),
    )
    .map(([span, asked, more]) => ({ ...span, ...asked, ...more }) as DispatchConstraint);

const anySite = (at: number) =>
  fc
    .tuple(
      maybe('importLimitWatts', fc.constantFrom(0, 4_000, 12_000)),
      maybe('exportLimitWatts', fc.constantFrom(0, 2_500)),
      maybe('isExportForbidden', fc.boolean()),
      maybe('isChargingFromGridForbidden', fc.boolean()),
      maybe(
        'forecast',
        fc.array(
          fc
            .tuple(spanNear(at), fc.nat(6_000), fc.nat(6_000))
            .map(([span, loadWatts, pvWatts]) => ({ ...span, loadWatts, pvWatts })),
          { maxLength: 3 },
        ),
      ),
    )
    .map((all) => Object.assign({}, ...all) as PlanningProblem['site']);

/** A problem with anything in it. */
export const anyProblem: fc.Arbitrary<PlanningProblem> = fc.constantFrom(...midnights).chain((at) =>
  fc.record({
    fromAt: fc.constantFrom(at, at + 7 * quarter + 1_234),
    toAt: fc.constantFrom(at + 26 * hourMs, at + 25 * hourMs, at + 8 * quarter),
    timeZone: fc.constant('America/New_York'),
    moneyScope: fc.constantFrom('device' as const, 'site' as const),
    site: anySite(at),
    prices: anyPrices(at),
    devices: fc
      .tuple(anyStorage(at, 'a'), anyStorage(at, 'b'), anyLoad(at, 'load'))
      .chain((all) => fc.subarray<DeviceTerms>([...all])),
    overrides: fc.array(anyOverride(at), { maxLength: 3 }),
    constraints: fc.array(anyConstraint(at), { maxLength: 2 }),
  }),
);
