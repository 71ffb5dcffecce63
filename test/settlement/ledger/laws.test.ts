import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeterRead } from '../../../src/facts/input.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { sumOf } from '../../../src/programme/money.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import type { LedgerState } from '../../../src/settlement/ledgerState.ts';
import { settle } from '../../../src/settlement/settle.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { cancelled } from '../../store/projections/drEventFacts.ts';
import { agentStarted, entryOf, meterRead, throughJson, type Told } from '../../store/projections/facts.ts';
import { at, day, ledgerOf, priced, timeZone } from '../support/facts.ts';
import { triesOf } from '../../support/leftOut.ts';

/** Facts about the first six hours of a day, in any order: two devices, two events, corrections, failures, changed settings. */
const hours = 6;
const devices = ['battery', 'car'].map((resourceID) => ({
  resourceID,
  maxChargeWatts: 5_000,
  maxDischargeWatts: 5_000,
}));
const anyDevice = fc.constantFrom('battery', 'car');
const anyHour = fc.integer({ min: 0, max: hours });
const anyPrices = fc.array(
  fc.integer({ min: -20, max: 150 }).map((cents) => String(cents / 100)),
  { minLength: hours, maxLength: hours },
);

const reading = (resourceID: string, index: number, change: number): Told => {
  const [, type, data] = meterRead(at(index), 1_000 + index * 700 + change, 500 + index * 300, {
    resourceID,
  }) as readonly [number, 'MeterRead', MeterRead];
  return [at(index), type, data];
};

type Happening = (modificationNumber: number) => Told;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(anyDevice, anyHour, fc.constantFrom(0, 0, 0, 40, 900)).map(
      ([id, index, change]): Happening =>
        () =>
          reading(id, index, change),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyDevice, anyHour)
      .map(([resourceID, index]): Happening => () => [
        at(index),
        'MeterReadFailed',
        { resourceID, boundaryAt: at(index), quality: 'Comm Failure', detail: '' },
      ]),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(anyPrices, fc.constantFrom('event-1', 'event-2')).map(
      ([prices, eventID]): Happening =>
        (modificationNumber) =>
          priced(prices, { eventID, modificationNumber }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('event-1', 'event-2'), fc.constantFrom('explicit' as const, 'implicit' as const), anyHour)
      .map(
        ([eventID, by, index]): Happening =>
          () =>
            cancelled(at(index), eventID, { by, endsAt: at(index) }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('usd_per_kwh' as const, 'cents_per_kwh' as const).map(
      (priceUnit): Happening =>
        () =>
          agentStarted(0, { devices, priceUnit }),
    ),
  },
  { weight: 2, arbitrary: anyHour.map((index): Happening => () => [at(index), 'ClockJumped', { jumpMs: -hourMs }]) },
);

/** In the order they happen, a minute apart; a jump back of the clock is recorded at the instant it leads to. */
const history = fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' }).map((all): readonly Told[] => [
  agentStarted(at(-20), { devices }),
  ...all.map((of, index) => {
    const [recordedAt, type, data] = of(index);
    return [type === 'ClockJumped' ? recordedAt : at(hours) + index * 60_000, type, data] as Told;
  }),
]);

const settledOf = (state: LedgerState): Settlement =>
  settle(state, { startAt: day.startAt, endAt: at(hours), asOf: { position: 0, at: at(hours) + 60_000 }, timeZone });

const present = ({ lines }: Settlement) =>
  lines.map(({ resourceID, startAt, importWattHours, exportWattHours, money }) => ({
    resourceID,
    startAt,
    importWattHours,
    exportWattHours,
    money,
  }));

const isKnown = ({ exceptions }: Settlement, resourceID: string, startAt: number): boolean =>
  exceptions.some((exception) => exception.resourceID === resourceID && exception.startAt === startAt);

describe('the ledger, whatever happens', () => {
  it('first lines and adjustments together are the present, in every hour and as a whole', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const { lines, adjustments, totals } = settledOf(ledgerOf(facts));
        for (const { resourceID, startAt, first, money } of lines) {
          const deltas = adjustments
            .filter((adjustment) => adjustment.resourceID === resourceID && adjustment.startAt === startAt)
            .map(({ deltaUsd }) => deltaUsd);
          expect(sumOf([first?.money.amountUsd ?? '0', ...deltas])).toBe(money?.amountUsd ?? '0');
        }
        expect(sumOf([totals.firstUsd, totals.adjustmentsUsd])).toBe(totals.amountUsd);
      }),
      { numRuns: triesOf(120) },
    );
  });

  it('given a clock that was set back and is right again after a start, then the readings that count again are posted', () => {
    const told: readonly Told[] = [
      reading('car', 5, 0),
      priced(['0', '0', '0', '0', '0.01', '0'], { eventID: 'event-1', modificationNumber: 1 }),
      [0, 'ClockJumped', { jumpMs: -hourMs }],
      reading('car', 4, 0),
      agentStarted(0, { devices }),
    ];
    const facts = told.map(([, type, data], index) => {
      const recordedAt = type === 'ClockJumped' ? at(0) : at(hours) + index * 60_000;
      return [recordedAt, type, data] as Told;
    });
    const { lines, adjustments, totals } = settledOf(ledgerOf([agentStarted(at(-20), { devices }), ...facts]));
    expect(lines.find(({ resourceID, startAt }) => resourceID === 'car' && startAt === at(4))?.money?.amountUsd).toBe(
      '0.004',
    );
    expect(sumOf([totals.firstUsd, totals.adjustmentsUsd])).toBe('0.004');
    expect(adjustments.length + lines.filter(({ first }) => first !== null).length).toBeGreaterThan(0);
  });

  it('the ledger of a shorter log is the beginning of that of a longer one', () => {
    fc.assert(
      fc.property(history, fc.nat(), (facts, cut) => {
        const length = 1 + (cut % facts.length);
        const before = settledOf(ledgerOf(facts.slice(0, length)));
        const after = settledOf(ledgerOf(facts));
        expect(after.adjustments.filter(({ position }) => position < length)).toEqual(before.adjustments);
        const firsts = ({ lines }: Settlement) =>
          lines.map(({ first }) => (first !== null && first.position < length ? first : null));
        expect(firsts(after)).toEqual(firsts(before));
      }),
      { numRuns: triesOf(60) },
    );
  });

  it('an hour without an amount is an exception that says why', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const settlement = settledOf(ledgerOf(facts));
        const silent = settlement.lines.filter(
          ({ money, resourceID, startAt }) => money === null && !isKnown(settlement, resourceID, startAt),
        );
        expect(silent).toEqual([]);
      }),
      { numRuns: triesOf(60) },
    );
  });

  it('an amount lies within the bounds that were told before it was known', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 2_000 })), {
          minLength: hours,
          maxLength: hours,
        }),
        anyPrices,
        fc.integer({ min: 1, max: hours - 1 }),
        (energies, prices, gap) => {
          let [drawn, given] = [0, 0];
          const readings = [[0, 0] as const, ...energies].map(([plus, minus], index) => {
            drawn += plus;
            given += minus;
            return meterRead(at(index), drawn, given);
          });
          const facts = [agentStarted(at(-20)), priced(prices)];
          const before = settledOf(ledgerOf([...facts, ...readings.filter((_, index) => index !== gap)]));
          const after = settledOf(ledgerOf([...facts, ...readings]));
          for (const { startAt, stake, kind } of before.exceptions) {
            expect(kind).toBe('missing');
            const amount = Number(after.lines.find((line) => line.startAt === startAt)?.money?.amountUsd);
            expect(amount).toBeGreaterThanOrEqual(Number(stake.lowUsd) - 1e-12);
            expect(amount).toBeLessThanOrEqual(Number(stake.highUsd) + 1e-12);
          }
          expect(before.exceptions).toHaveLength(2);
        },
      ),
      { numRuns: triesOf(60) },
    );
  });

  it('the order of facts that have nothing to do with one another does not matter', () => {
    const once = fc.tuple(
      fc.uniqueArray(fc.tuple(anyDevice, anyHour), { selector: ([id, index]) => `${id}${index}`, maxLength: 14 }),
      anyPrices,
    );
    fc.assert(
      fc.property(once, fc.infiniteStream(fc.nat()), ([readings, prices], chance) => {
        const facts = [priced(prices), ...readings.map(([id, index]) => reading(id, index, 0))];
        const order = facts
          .map((fact) => [chance.next().value as number, fact] as const)
          .sort(([a], [b]) => a - b)
          .map(([, fact]) => fact);
        const start = agentStarted(at(-20), { devices });
        expect(present(settledOf(ledgerOf([start, ...order])))).toEqual(
          present(settledOf(ledgerOf([start, ...facts]))),
        );
      }),
      { numRuns: triesOf(60) },
    );
  });

  it('goes on from a checkpoint as if it had never stopped', () => {
    const projection = ledgerProjection();
    fc.assert(
      fc.property(history, fc.nat(), (facts, cut) => {
        const length = cut % facts.length;
        const saved = throughJson(ledgerOf(facts.slice(0, length)));
        const resumed = facts
          .slice(length)
          .reduce((state, fact, index) => projection.apply(state, entryOf(fact, length + index)), saved);
        expect(throughJson(resumed)).toEqual(throughJson(ledgerOf(facts)));
      }),
      { numRuns: triesOf(60) },
    );
  });
});
