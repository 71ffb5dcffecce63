/** Figures for Prometheus. */
import { dayOf, nextDay } from '../../programme/calendar.ts';
import type { ExchangesState } from '../../store/projections/exchanges.ts';
import { lookUp } from '../../store/projections/keyed.ts';
import { priceAt } from '../../store/projections/priceSlots.ts';
import type { PushCounts } from '../../shell/ports.ts';
import { type DiskUse, diskUseOf } from '../../store/diskLog.ts';
import type { LogStats } from '../../store/eventLog.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { planningBoundsSeconds } from '../history/planning.ts';
import { roundTripBoundsSeconds } from '../history/roundTrips.ts';
import { dayMoneyOf, plannedUsd } from './amounts.ts';
import { expositionOf, histogramOf, type Family, type Sample } from './exposition.ts';
import { planInForce, type PlanRecorded } from './plan.ts';
import { pricedHours } from './prices.ts';
import { stateOfMoment } from './state.ts';
import type { ApiAnswer } from '../api/paths.ts';

type State = ApiAnswer<'state'>;

const gauge = (name: string, help: string, ...samples: readonly (number | null | Sample)[]): Family => ({
  name: `ven_${name}`,
  type: 'gauge',
  help,
  samples: samples.flatMap((sample) =>
    sample === null ? [] : [typeof sample === 'number' ? { value: sample } : sample],
  ),
});

const counter = (name: string, help: string, ...samples: readonly (number | Sample)[]): Family => ({
  ...gauge(name, help, ...samples),
  type: 'counter',
});

const seconds = (at: number | null): number | null => (at === null ? null : at / 1_000);

/** A figure of each device that has one. */
const ofDevices = ({ devices }: State, value: (device: State['devices'][number]) => number | null): readonly Sample[] =>
  devices.flatMap((device) => {
    const figure = value(device);
    return figure === null ? [] : [{ labels: { resource_id: device.resourceID }, value: figure }];
  });

const lineFamilies = (exchanges: ExchangesState, { contact }: State): readonly Family[] => {
  const outcomes = ['answered', 'unreadable', 'failed', 'interrupted'] as const;
  const byPurpose = Object.entries(exchanges.byPurpose);
  return [
    counter('polls_total', 'Polls sent to the VTN.', exchanges.byPurpose['poll']?.sent ?? 0),
    counter(
      'messages_sent_total',
      'Messages sent to the VTN, by what they were for.',
      ...byPurpose.map(([purpose, { sent }]) => ({ labels: { purpose }, value: sent })),
    ),
    counter(
      'exchanges_total',
      'Exchanges with the VTN, by what they were for and how they ended.',
      ...byPurpose.flatMap(([purpose, counts]) =>
        outcomes.map((outcome) => ({ labels: { purpose, outcome }, value: counts[outcome] })),
      ),
    ),
    counter(
      'exchange_failures_total',
      'Exchanges that brought no message, by reason.',
      ...Object.entries(exchanges.failures).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    counter(
      'pushed_total',
      'Messages that the VTN pushed, by what became of them.',
      ...(['taken', 'refused', 'repeated'] as const).map((outcome) => ({
        labels: { outcome },
        value: exchanges.pushed?.[outcome] ?? 0,
      })),
    ),
    gauge(
      'last_push_timestamp_seconds',
      'When the VTN last pushed something that could be read.',
      seconds(exchanges.pushed?.lastAt ?? null),
    ),
    counter('messages_dropped_total', 'Messages that were given up.', exchanges.dropped),
    gauge('failures_in_a_row', 'Failed exchanges since the VTN last answered.', contact.failuresInARow),
    gauge('last_contact_timestamp_seconds', 'When the VTN last answered.', seconds(contact.lastContactAt)),
    gauge('vtn_clock_offset_seconds', 'The VTN’s clock less ours.', seconds(contact.clockOffsetMs)),
  ];
};

/** Of the door at which the VTN pushes, strangers included: they leave no entry in the log. */
const doorFamilies = (counts: PushCounts | null): readonly Family[] =>
  counts === null
    ? []
    : [
        counter(
          'push_connections_turned_away_total',
          'Connections to the place where the VTN pushes that came to no request: no certificate, a wrong one, ours not taken, or one too many.',
          counts.turnedAway,
        ),
        counter(
          'push_requests_total',
          'Requests at the place where the VTN pushes, by the status they were answered with.',
          ...Object.entries(counts.answered).map(([status, value]) => ({ labels: { status }, value })),
        ),
      ];

/** Of the certificates in use, ours and the VTN's. */
const certificateFamily = ({ security }: State): Family =>
  gauge(
    'certificate_days_left',
    'Days until the end of a certificate in use: ours, or theirs, which is the VTN’s; negative once it is over.',
    ...(['ours', 'theirs'] as const).map((whose) => {
      const certificate = security[whose];
      return certificate === null ? null : { labels: { whose }, value: certificate.daysLeft };
    }),
  );

/** What the planner reckoned of the plan in force when it was made. */
const worthFamily = (plan: PlanRecorded | null): Family => {
  const worth = plan?.made.worth;
  const parts = { value: worth?.valueUsd, cash: worth?.cashUsd, wear: worth?.wearUsd, stock: worth?.stockUsd };
  return gauge(
    'plan_worth_usd',
    'What the plan in force was reckoned to be worth when it was made: value is cash less wear, and the change of the stock.',
    ...Object.entries(parts).map(([part, usd]) =>
      usd === undefined ? null : { labels: { part }, value: Number(usd) },
    ),
  );
};

/** How long plans took, and how far devices are from them. */
const planningFamilies = ({ views: { planning } }: ShownMoment, state: State): readonly Family[] => [
  {
    name: 'ven_planning_seconds',
    type: 'histogram',
    help: 'How long the planner took for a plan, from asking to answer.',
    samples: histogramOf(planningBoundsSeconds, planning.counts, planning.totalMs / 1_000),
  },
  counter('plans_failed_total', 'Plans that were asked for and not made.', planning.failed),
  counter(
    'plan_departures_total',
    'Setpoints that the device did not take, or took and did not follow.',
    ...ofDevices(state, ({ resourceID }) => lookUp(planning.departures, resourceID) ?? 0),
  ),
  gauge(
    'plan_departure_watts',
    'Power as last read less what the device is to do now.',
    ...ofDevices(state, ({ powerWatts, setpoint }) =>
      powerWatts === null || setpoint === null ? null : powerWatts - setpoint.demandWatts,
    ),
  ),
];

const moneyFamilies = (moment: ShownMoment, state: State): readonly Family[] => {
  const { views, asOf, timeZone } = moment;
  const today = dayOf(asOf, timeZone);
  const days = { today, tomorrow: nextDay(today, timeZone) };
  const present = priceAt(views.prices, asOf);
  return [
    gauge('price_usd_per_kwh', 'The price that holds now.', present === null ? null : Number(present.usdPerKwh)),
    gauge(
      'prices_in_hand',
      'Hours of the local day whose price is in hand.',
      ...Object.entries(days).map(([day, span]) => ({ labels: { day }, value: pricedHours(views.prices, span) })),
    ),
    gauge(
      'hourly_readings',
      'Metered hours that were ever due, by what became of them.',
      ...(['acknowledged', 'owed', 'sending', 'inDoubt', 'rejected', 'notDue'] as const).map((status) => ({
        labels: { status },
        value: state.hours[status],
      })),
    ),
    gauge(
      'earned_today_usd',
      'What the metered hours of the local day come to so far, as the bill will show it; positive comes to you.',
      ...ofDevices(state, ({ resourceID }) => Number(dayMoneyOf(moment, today, [resourceID]).soFarUsd)),
    ),
    gauge('deliveries_held', 'Usage reports that wait for a person.', state.hours.heldDeliveries),
    gauge(
      'plan_value_usd',
      'What the plan brings from now to its end at the prices in hand; negative costs.',
      ...ofDevices(state, ({ resourceID }) => plannedUsd(moment, resourceID, moment.asOf, Number.POSITIVE_INFINITY)),
    ),
  ];
};

/** Prometheus counts energy in joules. */
const joules = (wattHours: number | null): number | null => (wattHours === null ? null : wattHours * 3_600);

const deviceFamilies = (state: State): readonly Family[] => [
  gauge(
    'device_online',
    'Whether the device answered when it was read last.',
    ...ofDevices(state, ({ isOnline }) => (isOnline === null ? null : Number(isOnline))),
  ),
  gauge(
    'device_power_watts',
    'Power as last read; positive draws from the grid.',
    ...ofDevices(state, ({ powerWatts }) => powerWatts),
  ),
  gauge(
    'device_setpoint_watts',
    'What the device is to do now.',
    ...ofDevices(state, ({ setpoint }) => setpoint?.demandWatts ?? null),
  ),
  gauge(
    'device_state_of_charge_ratio',
    'State of charge, 0 to 1.',
    ...ofDevices(state, ({ stateOfCharge }) => stateOfCharge),
  ),
  counter(
    'device_import_joules_total',
    'Register of energy drawn; 3600 J are a watt-hour.',
    ...ofDevices(state, ({ importWattHours }) => joules(importWattHours)),
  ),
  counter(
    'device_export_joules_total',
    'Register of energy delivered; 3600 J are a watt-hour.',
    ...ofDevices(state, ({ exportWattHours }) => joules(exportWattHours)),
  ),
];

const logFamilies = ({ entries }: LogStats, use: DiskUse | null): readonly Family[] => [
  gauge('log_entries', 'Entries in the log.', entries),
  gauge('log_bytes', 'What the log takes up on disk.', use?.bytes ?? null),
  gauge('log_free_bytes', 'What is left on that disk.', use?.freeBytes ?? null),
];

const agentFamilies = (state: State, version: string): readonly Family[] => [
  gauge('build_info', 'The version that runs.', { labels: { version }, value: 1 }),
  gauge('running', 'Whether the agent runs.', Number(state.isLive)),
  gauge('registered', 'Whether the VEN is registered.', Number(state.registration.status === 'registered')),
  counter('starts_total', 'Starts of the agent on this log.', state.agent.starts),
  gauge('alarms', 'Alarms that are up.', state.alarms.length),
  gauge(
    'alarm_raised',
    'Alarms that are up, by name.',
    ...state.alarms.map(({ alarm, subject }) => ({ labels: { alarm, subject: subject ?? '' }, value: 1 })),
  ),
];

/** All figures of the present, as Prometheus reads them. */
export const metricsText = async (history: History, version: string): Promise<string> => {
  const moment = await history.present();
  const state = stateOfMoment(moment, () => null);
  const { roundTrips, exchanges } = moment.views;
  const { counts, totalMs } = roundTrips;
  const { log } = history.inspected;
  return expositionOf([
    ...agentFamilies(state, version),
    ...lineFamilies(exchanges, state),
    ...doorFamilies(history.inspected.live()?.pushCounts ?? null),
    certificateFamily(state),
    {
      name: 'ven_round_trip_seconds',
      type: 'histogram',
      help: 'How long the VTN took to answer.',
      samples: histogramOf(roundTripBoundsSeconds, counts, totalMs / 1_000),
    },
    ...moneyFamilies(moment, state),
    worthFamily(await planInForce(history, moment)),
    ...planningFamilies(moment, state),
    ...deviceFamilies(state),
    ...logFamilies(await log.stats(), await diskUseOf(log)),
  ]);
};
