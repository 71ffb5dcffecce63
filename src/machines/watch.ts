/**
 * What must happen, and who is told when it does not.
 *
 * Rules of this machine
 * - A remedy that does not help is followed by the next one: the DR events, then the reports, then the party anew, then the VTN
 *   is asked whom it has; from there on at growing pauses, for as long as it takes.
 * - `prices`: when the prices of tomorrow are not in hand at `pricesLateAt`, raise the alarm and begin with the first
 *   remedy; once they are in hand the alarm is cleared.
 * - `usageRequests`: when the VTN has our metadata and asks for no usage within `usageRequestExpectedMs`, nobody will
 *   be paid: raise the alarm, and begin with the reports. Where nothing is metered, nothing is to be asked for.
 * - `identity`: prices that come from another vtnID than that with which we registered are not taken; the VTN is asked who it is
 *   and registered with anew, at once and then at growing pauses, short ones where prices are waited for, until both agree. @rule 2.0b 400
 * - `pace`: a VTN that wants polls so rarely that they would miss the price window is polled as it asks. In the window it is
 *   asked for its DR events, until the prices are in hand. @rule 2.0b 500
 * - `refusedUsage`: usage that the VTN refused wants a fresh request: the reports are registered anew after a pause.
 * - When the clock is set by far, what waits for an hour of the day is waited for anew, by the day that it is now; and once the
 *   VTN's clock agrees with it, party and reports are registered anew: what was agreed upon by another clock is void.
 * - While the VTN's clock differs by much from ours, hours that may not have passed, or may be others, are not told. When it says
 *   so for a day, it is the one that is wrong, or somebody looks on: then ours is gone by, and usage is told late and not never.
 * - `overlaps`: when two listed sources state different prices for time to come, that is told and the alarm is raised; it is
 *   cleared once they agree, only one is left, or the time is past.
 * - `resynchronising`: party and reports are registered anew every day before the price window, because a VTN that was
 *   restarted forgets both without a word.
 */
import { assign, emit, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import { dayOf, localText, nextDay, nextTimeOfDay, timeOnDay } from '../programme/calendar.ts';
import type { PricesOverlapped } from '../facts/output.ts';
import type { Moment } from './moment.ts';
import { identityPauseMs } from './watch/identityPause.ts';
import { farJumpMs } from './watch/farJump.ts';
import { missingPrices } from './watch/missingPrices.ts';
import { rarePollFreqMs, windowAskingMs } from './watch/priceWindow.ts';
import { isPriced, type WatchedSpan } from './watch/priced.ts';
import { priceRemedy, usageRemedy } from './watch/remedies.ts';
import { sameContent } from './sameContent.ts';
import type { Bootstrap, Signal } from './signals.ts';

/** What the watchdogs remember. */
export interface WatchContext {
  /** The time ahead for which no price is in hand, as of the last change of prices. */
  readonly unpriced: readonly WatchedSpan[];
  /** The day whose prices are missing. UTC ms. */
  readonly wantedFrom: number;
  readonly wantedUntil: number;
  readonly asked: number;
  /** How often in a row the VTN was given reason to ask for usage. */
  readonly usageTries: number;
  /** The vtnID of prices that we did not take, and how often the VTN was asked about it. */
  readonly doubtedVtnID: string;
  readonly identityTries: number;
  /** Time ahead that is priced twice; null when there is none. */
  readonly overlap: PriceOverlap | null;
}

/** Time ahead for which listed sources state different prices. */
export type PriceOverlap = Pick<PricesOverlapped, 'startAt' | 'endAt' | 'sources'>;

/** What the watchdogs hear. */
export type WatchEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    | {
        readonly type: 'prices.changed';
        readonly unpriced: readonly WatchedSpan[];
        readonly overlap: PriceOverlap | null;
      }
    | { readonly type: 'reports.registered' }
    | { readonly type: 'usage.asked' }
    | { readonly type: 'usage.unasked' }
    /** DR events came from another vtnID than that with which we registered, or again from that one. */
    | { readonly type: 'identity.doubted'; readonly vtnID: string }
    | { readonly type: 'identity.agreed' }
    | { readonly type: 'usage.refused'; readonly times: number }
    /** How often the VTN wants to be polled; null when it leaves that to us. */
    | { readonly type: 'pace.known'; readonly pollFreqMs: number | null }
    | { readonly type: 'clock.set'; readonly jumpMs: number }
    /** The VTN's clock and ours agree; or they differ by much. */
    | { readonly type: 'clock.agreed' }
    | { readonly type: 'clock.doubted' }
  );

/** Pauses between askings for missing prices; the last one repeats. @unit min */
const pausesMin = [1, 2, 4, 8, 15, 30] as const;

/** A VTN that does not like its requests replaced is spared that where it may help without. */
const resynchronisation = ({ settings }: Moment, bootstrap: Bootstrap): Signal => ({
  type: 'resync.wanted',
  bootstrap: bootstrap === 'full' && !settings.reportResync ? 'renewal' : bootstrap,
});

/** @limit The pauses between remedies for missing requests of usage grow no longer. @unit ms */
const longestUsagePauseMs = 4 * 3_600_000;

/** Pauses before usage that was refused goes again under a fresh request; the last one repeats. @unit min */
const refusedUsagePausesMin = [1, 5, 15] as const;

/** How long a clock that the VTN's contradicts keeps usage back. @unit ms */
export const doubtLastsMs = 86_400_000;

/** After a start in the evening the VTN gets this long to tell what it has. @unit ms */
const graceMs = 120_000;

const tomorrow = (moment: Moment): WatchedSpan => {
  const { timeZone } = moment.settings;
  return nextDay(dayOf(moment.at, timeZone), timeZone);
};

/** Whether it is known already: what is left of it grows shorter all the time. */
const isKnownOverlap = (known: PriceOverlap | null, { endAt, sources }: PriceOverlap): boolean =>
  known !== null && known.endAt === endAt && sameContent(known.sources, sources);

export const watch = setup({
  types: { context: {} as WatchContext, events: {} as WatchEvent, emitted: {} as Output | Signal },
  guards: {
    tomorrowIsPriced: ({ context, event }) => isPriced(context.unpriced, tomorrow(event)),
    wantedIsPriced: ({ context, event }) =>
      event.type === 'prices.changed' &&
      isPriced(event.unpriced, { startAt: Math.max(event.at, context.wantedFrom), endAt: context.wantedUntil }),
    hasOverlap: ({ event }) => event.type === 'prices.changed' && event.overlap !== null,
    isOtherOverlap: ({ context, event }) =>
      event.type === 'prices.changed' && event.overlap !== null && !isKnownOverlap(context.overlap, event.overlap),
    hasNoOverlap: ({ event }) => event.type === 'prices.changed' && event.overlap === null,
    wantedIsPast: ({ context, event }) => event.at >= context.wantedUntil,
    pollsAreRare: ({ event }) => event.type === 'pace.known' && (event.pollFreqMs ?? 0) > rarePollFreqMs,
    nothingIsMetered: ({ event }) => event.settings.devices.length === 0,
    clockWasSetFar: ({ event }) => event.type === 'clock.set' && Math.abs(event.jumpMs) >= farJumpMs,
  },
  delays: {
    pricesLateAt: ({ event }) => {
      const { pricesLateAt, timeZone } = event.settings;
      const isEvening = event.at >= timeOnDay(dayOf(event.at, timeZone), pricesLateAt, timeZone);
      return (event.type === 'agent.started' || event.type === 'clock.set') && isEvening
        ? graceMs
        : nextTimeOfDay(event.at, pricesLateAt, timeZone) - event.at;
    },
    askAgain: ({ context }) => (pausesMin[Math.min(context.asked, pausesMin.length) - 1] ?? 30) * 60_000,
    overlapLasts: ({ context, event }) => (context.overlap?.endAt ?? Infinity) - event.at,
    /** Each remedy gets twice as long as the one before. */
    usageRequestExpectedMs: ({ context, event }) => {
      const { usageRequestExpectedMs: firstMs } = event.settings;
      return Math.max(firstMs, Math.min(firstMs * 2 ** Math.min(context.usageTries, 10), longestUsagePauseMs));
    },
    windowAsking: ({ event }) => windowAskingMs(event),
    refusedUsageAgain: ({ event }) =>
      event.type === 'usage.refused'
        ? (refusedUsagePausesMin[Math.min(event.times, refusedUsagePausesMin.length) - 1] ?? 1) * 60_000
        : 60_000,
    askWhoAgain: ({ context, event }) => identityPauseMs(context, event),
    doubtLastsMs: () => doubtLastsMs,
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
      enqueue.emit(resynchronisation(event, priceRemedy(context.asked)));
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'pricesMissing',
          text: missingPrices(context.unpriced, { startAt: context.wantedFrom, endAt: context.wantedUntil }, event),
          advice:
            'The VEN keeps asking, and registers anew when that does not help. Without prices the device follows its fallback plan; ask the VTN’s operator when it lasts.',
        },
      });
    }),
    clearPricesMissing: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'pricesMissing' } }),
    ),
    tellOverlap: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'prices.changed' || event.overlap === null) return;
      const { overlap } = event;
      enqueue.assign({ overlap });
      const names = overlap.sources.map(({ source }) => source.id).join(', ');
      const because = `${names} are all listed and state different prices`;
      enqueue.emit({ type: 'PricesOverlapped', data: { ...overlap, because } });
      const from = localText(overlap.startAt, event.settings.timeZone);
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'pricesOverlap',
          text: `From ${from} on, time is priced twice: ${because}.`,
          advice:
            'The lowest priority but 0 is acted upon, then what came last; settlement leaves these hours open. Ask the VTN’s operator which price holds, and have the other event cancelled.',
        },
      });
    }),
    clearOverlap: enqueueActions(({ enqueue }) => {
      enqueue.assign({ overlap: null });
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'pricesOverlap' } });
    }),
    callForUsageRequests: enqueueActions(({ context, event, enqueue }) => {
      enqueue.assign({ usageTries: context.usageTries + 1 });
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'usageRequestMissing',
          text: `The VTN has not asked for usage within ${event.settings.usageRequestExpectedMs / 60_000} min of our registering reports.`,
          advice:
            'Unreported hours are not paid: check resourceIDs and reportSpecifierIDs with the VTN’s operator (`ven doctor`). The VEN registers anew meanwhile.',
        },
      });
      enqueue.emit({ type: 'asking.wanted', bootstrap: usageRemedy(context.usageTries) });
    }),
    clearUsageRequestMissing: enqueueActions(({ enqueue }) => {
      enqueue.assign({ usageTries: 0 });
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'usageRequestMissing' } });
    }),
    rememberDoubt: assign({
      doubtedVtnID: ({ context, event }) => (event.type === 'identity.doubted' ? event.vtnID : context.doubtedVtnID),
      identityTries: 0,
    }),
    askWhoTheVtnIs: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ identityTries: context.identityTries + 1 });
      enqueue.emit({ type: 'resync.wanted', bootstrap: 'asked' });
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'identityMismatch',
          subject: 'vtnID',
          text: `DR events come from the vtnID ${context.doubtedVtnID}, with which we are not registered, and are not taken.`,
          advice:
            'The VEN asks the VTN who it is and registers anew; what it then confirms counts. When it lasts, ask the VTN’s operator which vtnID is right.',
        },
      });
    }),
    clearIdentityMismatch: enqueueActions(({ enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'identityMismatch', subject: 'vtnID' } }),
    ),
    askForEvents: emit({ type: 'resync.wanted', bootstrap: 'events' }),
    tellPollsAreRare: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'pace.known' || event.pollFreqMs === null) return;
      const hours = Math.round(event.pollFreqMs / 360_000) / 10;
      enqueue.emit({
        type: 'AlarmRaised',
        data: {
          alarm: 'pollsRare',
          text: `The VTN wants to be polled only every ${hours} h, which is longer than prices are waited for.`,
          advice:
            'It is polled as it asks, and asked for its DR events when prices are due; what it changes in between is heard of late. Ask the VTN’s operator whether it is meant.',
        },
      });
    }),
    clearPollsRare: emit({ type: 'AlarmCleared', data: { alarm: 'pollsRare' } }),
    renewRequests: emit(({ event }) => resynchronisation(event, 'full')),
    resynchronise: enqueueActions(({ event, enqueue }) => {
      enqueue.emit(resynchronisation(event, 'full'));
    }),
  },
}).createMachine({
  id: 'watch',
  description: 'The watchdogs of the programme.',
  context: {
    unpriced: [{ startAt: 0, endAt: Number.MAX_SAFE_INTEGER }],
    wantedFrom: 0,
    wantedUntil: 0,
    asked: 0,
    usageTries: 0,
    doubtedVtnID: '',
    identityTries: 0,
    overlap: null,
  },
  type: 'parallel',
  on: { 'prices.changed': { actions: 'rememberCoverage' } },
  states: {
    prices: {
      description: 'Whether the prices of tomorrow come in time.',
      initial: 'stopped',
      on: {
        'agent.started': '.expected',
        'clock.set': { guard: 'clockWasSetFar', target: '.expected', actions: 'clearPricesMissing' },
      },
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
          description: 'The prices of tomorrow are overdue: ask, tell, and go further each time.',
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
    overlaps: {
      description: 'Whether time to come is priced twice.',
      initial: 'none',
      states: {
        none: {
          description: 'Every instant ahead has one price at most, or prices that agree.',
          on: {
            'prices.changed': { guard: 'hasOverlap', target: 'standing', actions: ['rememberCoverage', 'tellOverlap'] },
          },
        },
        standing: {
          description: 'Two listed sources state different prices for the same time.',
          on: {
            'prices.changed': [
              { guard: 'hasNoOverlap', target: 'none', actions: ['rememberCoverage', 'clearOverlap'] },
              {
                guard: 'isOtherOverlap',
                target: 'standing',
                reenter: true,
                actions: ['rememberCoverage', 'tellOverlap'],
              },
            ],
          },
          after: { overlapLasts: { target: 'none', actions: 'clearOverlap' } },
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
          on: {
            'usage.asked': { target: 'asked', actions: 'clearUsageRequestMissing' },
            'clock.set': { guard: 'clockWasSetFar', target: 'expected', reenter: true },
          },
          after: {
            usageRequestExpectedMs: [{ guard: 'nothingIsMetered', target: 'unoffered' }, { target: 'missing' }],
          },
        },
        asked: {
          description: 'Usage is asked for.',
          on: { 'usage.unasked': 'expected' },
        },
        missing: {
          description: 'No usage is asked for, and nobody will be paid: tell, and go further each time.',
          entry: 'callForUsageRequests',
          on: {
            'usage.asked': { target: 'asked', actions: 'clearUsageRequestMissing' },
            'clock.set': { guard: 'clockWasSetFar', target: 'expected' },
          },
          after: {
            usageRequestExpectedMs: [
              { guard: 'nothingIsMetered', target: 'unoffered', actions: 'clearUsageRequestMissing' },
              { target: 'missing', reenter: true },
            ],
          },
        },
      },
    },
    pace: {
      description: 'Whether polls come often enough for the price window.',
      initial: 'frequent',
      states: {
        frequent: {
          description: 'They do.',
          on: { 'pace.known': { guard: 'pollsAreRare', target: 'rare', actions: 'tellPollsAreRare' } },
        },
        rare: {
          description: 'They do not: DR events are asked for in the window.',
          on: {
            'pace.known': [{ guard: 'pollsAreRare' }, { target: 'frequent', actions: 'clearPollsRare' }],
            'clock.set': { guard: 'clockWasSetFar', target: 'rare', reenter: true },
          },
          after: {
            windowAsking: [
              { guard: 'tomorrowIsPriced', target: 'rare', reenter: true },
              { target: 'rare', reenter: true, actions: 'askForEvents' },
            ],
          },
        },
      },
    },
    clock: {
      description: 'Whether what is agreed upon with the VTN was agreed upon by the clock of now.',
      initial: 'steady',
      states: {
        steady: {
          description: 'It was.',
          on: { 'clock.set': { guard: 'clockWasSetFar', target: 'unsettled' }, 'clock.doubted': 'doubted' },
        },
        unsettled: {
          description: 'The clock was set, and the VTN has not agreed with it yet.',
          on: {
            'clock.agreed': { target: 'steady', actions: 'resynchronise' },
            'clock.set': { guard: 'clockWasSetFar', target: 'unsettled', reenter: true },
          },
          after: { doubtLastsMs: { target: 'outvoted', actions: 'resynchronise' } },
        },
        doubted: {
          description: 'The VTN’s clock says that it is much earlier or later than ours does.',
          on: { 'clock.agreed': 'steady', 'clock.set': { guard: 'clockWasSetFar', target: 'unsettled' } },
          after: { doubtLastsMs: 'outvoted' },
        },
        outvoted: {
          description: 'The VTN’s clock has contradicted ours for a day: ours is gone by, and people know.',
          on: { 'clock.agreed': 'steady', 'clock.set': { guard: 'clockWasSetFar', target: 'unsettled' } },
        },
      },
    },
    refusedUsage: {
      description: 'Whether usage that was refused waits for a fresh request.',
      initial: 'none',
      on: { 'usage.refused': '.waiting' },
      states: {
        none: { description: 'No usage was refused.' },
        waiting: {
          description: 'Usage was refused; it goes again when the reports were registered anew.',
          on: { 'reports.registered': 'none' },
          after: { refusedUsageAgain: { target: 'none', actions: 'renewRequests' } },
        },
      },
    },
    identity: {
      description: 'Whether DR events come from the VTN with which we are registered.',
      initial: 'agreed',
      states: {
        agreed: {
          description: 'They do, as far as we know.',
          on: { 'identity.doubted': { target: 'doubted', actions: 'rememberDoubt' } },
        },
        doubted: {
          description: 'They do not: ask who it is, and register with it.',
          entry: 'askWhoTheVtnIs',
          on: { 'identity.agreed': { target: 'agreed', actions: 'clearIdentityMismatch' } },
          after: { askWhoAgain: { target: 'doubted', reenter: true } },
        },
      },
    },
    resynchronising: {
      description: 'Registering anew once a day, unasked.',
      initial: 'stopped',
      on: { 'agent.started': '.scheduled', 'clock.set': { guard: 'clockWasSetFar', target: '.scheduled' } },
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
