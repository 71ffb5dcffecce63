/** What concerns the plan of the site: the prices it may rest on, and what came of asking for one. */
import { tell, type Consequence } from '../core/consequence.ts';
import { optsThatHold, snapshotOf, type AgentState } from '../core/state.ts';
import type { PlanFailed, PlanMade } from '../facts/planning.ts';
import { aboveThePlan } from './instructions.ts';
import { isCarryingOut, loadCommands, optedOut } from './loadCommands.ts';
import type { Moment } from '../machines/moment.ts';
import { stillOn } from '../machines/site/overrides.ts';
import type { PriceAhead } from '../machines/site/pricesAhead.ts';
import { sameContent } from '../machines/sameContent.ts';
import { siteStream } from '../machines/streams.ts';
import {
  isForExport,
  isForImport,
  isOneForBoth,
  type PricedSlot,
  priceSlots,
  type SeriesFilter,
} from '../store/projections/priceSlots.ts';

/** How far ahead prices are planned upon. @unit ms */
const pricesAheadMs = 9 * 86_400_000;

/** The price of one instant after another, never of an earlier one again: slots are gone through once. */
const pricesAlong = (slots: readonly PricedSlot[]): ((at: number) => string | null) => {
  let next = 0;
  return (at) => {
    while ((slots[next]?.endAt ?? Infinity) <= at) next += 1;
    const slot = slots[next];
    return slot !== undefined && slot.startAt <= at ? slot.usdPerKwh : null;
  };
};

/**
 * The prices in force of a stretch of time that may be acted upon: not those that cannot be believed, were superseded or withdrawn, or
 * whose unit nobody knows.
 */
export const pricesAhead = (state: AgentState, fromAt: number, toAt: number): readonly PriceAhead[] => {
  const out = optedOut(state);
  const { prices } = state.views;
  const actedUpon = (meant: SeriesFilter): readonly PricedSlot[] =>
    priceSlots(prices, fromAt, toAt, meant).filter(
      ({ implausible, source }) => !implausible && !(source.kind === 'drEvent' && out.has(source.id)),
    );
  const imports = actedUpon(isForImport);
  const exports = isOneForBoth(prices, fromAt, toAt) ? imports : actedUpon(isForExport);
  const cuts = [...new Set([...imports, ...exports].flatMap(({ startAt, endAt }) => [startAt, endAt]))].sort(
    (a, b) => a - b,
  );
  const [importAt, exportAt] = [pricesAlong(imports), pricesAlong(exports)];
  return cuts.slice(0, -1).flatMap((startAt, index) => {
    const [importUsdPerKwh, exportUsdPerKwh] = [importAt(startAt), exportAt(startAt)];
    if (importUsdPerKwh === null && exportUsdPerKwh === null) return [];
    return [{ startAt, endAt: cuts[index + 1] as number, importUsdPerKwh, exportUsdPerKwh }];
  });
};

/** While opts hold, the site hears which devices they hold, where that is news. */
const optsKnown = (state: AgentState, at: number): readonly Consequence[] => {
  if (optsThatHold(state).length === 0) return [];
  const overrides = aboveThePlan(state, at);
  const known = snapshotOf(state, siteStream, 'site')?.context.overrides ?? [];
  return sameContent(stillOn(known, at), stillOn(overrides, at))
    ? []
    : [tell(siteStream, { type: 'overrides.known', overrides, because: 'a person opted' })];
};

/** What DR events ask, and the prices of those that nobody opted out of: told when all is said, and planned for when it is news. */
export const siteNews = (state: AgentState, moment: Moment): readonly Consequence[] => {
  const { at } = moment;
  const news = [...optsKnown(state, at), tell(siteStream, { type: 'news.told' })];
  if (!isCarryingOut(state)) return news;
  return [
    tell(siteStream, { type: 'prices.known', prices: pricesAhead(state, at, at + pricesAheadMs) }),
    tell(siteStream, { type: 'commands.known', commands: loadCommands(state, at) }),
    ...news,
  ];
};

/** The site is told what it may plan upon, and plans when that is news. */
export const sitePrices = (state: AgentState, { at }: Moment): readonly Consequence[] => [
  tell(siteStream, { type: 'prices.known', prices: pricesAhead(state, at, at + pricesAheadMs) }),
  { unsettled: 'plan' },
];

/** Alarms of devices that had no plan, when each had one of its own. */
const formerAlarm = 'planFailed ';

/** A plan was made, for all devices. */
export const planMade = (state: AgentState, { planID, devices }: PlanMade): readonly Consequence[] => [
  ...Object.keys(state.alarms)
    .filter((key) => key.startsWith(formerAlarm))
    .map((key): Consequence => ({
      stream: siteStream,
      fact: { type: 'AlarmCleared', data: { alarm: 'planFailed', subject: key.slice(formerAlarm.length) } },
    })),
  tell(siteStream, { type: 'plan.made', planID: planID ?? null, devices }),
];

/** There is no plan. */
export const planFailed = ({ planID, detail }: PlanFailed): Consequence =>
  tell(siteStream, { type: 'plan.failed', planID, detail });
