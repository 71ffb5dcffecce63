import { describe, expect, it } from 'vitest';
import { hourMs } from '../../../src/programme/calendar.ts';
import { exceptionRuns } from '../../../src/settlement/exceptionRuns.ts';
import { registersOf } from '../../../src/settlement/meter.ts';
import type { ReadingVersion } from '../../../src/settlement/ledgerLine.ts';
import { settle } from '../../../src/settlement/settle.ts';
import { agentStarted, meterRead, settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  day,
  delivered,
  exceptionsAt,
  hour,
  kindsAt,
  later,
  ledgerOf,
  lineAt,
  metered,
  priced,
  requested,
  settled,
  started,
  timeZone,
} from '../support/facts.ts';

const failed = (index: number, quality: 'Comm Failure' | 'Device Failure' = 'Comm Failure'): Told => [
  at(index),
  'MeterReadFailed',
  { resourceID: 'battery', boundaryAt: at(index), quality, detail: 'no answer' },
];

describe('an hour without a price', () => {
  it('given prices about it, then it lies between what they would make of it', () => {
    const facts = [
      started,
      priced(['0.1', '0.4']),
      ...metered([
        [1_000, 0],
        [1_000, 0],
        [2_000, 500],
      ]),
    ];
    expect(exceptionsAt(settled(facts), 2)).toMatchObject([
      {
        kind: 'unpriced',
        energyWattHours: 1_500,
        stake: { lowUsd: '0', highUsd: '0.75', basis: 'its energy, at the prices of the weeks about it' },
        positions: [4, 5],
      },
    ]);
  });

  it('given no price anywhere, then nothing bounds it, and the total says so', () => {
    const settlement = settled([started, ...metered([[1_000, 0]])], { asOf: { position: 2, at: at(1) } });
    expect(exceptionsAt(settlement, 0)).toMatchObject([{ kind: 'unpriced', stake: { lowUsd: null, highUsd: null } }]);
    expect(settlement.totals).toMatchObject({ unboundedHours: 1, settledHours: 0, atStakeUsd: '0' });
  });
});

describe('an hour with two prices', () => {
  it('given two listed events that differ, then it is left open between them', () => {
    const settlement = settled([
      started,
      priced('0.1'),
      priced('0.3', { eventID: 'event-2' }),
      ...metered([[2_000, 0]]),
    ]);
    expect(lineAt(settlement, 0).money).toBeNull();
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      {
        kind: 'doublyPriced',
        stake: { lowUsd: '0.2', highUsd: '0.6', basis: 'its energy, at the prices stated for it' },
        positions: [2, 1],
      },
    ]);
    expect(exceptionsAt(settlement, 0)[0]?.detail).toBe(
      '"event-1" states 0.1 USD/kWh and "event-2" states 0.3 USD/kWh.',
    );
  });

  it('given two listed events that say the same, then nothing is wrong', () => {
    const settlement = settled([
      started,
      priced('0.1'),
      priced('0.1', { eventID: 'event-2' }),
      ...metered([[2_000, 0]]),
    ]);
    expect(lineAt(settlement, 0).money?.amountUsd).toBe('0.2');
    expect(kindsAt(settlement, 0)).toEqual([]);
  });
});

describe('an hour that was not measured', () => {
  const facts = [started, priced('0.5'), meterRead(at(0), 1_000, 2_000), failed(1), meterRead(at(2), 3_000, 2_500)];

  it('lies within what the registers grew by about it, and what the device can do', () => {
    const settlement = settled(facts);
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      {
        kind: 'missing',
        energyWattHours: null,
        stake: {
          lowUsd: '-0.25',
          highUsd: '1',
          basis: 'what the registers grew by about it and what the device can do in an hour, at its price',
        },
        text: 'It was not measured: Comm Failure.',
        positions: [2, 3],
      },
    ]);
    expect(lineAt(settlement, 0)).toMatchObject({
      money: null,
      importUsdPerKwh: '0.5',
      reading: { quality: 'missing', bad: 'Comm Failure' },
    });
  });

  it('given nothing after it, then what the device can do bounds it', () => {
    expect(exceptionsAt(settled(facts.slice(0, 4)), 0)).toMatchObject([
      { kind: 'missing', stake: { lowUsd: '-2.5', highUsd: '2.5' } },
    ]);
  });

  it('never becomes a line, and those that follow one another are told as one', () => {
    const settlement = settled(facts);
    expect(settlement.lines.filter(({ money }) => money !== null)).toEqual([]);
    const runs = exceptionRuns(settlement.exceptions);
    expect(runs.map(({ hours, kind, startAt }) => [hours, kind, startAt])).toEqual([
      [2, 'missing', at(0)],
      [22, 'missing', at(2)],
    ]);
    expect(runs.reduce((sum, { hours }) => sum + hours, 0)).toBe(settlement.lines.length);
  });

  it('given a device that was configured and never read, then its hours are missing all the same', () => {
    const kinds = (atMs: number): readonly string[] =>
      settled([started, priced('0.5')], { asOf: { position: 1, at: atMs } }).exceptions.map(({ kind }) => kind);
    expect(kinds(at(2) + 60_000)).toEqual(['missing', 'missing']);
    expect(kinds(at(2) + 59_999), 'its last reading may still come').toEqual(['missing']);
  });

  it('given a register that went backwards, then it says so', () => {
    const backwards = [started, priced('0.5'), meterRead(at(0), 5_000, 2_000), meterRead(at(1), 100, 2_000)];
    expect(exceptionsAt(settled(backwards), 0)).toMatchObject([
      { kind: 'registerWentBackwards', positions: [2, 3], stake: { lowUsd: '-2.5', highUsd: '2.5' } },
    ]);
  });

  it('given more energy than the device can have, then it is not believed', () => {
    const facts = [started, priced('0.5'), ...metered([[50_000, 0]])];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      { kind: 'missing', text: 'It was not measured: Sensor Failure.', stake: { lowUsd: '0', highUsd: '2.5' } },
    ]);
  });
});

describe('an hour by another meter', () => {
  it('given one that says it was estimated, then all of its amount is at stake', () => {
    const facts = [started, priced('0.5'), ...metered([[1_000, 0]])];
    const registers = registersOf(ledgerOf(facts).usage);
    const meter = (...of: Parameters<typeof registers>): ReadingVersion => ({
      ...registers(...of),
      importWattHours: 700,
      exportWattHours: 0,
      source: 'interval',
      quality: 'estimated',
    });
    const settlement = settle(ledgerOf(facts), {
      startAt: at(0),
      endAt: at(1),
      asOf: { position: 3, at: at(1) },
      timeZone,
      meter,
      resourceIDs: ['battery'],
    });
    expect(settlement.lines).toMatchObject([{ importWattHours: 700, money: { amountUsd: '0.35' }, first: null }]);
    expect(settlement.exceptions).toMatchObject([{ kind: 'estimated', stake: { lowUsd: '0', highUsd: '0.35' } }]);
  });
});

describe('an hour on its way to the VTN', () => {
  const base = [
    started,
    ...requested(),
    priced('0.5'),
    ...metered([
      [1_000, 0],
      [0, 2_000],
    ]),
  ];
  const both = [hour(0, 1_000), hour(1, -2_000)];

  it('given an acknowledgement of the metered value, then nothing is wrong', () => {
    const settlement = settled([...base, ...delivered(both, 'acknowledged')], { asOf: { position: 20, at: at(2) } });
    expect(settlement.exceptions).toEqual([]);
    expect(lineAt(settlement, 0).delivery).toMatchObject({
      status: 'acknowledged',
      reportRequestIDs: ['request-1'],
      requestIDs: ['message-1'],
      responseCodes: ['200'],
      positions: [10],
    });
  });

  it.each([
    ['due', 'undelivered', 'It is owed: no report has carried it to the VTN yet.'],
    ['sending', 'undelivered', 'It is being sent, and its day is long over.'],
    ['rejected', 'rejected', 'The VTN refused it (454: unknown rID).'],
    ['doubted', 'unknownOutcome', 'It was sent, and nobody knows whether the VTN counted it (the answer was lost).'],
  ] as const)(
    'given that it is %s, then it is %s with all of its amount at stake, and stays in the lines',
    (outcome, kind, text) => {
      const settlement = settled([...base, ...delivered(both, outcome)], later);
      expect(exceptionsAt(settlement, 0)).toMatchObject([{ kind, text, stake: { lowUsd: '0', highUsd: '0.5' } }]);
      expect(exceptionsAt(settlement, 1)).toMatchObject([{ kind, stake: { lowUsd: '-1', highUsd: '0' } }]);
      expect(settlement.totals.amountUsd).toBe('-0.5');
    },
  );

  it('given that it was in doubt and went again, then the VTN may have counted it twice, and both sendings show it', () => {
    const again = delivered(both, 'acknowledged', 'delivery-2');
    const settlement = settled([...base, ...delivered(both, 'doubted'), ...again], later);
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      {
        kind: 'perhapsToldTwice',
        text: 'It was told again after a sending whose outcome is unknown, so the VTN may have counted it twice.',
        stake: { lowUsd: '0.5', highUsd: '1', basis: 'its amount once and twice' },
      },
    ]);
    expect(lineAt(settlement, 0).delivery).toMatchObject({
      status: 'acknowledged',
      acknowledgedWattHours: 1_000,
      deliveryIDs: ['delivery-2'],
      perhapsTwiceIDs: ['delivery-1'],
    });
    expect(settlement.totals.amountUsd).toBe('-0.5');
  });

  it('given a doubt that a person let go because it was not counted, then nobody has it twice', () => {
    const released: Told = [
      at(24) + 70_000,
      'UsageDeliveryReleased',
      { deliveryID: 'delivery-1', because: 'a person' },
    ];
    const again = delivered(both, 'acknowledged', 'delivery-2');
    const settlement = settled([...base, ...delivered(both, 'doubted'), released, ...again], later);
    expect([kindsAt(settlement, 0), kindsAt(settlement, 1)]).toEqual([[], []]);
  });

  it.each([
    ['the same hours', both],
    [
      'half hours',
      [0, 1, 2, 3].map((half) => ({
        ...hour(0, half < 2 ? 500 : -1_000),
        startAt: at(half / 2),
        durationMs: hourMs / 2,
      })),
    ],
    ['both hours as one interval', [{ ...hour(0, -1_000), durationMs: 2 * hourMs }]],
  ])('given that two requests in force were each told it, the other in %s, then it counts once', (_, intervals) => {
    const facts = [
      ...base,
      ...delivered(both, 'acknowledged'),
      ...requested(at(-18), 'request-2').slice(2),
      ...delivered(intervals, 'acknowledged', 'delivery-2'),
    ];
    const settlement = settled(facts, later);
    expect([kindsAt(settlement, 0), kindsAt(settlement, 1)]).toEqual([[], []]);
    expect(settlement.totals.amountUsd).toBe('-0.5');
    expect([0, 1].map((index) => lineAt(settlement, index).delivery)).toMatchObject([
      { status: 'acknowledged', acknowledgedWattHours: 1_000 },
      { status: 'acknowledged', acknowledgedWattHours: -2_000 },
    ]);
  });

  it('given that nobody asked for it, then it is undelivered once its day is over, and not before', () => {
    expect(kindsAt(settled(base, later), 0)).toEqual(['undelivered']);
    expect(kindsAt(settled(base, { asOf: { position: 8, at: at(23) } }), 0)).toEqual([]);
    expect(kindsAt(settled(base, { asOf: { position: 8, at: day.endAt + 30 * 60_000 } }), 0)).toEqual([]);
  });

  it('given that it was acknowledged as not measured and read later, then all of its amount is at stake', () => {
    const facts = [
      started,
      ...requested(),
      priced('0.5'),
      meterRead(at(0), 0, 0),
      ...delivered([hour(0, null)], 'acknowledged'),
      meterRead(at(1), 1_000, 0, { readAt: at(1) }),
    ];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      {
        kind: 'reportedDiffers',
        detail: 'It was acknowledged as not measured and metered as 1000 Wh.',
        stake: { lowUsd: '0', highUsd: '0.5' },
      },
    ]);
  });

  it('given that it was acknowledged within a longer interval, then that interval is compared as a whole', () => {
    const longer = (energyWattHours: number): readonly Told[] => [
      ...base,
      ...delivered([{ startAt: at(0), durationMs: 2 * hourMs, energyWattHours }], 'acknowledged'),
    ];
    expect(kindsAt(settled(longer(-1_000)), 0)).toEqual([]);
    expect(kindsAt(settled(longer(-900)), 0)).toEqual(['reportedDiffers']);
  });
});

describe('an hour at a strange price', () => {
  it('given a price beyond the bounds, then its amount is booked, and at stake', () => {
    const settlement = settled([
      agentStarted(at(-20), { plausibleUsdPerKwhMax: 2 }),
      priced(['1', '25']),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
    ]);
    expect(kindsAt(settlement, 0)).toEqual([]);
    expect(exceptionsAt(settlement, 1)[0]).toMatchObject({
      kind: 'implausiblePrice',
      stake: { lowUsd: '0', highUsd: '25' },
    });
    expect(lineAt(settlement, 1).money?.amountUsd).toBe('25');
  });
});

describe('an hour whose record is not whole', () => {
  const repaired = (fromPosition: number, toPosition: number): Told => [
    at(5),
    'LogRepaired',
    {
      findings: ['a table is damaged'],
      lost: [{ fromPosition, toPosition, fromAt: at(-6), toAt: at(-5) }],
      lostEntries: toPosition - fromPosition + 1,
      lostWires: 0,
      headAfter: { position: 4, hash: 'ab' },
      seal: { fromPosition: 0, toPosition, gaps: 1, entries: 1, digest: 'ab' },
    },
  ];

  it('given entries lost after its price came, then a change of it may be among them, and it lies within the prices about it', () => {
    const settlement = settled([
      started,
      priced(['0.1', '0.3']),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      repaired(2, 9),
    ]);
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      { kind: 'recordLost', stake: { lowUsd: '0.1', highUsd: '0.3' }, positions: [5] },
    ]);
    expect(exceptionsAt(settlement, 0)[0]?.text).toContain('The entries 2 to 9 of the log were lost');
    expect(lineAt(settlement, 0).money?.amountUsd).toBe('0.1');
  });

  it('given entries lost before its price came, then nothing is wrong', () => {
    expect(kindsAt(settled([started, priced('0.1'), ...metered([[1_000, 0]]), repaired(0, 1)]), 0)).toEqual([]);
  });
});

describe('what is at stake', () => {
  it('given several exceptions of one hour, then the widest counts, once', () => {
    const facts = [agentStarted(at(-20), { plausibleUsdPerKwhMax: 2 }), priced('3'), ...metered([[1_000, 0]])];
    const settlement = settled(facts, { ...later, endAt: at(1) });
    expect(kindsAt(settlement, 0)).toEqual(['undelivered', 'implausiblePrice']);
    expect(settlement.totals.atStakeUsd).toBe('3');
  });

  it('knows every device of the settings by its limits', () => {
    expect(settings.devices[0]).toMatchObject({ maxChargeWatts: 5_000, maxDischargeWatts: 5_000 });
  });
});
