import { describe, expect, it } from 'vitest';
import type { PricesContested } from '../../../src/facts/output.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { deliveryGraceMs } from '../../../src/settlement/exceptions.ts';
import { registersOf } from '../../../src/settlement/meter.ts';
import { settle } from '../../../src/settlement/settle.ts';
import { accepted, priceSignal, pricesAccepted } from '../../store/projections/drEventFacts.ts';
import { agentStarted, meterRead, settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  day,
  delivered,
  exceptionsAt,
  fivePm,
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

/** Where an exception of an hour begins and ends: one step to either side of each bound. */

/** What the VTN listed for the event at another time, and was refused. */
const refused = (prices: readonly string[], when = at(-6), startAt = day.startAt): Told => {
  const [, type, data] = pricesAccepted(when, startAt, prices);
  if (type !== 'PricesReceived') throw new Error('prices are received');
  return [when, 'PricesContested', { ...data, because: 'other content under the same modificationNumber' }];
};

describe('an hour whose price was listed otherwise too', () => {
  it('given that it is metered, then it comes to one of the amounts, and both entries are named', () => {
    const facts = [started, priced('0.1'), refused(['0.3', '0.05']), ...metered([[1_000, 0]])];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      {
        kind: 'contestedPrice',
        detail: 'Refused at 0.3 USD/kWh.',
        positions: [1, 2],
        stake: { lowUsd: '0.1', highUsd: '0.3', basis: 'its amount at the price that holds and at the refused ones' },
      },
    ]);
  });

  it('given several listings, then the widest of them bound it, and each is named once', () => {
    const facts = [
      started,
      priced('0.1'),
      refused(['0.3'], at(-6)),
      refused(['0.05'], at(-5)),
      refused(['0.3', '0.2'], at(-4)),
      ...metered([[1_000, 0]]),
    ];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      {
        detail: 'Refused at 0.3 and 0.05 USD/kWh.',
        stake: { lowUsd: '0.05', highUsd: '0.3' },
        positions: [1, 2, 3, 4],
      },
    ]);
  });

  describe('with a series of its own for what is delivered', () => {
    const series = { exportSignalID: 'signal-2' };
    const both = (drawn: string, delivered: string) => [
      priceSignal([drawn], hourMs, { signalID: 'signal-1' }),
      priceSignal([delivered], hourMs, { signalID: 'signal-2' }),
    ];
    const stated = (drawn: string, delivered: string, when = fivePm): Told =>
      accepted(when, { startAt: at(0), activeMs: hourMs }, both(drawn, delivered));
    const listed = (drawn: string, delivered: string, when = at(-6)): Told => {
      const [, , data] = stated(drawn, delivered, when);
      return [when, 'PricesContested', { ...(data as PricesContested), because: 'other content' }];
    };
    const contestOf = (...listings: readonly Told[]) =>
      exceptionsAt(settled([started, stated('0.1', '0.2'), ...listings, ...metered([[1_000, 3_000]])], { series }), 0);

    it('given that only this was listed otherwise, then the hour is contested all the same', () => {
      expect(contestOf(listed('0.1', '0.5'))).toMatchObject([
        {
          kind: 'contestedPrice',
          detail: 'Refused at 0.5 USD/kWh.',
          positions: [1, 2],
          stake: { lowUsd: '-1.4', highUsd: '-0.5' },
        },
      ]);
    });

    it('given that both were, then the prices of one listing belong together', () => {
      expect(contestOf(listed('0.4', '0.5'))).toMatchObject([
        { detail: 'Refused at 0.4 and 0.5 USD/kWh.', positions: [1, 2], stake: { lowUsd: '-1.1', highUsd: '-0.5' } },
      ]);
    });

    it('given a listing of which one price was refused before, then the amount is that of both of its prices', () => {
      expect(contestOf(listed('0.4', '0.2'), listed('0.4', '0.5', at(-5)))).toMatchObject([
        { detail: 'Refused at 0.4 and 0.5 USD/kWh.', positions: [1, 2, 3], stake: { lowUsd: '-1.1', highUsd: '-0.2' } },
      ]);
    });

    it('given the prices that hold then nothing is contested', () => {
      expect(contestOf(listed('0.1', '0.2'))).toEqual([]);
    });
  });

  it('given that it is not metered, then nothing is computed from energy that nobody knows', () => {
    const facts = [started, priced('0.1'), refused(['0.3']), meterRead(at(0), 0)];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      { kind: 'contestedPrice', energyWattHours: null, stake: { lowUsd: '-0.5', highUsd: '0.5' } },
      { kind: 'missing' },
    ]);
  });

  it.each([
    ['the same price', [priced('0.1'), refused(['0.1'])]],
    ['a price for another hour', [priced('0.1'), refused(['0.3'], at(-6), at(1))]],
    ['a price that ended where it starts', [priced('0.1'), refused(['0.3'], at(-6), at(-1))]],
    [
      'what was stated before its own',
      [
        priced('0.2', { modificationNumber: 1 }, at(-9)),
        refused(['0.3'], at(-8)),
        priced('0.1', { modificationNumber: 2 }),
      ],
    ],
  ] as const)('given %s, then nothing is contested', (_, facts) => {
    expect(kindsAt(settled([started, ...facts, ...metered([[1_000, 0]])]), 0)).toEqual([]);
  });

  it('given that two listed events contradict each other as well, then that is told, and not this', () => {
    const facts = [started, priced('0.1'), priced('0.2', { eventID: 'event-2' }), refused(['0.3'])];
    expect(kindsAt(settled([...facts, ...metered([[1_000, 0]])]), 0)).toEqual(['doublyPriced']);
  });

  it('given a VTN that lists a new price with each poll, then eight of them are kept', () => {
    const listings = Array.from({ length: 12 }, (_, index) => refused([`0.${index + 2}0`], at(-6) + index));
    const facts = [started, priced('0.1'), ...listings, ...metered([[1_000, 0]])];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([{ positions: [1, 2, 3, 4, 5, 6, 7, 8, 9] }]);
  });
});

describe('an hour without a price for all of it', () => {
  it.each([
    ['none', [], 'No price is known for it.'],
    [
      'half of it',
      [accepted(fivePm, { startAt: at(0), activeMs: hourMs / 2 }, [priceSignal(['0.1'], hourMs / 2)])],
      'For some of it no price is known.',
    ],
  ] as const)('given %s, then it says so', (_, prices, text) => {
    const settlement = settled([started, ...prices, ...metered([[1_000, 0]])]);
    expect(exceptionsAt(settlement, 0)).toMatchObject([{ kind: 'unpriced', text }]);
    expect(lineAt(settlement, 0)).toMatchObject({ money: null, importUsdPerKwh: null });
  });
});

describe('an hour on its way, at the minute', () => {
  const facts = [started, ...requested(), priced('0.5'), ...metered([[1_000, 0]])];
  const dueAt = day.endAt + settings.usageDelayMs + deliveryGraceMs;
  const kindsJudgedAt = (atMs: number, told: readonly Told[] = facts): readonly string[] =>
    kindsAt(settled(told, { asOf: { position: told.length - 1, at: atMs } }), 0);

  it('is undelivered from an hour after the end of its day and the configured delay on', () => {
    expect(kindsJudgedAt(dueAt - 1)).toEqual([]);
    expect(kindsJudgedAt(dueAt)).toEqual(['undelivered']);
  });

  it('given a log without a start, then only the hour of grace is left', () => {
    const none: Told[] = [...metered([[1_000, 0]])];
    expect(kindsJudgedAt(day.endAt + deliveryGraceMs - 1, none)).toEqual(['unpriced']);
    expect(kindsJudgedAt(day.endAt + deliveryGraceMs, none)).toEqual(['unpriced', 'undelivered']);
  });

  it('given that it was not measured, then it is missing, and not undelivered', () => {
    expect(kindsJudgedAt(dueAt, [started, ...requested(), priced('0.5'), meterRead(at(0), 0)])).toEqual(['missing']);
  });

  it('given that it was released, then why it is owed again is told', () => {
    const released: Told = [at(25), 'UsageDeliveryReleased', { deliveryID: 'delivery-1', because: 'the VTN lost it' }];
    const settlement = settled([...facts, ...delivered([hour(0, 1_000)], 'doubted'), released], later);
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      { kind: 'undelivered', text: 'It is owed: no report has carried it to the VTN yet (the VTN lost it).' },
    ]);
  });
});

describe('an hour that was told otherwise', () => {
  const toldAs = (wattHours: number | null, prices: readonly Told[] = [priced('0.5')]) =>
    settled([
      started,
      ...requested(),
      ...prices,
      ...metered([[1_000, 0]]),
      ...delivered([hour(0, wattHours)], 'acknowledged'),
    ]);

  it('given the one price of the hour, then it comes to what was told or what was metered', () => {
    expect(exceptionsAt(toldAs(900), 0)).toMatchObject([
      {
        kind: 'reportedDiffers',
        detail: 'It was acknowledged as 900 Wh and metered as 1000 Wh.',
        stake: { lowUsd: '0.45', highUsd: '0.5', basis: 'its amount as told and as metered' },
        positions: [5, 6, 9],
      },
    ]);
    expect(exceptionsAt(toldAs(1_000), 0)).toEqual([]);
  });

  it('given a price each way, then a net value is worth all of the amount or nothing', () => {
    const both = accepted(fivePm, { startAt: at(0), activeMs: hourMs }, [
      priceSignal(['0.5']),
      priceSignal(['0.2'], hourMs, { signalID: 'feed-in' }),
    ]);
    const facts = [
      started,
      ...requested(),
      both,
      ...metered([[1_000, 0]]),
      ...delivered([hour(0, 900)], 'acknowledged'),
    ];
    const settlement = settled(facts, { series: { exportSignalID: 'feed-in' } });
    expect(exceptionsAt(settlement, 0)).toMatchObject([
      { kind: 'reportedDiffers', stake: { lowUsd: '0', highUsd: '0.5', basis: 'all of its amount or nothing' } },
    ]);
  });

  it('given no price, then the difference is told, and nothing is made of it', () => {
    expect(exceptionsAt(toldAs(900, []), 0)).toMatchObject([
      { kind: 'unpriced' },
      { kind: 'reportedDiffers', stake: { lowUsd: null, highUsd: null } },
    ]);
  });

  it('given that a report beyond the hour was refused, or says what the meter says, then nothing differs', () => {
    const longer = (outcome: 'acknowledged' | 'rejected', startHour: number, deliveryID: string, wattHours: number) =>
      delivered([{ startAt: at(startHour), durationMs: 2 * hourMs, energyWattHours: wattHours }], outcome, deliveryID);
    const base = [
      started,
      ...requested(),
      priced('0.5'),
      ...metered([
        [1_000, 0],
        [500, 0],
        [250, 0],
      ]),
    ];
    const kindsWith = (...facts: readonly (readonly Told[])[]): readonly string[] =>
      kindsAt(settled([...base, ...facts.flat()]), 1);
    expect(kindsWith(longer('acknowledged', 0, 'first', 1_500))).toEqual([]);
    expect(kindsWith(longer('acknowledged', 0, 'first', 1_500), longer('rejected', 1, 'second', 1))).toEqual([]);
    expect(kindsWith(longer('acknowledged', 0, 'first', 1_500), longer('acknowledged', 1, 'second', 1))).toEqual([
      'reportedDiffers',
    ]);
  });
});

describe('an hour beside entries that were lost', () => {
  const lostBetween = (fromAt: number | undefined, toAt: number, fromPosition = 2, toPosition?: number): Told => [
    at(5),
    'LogRepaired',
    {
      findings: ['a table is damaged'],
      lost: [
        {
          fromPosition,
          ...(toPosition === undefined ? {} : { toPosition }),
          ...(fromAt === undefined ? {} : { fromAt }),
          toAt,
        },
      ],
      lostEntries: 1,
      lostWires: 0,
      headAfter: { position: 4, hash: 'ab' },
      seal: { fromPosition: 0, toPosition: toPosition ?? fromPosition, gaps: 1, entries: 1, digest: 'ab' },
    },
  ];
  const kindsWith = (loss: Told): readonly string[] =>
    kindsAt(settled([started, priced('0.1'), ...metered([[1_000, 0]]), loss]), 0);

  it.each([
    ['that ended so long before it that its price was not told yet', lostBetween(at(-40), at(0) - 31 * hourMs), []],
    ['that ended a moment later', lostBetween(at(-40), at(0) - 31 * hourMs + 1), ['recordLost']],
    ['that began when it was over', lostBetween(at(1), at(3)), []],
    ['that began a moment before', lostBetween(at(1) - 1, at(3)), ['recordLost']],
    ['of which nobody knows when they began', lostBetween(undefined, at(3)), ['recordLost']],
    ['before its price came', lostBetween(at(-8), at(-6), 1), []],
  ] as const)('given entries %s, then it knows whether they may concern it', (_, loss, kinds) => {
    expect(kindsWith(loss)).toEqual(kinds);
  });

  it('given an end of the log that was lost, then it says from where on', () => {
    const settlement = settled([started, priced('0.1'), ...metered([[1_000, 0]]), lostBetween(at(-8), at(-6))]);
    expect(exceptionsAt(settlement, 0)[0]?.text).toContain('The entries from 2 on of the log were lost');
  });

  it('given two prices of the hour, of which one came after, then that one is the later word', () => {
    const halves = [
      accepted(at(-9), { startAt: at(0), activeMs: hourMs / 2 }, [priceSignal(['0.1'], hourMs / 2)]),
      accepted(at(-7), { eventID: 'event-2', startAt: at(0.5), activeMs: hourMs / 2 }, [
        priceSignal(['0.1'], hourMs / 2),
      ]),
    ];
    const kindsLostFrom = (fromPosition: number): readonly string[] =>
      kindsAt(settled([started, ...halves, ...metered([[1_000, 0]]), lostBetween(at(-9), at(-6), fromPosition)]), 0);
    expect(kindsLostFrom(3)).toEqual(['recordLost']);
    expect(kindsLostFrom(2)).toEqual([]);
  });

  it('given an hour without an amount, then its own exception is enough', () => {
    expect(kindsAt(settled([started, ...metered([[1_000, 0]]), lostBetween(at(-8), at(-6), 9)]), 0)).toEqual([
      'unpriced',
    ]);
  });
});

describe('an acknowledgement beside another', () => {
  it('given that one of two reports of the hour is confirmed, then the hour is', () => {
    const facts = [started, priced('0.5'), ...metered([[1_000, 0]])];
    const half = (index: 0 | 1, energyWattHours: number) => ({
      startAt: at(index / 2),
      durationMs: hourMs / 2,
      energyWattHours,
    });
    const told = (deliveryID: string, reportRequestID: string, index: 0 | 1): readonly Told[] =>
      delivered([half(index, 500)], 'acknowledged', deliveryID).map((fact) =>
        fact[1] === 'UsageDue' || fact[1] === 'UsageDeliveryAcknowledged'
          ? ([fact[0], fact[1], { ...fact[2], reportRequestID }] as Told)
          : fact,
      );
    const known = [...facts, ...requested(at(24)), ...told('first', 'request-1', 0)];
    expect(kindsAt(settled([...known, ...told('second', 'request-2', 1)]), 0)).toEqual([]);
    const none = [...facts, ...told('first', 'request-3', 0), ...told('second', 'request-2', 1)];
    expect(kindsAt(settled(none), 0)).toEqual(['unconfirmed']);
  });
});

describe('an hour by another meter, over registers that went backwards', () => {
  it('given that it has no value, then it is missing: what the registers did is not its affair', () => {
    const facts = [started, priced('0.5'), meterRead(at(0), 5_000), meterRead(at(1), 100)];
    const registers = registersOf(ledgerOf(facts).usage);
    const { exceptions } = settle(ledgerOf(facts), {
      startAt: at(0),
      endAt: at(1),
      asOf: { position: 3, at: at(1) },
      timeZone,
      meter: (...of) => ({ ...registers(...of), source: 'interval' }),
      resourceIDs: ['battery'],
    });
    expect(exceptions).toMatchObject([{ kind: 'missing' }]);
  });
});

describe('an hour at a price beyond what is believed', () => {
  it('is judged by the bounds of its day', () => {
    const facts = [agentStarted(at(-20), { plausibleUsdPerKwhMax: 2 }), priced('2.5'), ...metered([[1_000, 0]])];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([
      {
        kind: 'implausiblePrice',
        text: 'Its price lies beyond what is believed (-1 to 2 USD/kWh).',
        detail: 'It is 2.5 USD/kWh.',
      },
    ]);
  });
});
