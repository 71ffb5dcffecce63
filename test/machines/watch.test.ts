import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

/** 17:30 in New Hampshire, when prices are late. */
const late = Date.parse('2026-06-10T21:30:00Z');
const nextDay = { startAt: Date.parse('2026-06-11T04:00:00Z'), endAt: Date.parse('2026-06-12T04:00:00Z') };

const started = (at = noon): Play => given('watch', { at }).when({ type: 'agent.started' });
const prices = (...unpriced: { startAt: number; endAt: number }[]) => ({
  type: 'prices.changed',
  unpriced,
  overlap: null,
});
const regions = (play: Play) =>
  play.state as { prices: string; overlaps: string; usageRequests: string; resynchronising: string; clock: string };

describe('time that is priced twice', () => {
  const overlapping = (endAt: number | null, ...ids: readonly string[]) => ({
    type: 'prices.changed',
    unpriced: [],
    overlap: {
      startAt: noon + hourMs,
      endAt,
      sources: ids.map((id) => ({ source: { kind: 'drEvent', id }, version: 0 })),
    },
  });
  const twice = (): Play => started().when(overlapping(noon + 3 * hourMs, 'one', 'two'));

  it('is told with who prices it, raises the alarm, and what is priced is known all the same', () => {
    expect(regions(twice()).overlaps).toBe('standing');
    expect(twice().said).toMatchObject([
      {
        type: 'PricesOverlapped',
        data: { endAt: noon + 3 * hourMs, because: 'one, two are all listed and state different prices' },
      },
      { type: 'AlarmRaised', data: { alarm: 'pricesOverlap', text: expect.stringContaining('one, two') as string } },
    ]);
    expect(regions(twice().with({ at: late }).whenDue('pricesLateAt')).prices).toBe('expected');
  });

  it('is not told again while it stays the same, and is told when another source comes in', () => {
    const same = twice().when(overlapping(noon + 3 * hourMs, 'one', 'two'));
    expect([regions(same).overlaps, same.said]).toEqual(['standing', []]);
    const other = same.when(overlapping(noon + 3 * hourMs, 'one', 'two', 'three'));
    expect(other.facts('PricesOverlapped')).toHaveLength(1);
  });

  it('ends when only one price is left, or when the time is past', () => {
    const mended = twice().when(prices());
    expect([regions(mended).overlaps, mended.facts('AlarmCleared')]).toEqual(['none', [{ alarm: 'pricesOverlap' }]]);
    expect(twice().waits['overlapLasts']).toBe(3 * hourMs);
    const past = twice().whenDue('overlapLasts');
    expect([regions(past).overlaps, past.facts('AlarmCleared')]).toEqual(['none', [{ alarm: 'pricesOverlap' }]]);
  });

  it('lasts until it is mended where its end is not in sight', () => {
    expect(started().when(overlapping(null, 'one', 'two')).waits['overlapLasts']).toBeUndefined();
  });
});

describe('prices of tomorrow', () => {
  it('given they are in hand at half past five, then nothing is said and the next day is watched', () => {
    const play = started().when(prices({ startAt: nextDay.endAt, endAt: nextDay.endAt + hourMs }));
    expect(play.waits['pricesLateAt']).toBe(late - noon);
    const due = play.whenDue('pricesLateAt');
    expect([regions(due).prices, due.said]).toEqual(['expected', []]);
    expect(due.waits['pricesLateAt']).toBe(24 * hourMs);
  });

  it('given they are not in hand, then all DR events are asked for and the alarm names the day', () => {
    const play = started().whenDue('pricesLateAt');
    expect(regions(play).prices).toBe('late');
    expect(play.said).toMatchObject([
      { type: 'resync.wanted', bootstrap: 'events' },
      { type: 'AlarmRaised', data: { alarm: 'pricesMissing', text: expect.stringContaining('2026-06-11') } },
    ]);
  });

  it('given only an hour of them is not in hand, then the alarm names the hour', () => {
    const hour = { startAt: nextDay.endAt - hourMs, endAt: nextDay.endAt };
    const play = started()
      .when(prices(hour, { startAt: nextDay.endAt + hourMs, endAt: Infinity }))
      .whenDue('pricesLateAt');
    expect(play.facts('AlarmRaised')).toMatchObject([
      {
        text: 'Of the prices of 2026-06-11 those from 2026-06-11 23:00 -04:00 to 2026-06-12 00:00 -04:00 are not in hand.',
      },
    ]);
  });

  it('given they stay away, then it asks after 1, 2, 4, 8, 15, 30 and 30 minutes', () => {
    let play = started().whenDue('pricesLateAt');
    const pauses = Array.from({ length: 8 }, () => {
      const pause = Number(play.waits['askAgain']) / minuteMs;
      play = play.whenDue('askAgain');
      expect(play.saidTypes).toContain('resync.wanted');
      return pause;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 15, 30, 30, 30]);
  });

  it('given they come at last, then the alarm ends', () => {
    const play = started()
      .whenDue('pricesLateAt')
      .when(prices({ startAt: nextDay.endAt, endAt: nextDay.endAt + hourMs }));
    expect([regions(play).prices, play.facts('AlarmCleared')]).toEqual(['expected', [{ alarm: 'pricesMissing' }]]);
  });

  it('given only part of them comes, then the wait goes on', () => {
    const play = started()
      .whenDue('pricesLateAt')
      .when(prices({ startAt: nextDay.startAt + 5 * hourMs, endAt: nextDay.endAt }));
    expect([regions(play).prices, play.said]).toEqual(['late', []]);
  });

  it('given they never come, then it is given up when the day is over', () => {
    const over = started().whenDue('pricesLateAt').with({ at: nextDay.endAt }).whenDue('askAgain');
    expect([regions(over).prices, over.facts('AlarmCleared')]).toEqual(['expected', [{ alarm: 'pricesMissing' }]]);
  });

  it('given a start in the evening, then the VTN gets two minutes to tell what it has', () => {
    expect(started(late + hourMs).waits['pricesLateAt']).toBe(2 * minuteMs);
  });

  it('given the day the clocks change, then half past five stays half past five', () => {
    const eve = Date.parse('2026-10-31T21:30:00Z');
    expect(started(eve - hourMs).whenDue('pricesLateAt').at).toBe(eve);
    const fallBack = started(Date.parse('2026-11-01T02:00:00Z'));
    expect(
      fallBack.with({ at: Date.parse('2026-11-01T05:00:00Z') }).when({ type: 'agent.started' }).waits['pricesLateAt'],
    ).toBe(Date.parse('2026-11-01T22:30:00Z') - Date.parse('2026-11-01T05:00:00Z'));
  });
});

describe('remedies that do not help', () => {
  const remedies = (play: Play) =>
    play.said.flatMap((one) => (one.type === 'resync.wanted' || one.type === 'asking.wanted' ? [one.bootstrap] : []));

  it('given prices stay away, then the reports follow the events, the party anew the reports, and then the VTN is asked, in turn', () => {
    let play = started().whenDue('pricesLateAt');
    const tried = [...remedies(play)];
    for (let count = 0; count < 6; count += 1) {
      play = play.whenDue('askAgain');
      tried.push(...remedies(play));
    }
    expect(tried).toEqual(['events', 'full', 'anew', 'asked', 'events', 'asked', 'events']);
  });

  it('given a VTN that does not like its requests replaced, then for prices the party is renewed alone before it is registered anew', () => {
    const play = started()
      .with({ settings: { reportResync: false } })
      .whenDue('pricesLateAt')
      .whenDue('askAgain');
    expect(remedies(play)).toEqual(['renewal']);
  });

  it('given nobody asks for usage, then reports, party anew and the VTN’s word follow one another with pauses that double, until somebody does', () => {
    let play = started().when({ type: 'reports.registered' });
    const tried: unknown[] = [];
    for (let count = 0; count < 5; count += 1) {
      const pause = Number(play.waits['usageRequestExpectedMs']) / minuteMs;
      const missing = play.whenDue('usageRequestExpectedMs');
      tried.push([pause, ...remedies(missing)]);
      play = missing.when({ type: 'reports.registered' });
    }
    expect(tried).toEqual([
      [10, 'full'],
      [20, 'anew'],
      [40, 'asked'],
      [80, 'full'],
      [160, 'asked'],
    ]);
    const asked = play.when({ type: 'usage.asked' });
    expect(asked.facts('AlarmCleared')).toEqual([{ alarm: 'usageRequestMissing' }]);
    expect(asked.when({ type: 'reports.registered' }).waits['usageRequestExpectedMs']).toBe(10 * minuteMs);
  });

  it('given prices of another vtnID, then the VTN is asked once and then at growing pauses, until both agree', () => {
    let play = started().when({ type: 'identity.doubted', vtnID: 'vtn-2' });
    expect([remedies(play), play.facts('AlarmRaised')]).toMatchObject([
      ['asked'],
      [{ alarm: 'identityMismatch', subject: 'vtnID' }],
    ]);
    expect(play.when({ type: 'identity.doubted', vtnID: 'vtn-2' }).said).toEqual([]);
    const ask = (): number => {
      const pause = Number(play.waits['askWhoAgain']) / minuteMs;
      play = play.whenDue('askWhoAgain');
      expect(remedies(play)).toEqual(['asked']);
      return pause;
    };
    expect([ask(), ask()]).toEqual([5, 5]); // today has no prices
    play = play.when(prices());
    expect([ask(), ask(), ask()]).toEqual([5, 15, 15]);
    const agreed = play.when({ type: 'identity.agreed' });
    expect(agreed.facts('AlarmCleared')).toEqual([{ alarm: 'identityMismatch', subject: 'vtnID' }]);
    expect(agreed.waits['askWhoAgain']).toBeUndefined();
  });

  it('given prices of another vtnID, then no pause goes past the time from which prices are expected, nor is long from then on', () => {
    let play = started(late - 45 * minuteMs)
      .when(prices(nextDay))
      .when({ type: 'identity.doubted', vtnID: 'vtn-2' });
    const pauses = [1, 2, 3, 4].map(() => {
      const pause = Number(play.waits['askWhoAgain']) / minuteMs;
      play = play.whenDue('askWhoAgain');
      return pause;
    });
    expect(pauses).toEqual([5, 10, 5, 5]);
  });

  it('given usage was refused, then the reports are registered anew after 1, 5 and 15 minutes, unless that happens before', () => {
    const pauses = [1, 2, 3, 4].map((times) => {
      const refused = started().when({ type: 'usage.refused', times });
      expect(remedies(refused.whenDue('refusedUsageAgain'))).toEqual(['full']);
      return Number(refused.waits['refusedUsageAgain']) / minuteMs;
    });
    expect(pauses).toEqual([1, 5, 15, 15]);
    const renewed = started().when({ type: 'usage.refused', times: 1 }).when({ type: 'reports.registered' });
    expect(renewed.waits['refusedUsageAgain']).toBeUndefined();
  });
});

describe('a VTN that wants to be polled every three days', () => {
  const rare = (): Play => started().when({ type: 'pace.known', pollFreqMs: 72 * hourMs });

  it('given prices are due, then it is asked for its DR events 25, 15 and 5 minutes before they count as late', () => {
    let play = rare();
    expect(play.facts('AlarmRaised')).toMatchObject([{ alarm: 'pollsRare', text: expect.stringContaining('72 h') }]);
    const asked = [1, 2, 3].map(() => {
      play = play.whenDue('windowAsking');
      expect(play.said).toEqual([{ type: 'resync.wanted', bootstrap: 'events' }]);
      return (late - play.at) / minuteMs;
    });
    expect(asked).toEqual([25, 15, 5]);
    expect(play.waits['windowAsking']).toBe(5 * minuteMs);
  });

  it('given the prices are in hand, then it is left alone; given another pace, then that is over', () => {
    const priced = rare().when(prices({ startAt: nextDay.endAt, endAt: nextDay.endAt + hourMs }));
    expect(priced.whenDue('windowAsking').said).toEqual([]);
    const frequent = priced.when({ type: 'pace.known', pollFreqMs: 10_000 });
    expect([frequent.facts('AlarmCleared'), frequent.waits['windowAsking']]).toEqual([
      [{ alarm: 'pollsRare' }],
      undefined,
    ]);
  });
});

describe('a clock that is set', () => {
  it('given it was days ahead when prices were missed, then the alarm is over and the evening that is now is waited for', () => {
    const ahead = started(noon + 72 * hourMs).whenDue('pricesLateAt');
    expect(regions(ahead).prices).toBe('late');
    const back = ahead.with({ at: noon }).when({ type: 'clock.set', jumpMs: -79 * hourMs });
    expect([regions(back).prices, back.facts('AlarmCleared')]).toEqual(['expected', [{ alarm: 'pricesMissing' }]]);
    expect(back.waits['pricesLateAt']).toBe(late - noon);
    expect(back.waits['reregisterAt']).toBe(late - 45 * minuteMs - noon);
  });

  it('given the VTN agrees with it, then party and reports are registered anew, once', () => {
    const set = started().when({ type: 'clock.set', jumpMs: 72 * hourMs });
    const agreed = set.when({ type: 'clock.agreed' });
    expect(agreed.said).toEqual([{ type: 'resync.wanted', bootstrap: 'full' }]);
    expect(agreed.when({ type: 'clock.agreed' }).said).toEqual([]);
  });

  it('given the VTN’s is behind, then it is in doubt until both agree, or for a day, and no longer', () => {
    const doubted = started().when({ type: 'clock.doubted' });
    expect([regions(doubted).clock, doubted.said]).toEqual(['doubted', []]);
    expect(regions(doubted.when({ type: 'clock.agreed' })).clock).toBe('steady');
    expect(doubted.waits['doubtLastsMs']).toBe(24 * hourMs);
    const outvoted = doubted.whenDue('doubtLastsMs');
    expect(regions(outvoted).clock).toBe('outvoted');
    expect(regions(outvoted.when({ type: 'clock.doubted' })).clock).toBe('outvoted');
    expect(regions(outvoted.when({ type: 'clock.agreed' })).clock).toBe('steady');
    expect(regions(outvoted.when({ type: 'clock.set', jumpMs: 72 * hourMs })).clock).toBe('unsettled');
  });

  it('given it was set and the VTN never agrees, then after a day party and reports are registered anew all the same', () => {
    const set = started().when({ type: 'clock.set', jumpMs: 72 * hourMs });
    const outvoted = set.whenDue('doubtLastsMs');
    expect([regions(outvoted).clock, outvoted.said]).toEqual([
      'outvoted',
      [{ type: 'resync.wanted', bootstrap: 'full' }],
    ]);
  });

  it('given it is corrected by a little, then nothing begins anew', () => {
    const missing = started().whenDue('pricesLateAt');
    expect(missing.when({ type: 'clock.set', jumpMs: 3_000 }).said).toEqual([]);
    expect(regions(missing.when({ type: 'clock.set', jumpMs: 3_000 })).prices).toBe('late');
  });
});

describe('requests for usage', () => {
  const registered = (): Play => started().when({ type: 'reports.registered' });

  it('given the VTN asks for usage in time, then all is well', () => {
    const play = registered().when({ type: 'usage.asked' });
    expect([regions(play).usageRequests, play.waits['usageRequestExpectedMs']]).toEqual(['asked', undefined]);
  });

  it('given nothing is metered, then nothing is to be asked for, and what was missed is over', () => {
    const nothing = { settings: { devices: [] } };
    const quiet = registered().with(nothing).whenDue('usageRequestExpectedMs');
    expect([regions(quiet).usageRequests, quiet.facts('AlarmRaised')]).toEqual(['unoffered', []]);
    const missing = registered().whenDue('usageRequestExpectedMs').with(nothing).whenDue('usageRequestExpectedMs');
    expect(regions(missing).usageRequests).toBe('unoffered');
    expect(missing.facts('AlarmCleared')).toEqual([{ alarm: 'usageRequestMissing' }]);
  });

  it('given it does not, then nobody would be paid: an alarm, until it asks', () => {
    const missing = registered().whenDue('usageRequestExpectedMs');
    expect([regions(missing).usageRequests, missing.facts('AlarmRaised')]).toMatchObject([
      'missing',
      [{ alarm: 'usageRequestMissing' }],
    ]);
    expect(missing.when({ type: 'usage.asked' }).facts('AlarmCleared')).toEqual([{ alarm: 'usageRequestMissing' }]);
  });

  it('given the last request for usage ends, then a new one is awaited, and missed when it does not come', () => {
    const ended = registered().when({ type: 'usage.asked' }).when({ type: 'usage.unasked' });
    expect(regions(ended).usageRequests).toBe('expected');
    expect(ended.whenDue('usageRequestExpectedMs').facts('AlarmRaised')).toMatchObject([
      { alarm: 'usageRequestMissing' },
    ]);
  });

  it('given reports are registered anew, then requests are awaited anew, and the other watches are not disturbed', () => {
    const asked = registered().when({ type: 'usage.asked' }).after(hourMs);
    const again = asked.when({ type: 'reports.registered' });
    expect(regions(again).usageRequests).toBe('expected');
    expect(again.waits['usageRequestExpectedMs']).toBe(10 * minuteMs);
    expect(again.waits['pricesLateAt']).toBe(asked.waits['pricesLateAt']);
    expect(again.waits['reregisterAt']).toBe(asked.waits['reregisterAt']);
  });
});

describe('resynchronising', () => {
  it('given the hour before the price window, then party and reports are registered anew, every day', () => {
    const play = started().whenDue('reregisterAt');
    expect(play.at).toBe(Date.parse('2026-06-10T20:45:00Z'));
    expect(play.said).toEqual([{ type: 'resync.wanted', bootstrap: 'full' }]);
    expect(play.waits['reregisterAt']).toBe(24 * hourMs);
  });

  it('given a VTN that does not like its requests replaced, then only the party is renewed', () => {
    expect(
      started()
        .with({ settings: { reportResync: false } })
        .whenDue('reregisterAt').said,
    ).toEqual([{ type: 'resync.wanted', bootstrap: 'renewal' }]);
  });
});
