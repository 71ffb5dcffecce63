import type { Entry } from './entry.ts';
import type { InputFacts, InputType } from './input.ts';
import type { OutputFacts, OutputType } from './output.ts';

/** All facts by name. */
export type Facts = InputFacts & OutputFacts;
export type FactType = keyof Facts;

/** An input with its name, before it is recorded. */
export type Input = { [T in InputType]: { readonly type: T; readonly data: InputFacts[T] } }[InputType];

/** An output with its name, before it is recorded. */
export type Output = { [T in OutputType]: { readonly type: T; readonly data: OutputFacts[T] } }[OutputType];

/** An entry whose type tells the shape of its data. */
export type KnownEntry = { [T in FactType]: Entry<T, Facts[T]> }[FactType];

/** Each fact's present version. A change of shape raises it and adds an upcaster in `upcast.ts`. */
export const factVersions: { readonly [T in FactType]: number } = {
  AgentStarted: 2,
  SettingsChanged: 1,
  SettingsRefused: 1,
  StopAsked: 1,
  AgentStopped: 1,
  ClockJumped: 1,
  TimerFired: 2,
  MessageReceived: 2,
  EmptyReplyReceived: 1,
  MessageRejected: 1,
  MessageSigned: 1,
  SignatureRefused: 1,
  ExchangeFailed: 1,
  RequestReceived: 1,
  RequestRejected: 1,
  MeterRead: 1,
  MeterReadFailed: 1,
  DeviceStateRead: 1,
  DeviceStateUnread: 1,
  PlanMade: 2,
  PlanFailed: 2,
  SetpointApplied: 1,
  SetpointFailed: 1,
  DeviceReleased: 1,
  SetpointRenewalsSummarised: 1,
  OperatorAsked: 1,
  OperatorOpted: 1,
  OperatorInstructed: 1,
  OperatorReleased: 1,
  OptGiven: 1,
  OptTakenBack: 1,
  DeviceTrusted: 1,
  DeviceDistrusted: 1,
  QuietPollsSummarised: 1,
  LogCompacted: 1,
  LogRepaired: 1,
  SecondAgentSuspected: 1,
  CertificateSeen: 1,
  RenewalRefused: 1,
  SendRequested: 1,
  ReplyRequested: 1,
  MessageDropped: 1,
  MessageRefused: 1,
  Registered: 1,
  RegistrationRefused: 1,
  RegistrationEnded: 1,
  ReportsRegistered: 1,
  BackoffStarted: 1,
  DrEventAccepted: 2,
  DrEventRefused: 1,
  DrEventStatusChanged: 1,
  DrEventCancelled: 2,
  DrEventAnswered: 1,
  DrEventForgotten: 2,
  PricesReceived: 1,
  PricesWithdrawn: 1,
  PricesContested: 1,
  PricesOverlapped: 1,
  PricesClosed: 1,
  ReportRequestAccepted: 2,
  ReportRequestRefused: 1,
  ReportDelayed: 1,
  UsageLeftOut: 1,
  ReportRequestEnded: 2,
  UsageAsked: 1,
  UsageUnasked: 1,
  UsageDue: 1,
  UsageDeliveryStarted: 1,
  UsageDeliveryAcknowledged: 1,
  UsageDeliveryRejected: 1,
  UsageDeliveryDoubted: 1,
  UsageDeliveryReleased: 1,
  ReportDoubted: 1,
  ExchangeRefused: 1,
  MeterReadRequested: 1,
  DeviceStateRequested: 1,
  ClocksCompared: 1,
  ReadingsDisowned: 1,
  PlanRequested: 2,
  SetpointRequested: 1,
  SetpointShadowed: 1,
  DeviceReleaseRequested: 1,
  InstructionEnded: 1,
  OptConcluded: 1,
  OptCreated: 1,
  OptRefused: 1,
  OptEnded: 1,
  DeviceTrustEnded: 1,
  StepFailed: 1,
  AlarmRaised: 1,
  AlarmCleared: 1,
};

const factTypes: ReadonlySet<string> = new Set(Object.keys(factVersions));

/** Whether a name is a fact we know. */
export const isFactType = (type: string): type is FactType => factTypes.has(type);
