/**
 * Who hears what. Inputs, signals and output facts are routed here to the streams they concern; a route may also
 * conclude facts of its own. Pure: it looks things up in the state and changes nothing.
 */
import type { Stream } from '../facts/entry.ts';
import { isFactType, type Input, type Output } from '../facts/fact.ts';
import type { DrEventAccepted, Purpose, ReportRequestEnded } from '../facts/output.ts';
import { heldDeliveries } from '../store/projections/owedUsage.ts';
import { priceSlots, unpriced } from '../store/projections/priceSlots.ts';
import type { Moment } from '../machines/moment.ts';
import { repliesTo } from '../machines/replies.ts';
import type { Signal } from '../machines/signals.ts';
import { answering, drEventAnswer, requestsAnswer } from './receive/answers.ts';
import { receive } from './receive/receive.ts';
import { gridsOf } from './reports/grids.ts';
import { missingBoundaries, readingsAreIn } from './reports/readings.ts';
import { contentsFor, owedContentsFor } from './reports/contents.ts';
import { lossConcerns } from './loss.ts';
import { reportRequestsOf, snapshotOf, type AgentState } from './state.ts';
import { orphanedDeliveries } from './takeover.ts';

/** An event of some machine; the step adds the moment. */
export type MachineEvent = { readonly type: string };

/** What follows: an event for a stream, a signal to route, or a fact to conclude. */
export type Consequence =
  | { readonly to: Stream; readonly event: MachineEvent & Readonly<Record<string, unknown>> }
  | { readonly signal: Signal }
  | { readonly fact: Output; readonly stream: Stream };

/** Whether something a machine emitted is a fact; everything else is a signal. */
export const isOutput = (emitted: Output | Signal): emitted is Output => isFactType(emitted.type);

const deviceStreams = (state: AgentState): readonly Stream[] =>
  (state.settings?.devices ?? []).map(({ resourceID }) => `device/${resourceID}`);

const toRequest = (reportRequestID: string, event: MachineEvent & Readonly<Record<string, unknown>>): Consequence => ({
  to: `reportRequest/${reportRequestID}`,
  event,
});

/** The purpose of the exchange in flight, when it is this one. */
const purposeInFlight = (state: AgentState, exchangeID: string) => {
  const context = snapshotOf(state, 'exchange', 'exchange')?.context;
  return context?.exchangeID === exchangeID ? (context.inFlight?.purpose ?? null) : null;
};

const failed = (exchangeID: string, detail: string): Consequence => ({
  to: 'exchange',
  event: {
    type: 'exchange.failed',
    exchangeID,
    failure: { reason: 'unreadable', certainlyNotDelivered: false, detail },
  },
});

const answered = (exchangeID: string, message: unknown): Consequence => ({
  to: 'exchange',
  event: { type: 'exchange.answered', exchangeID, message },
});

/** A reply that is OpenADR but invalid must not be asked for again and again: say so, and go on. */
const routeRejected = (
  state: AgentState,
  moment: Moment,
  data: { exchangeID: string; kind: string; path: string; text: string },
): readonly Consequence[] => {
  const purpose = purposeInFlight(state, data.exchangeID);
  const goesOn =
    (purpose === 'poll' || purpose === 'requestEvent' || purpose === 'answer') &&
    (data.kind === 'invalid' || data.kind === 'unknownMessage');
  if (!goesOn) return [failed(data.exchangeID, `${data.text} (${data.path})`)];
  return [
    answered(data.exchangeID, null),
    {
      stream: 'exchange',
      fact: {
        type: 'AlarmRaised',
        data: {
          alarm: 'messageUnreadable',
          text: `A message of the VTN is invalid and was refused: ${data.text} (${data.path}).`,
          advice: 'Its XML is in the log (`ven log show`); send it to the VTN’s operator.',
        },
      },
    },
    { signal: { type: 'exchange.wanted', wanted: answering(state, moment, { responseCode: '459', why: data.text }) } },
  ];
};

/** An empty body is an acknowledgement where only an acknowledgement is due. @rule 2.0b Fig. 22 */
const routeEmpty = (state: AgentState, exchangeID: string): readonly Consequence[] => {
  const purpose = purposeInFlight(state, exchangeID);
  return purpose === 'poll' || purpose === 'answer'
    ? [answered(exchangeID, null)]
    : [failed(exchangeID, 'the reply is empty where a message is due')];
};

const routeOperator = (state: AgentState, wish: string): readonly Consequence[] => {
  switch (wish) {
    case 'reregister':
      return [{ signal: { type: 'resync.wanted', bootstrap: 'full' } }];
    case 'requestEvent':
      return [{ signal: { type: 'resync.wanted', bootstrap: 'events' } }];
    case 'cancelRegistration':
      return [{ to: 'ven', event: { type: 'cancellation.wanted' } }];
    case 'releaseHeldUsage':
      return [
        ...heldDeliveries(state.views.deliveries).map(({ deliveryID }): Consequence => ({
          stream: 'ven',
          fact: { type: 'UsageDeliveryReleased', data: { deliveryID, because: 'released by a person' } },
        })),
        { stream: 'ven', fact: { type: 'AlarmCleared', data: { alarm: 'usageInDoubt' } } },
        { signal: { type: 'resync.wanted', bootstrap: 'full' } },
      ];
    default:
      return [];
  }
};

/** Everybody begins. Watchdogs that are new here are told which prices there are; what nobody has in hand is put in doubt. */
const routeStarted = (state: AgentState, moment: Moment): readonly Consequence[] => {
  const isNewWatch = state.streams['watch'] === undefined;
  return [
    ...orphanedDeliveries(state),
    ...['exchange', 'ven', 'watch', ...deviceStreams(state)].map((to) => ({ to, event: { type: 'agent.started' } })),
    ...(isNewWatch ? [pricesKnown(state, moment)] : []),
  ];
};

/** Where an input goes. */
export const routeInput = (state: AgentState, moment: Moment, input: Input, stream: Stream): readonly Consequence[] => {
  switch (input.type) {
    case 'AgentStarted':
      return routeStarted(state, moment);
    case 'StopAsked':
      return [{ to: 'exchange', event: { type: 'agent.stopping' } }];
    case 'AgentStopped':
    case 'ClockJumped':
    case 'SetpointApplied':
    case 'SetpointFailed':
    case 'LogCompacted':
      return [];
    case 'LogRepaired':
      return lossConcerns(state, moment, input.data);
    case 'TimerFired':
      return [{ to: stream, event: { type: input.data.timer } }];
    case 'MessageReceived': {
      const { exchangeID, message } = input.data;
      const purpose = purposeInFlight(state, exchangeID);
      return purpose === null || repliesTo(purpose, message)
        ? [answered(exchangeID, message)]
        : [failed(exchangeID, `${message.message} is no reply to this request`)];
    }
    case 'EmptyReplyReceived':
      return routeEmpty(state, input.data.exchangeID);
    case 'MessageRejected':
      return routeRejected(state, moment, input.data);
    case 'ExchangeFailed': {
      const { exchangeID, ...failure } = input.data;
      return [{ to: 'exchange', event: { type: 'exchange.failed', exchangeID, failure } }];
    }
    case 'MeterRead': {
      const { resourceID, boundaryAt } = input.data;
      return [{ to: `device/${resourceID}`, event: { type: 'meter.read', boundaryAt } }, ...readingsConcern(state)];
    }
    case 'MeterReadFailed': {
      const { resourceID, boundaryAt, detail } = input.data;
      return [
        { to: `device/${resourceID}`, event: { type: 'meter.failed', boundaryAt, detail } },
        ...readingsConcern(state),
      ];
    }
    case 'PlanMade':
      return [{ to: `device/${input.data.resourceID}`, event: { type: 'plan.made', slots: input.data.slots } }];
    case 'OperatorAsked':
      return routeOperator(state, input.data.wish);
    case 'OperatorOpted':
      return [{ to: `drEvent/${input.data.eventID}`, event: { type: 'operator.opted', optType: input.data.optType } }];
    case 'QuietPollsSummarised':
      return [
        { to: 'exchange', event: { type: 'polls.summarised', lastSerial: input.data.lastSerial } },
        {
          to: 'ven',
          event: { type: 'polls.summarised', nextPollAt: input.data.nextPollAt, lastPollAt: input.data.lastPollAt },
        },
      ];
  }
};

/** A reading came: requests that waited for it go on. */
const readingsConcern = (state: AgentState): readonly Consequence[] =>
  reportRequestsOf(state)
    .filter(
      ([, context, value]) =>
        (value === 'awaitingReadings' || value === 'awaitingOwedReadings') && readingsAreIn(state, context, value),
    )
    .map(([id]) => toRequest(id, { type: 'readings.in' }));

const wantReadings = (state: AgentState, reportRequestID: string): readonly Consequence[] => {
  const request = reportRequestsOf(state).find(([id]) => id === reportRequestID);
  if (request === undefined) return [];
  const missing = missingBoundaries(state, request[1], request[2]);
  return missing.length === 0
    ? [toRequest(reportRequestID, { type: 'readings.in' })]
    : missing.map(({ resourceID, boundaryAt }) => ({
        to: `device/${resourceID}`,
        event: { type: 'reading.wanted', boundaryAt },
      }));
};

const wantContent = (
  state: AgentState,
  moment: Moment,
  signal: Extract<Signal, { type: 'content.wanted' }>,
): readonly Consequence[] => {
  const { reportRequestID, fromAt, toAt } = signal;
  const context = reportRequestsOf(state).find(([id]) => id === reportRequestID)?.[1];
  const terms = context?.terms ?? null;
  if (context === undefined || terms === null) return [];
  if (terms.kind === 'metadata') {
    return [
      { to: 'ven', event: { type: 'metadata.wanted', reportRequestID } },
      toRequest(reportRequestID, { type: 'contents.made', contents: [] }),
    ];
  }
  return [
    toRequest(reportRequestID, {
      type: 'contents.made',
      contents: contentsFor(state, moment, terms, { fromAt, toAt, isLast: context.isLast }),
    }),
  ];
};

const wantOwed = (state: AgentState, moment: Moment, reportRequestID: string): readonly Consequence[] => {
  const terms = reportRequestsOf(state).find(([id]) => id === reportRequestID)?.[1].terms ?? null;
  const contents = terms === null ? [] : owedContentsFor(state, moment, terms);
  return [toRequest(reportRequestID, { type: 'contents.made', contents })];
};

/** Purposes whose replies bring things to be answered: that is said before the lifecycle asks for more. @rule 2.0b Annex C */
const bringsItems: ReadonlySet<Purpose> = new Set(['poll', 'requestEvent']);

/** Elsewhere the lifecycle hears a reply first: what comes with it is about the state that it has brought. */
const routeReply = ({ wanted, message }: Extract<Signal, { type: 'exchange.answered' }>): readonly Consequence[] => {
  const { purpose } = wanted;
  const heard: Consequence = { to: 'ven', event: { type: 'reply.received', wanted, message } };
  if (message === null) return [heard];
  const received: Consequence = { signal: { type: 'message.received', purpose, message } };
  return bringsItems.has(purpose) ? [received, heard] : [heard, received];
};

/** When all that follows from a reply has been said, the line goes on. */
const replyHeard = (state: AgentState): readonly Consequence[] =>
  state.streams['exchange']?.value === 'hearing' ? [{ to: 'exchange', event: { type: 'reply.heard' } }] : [];

/** A message has left the queue. A poll that had to wait there is paced from here. */
const routeStart = (
  state: AgentState,
  moment: Moment,
  signal: Extract<Signal, { type: 'exchange.started' }>,
): readonly Consequence[] => {
  const { purpose } = signal.wanted;
  if (purpose === 'report') return [{ to: 'ven', event: { ...signal, type: 'report.started' } }];
  const hasWaited = purpose === 'poll' && snapshotOf(state, 'ven', 'ven')?.context.polledAt !== moment.at;
  return hasWaited ? [{ to: 'ven', event: { type: 'poll.started' } }] : [];
};

/** Where a signal goes. */
export const routeSignal = (state: AgentState, moment: Moment, signal: Signal): readonly Consequence[] => {
  switch (signal.type) {
    case 'exchange.wanted':
      return [{ to: 'exchange', event: signal }];
    case 'exchange.started':
      return routeStart(state, moment, signal);
    case 'exchange.answered':
      return [...routeReply(signal), ...replyHeard(state)];
    case 'message.received':
      return receive(state, moment, signal.purpose, signal.message);
    case 'requests.answered':
      return [{ signal: { type: 'exchange.wanted', wanted: requestsAnswer(state, moment, signal) } }];
    case 'exchange.failed':
      return [{ to: 'ven', event: { type: 'exchange.failed', wanted: signal.wanted, failure: signal.failure } }];
    case 'line.held':
    case 'line.opened':
    case 'line.cleared':
    case 'line.withdrawn':
      return [{ to: 'exchange', event: signal }];
    case 'resync.wanted':
    case 'report.wanted':
      return [{ to: 'ven', event: signal }];
    case 'readings.wanted':
      return wantReadings(state, signal.reportRequestID);
    case 'content.wanted':
      return wantContent(state, moment, signal);
    case 'owed.wanted':
      return wantOwed(state, moment, signal.reportRequestID);
    case 'answer.wanted':
      return drEventAnswer(state, moment, signal.eventID);
  }
};

/** Ends that make reports still waiting under the request worthless. */
const voidingEnds: ReadonlySet<ReportRequestEnded['because']> = new Set([
  'cancelled',
  'replaced',
  'registrationEnded',
  'reportsRegistered',
]);

/** Whether a request for usage is in force, beside one that is just ending. */
const usageIsAskedFor = (state: AgentState, ending: string): boolean =>
  reportRequestsOf(state).some(([id, { terms }]) => id !== ending && terms?.kind === 'usage' && terms.reportBackMs > 0);

const endAllRequests = (state: AgentState, because: ReportRequestEnded['because']): readonly Consequence[] =>
  reportRequestsOf(state)
    .filter(
      ([, { terms }]) => because !== 'reportsRegistered' || terms?.kind !== 'metadata' || terms.reportBackMs === 0,
    )
    .map(([id]) => toRequest(id, { type: 'request.ended', because }));

/** Reports that still wait are worthless too, even those whose request has nothing more to come: the VTN would take them with a 200 and lose them. */
const voidWaitingReports = (state: AgentState, because: string): readonly Consequence[] => {
  const waiting = snapshotOf(state, 'ven', 'ven')?.context.reports ?? [];
  const reportRequestIDs = waiting.map(({ reportRequestID }) => reportRequestID);
  return waiting.length === 0 ? [] : [{ to: 'ven', event: { type: 'requests.void', reportRequestIDs, because } }];
};

/** How far ahead prices are looked for; beyond it none is counted on. @unit ms */
const priceHorizonMs = 9 * 86_400_000;

const pricesKnown = (state: AgentState, moment: Moment): Consequence => {
  const horizon = moment.at + priceHorizonMs;
  const ahead = [
    ...unpriced(state.views.prices, moment.at, horizon),
    { startAt: horizon, endAt: Number.MAX_SAFE_INTEGER },
  ];
  return { to: 'watch', event: { type: 'prices.changed', unpriced: ahead } };
};

const pricesChanged = (state: AgentState, moment: Moment): readonly Consequence[] => [
  pricesKnown(state, moment),
  ...deviceStreams(state).map((to) => ({ to, event: { type: 'prices.changed' } })),
];

/** Prices beyond the configured bounds are kept and told, and not planned upon. */
const plausibility = (
  state: AgentState,
  { eventID, modificationNumber, startAt, endAt = startAt + priceHorizonMs }: DrEventAccepted,
): readonly Consequence[] => {
  const slots = priceSlots(state.views.prices, startAt, endAt).filter(
    (slot) => slot.eventID === eventID && slot.modificationNumber === modificationNumber,
  );
  if (slots.length === 0) return [];
  const stream = `drEvent/${eventID}`;
  if (slots.every(({ implausible }) => !implausible))
    return [{ stream, fact: { type: 'AlarmCleared', data: { alarm: 'pricesImplausible' } } }];
  const {
    plausibleUsdPerKwhMin: min,
    plausibleUsdPerKwhMax: max,
    priceUnit,
  } = state.settings ?? { plausibleUsdPerKwhMin: 0, plausibleUsdPerKwhMax: 0, priceUnit: '' };
  return [
    {
      stream,
      fact: {
        type: 'AlarmRaised',
        data: {
          alarm: 'pricesImplausible',
          text: `DR event ${eventID} has prices beyond ${min} to ${max} USD/kWh (read as ${priceUnit} where the wire names no unit).`,
          advice:
            'They are kept and reported, and no plan is made upon them: check priceUnit, or widen plausibleUsdPerKwhMin and plausibleUsdPerKwhMax.',
        },
      },
    },
  ];
};

const samplingChanged = (state: AgentState): readonly Consequence[] =>
  deviceStreams(state).map((to) => ({ to, event: { type: 'sampling.changed', grids: gridsOf(state) } }));

/** Where a fact that was just concluded goes. */
export const routeFact = (state: AgentState, moment: Moment, fact: Output): readonly Consequence[] => {
  switch (fact.type) {
    case 'ReportsRegistered':
      return [
        ...endAllRequests(state, 'reportsRegistered'),
        ...voidWaitingReports(state, 'the reports were registered anew'),
        { to: 'watch', event: { type: 'reports.registered' } },
      ];
    case 'RegistrationEnded':
      return [
        { signal: { type: 'line.cleared' } },
        ...endAllRequests(state, 'registrationEnded'),
        ...voidWaitingReports(state, 'the registration ended'),
      ];
    case 'ReportRequestAccepted':
      return [
        ...(fact.data.kind === 'usage' ? [{ to: 'watch', event: { type: 'usage.asked' } }] : []),
        ...samplingChanged(state),
      ];
    case 'ReportRequestEnded': {
      const { reportRequestID, because } = fact.data;
      const reportRequestIDs = [reportRequestID];
      return [
        ...(voidingEnds.has(because)
          ? [
              {
                to: 'ven',
                event: { type: 'requests.void', reportRequestIDs, because: `its request ended: ${because}` },
              },
            ]
          : []),
        ...(usageIsAskedFor(state, reportRequestID) ? [] : [{ to: 'watch', event: { type: 'usage.unasked' } }]),
      ];
    }
    case 'DrEventAccepted':
      return [...pricesChanged(state, moment), ...plausibility(state, fact.data)];
    case 'DrEventCancelled':
      return pricesChanged(state, moment);
    default:
      return [];
  }
};
