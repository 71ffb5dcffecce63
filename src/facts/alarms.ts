/** Alarms: what needs a person, and when it does no longer. */

/** Names of alarms; one is raised at most once for its subject until it is cleared. */
export type AlarmName =
  | 'pricesMissing'
  | 'pricesImplausible'
  | 'pricesOverlap'
  | 'usageRequestMissing'
  | 'usageRejected'
  | 'usageInDoubt'
  | 'unknownIdentifiers'
  | 'credentialsRefused'
  | 'registrationRefused'
  | 'vtnUnreachable'
  | 'wireDiffersFromProgramme'
  | 'meterSilent'
  | 'messageUnreadable'
  | 'stepFailed'
  | 'planFailed'
  | 'setpointFailed'
  | 'deviceImplausible'
  | 'deviceClockOff'
  | 'trustEnded'
  | 'secondAgent'
  | 'certificateEnds'
  | 'certificateEndsSoon'
  | 'certificateInvalid'
  | 'vtnNameUnchecked'
  | 'renewalRefused'
  | 'devicesWithheld'
  | 'devicesLeftOut'
  | 'pricesRefused'
  | 'pricesUnusable'
  | 'signalUnsupported'
  | 'identityMismatch'
  | 'vtnClockOff'
  | 'listNeverEmpties'
  | 'listGrows'
  | 'pushesMissing'
  | 'answersFail'
  | 'pollsRefused'
  | 'pollsRare'
  | 'signatureRefused'
  | 'patienceAsked'
  | 'optRefused';

/** Something needs a person; it is told once until it is cleared. */
export interface AlarmRaised {
  readonly alarm: AlarmName;
  /** Whose alarm it is, where there can be several: a device, a request. */
  readonly subject?: string;
  readonly text: string;
  readonly advice: string;
}

/** The reason for an alarm is gone. */
export interface AlarmCleared {
  readonly alarm: AlarmName;
  readonly subject?: string;
}

/** Names an alarm together with its subject: one stands until it is cleared. */
export const alarmKey = ({ alarm, subject }: AlarmCleared): string =>
  subject === undefined ? alarm : `${alarm} ${subject}`;
