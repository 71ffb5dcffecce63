import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/facts/entry.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { claimOf, disputedHours, isEvidence, wantedEvidence } from '../../../src/settlement/claim.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import { noLayout } from '../../../src/files/layout.ts';
import { reconcile } from '../../../src/settlement/reconciliation/reconcile.ts';
import { devicesOf, madeLine, madeSettlement, timeZone } from '../support/made.ts';

/** Three hours: one agrees, one is billed at another price, one was never acknowledged and is billed for more. */
const first = Date.parse('2026-06-10T04:00Z');
const settlement = madeSettlement([
  madeLine({ startAt: first, importWattHours: 1_000, position: 100 }),
  madeLine({ startAt: first + hourMs, importWattHours: 2_000, position: 200 }),
  madeLine({ startAt: first + 2 * hourMs, importWattHours: 3_000, position: 300, acknowledgedWattHours: null }),
]);
const bill = billFromCsv(
  'bill.csv',
  [
    'Start,kWh,Price ($/kWh),Amount ($)',
    '2026-06-10T04:00Z,1.000,0.1,0.10',
    '2026-06-10T05:00Z,2.000,0.2,0.40',
    '2026-06-10T06:00Z,4.000,0.1,0.40',
  ].join('\n'),
  noLayout,
  timeZone,
);
const reconciliation = reconcile({ settlement, bill, meter: null, devices: devicesOf(settlement) });
const claimMade = () =>
  claimOf(
    {
      settlement,
      reconciliation,
      files: [],
      venID: 'ven-1',
      logHash: 'ef'.repeat(32),
      madeAt: first + 30 * 24 * hourMs,
      madeBy: 'ter-ven',
    },
    [],
  );

describe('a claim', () => {
  it('is about the hours that differ, and sums what they differ by', () => {
    expect(disputedHours(reconciliation).map(({ startAt }) => startAt)).toEqual([first + hourMs, first + 2 * hourMs]);
    const claim = claimMade();
    expect(claim).toMatchObject({
      format: 'ter-ven claim',
      formatVersion: 2,
      madeAt: '2026-07-10T04:00:00.000Z',
      madeBy: 'ter-ven',
      venID: 'ven-1',
      period: { timeZone },
      log: { hash: 'ef'.repeat(32) },
      comparedHours: 3,
      byClass: reconciliation.byClass,
      differenceUsd: '0.3',
      evidence: [],
    });
    expect(claim.log.asOf).toBe(new Date(settlement.asOf.at).toISOString());
    expect([claim.period.startAt, claim.period.endAt]).toEqual(
      [settlement.startAt, settlement.endAt].map((at) => new Date(at).toISOString()),
    );
  });

  it('tells an hour from all sides: metered, acknowledged, priced, billed', () => {
    expect(claimMade().hours[0]).toEqual({
      resourceID: 'battery',
      startAt: '2026-06-10T05:00:00.000Z',
      localStart: '2026-06-10 01:00 -04:00',
      durationMinutes: 60,
      class: 'priceDiffers',
      metered: { energyWattHours: '2000', quality: 'measured', from: 'log', positions: [201, 202], fileLines: [] },
      acknowledged: [
        {
          status: 'acknowledged',
          energyWattHours: 2_000,
          at: '2026-06-11T07:00:00.000Z',
          requestIDs: ['usage-1'],
          reportRequestIDs: ['request7'],
          responseCodes: ['200'],
          positions: [203],
        },
      ],
      prices: [
        {
          priceOnWire: '0.1',
          source: { kind: 'drEvent', id: 'event1' },
          version: 0,
          seriesID: 'signal',
          receivedAt: '2026-06-09T22:00:00.000Z',
          position: 200,
          sourcePosition: 199,
          sourceHash: 'ab'.repeat(32),
        },
      ],
      usdPerKwh: '0.1',
      expectedUsd: '0.2',
      billed: { energyWattHours: '2000', usdPerKwh: '0.2', amountUsd: '0.4', fileLines: [3] },
      billedAs: reconciliation.hours[1]?.billedAs,
      differenceUsd: '0.2',
      missingUsd: '0.2',
      difference: { quantityUsd: '0', priceUsd: '0.2', restUsd: '0' },
    });
  });

  it('says that an hour was not acknowledged, and that one was not billed', () => {
    expect(claimMade().hours[1]?.acknowledged).toMatchObject([{ status: 'owed', energyWattHours: null, at: null }]);
    const hour = {
      ...(reconciliation.hours[1] as (typeof reconciliation.hours)[number]),
      billed: null,
      differenceUsd: null,
    };
    const unbilled = { ...reconciliation, hours: [hour] };
    const told = claimOf(
      { settlement, reconciliation: unbilled, files: [], venID: null, logHash: null, madeAt: 0, madeBy: 'ter-ven' },
      [],
    );
    expect(told.hours).toMatchObject([{ billed: null, differenceUsd: null }]);
    expect(told.differenceUsd).toBe('0');
  });

  it('names each reading once where lines share it', () => {
    const [, hour] = reconciliation.hours;
    const doubled = { ...reconciliation, hours: [{ ...hour!, lines: [...hour!.lines, ...hour!.lines] }] };
    const told = claimOf(
      { settlement, reconciliation: doubled, files: [], venID: null, logHash: null, madeAt: 0, madeBy: 'ter-ven' },
      [],
    );
    expect(told.hours[0]?.metered.positions).toEqual([201, 202]);
  });
});

describe('what a claim rests on', () => {
  const [line] = reconciliation.hours[1]?.lines ?? [];
  const withDelivery = {
    ...reconciliation,
    hours: [
      {
        ...reconciliation.hours[1]!,
        lines: [
          {
            ...line!,
            delivery: { ...line!.delivery, deliveryIDs: ['delivery-1'] },
            origins: [
              ...line!.origins,
              ...line!.origins.map((origin) => ({ ...origin, position: 190, sourcePosition: null })),
            ],
          },
        ],
      },
    ],
  };
  const entry = (changes: Partial<Entry>): Entry =>
    ({ position: 7, type: 'MessageReceived', data: {}, ...changes }) as Entry;

  it('is its prices with the messages that brought them, its readings and its reports, and nothing of hours that agree', () => {
    const wanted = wantedEvidence(withDelivery);
    expect([...wanted.positions].toSorted((a, b) => a - b)).toEqual([190, 199, 200, 201, 202, 203]);
    expect([...wanted.requestIDs]).toEqual(['usage-1']);
    expect([...wanted.deliveryIDs]).toEqual(['delivery-1']);
    expect([...wantedEvidence(reconciliation).positions]).not.toContain(100);
  });

  it.each([
    ['an entry it names', entry({ position: 201 }), true],
    ['another', entry({ position: 204 }), false],
    ['an answer to its report', entry({ requestID: 'usage-1' }), true],
    ['an answer to another', entry({ requestID: 'usage-2' }), false],
    ['what was due', entry({ type: 'UsageDue', data: { deliveryID: 'delivery-1' } }), true],
    ['what else was due', entry({ type: 'UsageDue', data: { deliveryID: 'delivery-2' } }), false],
    [
      'what became of it, which its position names',
      entry({ type: 'UsageDeliveryStarted', data: { deliveryID: 'delivery-1' } }),
      false,
    ],
  ])('%s: %#', (_, of, is) => {
    expect(isEvidence(wantedEvidence(withDelivery), of)).toBe(is);
  });
});
