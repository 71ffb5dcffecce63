/** What the log knows: whether it can be trusted, and how the VEN stands with its VTN. */
import { dayOf, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';
import { diskUseOf } from '../../store/diskLog.ts';
import { LogError } from '../../store/errors.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { alarmsProjection, alarmsUp } from '../../store/projections/alarms.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { exchangesProjection } from '../../store/projections/exchanges.ts';
import { heldDeliveries, owedUsage } from '../../store/projections/owedUsage.ts';
import { pricesCover } from '../../store/projections/priceSlots.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { reportRequestsProjection, requestsInForce } from '../../store/projections/reportRequests.ts';
import { distanceText } from '../status/streams.ts';
import { viewsOf, type ViewStates } from '../views.ts';
import { bad, good, warning, type Finding, type Patient } from './finding.ts';
import { spaceFindings } from './space.ts';

const hourMs = 3_600_000;

/** A skew that matters, between the VTN's recorded clock and ours. @unit ms */
const notableSkewMs = 3_000;

const projections = {
  registration: registrationProjection(),
  exchanges: exchangesProjection(),
  requests: reportRequestsProjection(),
  alarms: alarmsProjection(),
  prices: pricesProjection(),
  deliveries: deliveriesProjection(),
};

/** What the checks of the log look at. */
export type Knowledge = ViewStates<typeof projections> & { readonly patient: Patient };

const integrity = async (log: EventLog): Promise<Finding> => {
  try {
    const { position } = await log.verify();
    return good('log', `The log is whole: ${position + 1} entries, each sealed with the one before.`);
  } catch (error) {
    if (error instanceof LogError && error.code === 'corrupt') return bad('log', error.message);
    throw error;
  }
};

const firstRecordedAt = async (log: EventLog): Promise<number | null> => {
  const from = log.base.position + 1;
  for await (const { recordedAt } of log.read({ from, to: from })) return recordedAt;
  return null;
};

/** A log grows as it did so far. */
const space = async (log: EventLog, { now }: Patient): Promise<readonly Finding[]> => {
  const { bytes, freeBytes } = (await diskUseOf(log)) ?? {};
  if (bytes === undefined || freeBytes === undefined) return [];
  const firstAt = await firstRecordedAt(log);
  return spaceFindings(freeBytes, bytes, firstAt === null ? null : (now() - firstAt) / (24 * hourMs));
};

const registrationCheck = ({ registration, patient }: Knowledge): readonly Finding[] => {
  const { status, registrationID, vtnID, refused, ended, run, venID } = registration;
  const { settings } = patient.configuration;
  const others =
    run !== null && run.venID !== settings.venID
      ? [
          warning(
            'registration',
            `The agent last ran as VEN ${run.venID}, and the configuration now says ${settings.venID}.`,
            'Use one data directory for each VEN.',
          ),
        ]
      : [];
  if (status === 'registered')
    return [good('registration', `Registered with ${vtnID} as ${venID}, registrationID ${registrationID}.`), ...others];
  if (refused !== null)
    return [
      bad(
        'registration',
        `The VTN refused the registration with ${refused.responseCode}: ${refused.responseDescription}.`,
        'Compare venID and URL with what the programme handed out.',
      ),
      ...others,
    ];
  return [
    warning(
      'registration',
      ended === null ? 'The VEN has never registered.' : `The registration is over (${ended.by}).`,
      'Start the agent with "ven run"; if it runs, "ven log list --type ExchangeFailed" says what fails.',
    ),
    ...others,
  ];
};

const identifiersCheck = ({ registration, requests, patient }: Knowledge): readonly Finding[] => {
  const { venID, devices } = patient.configuration.settings;
  const given =
    registration.venID !== null && registration.venID !== venID
      ? [
          warning(
            'identifiers',
            `The VTN calls this VEN ${registration.venID}, and the configuration ${venID}.`,
            'Make sure that the programme’s records name the one the VTN uses.',
          ),
        ]
      : [];
  const last = requests.refusals.at(-1);
  const refused =
    last === undefined
      ? []
      : [
          warning(
            'identifiers',
            `A report request was refused with ${last.responseCode}: ${last.why}.`,
            'The VTN asks for names this VEN does not have: compare reportSpecifierIDs and resourceIDs with its operator.',
          ),
        ];
  const names = devices.map(({ resourceID }) => resourceID).join(', ');
  return [
    good(
      'identifiers',
      `Devices are reported as ${names}: a VTN that knows them by other names answers 200 and loses their hours.`,
    ),
    ...given,
    ...refused,
  ];
};

const pace = (ms: number): string =>
  ms === 0 ? 'at once' : ms % hourMs === 0 ? `${ms / hourMs} h` : `${ms / 60_000} min`;

const requestsCheck = ({ registration, requests, exchanges }: Knowledge): readonly Finding[] => {
  if (registration.status !== 'registered') return [];
  const inForce = requestsInForce(requests);
  const usage = inForce.filter(({ kind }) => kind === 'usage');
  const told = inForce.map(
    ({ kind, granularityMs, reportBackMs }) => `${kind} by ${pace(granularityMs)} every ${pace(reportBackMs)}`,
  );
  if (usage.length === 0) {
    const silent = exchanges.lastContactAt === null ? '' : ' although it answers';
    return [
      bad(
        'reports',
        `The VTN asks for no usage${silent}, so no hour is paid.`,
        'Ask its operator to enrol this venID and its resourceIDs; "ven register" offers the reports again.',
      ),
    ];
  }
  const unusual = usage.find(
    ({ granularityMs, reportBackMs }) => granularityMs !== hourMs || reportBackMs !== 24 * hourMs,
  );
  const differs =
    unusual === undefined
      ? []
      : [
          warning(
            'reports',
            `The VTN asks for usage by ${pace(unusual.granularityMs)} every ${pace(unusual.reportBackMs)}, the programme bills by the hour and asks once a day.`,
            'It gets what it asks for; ask its operator whether that is meant.',
          ),
        ];
  return [good('reports', `The VTN asks for ${told.join(' and ')}.`), ...differs];
};

const skewCheck = ({ exchanges }: Knowledge): readonly Finding[] => {
  const { clockOffsetMs } = exchanges;
  if (clockOffsetMs === null) return [];
  const sentence = `When last heard, the VTN’s clock was ${(Math.abs(clockOffsetMs) / 1_000).toFixed(1)} s ${clockOffsetMs >= 0 ? 'ahead of' : 'behind'} ours.`;
  // A Date header has no fractions of a second.
  return [
    Math.abs(clockOffsetMs) - 1_000 <= notableSkewMs
      ? good('recorded clock', sentence)
      : warning(
          'recorded clock',
          sentence,
          'Keep this machine’s clock with NTP; if it is right, tell the VTN’s operator.',
        ),
  ];
};

const pricesCheck = ({ prices, patient }: Knowledge): readonly Finding[] => {
  const { timeZone, pricesLateAt } = patient.configuration.settings;
  const now = patient.now();
  const today = dayOf(now, timeZone);
  const tomorrow = nextDay(today, timeZone);
  const has = ({ startAt, endAt }: DaySpan): boolean => pricesCover(prices, startAt, endAt);
  const advice = '"ven register" asks for all DR events again; if they stay away, ask the VTN’s operator.';
  const findings = [
    has(today)
      ? good('prices', `All prices of today (${today.day}) are in hand.`)
      : warning('prices', `The prices of today (${today.day}) are not all in hand.`, advice),
  ];
  if (has(tomorrow)) return [...findings, good('prices', `All prices of tomorrow (${tomorrow.day}) are in hand.`)];
  const isLate = now >= timeOnDay(today, pricesLateAt, timeZone);
  return isLate
    ? [
        ...findings,
        warning(
          'prices',
          `The prices of tomorrow (${tomorrow.day}) are late: they were expected by ${pricesLateAt}.`,
          advice,
        ),
      ]
    : findings;
};

const deliveriesCheck = ({ deliveries, patient }: Knowledge): readonly Finding[] => {
  const held = heldDeliveries(deliveries).length;
  const owed = owedUsage(deliveries).flatMap(({ intervals }) => intervals.map(({ startAt }) => startAt));
  const oldest = owed.length === 0 ? null : Math.min(...owed);
  return [
    ...(held === 0
      ? []
      : [
          warning(
            'deliveries',
            `${held} usage reports are held, because nobody knows whether they were counted.`,
            'Ask the VTN’s operator; "ven deliveries --release" sends them.',
          ),
        ]),
    ...(oldest === null
      ? [good('deliveries', 'No hour that was due is owed.')]
      : [
          warning(
            'deliveries',
            `${owed.length} intervals are owed, the oldest since ${distanceText(oldest, patient.now())}.`,
            'They are sent as soon as the VTN takes them: see "ven deliveries" and "ven status".',
          ),
        ]),
  ];
};

const alarmsCheck = ({ alarms }: Knowledge): readonly Finding[] =>
  alarmsUp(alarms).map(({ alarm, text, advice }) => warning('alarm', `${alarm}: ${text}`, advice));

const checks: readonly ((knowledge: Knowledge) => readonly Finding[])[] = [
  registrationCheck,
  identifiersCheck,
  requestsCheck,
  skewCheck,
  pricesCheck,
  deliveriesCheck,
  alarmsCheck,
];

/** Everything the log can tell. */
export const examineLog = async (log: EventLog, patient: Patient): Promise<readonly Finding[]> => {
  const whole = await integrity(log);
  if (whole.verdict === 'bad') return [whole];
  const views = await viewsOf(log, projections);
  const knowledge: Knowledge = { ...views, patient };
  return [whole, ...(await space(log, patient)), ...checks.flatMap((check) => check(knowledge))];
};
