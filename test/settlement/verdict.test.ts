import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, decimalText, shift } from '../../src/programme/decimal.ts';
import { sumOf } from '../../src/programme/money.ts';
import { togetherMissing } from '../../src/settlement/page/numbers.ts';
import type { Elsewhere } from '../../src/settlement/reconciliation/elsewhere.ts';
import type { HourClass, ReconciledHour } from '../../src/settlement/reconciliation/hour.ts';
import type { Reconciliation } from '../../src/settlement/reconciliation/reconcile.ts';
import type { TotalCheck } from '../../src/settlement/reconciliation/totals.ts';
import type { Settlement } from '../../src/settlement/settlement.ts';
import { verdictOf } from '../../src/settlement/verdict.ts';

const hourMs = 3_600_000;
const first = Date.parse('2026-10-31T04:00Z');

interface Made {
  readonly hourClass?: HourClass;
  /** Null: not billed. */
  readonly billedUsd?: string | null;
  readonly differenceUsd?: string | null;
}

const hourOf = (
  { hourClass = 'agree', billedUsd = '1', differenceUsd = '0' }: Made,
  index: number,
): ReconciledHour => ({
  resourceID: 'battery',
  startAt: first + index * hourMs,
  durationMs: hourMs,
  day: '2026-10-31',
  hourClass,
  metered: { energyWattHours: '1000', quality: 'measured', from: 'log', readings: [] },
  acknowledgedWattHours: 1000,
  billedAs: null,
  usdPerKwh: '1',
  expectedUsd: '1',
  billed: billedUsd === null ? null : { energyWattHours: '1000', usdPerKwh: '1', amountUsd: billedUsd, lines: [] },
  differenceUsd,
  parts: null,
  lines: [],
});

const verdict = (hours: readonly Made[], totals: readonly TotalCheck[] = []) => {
  const reconciliation: Reconciliation = {
    billFile: 'bill.csv',
    meterFile: null,
    rounding: { stage: 'interval', digits: 2, mode: 'HALF_EVEN' },
    timeZone: 'America/New_York',
    hours: hours.map(hourOf),
    byClass: [],
    totals,
    notes: [],
  };
  return verdictOf({ roundedUsd: '-9.13' } as Settlement, reconciliation);
};

const unbilled: Made = { hourClass: 'missingThere', billedUsd: null, differenceUsd: '-1' };
const total = (statedUsd: string, expectedUsd: string | null): TotalCheck => ({
  stage: 'bill',
  resourceID: null,
  startAt: null,
  endAt: null,
  line: 2,
  statedUsd,
  ownUsd: null,
  roundingUsd: '0.01',
  expectedUsd,
});
/** A total beside hours, and what those come to. */
const beside = (statedUsd: string, ownUsd: string, expectedUsd: string | null = ownUsd): TotalCheck => ({
  ...total(statedUsd, expectedUsd),
  line: 26,
  ownUsd,
});

describe('the verdict', () => {
  it('without a bill is what is owed, and to whom', () => {
    expect(verdictOf({ roundedUsd: '-1290.2' } as Settlement, null).text).toBe('Owed to you: $1,290.20.');
    expect(verdictOf({ roundedUsd: '3.5' } as Settlement, null).text).toBe('Owed by you: $3.50.');
  });

  it('is yes where nothing differs but by rounding, and says when no amount was compared', () => {
    expect(verdict([{}, { hourClass: 'roundingOnly', differenceUsd: '0.001' }])).toMatchObject({
      answer: 'yes',
      text: 'Yes, to the cent.',
      missingUsd: '0',
      partText: null,
    });
    expect(verdictOf({ roundedUsd: '0' } as Settlement, { ...reconciliationOfQuantities() }).text).toBe(
      'Yes, in quantity: the bill states no amounts.',
    );
  });

  it('is no, with what is missing or too much, and in how many hours', () => {
    expect(
      verdict([
        {},
        { hourClass: 'priceDiffers', differenceUsd: '10.30' },
        { hourClass: 'quantityDiffers', differenceUsd: '0.03' },
      ]),
    ).toMatchObject({ answer: 'no', text: 'No: $10.33 missing in 2 hours.', missingUsd: '10.33', hours: 2 });
    expect(verdict([{}, { hourClass: 'amountDiffers', differenceUsd: '-0.5' }]).text).toBe(
      'No: $0.50 too much in 1 hour.',
    );
    expect(
      verdict([
        { hourClass: 'priceDiffers', differenceUsd: '1' },
        { hourClass: 'priceDiffers', differenceUsd: '-1' },
      ]).text,
    ).toBe('No: 2 hours differ, and in money that comes to nothing.');
  });

  it('says of how many hours it cannot be told how much', () => {
    const untold: Made = { hourClass: 'missingHere', differenceUsd: null };
    expect(verdict([{}, untold]).text).toBe('No: 1 hour differs, and how much cannot be told.');
    expect(verdict([{ hourClass: 'priceDiffers', differenceUsd: '1' }, untold])).toMatchObject({
      text: 'No: $1.00 missing in 2 hours. Of 1 hour it cannot be told how much.',
      untoldHours: 1,
    });
  });

  it('is not yet for hours that the bill does not reach, and says first that it covers less', () => {
    expect(verdict([{}, {}, unbilled, unbilled])).toMatchObject({
      answer: 'notYet',
      text: 'Not yet: 2 hours are not billed.',
      partText:
        'The bill covers less than was asked: 2026-10-31 00:00 -04:00 to 2026-10-31 02:00 -04:00; 2 hours before or after it are not in it.',
    });
  });

  it('counts hours before the bill like those after it, and none that the bill reaches', () => {
    expect(verdict([unbilled, {}, {}])).toMatchObject({
      answer: 'notYet',
      text: 'Not yet: 1 hour is not billed.',
      missingUsd: null,
      hours: 0,
      partText:
        'The bill covers less than was asked: 2026-10-31 01:00 -04:00 to 2026-10-31 03:00 -04:00; 1 hour before or after it is not in it.',
    });
    expect(verdict([{ hourClass: 'priceDiffers', differenceUsd: '1' }, {}, unbilled])).toMatchObject({
      answer: 'no',
      hours: 1,
      untoldHours: 0,
      unbilledHours: 1,
    });
  });

  it('is not yet where the bill reaches no hour at all, and then covers no part that could be named', () => {
    expect(verdict([unbilled, unbilled])).toMatchObject({
      answer: 'notYet',
      text: 'Not yet: 2 hours are not billed.',
      unbilledHours: 2,
      partText: null,
    });
  });

  it('is yes to the cent where one hour of many states money, and tells of files of other days first', () => {
    const quantity = reconciliationOfQuantities();
    const hours = [...quantity.hours, hourOf({}, 1), hourOf({ hourClass: 'agree', billedUsd: null }, 2), hourOf({}, 3)];
    expect(verdictOf({ roundedUsd: '0' } as Settlement, { ...quantity, hours })).toMatchObject({
      answer: 'yes',
      missingUsd: '0',
    });
    const elsewhere: readonly Elsewhere[] = [
      { role: 'bill', text: 'One file is of May.' },
      { role: 'meter', text: 'Another is of June.' },
    ];
    expect(verdictOf({ roundedUsd: '0' } as Settlement, { ...quantity, hours }, elsewhere).partText).toBe(
      'One file is of May.\nAnother is of June.',
    );
  });

  it('says what is owed in words that hold for nothing, for thousands and for millions', () => {
    const owed = (roundedUsd: string) => verdictOf({ roundedUsd } as Settlement, null);
    expect(owed('1234567.891').text).toBe('Owed by you: $1,234,567.89.');
    expect(owed('0')).toMatchObject({ answer: 'owed', text: 'Owed to you: $0.00.', missingUsd: null });
  });

  it('is no for the first total that differs, whichever way', () => {
    expect(verdict([], [total('1.00', '1.00'), total('-9.30', '-9.13')])).toMatchObject({
      answer: 'no',
      text: 'No: $0.17 too much in a total: the bill states no hours.',
      missingUsd: '-0.17',
    });
    expect(verdict([], [total('1.00', '1.00')])).toMatchObject({ answer: 'yes', missingUsd: '0' });
  });

  it('is yes for a total that states exactly what ours is to the cent', () => {
    expect(verdict([], [total('-0.6794869', '-0.68')])).toMatchObject({
      answer: 'yes',
      text: 'Yes, to the cent, by its totals: the bill states no hours.',
    });
  });

  it('says exactly what is less than half a cent where hours differ by it', () => {
    expect(verdict([{ hourClass: 'quantityDiffers', differenceUsd: '0.0012' }]).text).toBe(
      'No: $0.0012 missing in 1 hour.',
    );
  });

  it('is no where the hours agree and a total is not their sum, and yes where it is the sum of either', () => {
    expect(verdict([{}, {}], [beside('3.00', '2.00')])).toMatchObject({
      answer: 'no',
      text: 'No: $1.00 missing in a total: the hours of the bill agree, and the total on line 26 is not their sum.',
      missingUsd: '1',
      hours: 0,
    });
    expect(verdict([{}, {}], [beside('-2.50', '-2.00')]).text).toMatch(/^No: \$0\.50 too much in a total:/);
    for (const held of [beside('2.00', '2.00', null), beside('2.02', '2.00', '2.02'), beside('2.004', '2.00')])
      expect(verdict([{}, {}], [held])).toMatchObject({ answer: 'yes', text: 'Yes, to the cent.' });
  });

  it('does not say no for what rounding may explain, and says that it may', () => {
    expect(verdict([{}, {}], [{ ...beside('2.02', '2.00'), roundingUsd: '0.02' }])).toMatchObject({
      answer: 'yes',
      text: 'Yes, to the cent. The total on line 26 is $0.02 off the sum of its hours, which rounding may explain.',
    });
  });

  it('says of a total beside hours that differ that it is not their sum', () => {
    expect(verdict([{}, { hourClass: 'priceDiffers', differenceUsd: '0.36' }], [beside('1.00', '2.00')])).toMatchObject(
      {
        answer: 'no',
        text: 'No: $0.36 missing in 1 hour. The total on line 26 is not the sum of its hours: $1.00 too much.',
        missingUsd: '0.36',
      },
    );
  });

  it('weighs totals where hours state no amounts', () => {
    const hours = reconciliationOfQuantities();
    const of = (held: TotalCheck) => verdictOf({ roundedUsd: '0' } as Settlement, { ...hours, totals: [held] });
    expect(of(total('1.00', '1.00')).text).toBe('Yes, to the cent, by its totals: its hours state no amounts.');
    expect(of(total('3.00', '1.00')).text).toBe('No: $2.00 missing in a total: its hours state no amounts.');
  });

  it('of any bill never says no with an amount that is shown as nothing', () => {
    const usd = fc
      .integer({ min: -300_000, max: 300_000 })
      .map((millionths) => decimalText(shift(decimalOf(String(millionths)), -6)));
    const small = fc
      .integer({ min: -9_999, max: 9_999 })
      .map((millionths) => decimalText(shift(decimalOf(String(millionths)), -6)));
    const hour = fc.record({
      hourClass: fc.constantFrom<HourClass>('agree', 'quantityDiffers', 'priceDiffers'),
      differenceUsd: fc.oneof(usd, small, fc.constant(null)),
    });
    fc.assert(
      fc.property(
        fc.array(hour, { maxLength: 4 }),
        fc.array(fc.tuple(usd, small), { maxLength: 3 }),
        (hours, totals) => {
          const { answer, text } = verdict(
            hours,
            totals.map(([stated, off]) => total(stated, sumOf([stated, off]))),
          );
          if (answer === 'no') expect(text).not.toMatch(/\$0\.0+(?!\d)/);
          for (const { differenceUsd } of hours) {
            const [, shownUsd] = /^([\d.]+) USD/.exec(togetherMissing(differenceUsd ?? '0')) ?? [];
            expect(Number(shownUsd ?? 1)).not.toBe(0);
          }
        },
      ),
    );
  });

  it('is no for an hour that is missing within the bill, whatever is missing after it', () => {
    expect(verdict([{}, { ...unbilled, differenceUsd: '0.4' }, {}, unbilled])).toMatchObject({
      answer: 'no',
      text: 'No: $0.40 missing in 1 hour.',
      unbilledHours: 1,
    });
  });

  it('rests on totals where the bill has no hours, and says when those say nothing', () => {
    expect(verdict([], [total('-9.13', '-9.13')]).text).toBe(
      'Yes, to the cent, by its totals: the bill states no hours.',
    );
    expect(verdict([], [total('-9.00', '-9.13')]).text).toBe('No: $0.13 missing in a total: the bill states no hours.');
    expect(verdict([], [total('-9.00', null)]).answer).toBe('unknown');
  });
});

function reconciliationOfQuantities(): Reconciliation {
  const hour = hourOf({}, 0);
  return {
    billFile: 'bill.csv',
    meterFile: null,
    rounding: { stage: 'interval', digits: 2, mode: 'HALF_EVEN' },
    timeZone: 'America/New_York',
    hours: [
      {
        ...hour,
        differenceUsd: null,
        billed: { energyWattHours: '1000', usdPerKwh: null, amountUsd: null, lines: [] },
      },
    ],
    byClass: [],
    totals: [],
    notes: [],
  };
}
