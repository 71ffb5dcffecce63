/**
 * Who hears what. Inputs, signals and output facts are routed here to the streams they concern; each theme has a file of
 * its own, which may also conclude facts.
 */
import { tell, type Consequence, type Unsettled } from '../core/consequence.ts';
import type { Reactions } from '../core/reactions.ts';
import type { AgentState } from '../core/state.ts';
import type { Input, Output } from '../facts/fact.ts';
import type { Moment } from '../machines/moment.ts';
import type { Signal } from '../machines/signals.ts';
import { exchangeStream, siteStream, streamOf, venStream, watchStream } from '../machines/streams.ts';
import { drEventAnswer, requestsAnswer } from './answers.ts';
import { certificateSeen, renewalRefused } from './certificates.ts';
import { clocksCompared, drEventsSetBack, wrongReadings } from './clocks.ts';
import {
  answersOtherwise,
  clockSetForDevices,
  deviceReleased,
  devicesByTheRecord,
  setpointApplied,
  setpointFailed,
  slotsGiven,
} from './devices.ts';
import { deviceStateRead, deviceStateUnread, levelFirstRead } from './deviceStates.ts';
import { stepFailed } from './failure.ts';
import { messageWanted, pushedSignatureRefused, requestReceived, requestRejected, requestTaken } from './inbound.ts';
import { clockSetForInstructions, operatorInstructed, overridesKnown, operatorReleased } from './instructions.ts';
import { lossConcerns } from './loss.ts';
import { operatorAsked, rejectionsMended } from './operator.ts';
import {
  optCreated,
  optDropped,
  optEnded,
  optGiven,
  optRefused,
  optsOfEventAccepted,
  optsOfEventOver,
  optsTold,
  optTakenBack,
  optUnheard,
  optWanted,
} from './opts.ts';
import { overridesLookedOver } from './overrideOpts.ts';
import { pricesChanged, pricesClosed, pricesStated, pricesWithdrawn } from './prices.ts';
import { receive } from './receive.ts';
import {
  emptyReplyReceived,
  exchangeFailed,
  exchangeStarted,
  messageReceived,
  messageRejected,
  replyHeard,
  signatureRefused,
} from './replies.ts';
import {
  contentWanted,
  lineIsFree,
  meterRead,
  meterReadFailed,
  readingsWanted,
  registrationEnded,
  reportRequestAccepted,
  reportRequestEnded,
  reportsRegistered,
  samplingChanged,
  turnWanted,
  usageRequestsWanted,
} from './reporting.ts';
import { secondAgentSuspected } from './secondAgent.ts';
import { planFailed, planMade, siteNews } from './site.ts';
import { settingsChanged } from './settings.ts';
import { agentStarted } from './start.ts';
import { whatItSays } from './deviceDoubts.ts';
import { deviceDistrusted, deviceTrusted, deviceTrustEnded, trustAfterFailure, trustAfterReading } from './trust.ts';

const toInput = (state: AgentState, moment: Moment, input: Input): readonly Consequence[] => {
  switch (input.type) {
    case 'AgentStarted':
      return agentStarted(state, moment, input.data);
    case 'SettingsChanged':
      return settingsChanged(state, moment, input.data);
    case 'StopAsked':
      return [tell(exchangeStream, { type: 'agent.stopping' })];
    case 'ClockJumped': {
      const disowning = wrongReadings(state);
      return [
        ...[venStream, watchStream].map((to) => tell(to, { type: 'clock.set', jumpMs: input.data.jumpMs })),
        ...(disowning.length > 0 ? disowning : clockSetForDevices(state, moment.at, input.data.jumpMs)),
        ...drEventsSetBack(state, moment.at),
        tell(siteStream, { type: 'clock.set' }),
        ...clockSetForInstructions(state, moment, input.data.jumpMs),
        { unsettled: 'plan' },
      ];
    }
    case 'AgentStopped':
    case 'LogCompacted':
    case 'SettingsRefused':
    case 'SetpointRenewalsSummarised':
    case 'MessageSigned':
    case 'TimerFired': // the core tells the stream whose delay it was
      return [];
    case 'SecondAgentSuspected':
      return secondAgentSuspected(input.data);
    case 'CertificateSeen':
      return certificateSeen(state, input.data);
    case 'RenewalRefused':
      return [renewalRefused(input.data)];
    case 'LogRepaired':
      return lossConcerns(state, moment, input.data);
    case 'MessageReceived':
      return messageReceived(state, input.data);
    case 'EmptyReplyReceived':
      return emptyReplyReceived(state, input.data.exchangeID);
    case 'MessageRejected':
      return messageRejected(state, moment, input.data);
    case 'SignatureRefused':
      return input.data.service === undefined ? signatureRefused(input.data) : pushedSignatureRefused(input.data);
    case 'ExchangeFailed':
      return exchangeFailed(state, input.data);
    case 'RequestReceived':
      return requestReceived(state, input.data);
    case 'RequestRejected':
      return requestRejected(input.data);
    case 'MeterRead':
      return [
        ...meterRead(state, moment, input.data),
        ...trustAfterReading(state, input.data),
        ...levelFirstRead(state, input.data),
        ...whatItSays(state, moment, input.data),
      ];
    case 'MeterReadFailed':
      return meterReadFailed(state, moment, input.data);
    case 'DeviceStateRead':
      return [...deviceStateRead(state, input.data), ...whatItSays(state, moment, input.data)];
    case 'DeviceStateUnread':
      return deviceStateUnread(state, input.data);
    case 'PlanMade':
      return planMade(state, input.data);
    case 'PlanFailed':
      return [planFailed(input.data)];
    case 'SetpointApplied':
      return [setpointApplied(input.data)];
    case 'SetpointFailed':
      return [setpointFailed(input.data), ...trustAfterFailure(state, input.data)];
    case 'DeviceReleased':
      return [deviceReleased(input.data)];
    case 'OperatorAsked':
      return operatorAsked(state, input.data);
    case 'OperatorInstructed':
      return operatorInstructed(state, moment, input.data);
    case 'OperatorReleased':
      return operatorReleased(state, moment, input.data);
    case 'DeviceTrusted':
      return deviceTrusted(state, input.data);
    case 'DeviceDistrusted':
      return deviceDistrusted(state, input.data);
    case 'OperatorOpted':
      return [
        tell(streamOf('drEvent', input.data.eventID), { type: 'operator.opted', optType: input.data.optType }),
        { unsettled: 'plan' },
      ];
    case 'OptGiven':
      return optGiven(state, input.data);
    case 'OptTakenBack':
      return optTakenBack(state, input.data);
    case 'QuietPollsSummarised': {
      const { lastSerial, nextPollAt, lastPollAt } = input.data;
      return [
        tell(exchangeStream, { type: 'polls.summarised', lastSerial }),
        tell(venStream, { type: 'polls.summarised', nextPollAt, lastPollAt }),
      ];
    }
  }
};

const toSignal = (state: AgentState, moment: Moment, signal: Signal): readonly Consequence[] => {
  switch (signal.type) {
    case 'exchange.wanted':
      return [messageWanted(state, signal.wanted)];
    case 'request.taken':
      return requestTaken(state, moment, signal.message);
    case 'line.held':
    case 'line.opened':
    case 'line.cleared':
    case 'line.withdrawn':
      return [tell(exchangeStream, signal)];
    case 'exchange.started':
      return exchangeStarted(state, moment, signal);
    case 'exchange.answered':
      return replyHeard(state, signal);
    case 'exchange.failed':
      return [tell(venStream, { type: 'exchange.failed', wanted: signal.wanted, failure: signal.failure })];
    case 'answer.dropped':
      return [tell(venStream, signal)];
    case 'opt.dropped':
      return optDropped(signal);
    case 'opt.unheard':
      return optUnheard(state, signal);
    case 'message.received':
      return receive(state, moment, signal.purpose, signal.message);
    case 'requests.answered':
      return [{ signal: { type: 'exchange.wanted', wanted: requestsAnswer(state, moment, signal) } }];
    case 'asking.wanted':
      return [usageRequestsWanted(state, signal.bootstrap)];
    case 'usage.refused':
      return [tell(watchStream, signal)];
    case 'resync.wanted':
    case 'report.wanted':
      return [tell(venStream, signal)];
    case 'readings.wanted':
      return readingsWanted(state, moment, signal.reportRequestID);
    case 'turn.wanted':
      return turnWanted(state, moment, signal.reportRequestID);
    case 'content.wanted':
      return contentWanted(state, moment, signal.reportRequestID);
    case 'opt.wanted':
      return optWanted(state, moment, signal);
    case 'answer.wanted':
      return drEventAnswer(state, moment, signal.eventID);
    case 'device.silent':
    case 'device.heard':
      return answersOtherwise(state, signal);
    case 'slots.given':
      return slotsGiven(state, signal.devices);
  }
};

const toFact = (state: AgentState, moment: Moment, fact: Output): readonly Consequence[] => {
  switch (fact.type) {
    case 'UsageDeliveryAcknowledged':
      return rejectionsMended(state);
    case 'ReportsRegistered':
      return reportsRegistered(state);
    case 'Registered':
      return [
        tell(watchStream, { type: 'pace.known', pollFreqMs: fact.data.requestedPollFreqMs ?? null }),
        ...optsTold(state, !fact.data.renewed),
      ];
    case 'RegistrationEnded':
      return registrationEnded(state);
    case 'ReportRequestAccepted':
      return reportRequestAccepted(fact.data);
    case 'ReportRequestEnded':
      return reportRequestEnded(state, fact.data);
    case 'DrEventAccepted':
      return [
        ...pricesStated(state, moment, fact.data),
        ...optsOfEventAccepted(state, fact.data),
        { unsettled: 'plan' },
        { unsettled: 'overrides' },
      ];
    case 'DrEventCancelled':
      return [...pricesWithdrawn(state, fact.data), { unsettled: 'plan' }];
    case 'DrEventStatusChanged':
      return fact.data.status === 'completed' || fact.data.status === 'cancelled'
        ? optsOfEventOver(state, fact.data.eventID)
        : [];
    case 'DrEventForgotten':
      return pricesClosed(state, fact.data);
    case 'DeviceTrustEnded':
      return deviceTrustEnded(state, moment, fact.data);
    case 'PricesReceived':
    case 'PricesWithdrawn':
      return [{ unsettled: 'prices' }];
    case 'OptConcluded': {
      const { resourceID: _overridden, ...given } = fact.data;
      return optGiven(state, given);
    }
    case 'OptCreated':
      return optCreated(state, fact.data);
    case 'OptRefused':
      return [optRefused(fact.data)];
    case 'OptEnded':
      return [...optEnded(fact.data), ...overridesKnown(state, moment, 'an opt of a person is over')];
    case 'ClocksCompared':
      return clocksCompared(state, moment);
    case 'ReadingsDisowned':
      return devicesByTheRecord(state, moment.at);
    default:
      return [];
  }
};

/** What is looked at once, when all is said. */
const settled: Readonly<Record<Unsettled, (state: AgentState, moment: Moment) => readonly Consequence[]>> = {
  prices: pricesChanged,
  sampling: samplingChanged,
  plan: siteNews,
  overrides: overridesLookedOver,
};

/** The line is asked last, when all that was touched is settled: what became void meanwhile has left the queue. */
const toSilence = (state: AgentState, moment: Moment, unsettled: ReadonlySet<Unsettled>): readonly Consequence[] => {
  if (unsettled.size === 0) return lineIsFree(state);
  return [...unsettled].flatMap((each) => settled[each](state, moment));
};

/** Who hears what. */
export const reactions: Reactions = {
  toInput,
  toSignal,
  toFact,
  toSilence,
  toFailure: (state, moment, input, why) => stepFailed(state, moment, input, why, () => toInput(state, moment, input)),
};
