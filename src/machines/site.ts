/**
 * The site: one plan for all of its devices together.
 *
 * Rules of this machine
 * - A plan is asked for at a start, when prices that are ahead change, when a person wants something else, when a device
 *   falls silent or answers again, when the clock is set, shortly after devices said how full they are, and each hour, from where the devices are by then. However much is new in a step, it is one plan.
 * - A run that only goes on, where there is a plan, goes by that until its hour is over: the devices are given its slots again.
 * - What the plan says goes to the devices, each its own slots; what a person overrides stands above the plan, also while
 *   there is none. Until there is a plan that knows of it, the connection is shared: what is overridden has its part first.
 * - A plan that is not the one that was asked for last comes too late and is let go.
 * - Where no plan comes, people are told, and the last one is followed: up to the first instant whose price is not the one it
 *   was made with, and no further. What is beyond that is left to the devices. A plan is asked for again after a while.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { PlannedDevice, PlanSlot } from '../facts/planning.ts';
import type { Output } from '../facts/fact.ts';
import { dayOf, hourMs, nextDay } from '../programme/calendar.ts';
import { newID, type Moment } from './moment.ts';
import { firstChange, type LoadCommand } from './drEvent/loadCommands.ts';
import { isThat } from './orders.ts';
import { stillOn, withinConnection, withOverrides, type Override } from './site/overrides.ts';
import { firstDifference, type PriceAhead } from './site/pricesAhead.ts';
import { sameContent } from './sameContent.ts';
import type { Signal } from './signals.ts';

/** A plan that was made, and the prices and overrides that it was asked for with. */
export interface PlanInForce {
  readonly planID: string;
  readonly madeAt: number;
  readonly devices: readonly PlannedDevice[];
  readonly prices: readonly PriceAhead[];
  readonly overrides: readonly Override[];
  readonly commands: readonly LoadCommand[];
}

/** What is known of the site. */
export interface SiteContext {
  /** The plan that was asked for last; null before the first. */
  readonly planID: string | null;
  readonly plan: PlanInForce | null;
  /** What may be planned upon, and what it was when the last plan was asked for. */
  readonly prices: readonly PriceAhead[];
  readonly pricesAsked: readonly PriceAhead[];
  /** What persons override, and what they did when the last plan was asked for. */
  readonly overrides: readonly Override[];
  readonly overridesAsked: readonly Override[];
  /** What DR events ask, and what they did when the last plan was asked for. */
  readonly commands: readonly LoadCommand[];
  readonly commandsAsked: readonly LoadCommand[];
  /** What is new since a plan was asked for last. */
  readonly news: readonly string[];
}

/** What the site hears. */
export type SiteEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    /** A run goes on where the one before it was cut off. */
    | { readonly type: 'agent.resumed' }
    /** The prices ahead that may be planned upon. */
    | { readonly type: 'prices.known'; readonly prices: readonly PriceAhead[] }
    /** What persons override now. `because`: what is new about it; null when nothing is. */
    | { readonly type: 'overrides.known'; readonly overrides: readonly Override[]; readonly because: string | null }
    /** What DR events ask of the devices. */
    | { readonly type: 'commands.known'; readonly commands: readonly LoadCommand[] }
    /** A device is silent, or answers again. */
    | { readonly type: 'device.changed'; readonly because: string }
    | { readonly type: 'clock.set' }
    /** A device says how full it is: planned for shortly, with what the others say until then. */
    | { readonly type: 'level.known' }
    /** Something else is new that is to be planned for. */
    | { readonly type: 'news.heard'; readonly because: string }
    /** The step is over: what is new is planned for. */
    | { readonly type: 'news.told' }
    /** `planID` null: from a log of the first version, which does not name plans. */
    | { readonly type: 'plan.made'; readonly planID: string | null; readonly devices: readonly PlannedDevice[] }
    | { readonly type: 'plan.failed'; readonly planID: string | null; readonly detail: string }
  );

/** How long a plan may take, and how long after a failure it is asked for again. @unit ms */
export const planTimeoutMs = 60_000;
export const planAgainMs = 300_000;

/** How long after the full hour it is planned anew: the readings of the hour are in then. @unit ms */
export const afterTheHourMs = 20_000;

const withNews = (context: SiteContext, reason: string): readonly string[] =>
  context.news.includes(reason) ? context.news : [...context.news, reason];

/** The part of the slots that ends at the instant. */
const slotsUntil = (slots: readonly PlanSlot[], endAt: number): readonly PlanSlot[] =>
  slots.filter((slot) => slot.startAt < endAt).map((slot) => (slot.endAt <= endAt ? slot : { ...slot, endAt }));

/** What may still be followed of a plan while no other comes: up to the first price or command that is another one by now. */
const stillGood = ({ plan, prices, commands }: SiteContext, at: number): PlanInForce | null => {
  if (plan === null) return null;
  const changes = [firstDifference(plan.prices, prices, at), firstChange(plan.commands, commands, at)];
  const instants = changes.filter((instant) => instant !== null);
  const changedAt = instants.length === 0 ? null : Math.min(...instants);
  if (changedAt === null) return plan;
  return {
    ...plan,
    devices: plan.devices.map(({ resourceID, slots }) => ({ resourceID, slots: slotsUntil(slots, changedAt) })),
  };
};

/** How long what devices say of their levels is gathered: however many there are, it is one plan. @unit ms */
const gatherMs = 2_000;

/** Whether other overrides stand than did. */
const areOthers = (before: readonly Override[], now: readonly Override[], at: number): boolean =>
  !sameContent(stillOn(before, at), stillOn(now, at));

/** What the devices are to do: by the plan as far as it is good, and by what stands above it, as the connection takes it. */
const slotsNow = (context: SiteContext, { at, settings }: Moment): readonly PlannedDevice[] => {
  const plan = stillGood(context, at);
  const planned = plan?.devices ?? [];
  const overrides = { planned: stillOn(plan?.overrides ?? [], at), standing: stillOn(context.overrides, at) };
  if (sameContent(overrides.planned, overrides.standing)) return planned;
  return withinConnection(withOverrides(planned, overrides, settings.devices), overrides.standing, settings);
};

/** The next instant at which it is planned anew of itself. */
const nextPlanning = (at: number): number => Math.floor((at - afterTheHourMs) / hourMs + 1) * hourMs + afterTheHourMs;

export const site = setup({
  types: {
    context: {} as SiteContext,
    events: {} as SiteEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    isWantedPlanOfBefore: ({ context, event }) =>
      event.type === 'plan.made' && isThat(event.planID, context.planID) && context.news.length > 0,
    isWantedPlan: ({ context, event }) =>
      (event.type === 'plan.made' || event.type === 'plan.failed') && isThat(event.planID, context.planID),
    overridesMatter: ({ context, event }) =>
      event.type === 'overrides.known' &&
      (event.overrides.length > 0 || areOthers(context.overrides, event.overrides, event.at)),
    somethingIsNew: ({ context }) => context.news.length > 0,
  },
  delays: {
    planTimeoutMs: () => planTimeoutMs,
    planAgainMs: () => planAgainMs,
    gatherMs: () => gatherMs,
    nextPlanning: ({ event }) => nextPlanning(event.at) - event.at,
  },
  actions: {
    noteStart: assign({ news: ({ context }) => withNews(context, 'the agent started') }),
    noteDevice: assign({
      news: ({ context, event }) => (event.type === 'device.changed' ? withNews(context, event.because) : context.news),
    }),
    noteLevel: assign({ news: ({ context }) => withNews(context, 'it is known how full devices are') }),
    noteClock: assign({ news: ({ context }) => withNews(context, 'the clock was set') }),
    noteNews: assign({
      news: ({ context, event }) => (event.type === 'news.heard' ? withNews(context, event.because) : context.news),
    }),
    notePrices: assign(({ context, event }) => {
      if (event.type !== 'prices.known' || firstDifference(context.prices, event.prices, event.at) === null) return {};
      return { prices: event.prices, news: withNews(context, 'prices changed') };
    }),
    noteOverrides: assign(({ context, event }) => {
      if (event.type !== 'overrides.known') return {};
      const { overrides, because } = event;
      return { overrides, news: because === null ? context.news : withNews(context, because) };
    }),
    noteCommands: assign(({ context, event }) => {
      if (event.type !== 'commands.known' || firstChange(context.commands, event.commands, event.at) === null)
        return {};
      return { commands: event.commands, news: withNews(context, 'a DR event asks for something else') };
    }),
    requestPlan: enqueueActions(({ context, event, enqueue }) => {
      const { timeZone } = event.settings;
      const tomorrow = nextDay(dayOf(event.at, timeZone), timeZone);
      const planID = newID(event, 'plan');
      enqueue.assign({
        planID,
        pricesAsked: context.prices,
        overridesAsked: context.overrides,
        commandsAsked: context.commands,
        news: [],
      });
      enqueue.emit({
        type: 'PlanRequested',
        data: {
          planID,
          fromAt: event.at,
          toAt: tomorrow.endAt,
          because: context.news.length === 0 ? 'a new hour' : context.news.join(', '),
        },
      });
    }),
    rememberPlan: assign({
      plan: ({ context, event }) =>
        event.type === 'plan.made'
          ? {
              planID: event.planID ?? '',
              madeAt: event.at,
              devices: event.devices,
              prices: context.pricesAsked,
              overrides: context.overridesAsked,
              commands: context.commandsAsked,
            }
          : context.plan,
    }),
    keepWhatIsStillGood: assign({ plan: ({ context, event }) => stillGood(context, event.at) }),
    giveSlots: enqueueActions(({ context, event, enqueue }) => {
      enqueue.emit({ type: 'slots.given', devices: slotsNow(context, event) });
    }),
    raisePlanFailed: enqueueActions(({ event, enqueue }) => {
      const why = event.type === 'plan.failed' ? event.detail : `none came within ${planTimeoutMs / 1000} s`;
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'planFailed',
          text: `There is no new plan: ${why.replace(/\.$/, '')}.`,
          advice:
            'The last plan is followed as far as its prices hold, then the devices are left alone; a plan is asked for again by itself.',
        },
      });
    }),
    clearPlanFailed: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'planFailed' } }),
    ),
  },
}).createMachine({
  id: 'site',
  description: 'One plan for all devices together.',
  context: {
    planID: null,
    plan: null,
    prices: [],
    pricesAsked: [],
    overrides: [],
    overridesAsked: [],
    commands: [],
    commandsAsked: [],
    news: [],
  },
  initial: 'stopped',
  on: {
    'agent.started': { actions: 'noteStart' },
    'agent.resumed': { actions: 'noteStart' },
    'prices.known': { actions: 'notePrices' },
    'overrides.known': [
      { guard: 'overridesMatter', actions: ['noteOverrides', 'giveSlots'] },
      { actions: 'noteOverrides' },
    ],
    'commands.known': { actions: 'noteCommands' },
    'device.changed': { actions: 'noteDevice' },
    'clock.set': { actions: 'noteClock' },
    'level.known': { actions: 'noteLevel' },
    'news.heard': { actions: 'noteNews' },
    'news.told': { guard: 'somethingIsNew', target: '.awaitingPlan' },
    'plan.made': [
      {
        guard: 'isWantedPlanOfBefore',
        target: '.gathering',
        actions: ['rememberPlan', 'clearPlanFailed', 'giveSlots'],
      },
      {
        guard: 'isWantedPlan',
        target: '.planned',
        actions: ['rememberPlan', 'clearPlanFailed', 'giveSlots'],
      },
    ],
  },
  states: {
    stopped: { description: 'Before the first start.' },
    awaitingPlan: {
      description: 'The planner is to say what the devices do.',
      entry: 'requestPlan',
      on: {
        'plan.failed': { guard: 'isWantedPlan', target: 'failing', actions: 'raisePlanFailed' },
      },
      after: { planTimeoutMs: { target: 'failing', actions: 'raisePlanFailed' } },
    },
    planned: {
      description: 'There is a plan, until the hour is over or something is new.',
      on: {
        'level.known': { target: 'gathering', actions: 'noteLevel' },
        'agent.resumed': { actions: 'giveSlots' },
      },
      after: { nextPlanning: 'awaitingPlan' },
    },
    gathering: {
      description: 'Devices say how full they are: it is planned with what they have said, after a short while.',
      after: { gatherMs: 'awaitingPlan' },
    },
    failing: {
      description: 'There is none: the last one is followed as far as its prices hold, and a plan is asked for again.',
      entry: ['keepWhatIsStillGood', 'giveSlots'],
      on: { 'level.known': { target: 'gathering', actions: 'noteLevel' } },
      after: { planAgainMs: 'awaitingPlan' },
    },
  },
});
