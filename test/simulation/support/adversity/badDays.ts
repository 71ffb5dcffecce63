import { dayOf, hourMs, nextDay, type LocalDay } from '../../../../src/programme/calendar.ts';
import { timeZone } from '../../../scenarios/support/day.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import type { BadDay } from './adversity.ts';

/** How far after local midnight prices come out that are very late. @unit ms */
const afterMidnightMs = 40 * 60_000;

const minuteMs = 60_000;

const yesterdayOf = (trueNow: number): LocalDay => dayOf(dayOf(trueNow, timeZone).startAt - 1, timeZone).day;

/** The day whose prices are out and still to be: tomorrow, or else today. */
const pricedDay = ({ world: { vtn, time } }: Run): LocalDay | undefined => {
  const today = dayOf(time.trueNow(), timeZone);
  return [nextDay(today, timeZone).day, today.day].find((day) => vtn.events.priceEventOf(day) !== undefined);
};

const movePrices = (run: Run, byMs: number, forMs: number): boolean => {
  const { vtn, time } = run.world;
  const day = pricedDay(run);
  const eventID = day === undefined ? undefined : vtn.events.priceEventOf(day);
  const listed = vtn.events.listed().find((each) => each.eventID === eventID);
  if (eventID === undefined || listed === undefined) return false;
  const { startAt } = listed.script;
  vtn.events.modify(eventID, { startAt: startAt + byMs });
  time.ringIn(forMs, () => {
    if (vtn.events.listed().some((each) => each.eventID === eventID)) vtn.events.modify(eventID, { startAt });
  });
  return true;
};

const correctYesterday = ({ world: { vtn, time } }: Run): boolean => {
  const day = yesterdayOf(time.trueNow());
  const prices = vtn.pricesOf(day);
  const eventID = vtn.events.priceEventOf(day);
  const isListed = vtn.events.listed().some((each) => each.eventID === eventID);
  if (prices === undefined || !isListed) return false;
  vtn.events.modifyPrices(day, [...prices.slice(1), ...prices.slice(0, 1)]);
  return true;
};

const pricesAfterMidnight = ({ world: { vtn, time } }: Run): boolean => {
  const { day, startAt } = nextDay(dayOf(time.trueNow(), timeZone), timeZone);
  if (vtn.events.priceEventOf(day) !== undefined) return false;
  vtn.events.withhold(day);
  time.ringIn(startAt + afterMidnightMs - time.trueNow(), () => vtn.events.release(day));
  return true;
};

const losePoll = (run: Run, by: Extract<BadDay, { readonly do: 'losePollBeforeRenewal' }>['by']): boolean => {
  const { vtn } = run.world;
  const day = pricedDay(run);
  const prices = day === undefined ? undefined : vtn.pricesOf(day);
  if (day === undefined || prices === undefined) return false;
  vtn.events.modifyPrices(day, [...prices.slice(1), ...prices.slice(0, 1)]);
  vtn.faults.next({ do: by, on: 'oadrPoll' });
  vtn.faults.next({ do: 'requestReregistration', on: ['oadrPoll', 'oadrRequestEvent'], skip: 1 });
  return true;
};

const twins = (run: Run): void => {
  const { vtn, time } = run.world;
  const startAt = Math.floor(time.trueNow() / minuteMs) * minuteMs + hourMs;
  const name = `twin-${run.extraDrEvents.length}-a`;
  const script = (eventID: string, level: string) => ({
    eventID,
    startAt,
    lengthMs: 2 * hourMs,
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: [level] } as const],
  });
  const [low, high] = [vtn.events.add(script(name, '1')), vtn.events.add(script(name.toUpperCase(), '2'))];
  run.extraDrEvents.push(low, high);
  time.ringIn(30 * minuteMs, () => {
    if (vtn.events.listed().some(({ eventID, cancelledAt }) => eventID === low && cancelledAt === undefined))
      vtn.events.cancel(low);
  });
};

/** Polls in a minute where the VTN asks for one each second: each may bring DR events, which are answered. */
export const pollsAskedPerMinute = ({ happenings }: Pick<Plan, 'happenings'>): number =>
  happenings.some(({ happening }) => happening.do === 'changePace' && happening.pollFreq === 'PT1S') ? 60 : 0;

/** Lets an ordinary bad day begin; false where there is nothing it could befall. */
export const badDay = (run: Run, happening: BadDay): boolean => {
  const { vtn, time } = run.world;
  switch (happening.do) {
    case 'answerWithPrevious':
      vtn.faults.next({ do: 'previousAnswer', on: happening.on, times: happening.times });
      return true;
    case 'changePace': {
      const { pollFreq = 'PT1M' } = run.plan.vtn;
      // Where it can say so at once.
      const on = ['oadrPoll', 'oadrCreatePartyRegistration'] as const;
      vtn.faults.next({ do: 'pollFreq', pollFreq: happening.pollFreq, on });
      time.ringIn(happening.forMs, () => vtn.faults.next({ do: 'pollFreq', pollFreq, on }));
      return true;
    }
    case 'movePrices':
      return movePrices(run, happening.byMs, happening.forMs);
    case 'correctYesterday':
      return correctYesterday(run);
    case 'pricesAfterMidnight':
      return pricesAfterMidnight(run);
    case 'cancelReportsInFlight':
      vtn.faults.next({
        do: 'cancelReportsInAnswer',
        reportToFollow: happening.reportToFollow,
        on: 'oadrUpdateReport',
      });
      return true;
    case 'twinDrEvents':
      twins(run);
      return true;
    case 'losePollBeforeRenewal':
      return losePoll(run, happening.by);
  }
};
