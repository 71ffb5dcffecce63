/** Everything about one moment. */
import { snapshotOf } from '../../core/state.ts';
import { daysLeftOf } from '../../machines/certificates.ts';
import { alarmsUp } from '../../store/projections/alarms.ts';
import type { CertificateView } from '../../store/projections/certificates.ts';
import type { DeliveriesState } from '../../store/projections/deliveryState.ts';
import { knownDrEvents } from '../../store/projections/drEvents.ts';
import { allExchanges } from '../../store/projections/exchanges.ts';
import { hoursByStatus } from '../../store/projections/hourDelivery.ts';
import { heldDeliveries } from '../../store/projections/owedUsage.ts';
import { requestsInForce } from '../../store/projections/reportRequests.ts';
import { dayOf } from '../../programme/calendar.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { ShownMoment } from '../history/history.ts';
import { dayMoneyOf, shownDayOf } from './amounts.ts';
import { devicesPart } from './devices.ts';
import { pricesPart } from './prices.ts';
import { streamsPart, timersPart } from './streams.ts';
import { verdictOf } from './verdict.ts';

type State = ApiAnswer<'state'>;

/** Which moment an answer is about. */
export const shownOf = ({
  position,
  asOf,
  isLive,
  timeZone,
}: ShownMoment): Pick<State, 'position' | 'asOf' | 'isLive' | 'timeZone'> => ({ position, asOf, isLive, timeZone });

const agentPart = ({
  views: { registration },
  agent,
  asOf,
  isLive,
  isAtRest,
  position,
}: ShownMoment): State['agent'] => {
  const { run } = registration;
  return {
    // A log at rest has no agent, whether or not its last run could say that it ended.
    isRunning: isLive || (!isAtRest && run !== null && run.stoppedBecause === null),
    notRunSince: isAtRest && position >= 0 ? asOf : null,
    runID: agent.runID === '' ? null : agent.runID,
    version: run?.agent ?? null,
    venID: run?.venID ?? null,
    venName: run?.venName ?? null,
    startedAt: run?.startedAt ?? null,
    starts: run?.starts ?? 0,
    stoppedBecause: run?.stoppedBecause ?? null,
  };
};

/** How the registration stands. */
export const registrationPart = ({ views: { registration } }: ShownMoment): State['registration'] => {
  const { prunedDay: _prunedDay, run: _run, reportSpecifierIDs: _reportSpecifierIDs, ...part } = registration;
  return part;
};

const certificatePart = (view: CertificateView | null, now: number): State['security']['ours'] => {
  if (view === null) return null;
  const { fingerprint, key, validFrom, validTo, position } = view;
  return { fingerprint, key, validFrom, validTo, daysLeft: daysLeftOf(validTo, now), position };
};

/** How the line is secured: suites and fingerprints, no more. */
const securityPart = ({ views: { certificates }, asOf }: ShownMoment): State['security'] => ({
  line: certificates.line,
  ours: certificatePart(certificates.ours, asOf),
  theirs: certificatePart(certificates.theirs, asOf),
});

const contactPart = ({ views: { exchanges }, lastContactAt }: ShownMoment): State['contact'] => {
  const { roundTripTotalMs, ...counts } = allExchanges(exchanges);
  const { lastFailure, failuresInARow, clockOffsetMs } = exchanges;
  const contacts = [exchanges.lastContactAt, lastContactAt].filter((at) => at !== null);
  const lastAt = contacts.length === 0 ? null : Math.max(...contacts);
  return {
    ...counts,
    lastContactAt: lastAt,
    // Polls that brought nothing are counted before they are written: an answer ends a row of failures all the same.
    failuresInARow: lastFailure !== null && (lastAt ?? 0) > lastFailure.at ? 0 : failuresInARow,
    roundTripMeanMs: counts.answered === 0 ? null : roundTripTotalMs / counts.answered,
    clockOffsetMs,
    lastFailure,
  };
};

/** Counted once for each state of the deliveries: a year has thousands of hours, and they change once a day. */
const hoursOf = new WeakMap<DeliveriesState, State['hours']>();

/** Hours by what became of them. */
export const hoursPart = ({ views: { deliveries } }: ShownMoment): State['hours'] => {
  const known = hoursOf.get(deliveries);
  if (known !== undefined) return known;
  const hours = countedHours(deliveries);
  hoursOf.set(deliveries, hours);
  return hours;
};

const countedHours = (deliveries: DeliveriesState): State['hours'] => {
  const counts = hoursByStatus(deliveries);
  return { ...counts, pending: counts.owed + counts.sending, heldDeliveries: heldDeliveries(deliveries).length };
};

const alarmsPart = ({ views }: ShownMoment): State['alarms'] =>
  alarmsUp(views.alarms).map(({ alarm, subject, text, advice, raisedAt, position }) => ({
    alarm,
    subject: subject ?? null,
    text,
    advice,
    raisedAt,
    position,
  }));

const drEventsPart = ({ views }: ShownMoment): State['drEvents'] =>
  knownDrEvents(views.drEvents).map(
    ({
      eventID,
      modificationNumber,
      status,
      test,
      startAt,
      endAt,
      signals,
      vtnComment,
      answer,
      operatorOpt,
      position,
    }) => ({
      eventID,
      modificationNumber,
      status,
      isTest: test,
      startAt,
      endAt,
      signals: [...signals],
      vtnComment,
      optType: answer?.optType ?? null,
      operatorOpt,
      position,
    }),
  );

const reportRequestsPart = ({ views }: ShownMoment): State['reportRequests'] =>
  requestsInForce(views.reportRequests).map(
    ({
      reportRequestID,
      kind,
      granularityMs,
      reportBackMs,
      startAt,
      endAt,
      due,
      acknowledged,
      lastAcknowledgedAt,
      position,
    }) => ({
      reportRequestID,
      kind,
      granularityMs,
      reportBackMs,
      startAt,
      endAt,
      due,
      acknowledged,
      lastAcknowledgedAt,
      position,
    }),
  );

const lifecycleOf = ({ agent }: ShownMoment): string | null => {
  const value = snapshotOf(agent, 'ven', 'ven')?.value;
  return value === undefined ? null : typeof value === 'string' ? value : (Object.keys(value)[0] ?? null);
};

/** All that was known at a moment. `recordedAt`: of an entry by its position, when that is known. */
export const stateOfMoment = (moment: ShownMoment, recordedAt: (position: number) => number | null): State => {
  const agent = agentPart(moment);
  const registration = registrationPart(moment);
  const contact = contactPart(moment);
  const prices = pricesPart(moment);
  const hours = hoursPart(moment);
  const timers = timersPart(moment.agent, recordedAt);
  const day = dayOf(moment.asOf, moment.timeZone);
  const devices = devicesPart(moment).map((device) => {
    const { soFarUsd, plannedUsd } = dayMoneyOf(moment, day, [device.resourceID]);
    return { ...device, today: { soFarUsd, plannedUsd } };
  });
  const alarms = alarmsPart(moment);
  const today = dayMoneyOf(
    moment,
    day,
    devices.map(({ resourceID }) => resourceID),
  );
  const grounds = { moment, agent, registration, contact, prices, devices, hours, alarms, timers };
  return {
    ...shownOf(moment),
    verdict: verdictOf({ ...grounds, lifecycle: lifecycleOf(moment) }, today),
    agent,
    registration,
    nextPollAt: timers.find(({ delay }) => delay === 'oadrRequestedOadrPollFreq')?.dueAt ?? null,
    contact,
    security: securityPart(moment),
    prices,
    devices,
    today,
    shownDay: shownDayOf(
      moment,
      devices.map(({ resourceID }) => resourceID),
    ),
    hours,
    alarms,
    drEvents: drEventsPart(moment),
    reportRequests: reportRequestsPart(moment),
    streams: streamsPart(moment.agent),
    timers,
    faults: moment.views.faults,
  };
};
