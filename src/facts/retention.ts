import type { FactType, KnownEntry } from './fact.ts';

/**
 * What a log keeps for ever, and what it may let go of once it is old.
 *
 * For ever: all that says what an hour cost, what was metered, what became of its report, who the parties were, what needed
 * a person, and what happened to the log itself. `withCause`: together with the input that it follows from, for that is
 * where it came from: a price's message, a delivery's answer. `horizon`: what only drove the machines; kept as long as
 * replay is wanted.
 */
type Keeping = 'forEver' | 'withCause' | 'horizon';

const keeping: { readonly [T in FactType]: Keeping } = {
  AgentStarted: 'forEver',
  SettingsChanged: 'forEver',
  SettingsRefused: 'horizon',
  StopAsked: 'horizon',
  AgentStopped: 'forEver',
  ClockJumped: 'forEver',
  TimerFired: 'horizon',
  MessageReceived: 'horizon',
  EmptyReplyReceived: 'horizon',
  MessageRejected: 'horizon',
  MessageSigned: 'horizon',
  SignatureRefused: 'horizon',
  ExchangeFailed: 'horizon',
  RequestReceived: 'horizon',
  RequestRejected: 'horizon',
  MeterRead: 'forEver',
  MeterReadFailed: 'forEver',
  DeviceStateRead: 'horizon',
  DeviceStateUnread: 'horizon',
  PlanMade: 'horizon',
  PlanFailed: 'horizon',
  SetpointApplied: 'horizon',
  SetpointFailed: 'horizon',
  DeviceReleased: 'horizon',
  SetpointRenewalsSummarised: 'horizon',
  OperatorAsked: 'forEver',
  OperatorOpted: 'forEver',
  OperatorInstructed: 'forEver',
  OperatorReleased: 'forEver',
  OptGiven: 'forEver',
  OptTakenBack: 'forEver',
  DeviceTrusted: 'forEver',
  DeviceDistrusted: 'forEver',
  QuietPollsSummarised: 'horizon',
  LogCompacted: 'forEver',
  LogRepaired: 'forEver',
  SecondAgentSuspected: 'forEver',
  CertificateSeen: 'forEver',
  RenewalRefused: 'forEver',
  SendRequested: 'horizon',
  ReplyRequested: 'horizon',
  MessageDropped: 'horizon',
  MessageRefused: 'withCause',
  Registered: 'withCause',
  RegistrationRefused: 'withCause',
  RegistrationEnded: 'withCause',
  ReportsRegistered: 'forEver',
  BackoffStarted: 'horizon',
  DrEventAccepted: 'withCause',
  DrEventRefused: 'withCause',
  DrEventStatusChanged: 'forEver',
  DrEventCancelled: 'withCause',
  DrEventAnswered: 'forEver',
  DrEventForgotten: 'forEver',
  PricesReceived: 'withCause',
  PricesWithdrawn: 'withCause',
  PricesContested: 'withCause',
  PricesOverlapped: 'withCause',
  PricesClosed: 'forEver',
  ReportRequestAccepted: 'withCause',
  ReportRequestRefused: 'withCause',
  ReportRequestEnded: 'withCause',
  ReportDelayed: 'horizon',
  UsageLeftOut: 'forEver',
  UsageAsked: 'withCause',
  UsageUnasked: 'withCause',
  UsageDue: 'forEver',
  UsageDeliveryStarted: 'forEver',
  UsageDeliveryAcknowledged: 'withCause',
  UsageDeliveryRejected: 'withCause',
  UsageDeliveryDoubted: 'withCause',
  UsageDeliveryReleased: 'withCause',
  ReportDoubted: 'withCause',
  ExchangeRefused: 'withCause',
  MeterReadRequested: 'horizon',
  DeviceStateRequested: 'horizon',
  ClocksCompared: 'forEver',
  ReadingsDisowned: 'forEver',
  PlanRequested: 'horizon',
  SetpointRequested: 'horizon',
  SetpointShadowed: 'horizon',
  DeviceReleaseRequested: 'horizon',
  InstructionEnded: 'forEver',
  OptConcluded: 'withCause',
  OptCreated: 'withCause',
  OptRefused: 'withCause',
  OptEnded: 'forEver',
  DeviceTrustEnded: 'forEver',
  StepFailed: 'withCause',
  AlarmRaised: 'withCause',
  AlarmCleared: 'forEver',
};

/** Messages that told the VTN of usage are evidence of what it was told. */
const isUsageTold = (entry: KnownEntry): boolean =>
  (entry.type === 'SendRequested' || entry.type === 'MessageSigned') && entry.data.purpose === 'report';

const isKept = (entry: KnownEntry): boolean => keeping[entry.type] !== 'horizon' || isUsageTold(entry);

/** Which entries of a step, an input and what followed from it, are kept for ever. */
export const keptOfStep = (step: readonly KnownEntry[]): readonly KnownEntry[] => {
  const isCause = step.some(({ type }) => keeping[type] === 'withCause');
  return step.filter((entry) => isKept(entry) || (isCause && entry.direction === 'in'));
};
