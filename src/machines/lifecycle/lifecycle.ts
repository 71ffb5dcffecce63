import type { Output } from '../../facts/fact.ts';
import type { OadrMessage } from '../../protocol/payload.ts';
import type { Failure, Wanted } from '../wanted.ts';
import type { Moment } from '../moment.ts';
import { leftByTheClockOfNow, type LeftToTell } from '../report/leftToTell.ts';
import { farJumpMs } from '../watch/farJump.ts';
import type { Bootstrap, QueuedReport, Signal } from '../signals.ts';

/** A report that is with the VTN. Its request may become void meanwhile: then it is not sent again. */
export type ReportInHand = QueuedReport & { readonly isVoid: boolean };

/** Hours that the VTN refused to be told of. */
export interface Refusals {
  /** The hours and data points, whatever request they go under. */
  readonly hours: string;
  readonly times: number;
}

/** What is known of our standing with the VTN. */
export interface VenContext {
  readonly registrationID: string | null;
  readonly venID: string | null;
  readonly vtnID: string | null;
  readonly requestedPollFreqMs: number | null;
  /** Where the VTN pushes, as the registration says that it confirmed; absent or null: we poll. @rule 2.0b 402, 500 */
  readonly pushedTo?: string | null;
  readonly bootstrap: Bootstrap;
  /** False once a person cancelled the registration: then we stay away until asked back. */
  readonly wantsRegistration: boolean;
  /** Our leave was taken with nothing heard of it, and no registration was confirmed since: the VTN may not have us any more. */
  readonly leaveIsInDoubt?: boolean;
  /** A new registration was refused as an invalid identifier: the VTN is asked first whether it has one that we forgot. */
  readonly asksFirst: boolean;
  /** The VTN was asked and has not answered: it is registered with all the same, and not asked again before that. */
  readonly queryIsUnanswered: boolean;
  /** Failures in a row, of exchanges or registrations: pauses grow with them. */
  readonly failures: number;
  /** Those of them since the VTN last answered anything; absent in a state of before. */
  readonly unanswered?: number;
  /** And those of these that somebody answered with what is no message; absent in a state of before. */
  readonly answeredInVain?: number;
  readonly failure: Failure | null;
  /** When the pause after a failure ends; null when there was none yet. UTC ms. */
  readonly quietUntil: number | null;
  /** The price window for which a pause was cut short, by its end, and when one last was for usage; 0 for never. UTC ms. */
  readonly hurriedForPrices: number;
  readonly hurriedForUsageAt: number;
  /** The VTN failed on our metadata: DR events are asked for before it gets them again, so that none is missed. */
  readonly metadataFails: boolean;
  /** How often in a row the VTN, being there, failed on our oadrRequestEvent: until it answers one, DR events are owed to us. */
  readonly eventsFailures: number;
  /** What we answered to DR events was given up since the VTN last told them: they are to be told, and answered, again. */
  readonly answersOwed: boolean;
  /** How often in a row it has told them in vain. */
  readonly answersInVain: number;
  /** When it is asked for its DR events at the latest, because an answer that may have had some was lost; absent where none is owed. UTC ms. */
  readonly eventsDueAt?: number | null;
  /** The VTN failed on a report, and has taken none since. */
  readonly reportsFail: boolean;
  /** When the VTN last did not know a request that it had made; null when it never did, or has taken such a report since. UTC ms. */
  readonly requestUnknownAt: number | null;
  /** The report that it was, by its reportSpecifierID, and how often in a row; absent before the first. */
  readonly requestUnknownOf?: string;
  readonly requestsUnknown?: number;
  readonly drained: number;
  /** What the last poll brought, in short; null when it brought nothing. */
  readonly brought: string | null;
  /** How many polls in a row ended with the VTN still having something. */
  readonly neverEmpty: number;
  /** Polls in a row that the VTN refused; absent before the first. */
  readonly pollsRefused?: number;
  /** When the last poll was wanted; null before the first. UTC ms. */
  readonly polledAt: number | null;
  /** Since when the VTN is known to remember its report requests; null after any disturbance. UTC ms. */
  readonly requestsFreshSince: number | null;
  /** Usage that the VTN refused, by its hours, and how often; forgotten when it is acknowledged or a person lets it go again. */
  readonly refusals: readonly Refusals[];
  /** Reports that wait for the line, in the order in which they go. */
  readonly reports: readonly QueuedReport[];
  /** The report that is with the VTN. */
  readonly inHand: ReportInHand | null;
  /** Usage that requests had not told when they became void, until a request takes it over; absent before the first. */
  readonly left?: readonly LeftToTell[];
}

/** What the lifecycle hears. */
export type VenEvent = Moment &
  (
    | { readonly type: 'agent.started' }
    /** A run goes on where the one before it was cut off. `eventsMayWait`: whether it may poll before it asks for all DR events. */
    | { readonly type: 'agent.resumed'; readonly eventsMayWait: boolean }
    | { readonly type: 'reply.received'; readonly wanted: Wanted; readonly message: OadrMessage | null }
    | { readonly type: 'exchange.failed'; readonly wanted: Wanted; readonly failure: Failure }
    | { readonly type: 'report.started'; readonly wanted: Wanted; readonly exchangeID: string }
    | { readonly type: 'report.wanted'; readonly report: QueuedReport }
    | { readonly type: 'requests.void'; readonly reportRequestIDs: readonly string[]; readonly because: string }
    /** Requests became void before they had told all. */
    | { readonly type: 'usage.left'; readonly left: readonly LeftToTell[] }
    /** A request asks for these devices from an instant on, and takes over what is left of them. */
    | { readonly type: 'usage.taken'; readonly resourceIDs: readonly string[]; readonly fromAt: number }
    /** An answer about DR events was given up; or they could not be read. */
    | { readonly type: 'answer.dropped' | 'events.unread' }
    /** Nothing is in flight and nothing else waits: a report may go. */
    | { readonly type: 'line.free' }
    | { readonly type: 'resync.wanted'; readonly bootstrap: Bootstrap; readonly byPerson?: boolean }
    /** The wall clock was set; the same time has passed all the same. */
    | { readonly type: 'clock.set'; readonly jumpMs: number }
    | { readonly type: 'metadata.wanted'; readonly reportRequestID: string }
    /** A person lets go again what stood still. */
    | { readonly type: 'usage.released' }
    | { readonly type: 'registration.cancelled' }
    | { readonly type: 'cancellation.wanted' }
    | { readonly type: 'poll.started' }
    /** The VTN pushed something. */
    | { readonly type: 'vtn.heard' }
    | { readonly type: 'polls.summarised'; readonly nextPollAt: number; readonly lastPollAt: number }
  );

/** Instants that were read from a clock that has been set since, as that clock would tell them now. */
export const instantsMoved = ({ context, event }: VenArgs): Conclusion => {
  if (event.type !== 'clock.set') return {};
  const moved = (at: number | null): number | null => (at === null ? null : at + event.jumpMs);
  const { polledAt, requestsFreshSince, requestUnknownAt, quietUntil, eventsDueAt = null, left } = context;
  // What was set by little is still of the same intervals.
  const isFar = Math.abs(event.jumpMs) >= farJumpMs;
  return {
    change: {
      polledAt: moved(polledAt),
      requestsFreshSince: moved(requestsFreshSince),
      requestUnknownAt: moved(requestUnknownAt),
      quietUntil: moved(quietUntil),
      ...(eventsDueAt === null ? {} : { eventsDueAt: moved(eventsDueAt) }),
      ...(left === undefined || !isFar ? {} : { left: leftByTheClockOfNow(left, event.jumpMs) }),
    },
  };
};

/** Before the first start. */
export const beforeTheFirstStart: VenContext = {
  registrationID: null,
  venID: null,
  vtnID: null,
  requestedPollFreqMs: null,
  bootstrap: 'full',
  wantsRegistration: true,
  asksFirst: false,
  queryIsUnanswered: false,
  failures: 0,
  failure: null,
  quietUntil: null,
  hurriedForPrices: 0,
  hurriedForUsageAt: 0,
  metadataFails: false,
  eventsFailures: 0,
  answersOwed: false,
  answersInVain: 0,
  reportsFail: false,
  requestUnknownAt: null,
  drained: 0,
  brought: null,
  neverEmpty: 0,
  polledAt: null,
  requestsFreshSince: null,
  refusals: [],
  reports: [],
  inHand: null,
};

/** What guards and actions look at. */
export interface VenArgs {
  readonly context: VenContext;
  readonly event: VenEvent;
}

/** What an action comes to: what it tells others, and what changes in the context. */
export interface Conclusion {
  readonly tell?: readonly (Output | Signal)[];
  readonly change?: Partial<VenContext>;
}

/** The part of XState that acts on a conclusion. */
export interface Enqueue {
  assign(change: Partial<VenContext>): void;
  emit(told: Output | Signal): void;
}

/** Acts on a conclusion. */
export const act = (enqueue: Enqueue, { tell = [], change }: Conclusion): void => {
  for (const told of tell) enqueue.emit(told);
  if (change !== undefined) enqueue.assign(change);
};

/** Whether the VTN has confirmed a registration of ours. A registrationID alone may be what it told of one that we have lost. */
export const isRegistered = ({ registrationID, venID }: VenContext): boolean =>
  registrationID !== null && venID !== null;

/** What the exchange that this event ends was for. */
export const purposeOf = (event: VenEvent): string | null =>
  event.type === 'reply.received' || event.type === 'exchange.failed' ? event.wanted.purpose : null;

/** The reply to a request of this purpose, when the event is one. */
export const replyTo = (purpose: string, { event }: VenArgs): OadrMessage | null =>
  event.type === 'reply.received' && event.wanted.purpose === purpose ? event.message : null;

/** The venID to speak with: the one the VTN confirmed, or the one handed out beforehand. */
export const ownVenID = ({ context, event }: VenArgs): string => context.venID ?? event.settings.venID;

/** A message that the lifecycle wants sent; it wants it again by itself when that fails. */
export const want = (purpose: Wanted['purpose'], message: OadrMessage): Signal => ({
  type: 'exchange.wanted',
  wanted: { purpose, message, resend: false, attempt: 1 },
});
