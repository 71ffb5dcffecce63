/**
 * What must happen, and who is told when it does not.
 *
 * Rules of this machine
 * - `prices`: when the prices of tomorrow are not in hand at `pricesLateAt`, ask for all DR events, again and again with
 *   growing pauses, and raise the alarm; once they are in hand the alarm is cleared.
 * - `usageRequests`: when the VTN has our metadata and asks for no usage within `usageRequestExpectedMs`, nobody will
 *   be paid: raise the alarm.
 * - `resynchronising`: party and reports are registered anew every day before the price window, because a VTN that was
 *   restarted forgets both without a word.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import { dayOf, nextDay, nextTimeOfDay, timeOnDay } from '../programme/calendar.ts';
import type { Moment } from './moment.ts';
import type { Signal } from './signals.ts';

/** A stretch of time. UTC ms. */
export interface Span {
  readonly startAt: number;
  readonly endAt: number;
}

/** What the watchdogs remember. */
export interface WatchContext {
  /** The time ahead for which no price is in hand, as of the last change of prices. */
  readonly unpriced: readonly Span[];
  /** The day whose prices are missing. UTC ms. */
  readonly wantedFrom: number;
  readonly wantedUntil: number;
  readonly asked: number;
}

/** What the watchdogs hear. */
export type WatchEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    | { readonly type: 'prices.changed'; readonly unpriced: readonly Span[] }
    | { readonly type: 'reports.registered' }
    | { readonly type: 'usage.asked' }
    | { readonly type: 'usage.unasked' }
  );

/** Pauses between askings for missing prices; the last one repeats. @unit min */
const pausesMin = [1, 2, 4, 8, 15, 30] as const;

/** After a start in the evening the VTN gets this long to tell what it has. @unit ms */
const graceMs = 120_000;

const tomorrow = (moment: Moment): Span => {
  const { timeZone } = moment.settings;
  return nextDay(dayOf(moment.at, timeZone), timeZone);
};

const isPriced = (unpriced: readonly Span[], span: Span): boolean =>
  unpriced.every(({ startAt, endAt }) => endAt <= span.startAt || startAt >= span.endAt);

export const watch = setup({
  types: { context: {} as WatchContext, events: {} as WatchEvent, emitted: {} as Output | Signal },
  guards: {
    tomorrowIsPriced: ({ context, event }) => isPriced(context.unpriced, tomorrow(event)),
    wantedIsPriced: ({ context, event }) =>
      event.type === 'prices.changed' &&
      isPriced(event.unpriced, { startAt: Math.max(event.at, context.wantedFrom), endAt: context.wantedUntil }),
    wantedIsPast: ({ context, event }) => event.at >= context.wantedUntil,
  },
  delays: {
    pricesLateAt: ({ event }) => {
      const { pricesLateAt, timeZone } = event.settings;
      const isEvening = event.at >= timeOnDay(dayOf(event.at, timeZone), pricesLateAt, timeZone);
      return event.type === 'agent.started' && isEvening
        ? graceMs
        : nextTimeOfDay(event.at, pricesLateAt, timeZone) - event.at;
    },
    askAgain: ({ context }) => (pausesMin[Math.min(context.asked, pausesMin.length) - 1] ?? 30) * 60_000,
    usageRequestExpectedMs: ({ event }) => event.settings.usageRequestExpectedMs,
    reregisterAt: ({ event }) =>
      nextTimeOfDay(event.at, event.settings.reregisterAt, event.settings.timeZone) - event.at,
  },
  actions: {
    rememberCoverage: assign({
      unpriced: ({ context, event }) => (event.type === 'prices.changed' ? event.unpriced : context.unpriced),
    }),
    wantTomorrow: assign({
      wantedFrom: ({ event }) => tomorrow(event).startAt,
      wantedUntil: ({ event }) => tomorrow(event).endAt,
      asked: 0,
    }),
    askForPrices: enqueueActions(({ context, event, enqueue }) => {
      enqueue.assign({ asked: context.asked + 1 });
      const { day } = dayOf(context.wantedFrom, event.settings.timeZone);
      enqueue.emit({ type: 'resync.wanted', bootstrap: 'events' });
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'pricesMissing',
          text: `The prices of ${day} are not in hand.`,
          advice:
            'The VEN keeps asking. Without prices the device follows its fallback plan; ask the VTN’s operator when it lasts.',
        },
      });
    }),
    clearPricesMissing: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'pricesMissing' } }),
    ),
    raiseUsageRequestMissing: enqueueActions(({ event, enqueue }) => {
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'usageRequestMissing',
          text: `The VTN has not asked for usage within ${event.settings.usageRequestExpectedMs / 60_000} min of our registering reports.`,
          advice:
            'Unreported hours are not paid: check resourceIDs and reportSpecifierIDs with the VTN’s operator (`ven doctor`).',
        },
      });
    }),
    clearUsageRequestMissing: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'usageRequestMissing' } }),
    ),
    resynchronise: enqueueActions(({ event, enqueue }) => {
      enqueue.emit({ type: 'resync.wanted', bootstrap: event.settings.reportResync ? 'full' : 'renewal' });
    }),
  },
}).createMachine({
  id: 'watch',
  description: 'The watchdogs of the programme.',
  context: { unpriced: [{ startAt: 0, endAt: Number.MAX_SAFE_INTEGER }], wantedFrom: 0, wantedUntil: 0, asked: 0 },
  type: 'parallel',
  on: { 'prices.changed': { actions: 'rememberCoverage' } },
  states: {
    prices: {
      description: 'Whether the prices of tomorrow come in time.',
      initial: 'stopped',
      on: { 'agent.started': '.expected' },
      states: {
        stopped: { description: 'Before the first start.' },
        expected: {
          description: 'The prices of tomorrow are not due yet, or in hand.',
          after: {
            pricesLateAt: [
              { guard: 'tomorrowIsPriced', target: 'expected', reenter: true },
              { target: 'late', actions: 'wantTomorrow' },
            ],
          },
        },
        late: {
          description: 'The prices of tomorrow are overdue: ask, and tell.',
          entry: 'askForPrices',
          on: {
            'prices.changed': {
              guard: 'wantedIsPriced',
              target: 'expected',
              actions: ['rememberCoverage', 'clearPricesMissing'],
            },
          },
          after: {
            askAgain: [
              { guard: 'wantedIsPast', target: 'expected', actions: 'clearPricesMissing' },
              { target: 'late', reenter: true },
            ],
          },
        },
      },
    },
    usageRequests: {
      description: 'Whether the VTN asks for the usage it is to pay.',
      initial: 'unoffered',
      on: { 'reports.registered': '.expected' },
      states: {
        unoffered: { description: 'The VTN does not have our metadata yet.' },
        expected: {
          description: 'It has our metadata and is to ask for usage.',
          on: { 'usage.asked': { target: 'asked', actions: 'clearUsageRequestMissing' } },
          after: { usageRequestExpectedMs: { target: 'missing', actions: 'raiseUsageRequestMissing' } },
        },
        asked: {
          description: 'Usage is asked for.',
          on: { 'usage.unasked': 'expected' },
        },
        missing: {
          description: 'No usage is asked for: nobody will be paid.',
          on: { 'usage.asked': { target: 'asked', actions: 'clearUsageRequestMissing' } },
        },
      },
    },
    resynchronising: {
      description: 'Registering anew once a day, unasked.',
      initial: 'stopped',
      on: { 'agent.started': '.scheduled' },
      states: {
        stopped: { description: 'Before the first start.' },
        scheduled: {
          description: 'Until the hour before the price window.',
          after: { reregisterAt: { target: 'scheduled', reenter: true, actions: 'resynchronise' } },
        },
      },
    },
  },
});
