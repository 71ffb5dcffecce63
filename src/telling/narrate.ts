import type { FactType, KnownEntry } from '../facts/fact.ts';
import type { Purpose } from '../facts/output.ts';
import { isResynchronised } from './outputSentences.ts';
import { sentenceOf } from './sentence.ts';
import type { EntryOf } from './words.ts';

/** What happened, in a sentence for people who look on. */
export interface Narrated {
  readonly level: 'info' | 'warn' | 'debug';
  readonly text: string;
}

/** How loud a fact is told while the agent runs; null for what is not worth a line. */
type Level = Narrated['level'] | null;
type Levels = { readonly [T in FactType]: Level | ((entry: EntryOf<T>) => Level) };

const sendings: Readonly<Record<Purpose, Level>> = {
  query: 'info',
  registration: 'info',
  metadata: 'info',
  requestEvent: 'debug',
  answer: 'debug',
  poll: null,
  report: null,
  cancel: null,
  opt: 'debug',
};

const levels: Levels = {
  AgentStarted: 'info',
  SettingsChanged: 'info',
  SettingsRefused: 'warn',
  StopAsked: null,
  AgentStopped: 'info',
  ClockJumped: 'warn',
  TimerFired: null,
  MessageReceived: ({ data: { message } }) =>
    'unreadable' in message ? 'warn' : message.message === 'oadrCanceledOpt' ? 'info' : null,
  EmptyReplyReceived: null,
  MessageRejected: 'warn',
  MessageSigned: null,
  SignatureRefused: 'warn',
  ExchangeFailed: 'warn',
  RequestReceived: ({ data }) => ('unreadable' in data.message ? 'warn' : 'debug'),
  RequestRejected: 'warn',
  MeterRead: ({ data }) => (data.boundaryAt % 3_600_000 === 0 ? 'info' : 'debug'),
  MeterReadFailed: 'warn',
  DeviceStateRead: 'debug',
  DeviceStateUnread: 'warn',
  PlanMade: null,
  PlanFailed: 'warn',
  SetpointApplied: null,
  SetpointFailed: 'warn',
  DeviceReleased: 'debug',
  SetpointRenewalsSummarised: null,
  OperatorAsked: null,
  OperatorOpted: null,
  OperatorInstructed: 'info',
  OperatorReleased: null,
  OptGiven: 'info',
  OptTakenBack: null,
  DeviceTrusted: 'info',
  DeviceDistrusted: null,
  QuietPollsSummarised: null,
  LogCompacted: null,
  LogRepaired: 'warn',
  SecondAgentSuspected: 'debug', // the alarm says it
  CertificateSeen: ({ data }) => (data.certificate === null ? null : 'info'),
  RenewalRefused: 'debug', // the alarm says it
  SendRequested: ({ data }) => sendings[data.purpose],
  ReplyRequested: ({ data }) => (data.httpStatus === 200 ? null : 'warn'),
  MessageDropped: 'warn',
  MessageRefused: 'warn',
  Registered: 'info',
  RegistrationRefused: 'warn',
  RegistrationEnded: 'warn',
  ReportsRegistered: 'info',
  BackoffStarted: 'warn',
  DrEventAccepted: ({ data }) => (data.remarks === undefined ? 'info' : 'warn'),
  DrEventRefused: 'warn',
  DrEventStatusChanged: 'debug',
  DrEventCancelled: 'info',
  DrEventAnswered: 'info',
  DrEventForgotten: null,
  PricesReceived: null,
  PricesWithdrawn: 'debug',
  PricesContested: 'warn',
  PricesOverlapped: 'warn',
  PricesClosed: null,
  ReportRequestAccepted: 'info',
  ReportRequestRefused: 'warn',
  ReportRequestEnded: null,
  ReportDelayed: 'info',
  UsageLeftOut: 'info',
  UsageAsked: null,
  UsageUnasked: null,
  UsageDue: 'info',
  UsageDeliveryStarted: null,
  UsageDeliveryAcknowledged: 'info',
  UsageDeliveryRejected: 'warn',
  UsageDeliveryDoubted: 'warn',
  UsageDeliveryReleased: (entry) => (isResynchronised(entry) ? 'debug' : 'warn'),
  ReportDoubted: 'warn',
  ExchangeRefused: 'warn',
  MeterReadRequested: null,
  DeviceStateRequested: null,
  ClocksCompared: 'debug',
  ReadingsDisowned: 'warn',
  PlanRequested: null,
  SetpointRequested: 'debug',
  SetpointShadowed: 'debug',
  DeviceReleaseRequested: 'info',
  InstructionEnded: 'info',
  OptConcluded: 'info',
  OptCreated: 'info',
  OptRefused: 'warn',
  OptEnded: 'info',
  DeviceTrustEnded: 'info', // where it is another device, the alarm says it as well
  StepFailed: 'warn',
  // The agent's journal tells alarms itself, with what to do.
  AlarmRaised: null,
  AlarmCleared: null,
};

/** A sentence about an entry, or null for what is not worth one. */
export const narrate = (entry: KnownEntry, timeZone: string): Narrated | null => {
  const level = levels[entry.type] as Level | ((entry: KnownEntry) => Level);
  const now = typeof level === 'function' ? level(entry) : level;
  return now === null ? null : { level: now, text: sentenceOf(entry, timeZone) };
};
