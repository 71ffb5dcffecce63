import { describe, expect, it } from 'vitest';
import { afterTheHourMs } from '../../src/machines/site.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

const priced = (startAt: number, ...prices: readonly string[]) =>
  prices.map((usdPerKwh, index) => ({
    startAt: startAt + index * hourMs,
    endAt: startAt + (index + 1) * hourMs,
    importUsdPerKwh: usdPerKwh,
    exportUsdPerKwh: usdPerKwh,
  }));
const slot = (startAt: number, endAt: number, demandWatts: number) => ({ startAt, endAt, demandWatts });
const planOf = (...slots: readonly object[]) => [{ resourceID: 'battery', slots }];
const told = { type: 'news.told' };

const started = (at = noon): Play => given('site', { id: '', at }).having({ type: 'agent.started' }).when(told);
const planIDOf = (play: Play): string => {
  const [asked] = play.facts('PlanRequested') as readonly { readonly planID: string }[];
  return asked?.planID ?? '';
};
const planned = (at = noon): Play =>
  started(at).when({ type: 'plan.made', planID: null, devices: planOf(slot(noon, noon + 2 * hourMs, 5)) });
const slotsIn = (play: Play): unknown => play.said.find(({ type }) => type === 'slots.given');

describe('asking for a plan', () => {
  it('given a start, then one plan for the site is wanted, from now to the end of tomorrow', () => {
    expect(started(noon + 7 * minuteMs).facts('PlanRequested')).toEqual([
      {
        planID: expect.any(String),
        fromAt: noon + 7 * minuteMs,
        toAt: Date.parse('2026-06-12T04:00:00Z'),
        because: 'the agent started',
      },
    ]);
  });

  it('given several things that are new in one step, then it is one plan, and it says all of them', () => {
    const play = planned().having(
      { type: 'prices.known', prices: priced(noon, '0.10') },
      { type: 'clock.set' },
      { type: 'prices.known', prices: priced(noon, '0.20') },
    );
    expect(play.facts('PlanRequested')).toEqual([]);
    expect(play.when(told).facts('PlanRequested')).toMatchObject([{ because: 'prices changed, the clock was set' }]);
  });

  it('given prices that were told again and are the same from now on, then no plan is wanted', () => {
    const play = planned()
      .having({ type: 'prices.known', prices: priced(noon, '0.10', '0.20') }, told)
      .having({ type: 'plan.made', planID: null, devices: [] });
    const later = play.after(hourMs + minuteMs).having({ type: 'prices.known', prices: priced(noon + hourMs, '0.20') });
    expect(later.when(told).facts('PlanRequested')).toEqual([]);
  });

  it('given a plan, then the next one is wanted a little after the full hour, when its readings are in', () => {
    const play = planned(noon + 10 * minuteMs);
    expect(play.waits['nextPlanning']).toBe(50 * minuteMs + afterTheHourMs);
    const next = play.whenDue('nextPlanning');
    expect(next.facts('PlanRequested')).toMatchObject([{ because: 'a new hour' }]);
    expect(next.when({ type: 'plan.made', planID: null, devices: [] }).waits['nextPlanning']).toBe(hourMs);
  });

  it('given the clock was set, then it is planned anew', () => {
    expect(planned().having({ type: 'clock.set' }).when(told).facts('PlanRequested')).toMatchObject([
      { because: 'the clock was set' },
    ]);
  });
});

describe('a plan', () => {
  it('given it is the one that was wanted last, then each device hears its slots', () => {
    const play = started();
    const devices = planOf(slot(noon, noon + hourMs, 7));
    expect(slotsIn(play.when({ type: 'plan.made', planID: planIDOf(play), devices }))).toEqual({
      type: 'slots.given',
      devices,
    });
  });

  it('given another was wanted meanwhile, then it comes too late and is let go', () => {
    const first = started();
    const again = first.after(minuteMs).having({ type: 'clock.set' }).when(told);
    const devices = planOf(slot(noon, noon + hourMs, 7));
    const late = again.when({ type: 'plan.made', planID: planIDOf(first), devices });
    expect([late.state, slotsIn(late)]).toEqual(['awaitingPlan', undefined]);
    expect(slotsIn(late.when({ type: 'plan.made', planID: planIDOf(again), devices }))).toBeDefined();
  });
});

describe('without a new plan', () => {
  it.each([
    ['the planner fails', (play: Play) => play.when({ type: 'plan.failed', planID: null, detail: 'no idea' })],
    ['none comes in time', (play: Play) => play.whenDue('planTimeoutMs')],
  ])('given %s, then people are told, and one is wanted again after a while, until it comes', (_name, fail) => {
    const failing = fail(started());
    expect(failing.facts('AlarmRaised')).toMatchObject([
      { alarm: 'planFailed', text: expect.stringMatching(/^There is no new plan: .+[^.]\.$/) as string },
    ]);
    const again = failing.whenDue('planAgainMs');
    expect(again.facts('PlanRequested')).toHaveLength(1);
    expect(again.when({ type: 'plan.made', planID: null, devices: [] }).facts('AlarmCleared')).toEqual([
      { alarm: 'planFailed' },
    ]);
  });

  it('given prices that hold as they were, then the last plan is followed as it is', () => {
    const play = planned().whenDue('nextPlanning').when({ type: 'plan.failed', planID: null, detail: 'no idea' });
    expect(slotsIn(play)).toEqual({ type: 'slots.given', devices: planOf(slot(noon, noon + 2 * hourMs, 5)) });
  });

  it('given prices that changed since, then the last plan is followed up to the first of them and no further', () => {
    const failing = started()
      .having({ type: 'prices.known', prices: priced(noon, '0.10', '0.20') }, told)
      .having({ type: 'plan.made', planID: null, devices: planOf(slot(noon, noon + 2 * hourMs, 5)) })
      .having({ type: 'prices.known', prices: priced(noon, '0.10', '0.99') }, told)
      .when({ type: 'plan.failed', planID: null, detail: 'no idea' });
    expect(slotsIn(failing)).toEqual({ type: 'slots.given', devices: planOf(slot(noon, noon + hourMs, 5)) });
  });

  it('given the present price changed, then nothing is followed', () => {
    const failing = planned()
      .having({ type: 'prices.known', prices: priced(noon, '0.99') }, told)
      .when({ type: 'plan.failed', planID: null, detail: 'no idea' });
    expect(slotsIn(failing)).toEqual({ type: 'slots.given', devices: planOf() });
  });
});
