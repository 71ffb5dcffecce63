import { beforeAll, describe, expect, it } from 'vitest';
import { loadEventID } from './support/evening.ts';
import { killEverywhere, liveEvening, type Lived } from './support/killing.ts';

/** Every operation is tried by `npm run simulate -- --kills`; here every seventh, which meets all kinds of them. */
const step = 7;

describe('a kill at any instant of an evening', () => {
  let untroubled: Lived;
  beforeAll(async () => {
    untroubled = await liveEvening({ killAt: null, sampleEvery: 1 });
  });

  it('given no kill, then the evening has everything in it, and the live state is the folded one after every single append', () => {
    const { outcome, problems, operations, offsets, statusReports, toldTwice } = untroubled;
    expect(problems).toEqual([]);
    expect(outcome.ledgerDifference).toBe('');
    expect(outcome.energyKilowattHours).toHaveLength(24);
    expect(outcome.drEvents[loadEventID]).toEqual(['completed', 'optOut']);
    expect(outcome.answered).toHaveLength(3);
    expect(outcome.requests).toEqual(['usage 86400000 gathering']);
    expect(offsets).toHaveLength(1);
    expect(statusReports).toBe(8);
    expect(toldTwice).toBe(0);
    expect(new Set(operations)).toEqual(new Set(['writing', 'written', 'sending', 'answered', 'reading', 'read']));
    expect(operations.length).toBeGreaterThan(300);
  });

  it('given a kill at any operation, when the VEN is back after three seconds, then the evening comes to the same', async () => {
    const { failures, kills } = await killEverywhere(untroubled, { first: 3, step });
    expect(failures.slice(0, 5), `${failures.length} failures`).toEqual([]);
    expect(kills).toBeGreaterThan(50);
  });

  it('given a kill between sending the usage report and hearing of it, then its hours go out again under the same requestID, and the doubt is on record', async () => {
    const sendings = untroubled.operations.flatMap((operation, index) => (operation === 'answered' ? [index + 1] : []));
    const doubted: Lived[] = [];
    for (const killAt of sendings.slice(-14)) {
      const lived = await liveEvening({ killAt });
      if (lived.toldTwice > 0) doubted.push(lived);
    }
    expect(doubted).toHaveLength(1);
    expect(doubted[0]).toMatchObject({ toldTwice: 23, doubts: 1, problems: [] }); // the hour of the one-shot is told and stays told
  });
});
