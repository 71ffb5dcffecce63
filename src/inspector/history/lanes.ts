/** What an entry is about, and how much it matters, told from the entry alone. */
import type { Entry } from '../../facts/entry.ts';
import type { ApiLane, EyeLevel } from '../api/words.ts';

type FactFields = Readonly<Record<string, unknown>>;

const fieldsOf = (data: unknown): FactFields => (typeof data === 'object' && data !== null ? (data as FactFields) : {});

/** The element name of the message an entry is about, or null. */
export const messageOf = ({ data }: Pick<Entry, 'data'>): string | null => {
  const message = fieldsOf(data)['message'];
  if (typeof message === 'string') return message;
  const name = fieldsOf(message)['message'];
  return typeof name === 'string' ? name : null;
};

const laneOfMessage = (message: string | null): ApiLane => {
  if (message === null || message === 'oadrResponse' || message === 'oadrPoll') return 'polls';
  if (/Registration|Reregistration/.test(message)) return 'registration';
  if (/Event|Opt/.test(message)) return 'drEvents';
  return 'reports';
};

const lanesByType: Readonly<Record<string, ApiLane>> = {
  QuietPollsSummarised: 'polls',
  EmptyReplyReceived: 'polls',
  Registered: 'registration',
  RegistrationEnded: 'registration',
  ReportsRegistered: 'reports',
  OperatorOpted: 'drEvents',
  OptGiven: 'drEvents',
  OptTakenBack: 'drEvents',
  OptConcluded: 'drEvents',
  OptCreated: 'drEvents',
  OptRefused: 'drEvents',
  OptEnded: 'drEvents',
  OperatorInstructed: 'devices',
  OperatorReleased: 'devices',
  InstructionEnded: 'devices',
  DeviceTrusted: 'devices',
  DeviceDistrusted: 'devices',
  DeviceTrustEnded: 'devices',
  PlanMade: 'devices',
  PlanFailed: 'devices',
  PlanRequested: 'devices',
};

/** Whatever went wrong. */
const troubles: Readonly<Record<string, EyeLevel>> = {
  AlarmRaised: 'trouble',
  RegistrationRefused: 'trouble',
  UsageDeliveryRejected: 'trouble',
  UsageDeliveryDoubted: 'trouble',
  ExchangeFailed: 'attention',
  MessageRejected: 'attention',
  RequestRejected: 'attention',
  SignatureRefused: 'trouble',
  MessageDropped: 'attention',
  MessageRefused: 'attention',
  BackoffStarted: 'attention',
  MeterReadFailed: 'attention',
  DeviceStateUnread: 'attention',
  SetpointFailed: 'attention',
  PlanFailed: 'attention',
  StepFailed: 'trouble',
  DrEventRefused: 'attention',
  ReportRequestRefused: 'attention',
  ClockJumped: 'attention',
  ReadingsDisowned: 'attention',
};

/** How much an entry asks for a person's eye. */
export const levelOf = ({ type }: Pick<Entry, 'type'>): EyeLevel => troubles[type] ?? 'plain';

/** What was said, by whoever began. A reply without a message says only that it was heard. */
const spoken: ReadonlySet<string> = new Set(['SendRequested', 'MessageReceived', 'RequestReceived', 'ReplyRequested']);

const laneOfStream = (stream: string): ApiLane => {
  if (stream.startsWith('device/') || stream === 'site') return 'devices';
  if (stream.startsWith('drEvent/')) return 'drEvents';
  if (stream.startsWith('reportRequest/')) return 'reports';
  return stream === 'ven' || stream === 'exchange' || stream === 'inbound' ? 'polls' : 'agent';
};

/** The lane of the timeline that an entry belongs to. */
export const laneOf = (entry: Pick<Entry, 'type' | 'stream' | 'data'>): ApiLane => {
  const { type, stream } = entry;
  if (troubles[type] !== undefined || type === 'AlarmCleared') return 'faults';
  const known = lanesByType[type];
  if (known !== undefined) return known;
  if (spoken.has(type)) return laneOfMessage(messageOf(entry));
  if (/^(Meter|Setpoint|DeviceRelease|DeviceState)/.test(type)) return 'devices';
  if (type.startsWith('DrEvent')) return 'drEvents';
  if (/^(Usage|ReportRequest)/.test(type)) return 'reports';
  return laneOfStream(stream);
};

/** How many things an entry stands for: a summary of quiet polls stands for all of them. */
export const weightOf = ({ type, data }: Pick<Entry, 'type' | 'data'>): number => {
  const count = type === 'QuietPollsSummarised' ? fieldsOf(data)['count'] : 1;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 1;
};

/** What deserves a flag on the timeline. */
const landmarks: ReadonlySet<string> = new Set([
  'AgentStarted',
  'SettingsChanged',
  'AgentStopped',
  'Registered',
  'RegistrationEnded',
  'RegistrationRefused',
  'DrEventAccepted',
  'DrEventCancelled',
  'UsageDue',
  'UsageDeliveryAcknowledged',
  'UsageDeliveryRejected',
  'UsageDeliveryDoubted',
  'AlarmRaised',
  'AlarmCleared',
  'BackoffStarted',
  'ClockJumped',
  'ReadingsDisowned',
  'OperatorAsked',
  'OperatorOpted',
  'OptGiven',
  'OptTakenBack',
  'OptConcluded',
  'OptRefused',
  'OperatorInstructed',
  'OperatorReleased',
  'DeviceTrusted',
  'DeviceTrustEnded',
]);

/** Whether an entry of this type deserves a flag on the timeline. */
export const isLandmark = (type: string): boolean => landmarks.has(type);
