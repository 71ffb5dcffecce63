/** The status for people. */
import { localText } from '../../programme/calendar.ts';
import { wishText } from '../../telling/words.ts';
import { needText } from '../../text/needText.ts';
import { printable } from '../../text/printable.ts';
import { restText } from '../atRest.ts';
import { kilowattHoursText, priceText } from '../dayTable.ts';
import { NOTHING } from '../rows.ts';
import { firstPage, isMany, pageOf, type Paging } from '../many/paging.ts';
import { needingALook, standingOfMany } from '../many/standing.ts';
import { labelledText, type Labelled } from '../prose.ts';
import type { Status } from './status.ts';
import { distanceText, timerRows } from './streams.ts';

type Line = Labelled;
type Document = Status['document'];

/** @limit Timers and DR events that are shown; JSON has all of them. */
const shownTimers = 8;
const shownEvents = 8;

const when = (iso: string | null, { here }: Status): string =>
  iso === null ? NOTHING : `${localText(Date.parse(iso), here.timeZone)} (${distanceText(Date.parse(iso), here.now)})`;

const durationText = (ms: number): string =>
  ms === 0
    ? 'once'
    : ms % 3_600_000 === 0
      ? `${ms / 3_600_000} h`
      : ms % 60_000 === 0
        ? `${ms / 60_000} min`
        : `${ms / 1_000} s`;

const agentLine = (status: Status): string => {
  const { running, worker, pid, startedAt, stoppedBecause, version } = status.document.agent;
  if (worker !== null) return `${worker} acts for it, version ${version}, since ${when(startedAt, status)}`;
  if (running) return `runs as process ${pid}, version ${version}, since ${when(startedAt, status)}`;
  if (startedAt === null) return 'has never run';
  return stoppedBecause === null
    ? `does not run; its last run began ${when(startedAt, status)} and was cut off`
    : `does not run; it was stopped (${stoppedBecause})`;
};

const registrationLine = (status: Status): string => {
  const { status: standing, registrationID, vtnID, renewedAt, refused, ended } = status.document.registration;
  if (standing === 'registered')
    return `registered with ${vtnID} as ${registrationID}, confirmed ${when(renewedAt, status)}`;
  if (refused !== null) return `refused with ${refused.responseCode}: ${refused.responseDescription}`;
  return ended === null ? 'not registered yet' : `over since ${when(ended.at, status)} (${ended.by})`;
};

const contactLine = (status: Status): string => {
  const { lastContactAt, failuresInARow, sent, failed, lastFailure } = status.document.exchanges;
  const failures =
    failuresInARow === 0 ? '' : `; ${failuresInARow} failed since, the last: ${lastFailure?.detail ?? ''}`;
  return `${when(lastContactAt, status)}; ${sent} sent, ${failed} failed${failures}`;
};

/** What the VTN pushes; nothing where it is polled. */
const pushLines = (status: Status): readonly Line[] => {
  const { push } = status.document;
  if (push === null) return [];
  const { transportAddress, lastPushAt, taken, refused, repeated } = push;
  const odd = `${refused === 0 ? '' : `, ${refused} refused`}${repeated === 0 ? '' : `, ${repeated} came again`}`;
  const last = lastPushAt === null ? 'nothing pushed yet' : `last pushed ${when(lastPushAt, status)}`;
  return [['pushed to', `${transportAddress}; ${last}; ${taken} taken${odd}`]];
};

type ShownCertificate = NonNullable<Document['security']['ours']>;

const certificateText = ({ fingerprint, key, daysLeft, validTo }: ShownCertificate): string =>
  `${fingerprint} (${key}), ${daysLeft < 0 ? 'EXPIRED' : daysLeft === 1 ? '1 day left' : `${daysLeft} days left`}, until ${validTo.slice(0, 10)}`;

const knownBy: Readonly<Record<NonNullable<Document['security']['line']>['knownBy'], string>> = {
  name: 'the VTN is known by its name',
  fingerprint: 'the VTN is known by its fingerprint',
  authority: 'the VTN’s NAME IS NOT CHECKED',
};

/** How the line is secured, and until when; nothing where there is no TLS. */
const securityLines = ({ document }: Status): readonly Line[] => {
  const { ours, theirs, line } = document.security;
  return [
    ...(line === null ? [] : [['TLS', `${line.protocol}, ${line.cipher}; ${knownBy[line.knownBy]}`] as const]),
    ...(theirs === null ? [] : [['VTN cert', certificateText(theirs)] as const]),
    ...(ours === null ? [] : [['own cert', certificateText(ours)] as const]),
  ];
};

const signing: Readonly<Record<Document['signatures']['setting'], string>> = {
  none: 'none',
  sign: 'sign: what is sent is signed; what the VTN sends need not be',
  verify: 'verify: what the VTN sends counts only when it is signed; what is sent is not',
  both: 'both: what is sent is signed, and what the VTN sends counts only when it is signed',
};

/** Who signs; nothing where nobody does. */
const signatureLines = ({ document: { signatures } }: Status): readonly Line[] =>
  signatures.setting === 'none' ? [] : [['signatures', signing[signatures.setting]]];

const priceLines = (status: Status): readonly Line[] => {
  const { now, days } = status.document.prices;
  const present =
    now === null
      ? 'none known'
      : `${priceText(now.usdPerKwh)} USD/kWh${now.until === null ? '' : ` until ${when(now.until, status)}`}${now.implausible ? ', not plausible' : ''}`;
  const inHand = days.map(
    ({ day, hours, pricedHours }) =>
      `${day}: ${pricedHours === hours ? `all ${hours} hours` : pricedHours === 0 ? 'none' : `${pricedHours} of ${hours} hours`}`,
  );
  return [
    [status.rest === null ? 'price now' : 'price then', present],
    ['in hand', inHand.join(', ')],
  ];
};

/** What goes before all else. */
const overrideText = ({ override }: Document['devices'][number], status: Status): string => {
  if (override === null) return '';
  const { action, powerWatts, until } = override;
  return `OVERRIDDEN by a person: ${action}${powerWatts === null ? '' : ` with ${powerWatts} W`} until ${when(until, status)}; `;
};

/** What is wished of it once, each with its time. */
const wishesText = ({ wishes }: Document['devices'][number], status: Status): string =>
  wishes
    .map(
      (wish) =>
        `wished once to ${wishText(wish)}, ${wish.kind === 'leave' ? 'at' : 'until'} ${when(wish.until, status)}; `,
    )
    .join('');

const deviceText = (device: Document['devices'][number], status: Status): string => {
  const asked = `${overrideText(device, status)}${wishesText(device, status)}`;
  const shadow = device.mode === 'shadow' ? ', in shadow, told nothing' : '';
  if (device.readAt === null) return `${asked}not read yet${shadow}`;
  const { need } = device;
  const level = device.stateOfCharge === null ? '' : `, ${Math.round(device.stateOfCharge * 100)} % full`;
  const charge =
    need === null ? level : `, ${needText({ ...need, doneAt: Date.parse(need.until) }, status.here.timeZone)}`;
  const set =
    device.mode === 'shadow'
      ? `in shadow, told nothing${device.wouldBe === null ? '' : `, would be set to ${device.wouldBe.demandWatts} W`}`
      : device.setpoint === null
        ? 'left to itself'
        : `${status.rest === null ? 'set' : 'was set'} to ${device.setpoint.demandWatts} W until ${when(device.setpoint.until, status)}`;
  return `${asked}imported ${kilowattHoursText(device.importWattHours)}, exported ${kilowattHoursText(device.exportWattHours)} kWh${charge}; ${set}; read ${when(device.readAt, status)}`;
};

/** Each of few; of many how they stand, and those that need a look. */
const deviceLines = (status: Status, paging: Paging): readonly Line[] => {
  const { devices } = status.document;
  const lineOf = (device: Document['devices'][number]): Line => [device.resourceID, deviceText(device, status)];
  if (!isMany(devices.length, paging)) return devices.map(lineOf);
  const { items, leftOut } = pageOf(needingALook(devices), paging, 'devices');
  const overridden = devices.filter(({ override }) => override !== null).length;
  const asked = overridden === 0 ? '' : ` ${overridden} overridden by a person.`;
  return [
    ['devices', `${standingOfMany(devices)}${asked}`],
    ...items.map(lineOf),
    ...(leftOut === '' ? [] : [['', leftOut.trimEnd()] as const]),
  ];
};

const hoursLine = ({ document }: Status): string => {
  const { acknowledged, owed, sending, inDoubt, rejected, heldDeliveries } = document.hours;
  const parts = [
    `${acknowledged} acknowledged`,
    `${owed + sending} owed`,
    `${inDoubt} in doubt`,
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
  ];
  return `${parts.join(', ')}${heldDeliveries > 0 ? `; ${heldDeliveries} deliveries are held ("ven deliveries --release")` : ''}`;
};

const requestLines = ({ document }: Status): readonly Line[] =>
  document.reportRequests.map(({ kind, granularityMs, reportBackMs, reportRequestID, acknowledged }, index) => [
    index === 0 ? 'reports' : '',
    `${kind} by ${durationText(granularityMs)}, every ${durationText(reportBackMs)} (${reportRequestID}${kind === 'usage' ? `; ${acknowledged} acknowledged` : ''})`,
  ]);

const eventLines = (status: Status): readonly Line[] =>
  status.document.drEvents
    .slice(-shownEvents)
    .map(({ eventID, modificationNumber, status: standing, startAt, answer, operatorOpt }, index) => [
      index === 0 ? 'DR events' : '',
      `${eventID} version ${modificationNumber}: ${standing}, from ${localText(Date.parse(startAt), status.here.timeZone)}, ${answer ?? 'not answered'}${operatorOpt === null ? '' : ` (a person chose ${operatorOpt})`}`,
    ]);

const optLines = ({ document }: Status): readonly Line[] =>
  document.opts.map(({ optID, standing, text }, index) => [
    index === 0 ? 'opts' : '',
    `${optID}: ${text}${standing === 'standing' ? '' : standing === 'refused' ? '; the VTN does not take it' : '; the VTN has not answered'}`,
  ]);

const alarmLines = (status: Status): readonly Line[] =>
  status.document.alarms.flatMap(({ alarm, text, advice, raisedAt }): Line[] => [
    ['ALARM', `${alarm}, since ${when(raisedAt, status)}: ${text}`],
    ['', `→ ${advice}`],
  ]);

const timerLines = (status: Status): readonly Line[] => {
  const rows = timerRows(status.pending, status.here);
  const lines = rows
    .slice(0, shownTimers)
    .map(({ due, stream, text }, index): Line => [index === 0 ? 'waits for' : '', `${due}  ${stream}: ${text}`]);
  return rows.length <= shownTimers ? lines : [...lines, ['', `and ${rows.length - shownTimers} more (--json)`]];
};

const laidOut = (lines: readonly Line[], width: number | undefined): string =>
  labelledText(
    lines.map(([name, text]) => [printable(name), printable(text)]),
    width,
  );

/** What there is to price, to report and to worry about. */
const standLines = (status: Status, paging: Paging): readonly Line[] => {
  const { alarms } = status.document;
  return [
    ...priceLines(status),
    ...requestLines(status),
    ...eventLines(status),
    ...optLines(status),
    ...deviceLines(status, paging),
    ['hours', hoursLine(status)],
    ...alarmLines(status),
    ...(alarms.length === 0 ? [['alarms', 'none'] as const] : []),
  ];
};

/** How things stood after a moment of the past, in lines. */
export const standingText = (status: Status, width?: number): string =>
  laidOut([['VTN', registrationLine(status)], ...standLines(status, firstPage)], width);

/** What is told of a log at rest is told as of its end, and that is said first. */
const restLines = ({ rest, here: { timeZone } }: Status): readonly Line[] => {
  if (rest === null) return [];
  const text = restText(rest.since, { now: rest.now, timeZone });
  return text === '' ? [] : [['at rest', text]];
};

/** The status in lines, broken where the terminal ends. */
export const statusText = (status: Status, width?: number, paging = firstPage): string => {
  const { document } = status;
  const { registration, agent } = document;
  const backoff: readonly Line[] =
    registration.backoff === null
      ? []
      : [
          [
            'waiting',
            `${registration.backoff.because.replace(/\.$/, '')}; again ${when(registration.backoff.untilAt, status)}`,
          ],
        ];
  const lines: readonly Line[] = [
    ['VEN', `${agent.venID ?? NOTHING} ("${agent.venName ?? NOTHING}")`],
    ['agent', agentLine(status)],
    ...restLines(status),
    ['lifecycle', document.lifecycle ?? NOTHING],
    ['VTN', registrationLine(status)],
    ['contact', contactLine(status)],
    ...pushLines(status),
    ...securityLines(status),
    ...signatureLines(status),
    ...backoff,
    ...standLines(status, paging),
    ...timerLines(status),
  ];
  return laidOut(lines, width);
};
