import { describe, expect, it } from 'vitest';
import { eventPrices } from '../../../src/facts/eventPrices.ts';
import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { UsageInterval } from '../../../src/facts/usage.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { formatDateTime } from '../../../src/protocol/types/dateTime.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import type { LedgerState } from '../../../src/settlement/ledgerState.ts';
import { settle } from '../../../src/settlement/settle.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';
import { accepted, pricesAccepted, priceSignal } from '../../store/projections/drEventFacts.ts';
import { agentStarted, entryOf, meterRead, settings, type Told } from '../../store/projections/facts.ts';
import {
  at,
  day,
  delivered,
  device,
  exceptionsAt,
  fivePm,
  kindsAt,
  ledgerOf,
  lineAt,
  metered,
  priced,
  requested,
  settled,
  started,
  timeZone,
} from '../support/facts.ts';

/** What a line rests on, and where it begins and ends: one step to either side of each bound. */

const ledgerOfEntries = (entries: readonly KnownEntry[]): LedgerState => {
  const { apply, initial } = ledgerProjection();
  return entries.reduce(apply, initial);
};

const settledOfEntries = (entries: readonly KnownEntry[]): Settlement =>
  settle(ledgerOfEntries(entries), {
    startAt: day.startAt,
    endAt: day.endAt,
    asOf: { position: entries.length - 1, at: day.endAt },
    timeZone,
  });

/** Facts in the order of their positions, each with what it follows from and the hash of its XML. */
const entriesOf = (
  facts: readonly Told[],
  more: Readonly<Record<number, Partial<Pick<KnownEntry, 'cause' | 'wireHash'>>>>,
): readonly KnownEntry[] => facts.map((fact, index) => ({ ...entryOf(fact, index), ...more[index] }) as KnownEntry);

const distribute = { message: 'oadrPoll', venID: 'ven-1' } as const;
const received = { exchangeID: 'exchange-1', message: distribute, deviations: [], roundTripMs: 1 } as const;
const answer: Told = [fivePm, 'MessageReceived', received];
const push: Told = [fivePm, 'RequestReceived', { ...received, service: 'EiEvent' }];

describe('the message that brought a price', () => {
  const originOf = (...[facts, more]: Parameters<typeof entriesOf>) =>
    lineAt(settledOfEntries(entriesOf(facts, more)), 0).origins[0];

  it.each([
    ['came as an answer', answer],
    ['was pushed', push],
  ] as const)('given that it %s, then the line names its entry and the hash of its XML', (_, message) => {
    const facts = [started, message, priced('0.1'), ...metered([[1_000, 0]])];
    expect(originOf(facts, { 1: { wireHash: 'abc' }, 2: { cause: 1 } })).toMatchObject({
      sourcePosition: 1,
      sourceHash: 'abc',
    });
    expect(originOf(facts, { 2: { cause: 1 } })).toMatchObject({ sourcePosition: 1, sourceHash: null });
  });

  it('given that the prices follow from something else, then none is named', () => {
    const facts = [started, answer, priced('0.1'), ...metered([[1_000, 0]])];
    expect(originOf(facts, { 1: { wireHash: 'abc' }, 2: { cause: 0 } })).toMatchObject({
      sourcePosition: null,
      sourceHash: null,
    });
    expect(originOf([started, priced('0.1'), ...metered([[1_000, 0]])], {})).toMatchObject({ sourcePosition: null });
  });

  it('given an older log, then what its message listed is what was refused', () => {
    const listed = eventPrices(
      {
        eventDescriptor: {
          eventID: 'event-1',
          modificationNumber: 0,
          eiMarketContext: 'oadr://unknown.context',
          createdDateTime: formatDateTime(fivePm),
          eventStatus: 'far',
        },
        eiActivePeriod: { dtstart: formatDateTime(at(0)), duration: 'PT1H' },
        eiEventSignals: { eiEventSignal: [priceSignal(['0.3'])] },
        eiTarget: {},
      },
      false,
    );
    const older: Told = [at(-6), 'MessageReceived', { ...received, prices: [listed] }];
    const refusal = (eventID: string, modificationNumber: number): Told => [
      at(-6),
      'DrEventRefused',
      { eventID, modificationNumber, responseCode: '450', why: 'other content' },
    ];
    const contestedBy = (told: Told, cause: number): readonly string[] => {
      const facts = [started, priced('0.1'), older, told, ...metered([[1_000, 0]])];
      return kindsAt(settledOfEntries(entriesOf(facts, { 3: { cause } })), 0);
    };
    expect(contestedBy(refusal('event-1', 0), 2)).toContain('contestedPrice');
    expect(contestedBy(refusal('event-1', 0), 1)).not.toContain('contestedPrice');
    expect(contestedBy(refusal('event-1', 3), 2)).not.toContain('contestedPrice');
    expect(contestedBy(refusal('event-2', 0), 2)).not.toContain('contestedPrice');
  });
});

describe('an hour of a device that comes and goes', () => {
  const none = { devices: [] };
  const hoursOf = (facts: readonly Told[]): readonly number[] =>
    settled(facts).lines.map(({ startAt }) => (startAt - day.startAt) / hourMs);

  it('is due when the device was there for all of it, also when it came with its first moment and left with its last', () => {
    expect(hoursOf([agentStarted(at(3)), agentStarted(at(5), none)])).toEqual([3, 4]);
    expect(hoursOf([agentStarted(at(3) + 1), agentStarted(at(5) - 1, none)])).toEqual([]);
  });

  it('given that it was taken away and came back, then the hours between are not due', () => {
    expect(hoursOf([agentStarted(at(20)), agentStarted(at(22), none), agentStarted(at(23))])).toEqual([20, 21, 23]);
    expect(hoursOf([agentStarted(at(20)), agentStarted(at(21)), agentStarted(at(22), none)])).toEqual([20, 21]);
  });

  it('given that it was read at both edges, then the hour is due all the same', () => {
    const edge = (index: number): Told => meterRead(at(index), 1_000 * index);
    expect(hoursOf([agentStarted(at(-1), none), edge(3), edge(4)])).toEqual([3]);
    expect(hoursOf([agentStarted(at(-1), none), edge(3)])).toEqual([]);
  });

  it('given that none of its hours is due, then the device is not named', () => {
    const facts = [agentStarted(at(-20)), agentStarted(at(-19), none)];
    expect(settled(facts).resourceIDs).toEqual([]);
  });

  it('is over at its last moment, and awaited a minute longer unless it was read', () => {
    const facts = [started, priced('0.1'), ...metered([[1_000, 0]])];
    const linesAt = (atMs: number, told: readonly Told[]): number =>
      settled(told, { asOf: { position: told.length - 1, at: atMs } }).lines.length;
    expect(linesAt(at(1) - 1, facts)).toBe(0);
    expect(linesAt(at(1), facts)).toBe(1);
    expect(linesAt(at(1) + 30 * 60_000, facts)).toBe(1);
    expect(linesAt(at(1), facts.slice(0, 3))).toBe(0);
  });

  it('given a log without settings, then hours are still grouped by the time zone that was asked for', () => {
    const facts = [...metered([[1_000, 0]])];
    expect(settled(facts).lines).toMatchObject([{ day: '2026-07-29', energyWattHours: 1_000, first: null }]);
  });
});

describe('what the reports say of an hour', () => {
  const base = [started, ...requested(), priced('0.5'), ...metered([[1_000, 0]])];
  const interval = (fromHour: number, hours: number, energyWattHours: number | null): UsageInterval =>
    energyWattHours === null
      ? { startAt: at(fromHour), durationMs: hours * hourMs, energyWattHours, bad: 'Comm Failure' }
      : { startAt: at(fromHour), durationMs: hours * hourMs, energyWattHours };
  const deliveryWith = (...intervals: readonly UsageInterval[]) =>
    lineAt(settled([...base, ...delivered(intervals, 'acknowledged')]), 0).delivery;

  it.each([
    ['two halves', [interval(0, 0.5, 600), interval(0.5, 0.5, 400)], 1_000],
    ['one half', [interval(0, 0.5, 600)], null],
    ['two halves of which the first is not known', [interval(0, 0.5, null), interval(0.5, 0.5, 400)], null],
    ['two halves of which the second is not known', [interval(0, 0.5, 600), interval(0.5, 0.5, null)], null],
    ['an interval that ends after it', [interval(0, 2, 600)], null],
    ['an interval that begins before it', [interval(-1, 2, 600)], null],
    ['a half, and an interval that begins before it', [interval(-0.5, 1, 300), interval(0.5, 0.5, 400)], null],
  ] as const)('given %s, then only what makes it up is summed', (_, intervals, reportedWattHours) => {
    expect(deliveryWith(...intervals).reportedWattHours).toBe(reportedWattHours);
  });

  it('given two reports, then both are named, each once, in the order of the log', () => {
    const halves = [interval(0.5, 0.5, 400), interval(0, 0.5, 600)];
    const facts = [
      ...base,
      ...delivered(halves.slice(0, 1), 'acknowledged', 'second half'),
      ...delivered(halves.slice(1), 'acknowledged', 'first half'),
    ];
    expect(lineAt(settled(facts), 0).delivery).toMatchObject({
      deliveryIDs: ['first half', 'second half'],
      positions: [9, 12],
      reportedWattHours: 1_000,
      because: null,
      perhapsTwiceIDs: [],
    });
  });

  it('given a report that was never sent, then no request is named', () => {
    const line = lineAt(settled([...base, ...delivered([interval(0, 1, 1_000)], 'due')]), 0);
    expect(line.delivery).toMatchObject({ requestIDs: [], responseCodes: [], status: 'owed' });
  });
});

describe('an hour with a price each way', () => {
  const series = { exportSignalID: 'feed-in' };
  const both = (drawn: readonly string[], drawnMs: number, fed: readonly string[], fedMs: number): Told =>
    accepted(fivePm, { startAt: at(0), activeMs: 2 * hourMs }, [
      priceSignal(drawn, drawnMs),
      priceSignal(fed, fedMs, { signalID: 'feed-in' }),
    ]);
  const quarters = metered(
    [
      [100, 10],
      [200, 20],
      [300, 30],
      [400, 40],
    ],
    0,
    0.25,
  );

  it('is cut wherever one of the two changes, and no more often', () => {
    const facts = [started, both(['0.1', '0.2'], hourMs, ['0.5', '0.7', '0.7', '0.7'], hourMs / 2), ...quarters];
    const line = lineAt(settled(facts, { series }), 0);
    expect(
      line.parts.map((part) => [
        (part.endAt - part.startAt) / hourMs,
        part.importUsdPerKwh,
        part.exportUsdPerKwh,
        part.importWattHours,
        part.exportWattHours,
      ]),
    ).toEqual([
      [0.5, '0.1', '0.5', 300, 30],
      [0.5, '0.1', '0.7', 700, 70],
    ]);
    expect(line.money).toEqual({ importUsd: '0.1', exportUsd: '-0.064', amountUsd: '0.036' });
    expect([line.importUsdPerKwh, line.exportUsdPerKwh]).toEqual(['0.1', null]);
  });

  it('given that both change at different times, then each stretch has its own pair', () => {
    const facts = [
      started,
      both(
        ['0.1', '0.2', '0.2', '0.2', '0.2', '0.2', '0.2', '0.2'],
        hourMs / 4,
        ['0.5', '0.7', '0.7', '0.7'],
        hourMs / 2,
      ),
      ...quarters,
    ];
    expect(
      lineAt(settled(facts, { series }), 0).parts.map((part) => [part.importUsdPerKwh, part.exportUsdPerKwh]),
    ).toEqual([
      ['0.1', '0.5'],
      ['0.2', '0.5'],
      ['0.2', '0.7'],
    ]);
  });

  it('given that one of the two is lacking, then the hour has no amount', () => {
    const facts = [
      started,
      accepted(fivePm, { startAt: at(0), activeMs: hourMs }, [
        priceSignal(['0.1']),
        priceSignal(['0.5'], hourMs / 2, { signalID: 'feed-in' }),
      ]),
      ...quarters,
    ];
    const settlement = settled(facts, { series });
    expect(lineAt(settlement, 0).money).toBeNull();
    expect(kindsAt(settlement, 0)).toEqual(['unpriced']);
  });

  it('given listed events that differ in what is delivered only, then the hour is left open', () => {
    const [, , other] = both(['0.1', '0.1'], hourMs, ['0.9', '0.9'], hourMs);
    const second: Told = [
      fivePm,
      'PricesReceived',
      {
        ...(other as Extract<Told, readonly [number, 'PricesReceived', unknown]>[2]),
        source: { kind: 'drEvent', id: 'event-2' },
      },
    ];
    const facts = [started, both(['0.1', '0.1'], hourMs, ['0.5', '0.5'], hourMs), second, ...quarters];
    const settlement = settled(facts, { series });
    expect(kindsAt(settlement, 0)).toEqual(['doublyPriced']);
    expect(lineAt(settlement, 0).money).toBeNull();
  });

  it('given registers that moved and came to a net of nothing, then the parts are measured, not taken as nothing', () => {
    const facts = [
      started,
      accepted(fivePm, { startAt: at(0), activeMs: hourMs }, [priceSignal(['0.1', '0.3'], hourMs / 2)]),
      ...metered(
        [
          [1_000, 0],
          [0, 1_000],
        ],
        0,
        0.5,
      ),
    ];
    expect(lineAt(settled(facts), 0).money).toEqual({ importUsd: '0.1', exportUsd: '-0.3', amountUsd: '-0.2' });
  });
});

describe('prices without an end', () => {
  it('given that they are revised, then every hour since their start is settled anew', () => {
    const endless = (price: string, modificationNumber: number, when: number): Told =>
      accepted(when, { startAt: at(0), activeMs: 0, modificationNumber }, [priceSignal([price], 0)]);
    const facts = [
      started,
      endless('0.1', 0, fivePm),
      ...metered([
        [1_000, 0],
        [1_000, 0],
        [1_000, 0],
      ]),
      endless('0.4', 1, at(4)),
    ];
    const { adjustments, totals } = settled(facts);
    expect(adjustments.map(({ startAt, deltaUsd }) => [startAt, deltaUsd])).toEqual([
      [at(0), '0.3'],
      [at(1), '0.3'],
      [at(2), '0.3'],
    ]);
    expect(totals.amountUsd).toBe('1.2');
  });

  it('given a revision that starts later, then the hours that only the former one priced lose theirs', () => {
    const facts = [
      started,
      pricesAccepted(fivePm, at(0), ['0.1', '0.1']),
      ...metered([
        [1_000, 0],
        [1_000, 0],
      ]),
      pricesAccepted(at(3), at(1), ['0.4'], { modificationNumber: 1 }),
    ];
    expect(settled(facts).adjustments.map(({ startAt, newUsd }) => [startAt, newUsd])).toEqual([
      [at(0), null],
      [at(1), '0.4'],
    ]);
  });
});

describe('bounds of an hour that is not known', () => {
  const gap = (facts: readonly Told[], index = 0) =>
    exceptionsAt(settled(facts), index).find(({ kind }) => kind === 'missing')?.stake;

  it('given that the registers went back beyond it, then only the limits of the device bound it', () => {
    for (const [drawn, fed] of [
      [500, 2_500],
      [1_500, 1_900],
    ] as const) {
      const facts = [started, priced('0.5'), meterRead(at(0), 1_000, 2_000), meterRead(at(2), drawn, fed)];
      expect(gap(facts)).toMatchObject({ lowUsd: '-2.5', highUsd: '2.5' });
    }
  });

  it('given registers that stood still, then it comes to nothing', () => {
    const facts = [started, priced('0.5'), meterRead(at(0), 1_000, 2_000), meterRead(at(2), 1_000, 2_000)];
    expect(gap(facts)).toMatchObject({ lowUsd: '0', highUsd: '0' });
  });

  it('given a device that settings never named, then the registers alone bound it, and without them nothing does', () => {
    const none = agentStarted(at(-20), { devices: [] });
    const reads = [meterRead(at(0), 1_000, 2_000), meterRead(at(2), 3_000, 2_500)];
    const stakeOf = (told: readonly Told[]) =>
      settle(ledgerOf(told), {
        startAt: at(0),
        endAt: at(1),
        asOf: { position: told.length - 1, at: at(3) },
        timeZone,
        resourceIDs: [device],
        meter: (resourceID, startAt, durationMs) => ({
          resourceID,
          startAt,
          durationMs,
          importWattHours: null,
          exportWattHours: null,
          source: 'interval',
          quality: 'missing',
          receivedAt: null,
          positions: [],
        }),
      }).exceptions[0]?.stake;
    expect(stakeOf([none, priced('0.5'), ...reads])).toEqual({
      lowUsd: '-0.25',
      highUsd: '1',
      basis: 'what the registers grew by about it, at its price',
    });
    expect(stakeOf([none, priced('0.5')])).toEqual({
      lowUsd: null,
      highUsd: null,
      basis: 'nothing bounds its energy',
    });
    expect(stakeOf([none, ...reads])).toEqual({
      lowUsd: null,
      highUsd: null,
      basis: 'no price is known anywhere near it',
    });
  });

  it.each([
    ['a week after it', at(1) + 7 * 24 * hourMs - hourMs, '0.4'],
    ['more than a week after it', at(1) + 7 * 24 * hourMs, null],
    ['a week before it', at(0) - 7 * 24 * hourMs, '0.4'],
    ['more than a week before it', at(0) - 7 * 24 * hourMs - hourMs, null],
  ] as const)('given the only price %s, then it knows whether that is near', (_, startAt, highUsd) => {
    const facts = [agentStarted(at(-400)), pricesAccepted(at(-399), startAt, ['0.4']), ...metered([[1_000, 0]])];
    expect(exceptionsAt(settled(facts), 0)).toMatchObject([{ kind: 'unpriced', stake: { highUsd } }]);
  });

  it('given one exception that nothing bounds beside one that is bounded, then the hour counts as unbounded, once', () => {
    const facts = [
      started,
      ...requested(),
      ...metered([[1_000, 0]]),
      ...delivered([{ startAt: at(0), durationMs: hourMs, energyWattHours: 900 }], 'acknowledged'),
    ];
    const { totals, exceptions } = settled(facts, { endAt: at(1) });
    expect(exceptions.map(({ kind }) => kind)).toEqual(['unpriced', 'reportedDiffers']);
    expect(totals).toMatchObject({ unboundedHours: 1, atStakeUsd: '0' });
  });

  it('knows the limits by the settings', () => {
    expect(settings.devices).toMatchObject([{ resourceID: device, maxChargeWatts: 5_000 }]);
  });
});

describe('changes of two devices', () => {
  it('stand in the order of the log, whichever device they are of', () => {
    const devices = [...settings.devices, { resourceID: 'car', maxChargeWatts: 7_000, maxDischargeWatts: 7_000 }];
    const reading = (resourceID: string, index: number, wattHours: number): Told =>
      meterRead(at(index), wattHours, 0, { resourceID });
    const facts: readonly Told[] = [
      agentStarted(at(-20), { devices }),
      priced('0.1'),
      ...['battery', 'car'].flatMap((resourceID) => [reading(resourceID, 0, 0), reading(resourceID, 1, 1_000)]),
      reading('car', 1, 2_000),
      reading('battery', 1, 3_000),
    ];
    expect(settled(facts).adjustments.map(({ resourceID, deltaUsd }) => [resourceID, deltaUsd])).toEqual([
      ['car', '0.1'],
      ['battery', '0.2'],
    ]);
  });
});
