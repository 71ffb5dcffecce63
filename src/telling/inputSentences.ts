import type { CertificateSeen } from '../facts/certificates.ts';
import type { InputType } from '../facts/input.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import { localText } from '../programme/calendar.ts';
import { plainMoney } from '../programme/moneyWords.ts';
import { delayOfTimer } from '../facts/timerName.ts';
import {
  counted,
  duration,
  ended,
  identityText,
  instructionText,
  optText,
  kilowattHours,
  power,
  type EntryOf,
  type Sentences,
} from './words.ts';
import { utcDayText } from '../facts/utcDay.ts';

const responseText = (message: OadrMessage): string => {
  const response = 'eiResponse' in message ? message.eiResponse : undefined;
  if (response === undefined) return '';
  const { responseCode, responseDescription = '' } = response;
  return responseCode.startsWith('2') || responseDescription === ''
    ? `: ${responseCode}`
    : `: ${responseCode} ${responseDescription}`;
};

/** @limit IDs that are named in a sentence. */
const namedIDs = 4;

const listed = (ids: readonly string[]): string =>
  ids.length <= namedIDs ? ids.join(', ') : `${ids.slice(0, namedIDs).join(', ')} and ${ids.length - namedIDs} more`;

/** What a message brings, as far as a sentence can say it. */
const broughtBy = (message: OadrMessage): string => {
  switch (message.message) {
    case 'oadrDistributeEvent': {
      const ids = message.oadrEvent.map(({ eiEvent }) => eiEvent.eventDescriptor.eventID);
      return ids.length === 0 ? ': no DR event' : `: ${counted(ids.length, 'DR event')} (${listed(ids)})`;
    }
    case 'oadrCreateReport':
      return `: it asks for ${listed(message.oadrReportRequest.map(({ reportRequestID }) => reportRequestID))}`;
    case 'oadrCancelReport':
      return `: it cancels ${listed(message.reportRequestID)}`;
    default:
      return responseText(message);
  }
};

/** A plan: for whom, by what, and how well it meets what is wished; or that there is nothing to plan. */
const planText = ({ devices, basis, unmet = [], worth }: EntryOf<'PlanMade'>['data']): string => {
  if (devices.length === 0)
    return 'Nothing is planned: there is no device that could be told what to do, or none of which it is known how full it is.';
  const slots = devices.reduce((sum, device) => sum + device.slots.length, 0);
  const missed = unmet.length === 0 ? '' : `, ${counted(unmet.length, 'wish', 'wishes')} not met`;
  const gapUsd = worth?.gapUsd ?? '0';
  const gap = Number(gapUsd) < 0.005 ? '' : `, at most ${plainMoney(gapUsd)} from the best`;
  return `A plan for ${listed(devices.map(({ resourceID }) => resourceID))} was made (${basis}): ${counted(slots, 'slot')}${missed}${gap}.`;
};

/** What of a message could not be read. */
const unreadIn = (message: OadrMessage): string => {
  const [first, ...others] = 'unreadable' in message ? message.unreadable : [];
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return ` ${first.element} ${first.place} of it cannot be read: ${first.text} (${first.path})${more}.`;
};

const told = ({ data: { message, roundTripMs } }: EntryOf<'MessageReceived'>): string =>
  `${message.message} received after ${Math.round(roundTripMs)} ms${broughtBy(message)}.${unreadIn(message)}`;

const wishes = {
  reregister: 'registered anew',
  registerAfresh: 'registered as if for the first time',
  queryRegistration: 'registered anew once the VTN has said what it offers',
  cancelRegistration: 'the registration cancelled',
  requestEvent: 'all DR events asked for',
  releaseHeldUsage: 'the usage that stands still sent',
  planAgain: 'a plan made anew',
} as const;

const metered = ({ data }: EntryOf<'MeterRead'>, timeZone: string): string => {
  const { resourceID, boundaryAt, importWattHours, exportWattHours, status } = data;
  const charge = status.stateOfCharge === undefined ? '' : `, at ${Math.round(status.stateOfCharge * 100)} %`;
  const registers = `imported ${kilowattHours(importWattHours)}, exported ${kilowattHours(exportWattHours)}`;
  return `Metered ${resourceID} at ${localText(boundaryAt, timeZone)}: ${registers}${charge}.`;
};

const stands = ({ data: { resourceID, status } }: EntryOf<'DeviceStateRead'>): string => {
  const level = status.stateOfCharge === undefined ? '' : ` and is at ${Math.round(status.stateOfCharge * 100)} %`;
  return `${resourceID} answers${status.online ? '' : ', is off line'}${level}.`;
};

const standings: Readonly<Record<CertificateSeen['standing'], string>> = {
  good: 'valid',
  endsWithin60: 'ending within 60 days',
  endsWithin30: 'ending within 30 days',
  endsWithin7: 'ending within 7 days',
  expired: 'expired',
  notYetValid: 'not valid yet',
};

const certificateText = ({ whose, certificate, standing, line }: CertificateSeen): string => {
  const owner = whose === 'ours' ? 'our client certificate' : 'the VTN’s certificate';
  if (certificate === null) return `No certificate is in use as ${owner}.`;
  const { fingerprint, key, validTo } = certificate;
  const over = line === undefined ? '' : `, over ${line.protocol} with ${line.cipher}`;
  return `Saw ${owner} ${fingerprint} (${key}), ${standings[standing]}, until ${utcDayText(validTo)}${over}.`;
};

/** What came in, in a sentence each. */
export const inputSentences: Sentences<InputType> = {
  AgentStarted: ({ data, runID }) =>
    `Agent started ${data.settings === undefined ? 'with the settings in force' : `as venID ${data.settings.venID}`}${data.renamedFrom === undefined ? '' : `, going on with the log of ${data.renamedFrom}`}${data.resumes === true ? ', because its host was begun anew' : ''} (run ${runID}).`,
  SettingsChanged: ({ data: { changed } }) =>
    `The configuration was read again; these are others now: ${changed.join(', ')}.`,
  SettingsRefused: ({ data }) =>
    ended(`The configuration was read again and is left as it was: ${data.because.join(' ')}`),
  StopAsked: ({ data }) => `The agent was asked to stop: ${data.because}.`,
  AgentStopped: ({ data }) => `Agent stopped: ${data.because}.`,
  ClockJumped: ({ data }) => `The clock was moved by ${data.jumpMs} ms; delays go on as if it had not been.`,
  TimerFired: ({ data }, timeZone) => `${delayOfTimer(data.timer)} came due at ${localText(data.dueAt, timeZone)}.`,
  MessageReceived: told,
  EmptyReplyReceived: ({ data }) => `An empty reply received after ${Math.round(data.roundTripMs)} ms.`,
  MessageRejected: ({ data }) => `A reply of the VTN was refused: ${data.text} (${data.path}).`,
  MessageSigned: ({ data }) =>
    `Our message was signed at ${data.timestamp} (${data.algorithm}, nonce ${data.nonce}) and goes out so.`,
  SignatureRefused: ({ data }) => `A reply was not taken, for it may not be the VTN’s: ${data.text}`,
  ExchangeFailed: ({ data }) => ended(`An exchange failed: ${data.detail}`),
  RequestReceived: ({ data: { message, service } }) =>
    `The VTN pushed ${message.message} to ${service}${broughtBy(message)}.${unreadIn(message)}`,
  RequestRejected: ({ data }) => `What the VTN pushed to ${data.service} was refused: ${data.text} (${data.path}).`,
  MeterRead: metered,
  DeviceStateRead: stands,
  DeviceStateUnread: ({ data }) =>
    ended(`${data.resourceID} does not say how it stands, and is waited for until its next reading: ${data.detail}`),
  MeterReadFailed: ({ data }, timeZone) =>
    ended(`${data.resourceID} gave no reading for ${localText(data.boundaryAt, timeZone)}: ${data.detail}`),
  PlanMade: ({ data }) => planText(data),
  PlanFailed: ({ data }) =>
    ended(`There is no plan${data.resourceID === undefined ? '' : ` for ${data.resourceID}`}: ${data.detail}`),
  SetpointApplied: ({ data }) => `${data.resourceID} was set to ${power(data.demandWatts)}.`,
  SetpointFailed: ({ data }) =>
    ended(`${data.resourceID} could not be set to ${power(data.demandWatts)}: ${data.detail}`),
  DeviceReleased: ({ data }) => `${data.resourceID} was left to itself.`,
  SetpointRenewalsSummarised: ({ data }) =>
    `${data.resourceID} was told ${counted(data.count, 'time')} more to go on as it was told.`,
  OperatorAsked: ({ data }) => `A person wants ${wishes[data.wish]}.`,
  OperatorOpted: ({ data }) => `A person chose ${data.optType} for DR event ${data.eventID}.`,
  OperatorInstructed: ({ data }, timeZone) =>
    data.instruction.kind === 'override'
      ? `A person told ${data.resourceID} to ${instructionText(data.instruction)} until ${localText(data.endAt, timeZone)}.`
      : `A person wishes ${data.resourceID} to ${instructionText(data.instruction)}, ${data.instruction.kind === 'leave' ? 'at' : 'until'} ${localText(data.endAt, timeZone)}.`,
  OptGiven: ({ data }, timeZone) => `A person opts ${optText(data, timeZone)} (${data.optID}).`,
  OptTakenBack: ({ data }) => `A person takes back the opt ${data.optID}.`,
  DeviceTrusted: ({ data: { resourceID, identity } }) =>
    `A person trusts ${resourceID} (${identityText(identity)}): from now on it is told what to do.`,
  DeviceDistrusted: ({ data }) => `A person does not trust ${data.resourceID} any more.`,
  OperatorReleased: ({ data }) =>
    data.kind !== undefined && data.kind !== 'override'
      ? `A person takes back a wish (${data.kind}) of ${data.resourceID ?? 'all devices'}.`
      : `A person took back what ${data.resourceID === undefined ? 'all devices were' : `${data.resourceID} was`} told.`,
  LogCompacted: ({ data: { seal, beforeAt } }, timeZone) =>
    `${counted(seal.entries, 'entry', 'entries')} of before ${localText(beforeAt, timeZone)} may go from the log; what settlement needs is kept.`,
  SecondAgentSuspected: ({ data }) =>
    data.isSuspected
      ? `A second agent may be this VEN: ${data.detail}`
      : 'There is no sign of a second agent any more.',
  CertificateSeen: ({ data }) => certificateText(data),
  RenewalRefused: ({ data }) =>
    ended(
      data.isRefused
        ? `What leads to the VTN was renewed and cannot be used: ${data.detail}`
        : `What leads to the VTN can be used again: ${data.detail}`,
    ),
  LogRepaired: ({ data }) =>
    [
      data.because === 'restored'
        ? 'The log was restored from an older copy: what was done between its end and now is not in it.'
        : `The log was repaired: ${counted(data.lostEntries, 'entry', 'entries')} and the XML of ${counted(data.lostWires, 'message')} could not be saved.`,
      ...(data.opts === undefined ? [] : [`What was opted before holds on (${counted(data.opts.length, 'opt')}).`]),
      ...(data.optedOut === undefined
        ? []
        : [`${counted(data.optedOut.length, 'DR event')} opted out of before: still out.`]),
    ].join(' '),
  QuietPollsSummarised: ({ data }) =>
    `${counted(data.count, 'poll')} brought nothing (answered within ${duration(data.roundTripMaxMs)}).`,
};
