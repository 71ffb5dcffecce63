import { describe, expect, it } from 'vitest';
import { hourMs } from '../../../src/programme/calendar.ts';
import { accepted, cancelled, priceSignal } from '../../store/projections/drEventFacts.ts';
import { agentStarted, meterRead, settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  delivered,
  exceptionsAt,
  hour,
  kindsAt,
  later,
  lineAt,
  metered,
  priced,
  requested,
  settled,
  started,
} from '../support/facts.ts';

const hourly = (change: (index: number) => string): readonly string[] =>
  Array.from({ length: 24 }, (_, index) => change(index));

/** The day priced at 0.10, two hours metered: 1 kWh drawn, then 2 kWh delivered. */
const first: readonly Told[] = [
  started,
  priced('0.1'),
  ...metered([
    [1_000, 0],
    [0, 2_000],
  ]),
];

describe('a price that changes after an hour was complete', () => {
  const revised = priced(
    hourly((index) => (index === 1 ? '0.3' : '0.1')),
    { modificationNumber: 1 },
    at(5),
  );

  it('makes an adjustment of that hour and of no other: old, new, difference, because, position', () => {
    const settlement = settled([...first, revised]);
    expect(settlement.adjustments).toEqual([
      {
        resourceID: 'battery',
        startAt: at(1),
        durationMs: hourMs,
        day: '2026-07-29',
        because: 'priceRevised',
        position: 5,
        at: at(5),
        oldWattHours: -2_000,
        newWattHours: -2_000,
        oldUsdPerKwh: '0.1',
        newUsdPerKwh: '0.3',
        oldUsd: '-0.2',
        newUsd: '-0.6',
        deltaUsd: '-0.4',
      },
    ]);
  });

  it('leaves the first line as it was, and first lines and adjustments together are the present', () => {
    const settlement = settled([...first, revised]);
    expect(lineAt(settlement, 1)).toMatchObject({
      first: { money: { amountUsd: '-0.2' }, position: 4 },
      money: { amountUsd: '-0.6' },
      importUsdPerKwh: '0.3',
    });
    expect(settlement.totals).toMatchObject({ firstUsd: '-0.1', adjustmentsUsd: '-0.4', amountUsd: '-0.5' });
  });

  it('is not known as of the moment before', () => {
    const settlement = settled(first);
    expect(settlement.adjustments).toEqual([]);
    expect(settlement.totals.amountUsd).toBe('-0.1');
  });

  it('given an hour without energy, then the adjustment says that its price changed and its amount did not', () => {
    const settlement = settled([
      started,
      priced('0.1'),
      ...metered([[0, 0]]),
      priced('0.2', { modificationNumber: 1 }, at(5)),
    ]);
    expect(settlement.adjustments).toMatchObject([{ oldUsdPerKwh: '0.1', newUsdPerKwh: '0.2', deltaUsd: '0' }]);
  });

  it('before the hour was complete makes no adjustment: the first line has the price that held then', () => {
    const settlement = settled([
      started,
      priced('0.1'),
      priced('0.2', { modificationNumber: 1 }, at(-6)),
      ...metered([[1_000, 0]]),
    ]);
    expect(settlement.adjustments).toEqual([]);
    expect(lineAt(settlement, 0).first?.money.amountUsd).toBe('0.2');
  });

  it('given prices that come after the readings, then the first line is complete with the prices', () => {
    const settlement = settled([started, ...metered([[1_000, 0]]), priced('0.1', {}, at(3))]);
    expect(lineAt(settlement, 0).first).toMatchObject({ position: 3, at: at(3) });
    expect(settlement.adjustments).toEqual([]);
  });
});

describe('an event that is cancelled after an hour was complete', () => {
  it('given a cancellation that was said, then hours after it lose their price by an adjustment, and are exceptions', () => {
    const settlement = settled([...first, cancelled(at(3), 'event-1', { endsAt: at(1) })]);
    expect(settlement.adjustments).toMatchObject([
      { startAt: at(1), because: 'priceCancelled', oldUsd: '-0.2', newUsd: null, deltaUsd: '0.2' },
    ]);
    expect(settlement.totals).toMatchObject({ firstUsd: '-0.1', adjustmentsUsd: '0.2', amountUsd: '0.1' });
    expect(kindsAt(settlement, 1)).toEqual(['unpriced']);
    expect(lineAt(settlement, 1).first?.money.amountUsd).toBe('-0.2');
  });

  it('given a cancellation by silence, then nothing changes until other prices take its place', () => {
    const silent = [...first, cancelled(at(3), 'event-1', { by: 'implicit', endsAt: at(3) })];
    expect(settled(silent).adjustments).toEqual([]);
    const settlement = settled([...silent, priced('0.5', { eventID: 'event-2' }, at(4))]);
    expect(settlement.adjustments.map(({ startAt, because, deltaUsd }) => [startAt, because, deltaUsd])).toEqual([
      [at(0), 'priceRevised', '0.4'],
      [at(1), 'priceRevised', '-0.8'],
    ]);
    expect(settlement.exceptions.filter(({ kind }) => kind === 'doublyPriced')).toEqual([]);
  });
});

describe('a reading that is corrected', () => {
  const correction = meterRead(at(1), 1_500, 2_000, { readAt: at(1) });
  const corrected: Told = [at(6), 'MeterRead', correction[2] as never];

  it('makes an adjustment of both hours it is an edge of, and their sum stays what the registers say', () => {
    const settlement = settled([
      started,
      priced('0.1'),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      corrected,
    ]);
    expect(settlement.adjustments).toMatchObject([
      {
        startAt: at(0),
        because: 'readingCorrected',
        oldWattHours: 1_000,
        newWattHours: 500,
        deltaUsd: '-0.05',
        position: 5,
        at: at(6),
      },
      {
        startAt: at(1),
        because: 'readingCorrected',
        oldWattHours: 1_000,
        newWattHours: 1_500,
        deltaUsd: '0.05',
        position: 5,
      },
    ]);
    expect(settlement.totals.energyWattHours).toBe(2_000);
    expect(lineAt(settlement, 0).reading.positions).toEqual([2, 5]);
  });

  it('does not change what the VTN was told: that is an exception with the difference at stake', () => {
    const facts = [
      started,
      ...requested(),
      priced('0.1'),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      ...delivered([hour(0, 1_000), hour(1, 1_000)], 'acknowledged'),
      corrected,
    ];
    const settlement = settled(facts);
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      {
        kind: 'reportedDiffers',
        stake: { lowUsd: '0.05', highUsd: '0.1' },
        detail: 'It was acknowledged as 1000 Wh and metered as 500 Wh.',
      },
    ]);
    expect(lineAt(settlement, 0).delivery).toMatchObject({ acknowledgedWattHours: 1_000, reportedWattHours: 1_000 });
  });

  it('given the same registers once more, then nothing was corrected', () => {
    const again: Told = [at(6), 'MeterRead', meterRead(at(1), 2_000, 2_000)[2] as never];
    const settlement = settled([started, priced('0.1'), ...metered([[1_000, 0]]), again]);
    expect(settlement.adjustments).toEqual([]);
    expect(lineAt(settlement, 0).reading.positions).toEqual([2, 3]);
  });

  it('given a failure after a reading, then the reading stands', () => {
    const failed: Told = [
      at(6),
      'MeterReadFailed',
      { resourceID: 'battery', boundaryAt: at(1), quality: 'Comm Failure', detail: 'no answer' },
    ];
    expect(settled([started, priced('0.1'), ...metered([[1_000, 0]]), failed]).adjustments).toEqual([]);
  });
});

describe('other changes', () => {
  it('given a clock that ran ahead and is set back, then what was read for instants to come is withdrawn, and read anew', () => {
    const facts: Told[] = [
      started,
      priced('0.1'),
      ...metered([
        [1_000, 0],
        [500, 0],
      ]),
      [at(1) + 60_000, 'ClockJumped', { jumpMs: -hourMs }],
    ];
    const withdrawn = settled(facts);
    expect(withdrawn.adjustments).toMatchObject([
      { startAt: at(1), because: 'readingWithdrawn', oldUsd: '0.05', newUsd: null },
    ]);
    const anew = settled([...facts, meterRead(at(2), 2_700, 2_000)]);
    expect(anew.adjustments).toMatchObject([
      { because: 'readingWithdrawn' },
      { startAt: at(1), because: 'readingCorrected', oldUsd: null, newUsd: '0.07' },
    ]);
    expect(anew.totals).toMatchObject({ firstUsd: '0.15', adjustmentsUsd: '0.02', amountUsd: '0.17' });
  });

  it('given hours that were dated by a wrong clock, when they are disowned, then they are worth nothing any more', () => {
    const facts: readonly Told[] = [
      started,
      priced('0.1'),
      ...metered([
        [1_000, 0],
        [500, 0],
      ]),
      [at(50), 'ReadingsDisowned', { fromPosition: 0, beforePosition: 5, clockOffsetMs: 48 * hourMs }],
    ];
    const { adjustments, totals } = settled(facts);
    expect(adjustments).toMatchObject([
      { startAt: at(0), because: 'readingWithdrawn', oldUsd: '0.1', newUsd: null },
      { startAt: at(1), because: 'readingWithdrawn', oldUsd: '0.05', newUsd: null },
    ]);
    expect(totals).toMatchObject({ amountUsd: '0' });
  });

  it('given a price unit that is corrected, then hours of before keep their price, and hours to come are read by it', () => {
    const facts = [
      started,
      priced('10'),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      agentStarted(at(2.5), { priceUnit: 'cents_per_kwh' }),
      ...metered(
        [
          [1_000, 0],
          [1_000, 0],
        ],
        2,
      ).slice(1),
    ];
    const settlement = settled(facts);
    expect([0, 1, 2, 3].map((index) => lineAt(settlement, index).importUsdPerKwh)).toEqual(['10', '10', '10', '0.1']);
    expect(settlement.adjustments).toEqual([]);
  });

  it('given limits of a device that are lowered, then what it did before stays settled', () => {
    const [battery] = settings.devices;
    const weak = [{ resourceID: 'battery', maxChargeWatts: 500, maxDischargeWatts: 500 }];
    const facts = [
      started,
      priced('0.1'),
      ...metered([
        [4_000, 0],
        [0, 4_000],
      ]),
      agentStarted(at(2), { devices: weak }),
      ...metered([[4_000, 0]], 2).slice(1),
    ];
    expect(battery?.maxChargeWatts).toBe(5_000);
    const settlement = settled(facts);
    expect(settlement.adjustments).toEqual([]);
    expect([0, 1].map((index) => lineAt(settlement, index).money?.amountUsd)).toEqual(['0.4', '-0.4']);
    expect(lineAt(settlement, 2).money).toBeNull();
    expect(settled([...facts.slice(0, -2), agentStarted(at(5), { devices: [] })]).adjustments).toEqual([]);
  });

  it('given another time zone, then hours of before stay in the days they were in', () => {
    const facts = [
      started,
      priced('0.1'),
      ...metered([[1_000, 0]]),
      agentStarted(at(30), { timeZone: 'Asia/Kolkata' }),
    ];
    const settlement = settled(facts, { ...later, timeZone: 'Asia/Kolkata' });
    expect(settlement.adjustments).toEqual([]);
    expect(settlement.lines.map(({ startAt }) => startAt)).toEqual(Array.from({ length: 24 }, (_, index) => at(index)));
    expect(lineAt(settlement, 0)).toMatchObject({ day: '2026-07-29', money: { amountUsd: '0.1' } });
  });

  it('given bounds of what is believed that are narrowed, then prices of before are believed as they were', () => {
    const facts = [
      started,
      priced('5'),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      agentStarted(at(1), { plausibleUsdPerKwhMax: 1 }),
    ];
    const settlement = settled(facts, later);
    expect(kindsAt(settlement, 0)).not.toContain('implausiblePrice');
    expect(kindsAt(settlement, 1)).toContain('implausiblePrice');
  });

  it('given a reading that shows a register going backwards within a complete hour, then the hour is taken back', () => {
    const facts = [
      started,
      accepted(at(-7), { startAt: at(0), activeMs: hourMs }, [priceSignal(['0.1'])]),
      ...metered([[1_000, 0]]),
      meterRead(at(0.5), 900, 2_000),
    ];
    const settlement = settled(facts);
    expect(settlement.adjustments).toMatchObject([
      { startAt: at(0), because: 'readingCorrected', oldUsd: '0.1', newUsd: null, deltaUsd: '-0.1' },
    ]);
    expect(kindsAt(settlement, 0)).toEqual(['registerWentBackwards']);
  });
});
