/**
 * One metered device.
 *
 * Rules of this machine
 * - Its registers are read at boundaries: every `sampleEveryMs` of the clock, and closer where a report request asks.
 *   Boundaries that passed while nobody was there are asked for afterwards, the newest first and so many at a time: the
 *   device may remember them.
 * - Who wants the reading of a boundary that is under way already waits for that: no boundary is asked for twice at once.
 * - A reading that failed is asked for once more, a few times within a minute, while the boundary is near. A device that does not answer
 *   even then is silent: the site plans without it, until it answers again.
 * - Readings of a device may come late, as a utility's files do: then it is asked at full hours alone, what failed is asked for again each
 *   hour as long as it is awaited, and it counts as silent only when that is over.
 * - The site's plan says how much it draws or delivers; each slot is one setpoint, valid until the slot ends and no longer.
 *   Until then the device is told for a short while at a time, and told again, so that a silent agent never leaves it at work.
 * - A new plan that says of now what the device was told already is remembered, and tells it nothing. A start tells it anew.
 * - Where the plan says nothing of now, the device is left alone; when it is still at work then, it is released.
 * - A device in shadow is told nothing, neither a power nor to be left to itself: what it would be told is noted. One that comes into
 *   shadow while it is at work is left to itself first, unless it is another device by now.
 * - When the clock is set, what was asked of another hour is asked anew: the next boundary is waited for by the clock that it is
 *   now, those that nobody has read are asked for, and a device that is at work is told anew until when, or released.
 * - What came of a setpoint or a release is awaited for a while; when it failed or did not come, people are told, and it is
 *   asked for again.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { Output } from '../facts/fact.ts';
import type { PlanSlot } from '../facts/planning.ts';
import { dayMs } from '../programme/calendar.ts';
import {
  askedByTheClockOfNow,
  backfillOfAllAtOnce,
  joined,
  newestMissed,
  nextOn,
  ownGrid,
  readingsOfAllAtOnce,
  shareOf,
  type Grid,
} from './device/boundaries.ts';
import { afterAnswer, afterFailure, nextAgain, silenceOf } from './device/failedReadings.ts';
import {
  afterFeeling,
  askedNow,
  askedUntil,
  awaitedMsOf,
  isFelt,
  nextSampled,
  notYetRead,
} from './device/lateReadings.ts';
import type { DeviceContext } from './device/known.ts';
import { toBeAsked, underWayWithout } from './device/underWay.ts';
import { newID, type Moment } from './moment.ts';
import { isAtWork, isThat, refusalOf, renewedFor, slotAt } from './orders.ts';
import type { Signal } from './signals.ts';

/** What a device hears. */
export type DeviceEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    | { readonly type: 'reading.wanted'; readonly boundaryAt: number }
    | { readonly type: 'meter.read'; readonly boundaryAt: number }
    /** It was asked at a start how it stands, and has said so. */
    | { readonly type: 'state.read' }
    | { readonly type: 'meter.failed'; readonly boundaryAt: number; readonly detail: string }
    | { readonly type: 'sampling.changed'; readonly grids: readonly Grid[] }
    /**
     * The clock was set: from which boundary on something is unread; null when nothing is. `knownUntil`: up to which boundary
     * the record goes by the clock of now, null when it says nothing; absent where the clock was set by little.
     */
    | { readonly type: 'clock.set'; readonly unreadFrom: number | null; readonly knownUntil?: number | null }
    /** What it is to do from now on, by the site's plan. */
    | { readonly type: 'slots.given'; readonly slots: readonly PlanSlot[] }
    /** Whether it is in shadow. `isLetGo`: what it was told is taken back before it is. */
    | { readonly type: 'shadow.known'; readonly isInShadow: boolean; readonly isLetGo: boolean }
    /** `setpointID` null: from a log of the first version, which does not name setpoints. */
    | { readonly type: 'setpoint.applied'; readonly setpointID: string | null }
    | { readonly type: 'setpoint.failed'; readonly setpointID: string | null; readonly detail: string }
    | { readonly type: 'device.released'; readonly setpointID: string }
  );

/** @limit Until more of what passed unread is asked for. @unit ms */
export const backfillPauseMs = 10_000;

/** How long a reading may take before the device counts as silent. @unit ms */
export const meterTimeoutMs = 15_000;
const unanswered = `did not answer within ${meterTimeoutMs / 1000} s.`;

/** How long a device may take to follow a setpoint, and how long after a failure it is given again. @unit ms */
export const setpointTimeoutMs = 30_000;
export const setpointAgainMs = 60_000;

/** The last boundary that was asked for; one that lies ahead by more than a step was asked for by a clock that was wrong. */
const lastAsked = ({ askedAt }: DeviceContext, moment: Moment): number | null =>
  askedAt !== null && askedAt > moment.at + ownGrid(moment).everyMs ? null : askedAt;

export const device = setup({
  types: {
    context: {} as DeviceContext,
    events: {} as DeviceEvent,
    input: {} as { readonly id: string },
    emitted: {} as Output | Signal,
  },
  guards: {
    isAwaited: ({ context, event }) =>
      (event.type === 'meter.read' || event.type === 'meter.failed') && event.boundaryAt === context.askedAt,
    /** Somebody else wanted the reading of this boundary, and it has come. */
    isReadAlready: ({ context: { askedAt, readAt } }) => askedAt !== null && askedAt === readAt,
    isOneOfThoseFeltFor: ({ context, event }) => event.type === 'meter.read' && isFelt(context, event),
    isInShadow: ({ context }) => context.isInShadow,
    isOtherShadow: ({ context, event }) => event.type === 'shadow.known' && event.isInShadow !== context.isInShadow,
    isToBeLetGo: ({ context, event }) =>
      event.type === 'shadow.known' &&
      event.isInShadow &&
      !context.isInShadow &&
      event.isLetGo &&
      isAtWork(context, event.at),
    isLetGoIntoShadow: ({ context, event }) =>
      event.type === 'device.released' && context.isInShadow && isThat(event.setpointID, context.setpointID),
    aSlotIsInForce: ({ context, event }) => slotAt(context, event.at) !== undefined,
    isStillAtWork: ({ context, event }) => isAtWork(context, event.at),
    isNoNewsForNow: ({ context, event }) => {
      if (event.type !== 'slots.given' || !isAtWork(context, event.at)) return false;
      const slot = event.slots.find(({ startAt, endAt }) => startAt <= event.at && event.at < endAt);
      return (
        slot !== undefined &&
        slot.demandWatts === context.order?.demandWatts &&
        slot.endAt >= (context.order?.validUntil ?? 0)
      );
    },
    isGivenSetpoint: ({ context, event }) =>
      (event.type === 'setpoint.applied' || event.type === 'setpoint.failed' || event.type === 'device.released') &&
      isThat(event.setpointID, context.setpointID),
  },
  delays: {
    sampling: ({ context, event }) =>
      nextSampled(context, event, Math.max(event.at, lastAsked(context, event) ?? 0)) - event.at,
    meterTimeoutMs: () => meterTimeoutMs,
    setpointTimeoutMs: () => setpointTimeoutMs,
    setpointAgainMs: () => setpointAgainMs,
    backfillPauseMs: ({ context }) => (context.missed === null ? Infinity : backfillPauseMs),
    againMs: ({ context, event }) => Math.max(0, nextAgain(context) - event.at),
    slotEnd: ({ context, event }) => {
      const slot = slotAt(context, event.at);
      const next = context.slots.find(({ startAt }) => startAt > event.at);
      return slot !== undefined ? slot.endAt - event.at : next !== undefined ? next.startAt - event.at : Infinity;
    },
  },
  actions: {
    requestReadings: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      const since = lastAsked(context, event) ?? nextOn(ownGrid(event), event.at) - 2 * ownGrid(event).everyMs;
      const closeFrom = awaitedMsOf(context, event) === null ? event.at - dayMs : event.at;
      const passed = { fromAt: since, toAt: event.at, closeFrom };
      const { boundaries, missed } = newestMissed(context, event, passed, shareOf(readingsOfAllAtOnce, event));
      const { boundaries: asked, underWay } = toBeAsked(context, boundaries, event.at);
      for (const boundaryAt of asked) enqueue.emit({ type: 'MeterReadRequested', data: { resourceID, boundaryAt } });
      const latest = boundaries.at(-1);
      if (latest !== undefined) enqueue.assign({ askedAt: latest, underWay, missed: joined(context.missed, missed) });
    }),
    requestMissed: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      if (context.missed === null) return;
      const { boundaries, missed } = newestMissed(context, event, context.missed, shareOf(backfillOfAllAtOnce, event));
      const { boundaries: asked, underWay } = toBeAsked(context, boundaries, event.at);
      for (const boundaryAt of asked) enqueue.emit({ type: 'MeterReadRequested', data: { resourceID, boundaryAt } });
      enqueue.assign({ missed, underWay });
    }),
    requestFirstReading: enqueueActions(({ context, event, enqueue }) => {
      if (context.askedAt !== null) return;
      const { everyMs } = ownGrid(event);
      const boundaryAt = Math.floor(event.at / everyMs) * everyMs;
      enqueue.assign({ askedAt: boundaryAt });
    }),
    rememberReading: assign({
      readAt: ({ context, event }) =>
        event.type === 'meter.read' ? Math.max(context.readAt ?? 0, event.boundaryAt) : context.readAt,
    }),
    requestAgain: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      const { boundaries, again } = askedNow(context, event);
      const { boundaries: asked, underWay } = toBeAsked({ ...context, readAt: null }, boundaries, event.at);
      for (const boundaryAt of asked) enqueue.emit({ type: 'MeterReadRequested', data: { resourceID, boundaryAt } });
      enqueue.assign({ again, underWay });
    }),
    noteFailure: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'meter.failed') return;
      const awaitedMs = awaitedMsOf(context, event);
      if (awaitedMs !== null) {
        const { known, alarm } = notYetRead(context, event, awaitedMs);
        enqueue.assign(known);
        if (alarm !== null) enqueue.emit({ type: 'AlarmRaised', data: alarm });
        return;
      }
      const { isNews, ...known } = afterFailure(context, event.boundaryAt, event.at);
      enqueue.assign(known);
      if (isNews) enqueue.emit({ type: 'device.silent', resourceID: context.resourceID });
    }),
    noteAnswer: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'meter.read') return;
      const { isNews, again, isSilent } = afterAnswer(context, event.boundaryAt, context.askedAt);
      enqueue.assign({ isSilent, again: isFelt(context, event) ? afterFeeling(again, event.at) : again });
      if (event.boundaryAt === context.readAt && awaitedMsOf(context, event) !== null)
        enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'meterSilent', subject: context.resourceID } });
      if (isNews) enqueue.emit({ type: 'device.heard', resourceID: context.resourceID });
    }),
    /** It answers: whatever it was before the start, it is not silent. */
    noteState: enqueueActions(({ context: { resourceID, isSilent }, enqueue }) => {
      if (isSilent !== true) return;
      enqueue.assign({ isSilent: false });
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'meterSilent', subject: resourceID } });
      enqueue.emit({ type: 'device.heard', resourceID });
    }),
    forgetFailures: assign({ again: [], underWay: [] }),
    /** By a clock that is set, boundaries that lie ahead were not asked for, and what it has passed over is still to be. */
    goByTheClockOfNow: assign(({ context, event }) =>
      event.type === 'clock.set' ? askedByTheClockOfNow(context, event, event) : {},
    ),
    /** What it was told by another clock may last longer than that says. */
    orderIsOfAnotherClock: assign({
      order: ({ context: { order }, event }) =>
        order === null ? null : { ...order, validUntil: Math.max(order.validUntil, event.at + 1) },
    }),
    /** What was asked for and not answered before the agent stopped is asked for again. */
    goBackToReading: assign({ askedAt: ({ context, event }) => askedUntil(context, event), again: [], underWay: [] }),
    requestReading: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'reading.wanted') return;
      const { resourceID } = context;
      const { boundaries, underWay } = toBeAsked({ ...context, readAt: null }, [event.boundaryAt], event.at);
      for (const boundaryAt of boundaries)
        enqueue.emit({ type: 'MeterReadRequested', data: { resourceID, boundaryAt } });
      enqueue.assign({ underWay });
    }),
    noteOutcome: assign({
      underWay: ({ context, event }) =>
        event.type === 'meter.read' || event.type === 'meter.failed'
          ? underWayWithout(context, event.boundaryAt)
          : (context.underWay ?? []),
    }),
    raiseSilence: enqueueActions(({ context, event, enqueue }) => {
      if (awaitedMsOf(context, event) !== null) return;
      const { resourceID } = context;
      const why = event.type === 'meter.failed' ? `gave no reading: ${event.detail}` : unanswered;
      enqueue.emit({ type: 'AlarmRaised', data: silenceOf(resourceID, why) });
    }),
    clearSilence: enqueueActions(({ context, enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'meterSilent', subject: context.resourceID } }),
    ),
    rememberGrids: assign({
      grids: ({ context, event }) => (event.type === 'sampling.changed' ? event.grids : context.grids),
    }),
    rememberSlots: assign({
      slots: ({ context, event }) => (event.type === 'slots.given' ? event.slots : context.slots),
    }),
    forgetOrder: assign({ order: null }),
    rememberShadow: assign({
      isInShadow: ({ context, event }) => (event.type === 'shadow.known' ? event.isInShadow : context.isInShadow),
    }),
    noteSlot: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      const slot = slotAt(context, event.at);
      if (slot !== undefined) {
        const { demandWatts, endAt: validUntil } = slot;
        enqueue.assign({ order: { demandWatts, validUntil } });
        enqueue.emit({ type: 'SetpointShadowed', data: { resourceID, demandWatts, validUntil } });
      } else if (isAtWork(context, event.at)) {
        enqueue.assign({ order: null });
        enqueue.emit({ type: 'SetpointShadowed', data: { resourceID, demandWatts: null, validUntil: event.at } });
      }
    }),
    applySlot: enqueueActions(({ context, event, enqueue }) => {
      const slot = slotAt(context, event.at);
      if (slot === undefined) return;
      const { resourceID } = context;
      const { demandWatts, endAt } = slot;
      const setpointID = newID(event, 'setpoint');
      const renewedForMs = renewedFor(event);
      enqueue.assign({ setpointID, order: { demandWatts, validUntil: endAt } });
      enqueue.emit({
        type: 'SetpointRequested',
        data: {
          setpointID,
          resourceID,
          demandWatts,
          validUntil: endAt,
          ...(Number.isFinite(renewedForMs) ? { renewedForMs } : {}),
        },
      });
    }),
    requestRelease: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      const setpointID = newID(event, 'release');
      enqueue.assign({ setpointID });
      enqueue.emit({
        type: 'DeviceReleaseRequested',
        data: {
          setpointID,
          resourceID,
          because: context.isInShadow ? 'nobody trusts it any more' : 'the plan says nothing of now',
        },
      });
    }),
    raiseSetpointFailed: enqueueActions(({ context, event, enqueue }) => {
      const { resourceID } = context;
      const why = event.type === 'setpoint.failed' ? event.detail : `no answer within ${setpointTimeoutMs / 1000} s`;
      enqueue.emit({ type: 'AlarmRaised', data: refusalOf(resourceID, why) });
    }),
    clearSetpointFailed: enqueueActions(({ context, enqueue }) =>
      enqueue.emit({ type: 'AlarmCleared', data: { alarm: 'setpointFailed', subject: context.resourceID } }),
    ),
  },
}).createMachine({
  id: 'device',
  description: 'One device: its readings, its plan, and what it is set to.',
  context: ({ input }) => ({
    resourceID: input?.id ?? '',
    grids: [],
    askedAt: null,
    readAt: null,
    underWay: [],
    missed: null,
    again: [],
    isSilent: false,
    slots: [],
    planID: null,
    setpointID: null,
    order: null,
    isInShadow: false,
  }),
  type: 'parallel',
  states: {
    metering: {
      description: 'Reading the registers at every boundary.',
      initial: 'stopped',
      on: {
        'reading.wanted': { actions: 'requestReading' },
        'meter.read': { actions: ['noteOutcome', 'rememberReading', 'noteAnswer'] },
        'meter.failed': { actions: ['noteOutcome', 'noteFailure'] },
        'state.read': { actions: 'noteState' },
        'clock.set': { target: '.waiting', actions: ['goByTheClockOfNow', 'forgetFailures'] },
        'agent.started': { target: '.waiting', actions: ['goBackToReading', 'requestFirstReading', 'requestReadings'] },
      },
      states: {
        stopped: { description: 'Before the first start.' },
        waiting: {
          description: 'Until the next boundary.',
          on: {
            'sampling.changed': { target: 'waiting', reenter: true, actions: 'rememberGrids' },
            'meter.read': [
              {
                guard: 'isAwaited',
                target: 'waiting',
                reenter: true,
                actions: ['noteOutcome', 'rememberReading', 'noteAnswer', 'clearSilence'],
              },
              // The others are asked for at once: not when this wait, which began before, is over.
              {
                guard: 'isOneOfThoseFeltFor',
                target: 'waiting',
                reenter: true,
                actions: ['noteOutcome', 'rememberReading', 'noteAnswer'],
              },
            ],
            'meter.failed': { target: 'waiting', reenter: true, actions: ['noteOutcome', 'noteFailure'] },
          },
          after: {
            sampling: 'awaitingMeterRead',
            againMs: { target: 'waiting', reenter: true, actions: 'requestAgain' },
            backfillPauseMs: { target: 'waiting', reenter: true, actions: 'requestMissed' },
          },
        },
        awaitingMeterRead: {
          description: 'The device is to tell its registers.',
          entry: 'requestReadings',
          always: { guard: 'isReadAlready', target: 'waiting', actions: 'clearSilence' },
          on: {
            'meter.read': {
              guard: 'isAwaited',
              target: 'waiting',
              actions: ['noteOutcome', 'rememberReading', 'noteAnswer', 'clearSilence'],
            },
            'meter.failed': {
              guard: 'isAwaited',
              target: 'waiting',
              actions: ['noteOutcome', 'raiseSilence', 'noteFailure'],
            },
            'sampling.changed': { actions: 'rememberGrids' },
          },
          after: { meterTimeoutMs: { target: 'waiting', actions: 'raiseSilence' } },
        },
      },
    },
    dispatching: {
      description: 'Following the plan, slot by slot.',
      initial: 'unplanned',
      on: {
        'agent.started': { target: '.unplanned', actions: 'forgetOrder' },
        'slots.given': { target: '.following', actions: 'rememberSlots' },
      },
      states: {
        unplanned: {
          description: 'No plan in this run yet: the device is left alone.',
          on: { 'shadow.known': { actions: 'rememberShadow' } },
        },
        following: {
          description: 'The present slot is in force.',
          initial: 'choosing',
          on: {
            'clock.set': { target: 'following', reenter: true, actions: 'orderIsOfAnotherClock' },
            'shadow.known': [
              { guard: 'isToBeLetGo', target: '.awaitingRelease', actions: 'rememberShadow' },
              {
                guard: 'isOtherShadow',
                target: 'following',
                reenter: true,
                actions: ['rememberShadow', 'forgetOrder'],
              },
            ],
          },
          after: { slotEnd: { target: 'following', reenter: true } },
          states: {
            choosing: {
              description: 'Whether the plan says anything of now.',
              always: [
                { guard: 'isInShadow', target: 'shadowing' },
                { guard: 'aSlotIsInForce', target: 'awaitingSetpoint' },
                { guard: 'isStillAtWork', target: 'awaitingRelease' },
                { target: 'resting' },
              ],
            },
            shadowing: {
              description: 'It is told nothing: what it would be told is noted.',
              entry: ['clearSetpointFailed', 'noteSlot'],
              on: { 'slots.given': { guard: 'isNoNewsForNow', actions: 'rememberSlots' } },
            },
            resting: {
              description: 'The plan says nothing of now: the device is left alone.',
              entry: 'forgetOrder',
            },
            awaitingSetpoint: {
              description: 'The device is to take the power of the slot.',
              entry: 'applySlot',
              on: {
                'slots.given': { guard: 'isNoNewsForNow', actions: 'rememberSlots' },
                'setpoint.applied': { guard: 'isGivenSetpoint', target: 'set', actions: 'clearSetpointFailed' },
                'setpoint.failed': { guard: 'isGivenSetpoint', target: 'refused', actions: 'raiseSetpointFailed' },
              },
              after: { setpointTimeoutMs: { target: 'refused', actions: 'raiseSetpointFailed' } },
            },
            set: {
              description: 'It has taken it, and is told so again and again.',
              on: {
                'slots.given': { guard: 'isNoNewsForNow', actions: 'rememberSlots' },
                'setpoint.failed': { guard: 'isGivenSetpoint', target: 'refused', actions: 'raiseSetpointFailed' },
              },
            },
            refused: {
              description: 'It has not: it is told again after a while.',
              after: { setpointAgainMs: 'choosing' },
            },
            awaitingRelease: {
              description: 'The device is to be left to itself, before what it was told has passed.',
              entry: 'requestRelease',
              on: {
                'device.released': [
                  { guard: 'isLetGoIntoShadow', target: 'choosing', actions: 'forgetOrder' },
                  { guard: 'isGivenSetpoint', target: 'resting', actions: 'clearSetpointFailed' },
                ],
                'setpoint.failed': { guard: 'isGivenSetpoint', target: 'refused', actions: 'raiseSetpointFailed' },
              },
              after: { setpointTimeoutMs: { target: 'refused', actions: 'raiseSetpointFailed' } },
            },
          },
        },
      },
    },
  },
});
