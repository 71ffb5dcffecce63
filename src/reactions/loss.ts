/**
 * What follows from entries that were lost: hours that may have been told to the VTN meanwhile, and nobody can prove it.
 *
 * They are neither counted as told nor told again in silence. What is known to have been sent is in doubt as after any
 * exchange without an answer, and the policy of the settings decides, because it would be sent under the same requestID.
 * For everything else there is no requestID by which a VTN could know it again: it is held until a person releases it.
 */
import type { LogRepaired, LostStretch } from '../facts/input.ts';
import type { UsageInterval } from '../facts/usage.ts';
import { heldForMs } from '../machines/report/reportTerms.ts';
import { newID, type Moment } from '../machines/moment.ts';
import { streamOf } from '../machines/streams.ts';
import { dayOf, hourMs } from '../programme/calendar.ts';
import { coveredMs, type Delivery, intervalsWithin, unsettledDeliveries } from '../store/projections/deliveryState.ts';
import { firstReadingAt, netUsage } from '../store/projections/usage.ts';
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { optHoldsOn } from './opts.ts';

/** The request of hours whose own request is not known. */
const unknownRequest = 'unknown';

const ven = 'ven';

/** Up to when something may have happened that the log does not know of; null when nothing may. */
const lostUntil = (lost: readonly LostStretch[]): number | null =>
  lost.length === 0 ? null : Math.max(...lost.map(({ toAt }) => toAt));

const because = 'entries of the log were lost in which it may have been acknowledged';

const doubt = ({ deliveryID, requestID }: Pick<Delivery, 'deliveryID' | 'requestID'>, moment: Moment): Consequence => ({
  stream: ven,
  fact: {
    type: 'UsageDeliveryDoubted',
    data:
      requestID === null
        ? { deliveryID, requestID: newID(moment, deliveryID), policy: 'hold', because }
        : { deliveryID, requestID, policy: moment.settings.unknownOutcome, because },
  },
});

/** A sending that was under way has lost the exchange that would hear of it; what was due may have been sent in what is lost. */
const isDoubtful = ({ status, dueAt }: Delivery, untilAt: number): boolean =>
  status === 'sending' || (status === 'owed' && dueAt <= untilAt);

/** Hours of a device that no delivery speaks of wholly: if they were due, that was in what is lost. */
const unclaimedHours = (state: AgentState, resourceID: string, untilAt: number): readonly number[] => {
  const first = firstReadingAt(state.views.usage, resourceID);
  if (first === null) return [];
  const hours: number[] = [];
  const fromAt = Math.ceil(Math.max(first, untilAt - heldForMs) / hourMs) * hourMs;
  for (let startAt = fromAt; startAt + hourMs <= untilAt; startAt += hourMs) {
    const endAt = startAt + hourMs;
    const claimed = intervalsWithin(state.views.deliveries, resourceID, startAt, endAt);
    if (coveredMs(claimed, startAt, endAt) < hourMs) hours.push(startAt);
  }
  return hours;
};

const byDay = (hours: readonly number[], timeZone: string): readonly (readonly number[])[] => {
  const days = new Map<string, number[]>();
  for (const startAt of hours) {
    const { day } = dayOf(startAt, timeZone);
    days.set(day, [...(days.get(day) ?? []), startAt]);
  }
  return [...days.values()];
};

/** The hours of a day as a delivery of its own, in doubt from its beginning. */
const doubtfulDay = (
  state: AgentState,
  moment: Moment,
  resourceID: string,
  hours: readonly number[],
): readonly Consequence[] => {
  const intervals = hours.map((startAt): UsageInterval => netUsage(state.views.usage, resourceID, startAt, hourMs));
  const deliveryID = `lost#${moment.at.toString(36)}.${resourceID}.${String(hours[0])}`;
  return [
    {
      stream: ven,
      fact: {
        type: 'UsageDue',
        data: { deliveryID, reportRequestID: unknownRequest, usage: [{ resourceID, intervals }] },
      },
    },
    doubt({ deliveryID, requestID: null }, moment),
  ];
};

const alarm = (hours: number): Consequence => ({
  stream: ven,
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm: 'usageInDoubt',
      text: `Entries of the log were lost, so it is unknown whether the VTN counted the usage of ${hours} hours.`,
      advice:
        'Ask the VTN’s operator which of them it has ("ven deliveries" names them); release them with `ven deliveries --release` when they were not counted.',
    },
  },
});

/** How many hours the doubts keep back, of deliveries that were known and of those that are made for it. */
const heldHours = (consequences: readonly Consequence[], known: readonly Delivery[]): number => {
  const facts = consequences.flatMap((each) => ('fact' in each ? [each.fact] : []));
  const held = new Set(
    facts.flatMap(({ type, data }) =>
      type === 'UsageDeliveryDoubted' && data.policy === 'hold' ? [data.deliveryID] : [],
    ),
  );
  const made = facts.flatMap(({ type, data }) => (type === 'UsageDue' ? [data] : []));
  const intervals = [...known, ...made]
    .filter(({ deliveryID }) => held.has(deliveryID))
    .flatMap(({ usage }) => usage.flatMap((each) => each.intervals));
  return intervals.reduce((sum, { durationMs }) => sum + durationMs, 0) / hourMs;
};

const usageInDoubt = (state: AgentState, moment: Moment, lost: readonly LostStretch[]): readonly Consequence[] => {
  const untilAt = lostUntil(lost);
  if (untilAt === null) return [];
  const known = unsettledDeliveries(state.views.deliveries).filter((delivery) => isDoubtful(delivery, untilAt));
  const unknown = moment.settings.devices.flatMap(({ resourceID }) =>
    byDay(unclaimedHours(state, resourceID, untilAt), moment.settings.timeZone).flatMap((hours) =>
      doubtfulDay(state, moment, resourceID, hours),
    ),
  );
  const consequences = [...known.map((delivery) => doubt(delivery, moment)), ...unknown];
  const hours = heldHours(consequences, known);
  return hours === 0 ? consequences : [...consequences, alarm(hours)];
};

/** What follows from a repair. */
export const lossConcerns = (
  state: AgentState,
  moment: Moment,
  { lost, opts = [], optedOut = [] }: LogRepaired,
): readonly Consequence[] => [
  ...opts.map(optHoldsOn),
  ...optedOut.map((eventID) => tell(streamOf('drEvent', eventID), { type: 'opt.remembered', optType: 'optOut' })),
  ...usageInDoubt(state, moment, lost),
];
