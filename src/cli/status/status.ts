/** How the VEN stands, as one document. */
import type { AgentState } from '../../core/state.ts';
import { optsThatHold, snapshotOf } from '../../core/state.ts';
import { heldOptText } from '../../telling/words.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import { dayOf, hoursOf, nextDay, type DaySpan } from '../../programme/calendar.ts';
import { alarmsProjection, alarmsUp } from '../../store/projections/alarms.ts';
import {
  certificatesProjection,
  type CertificatesState,
  type CertificateView,
} from '../../store/projections/certificates.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import type { DeliveriesState } from '../../store/projections/deliveryState.ts';
import { drEventsProjection, knownDrEvents } from '../../store/projections/drEvents.ts';
import { allExchanges, exchangesProjection, type ExchangesState } from '../../store/projections/exchanges.ts';
import { hoursByStatus } from '../../store/projections/hourDelivery.ts';
import { heldDeliveries } from '../../store/projections/owedUsage.ts';
import { priceAt, unpriced } from '../../store/projections/priceSlots.ts';
import type { PricesState } from '../../store/projections/priceState.ts';
import { registrationProjection, type RegistrationState } from '../../store/projections/registration.ts';
import { reportRequestsProjection, requestsInForce } from '../../store/projections/reportRequests.ts';
import { deviceStandingOf } from '../../shell/deviceStanding.ts';
import { levelSaid, standingNeed } from '../../shell/need.ts';
import { instructionsAt, wishesAt } from '../../store/projections/instructions.ts';
import { latestState } from '../../store/projections/usage.ts';
import { daysLeftOf } from '../../machines/certificates.ts';
import { signs, verifies } from '../../machines/exchange/signing.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { LiveAnswer } from '../control/questions.ts';
import { restOf } from '../atRest.ts';
import { stateOf, type OpenReading } from '../reading.ts';
import { isoOrNull, isoText } from '../rows.ts';
import { viewsOf } from '../views.ts';
import type { Here } from '../when.ts';
import { stateText, streamRows, type PendingTimer } from './streams.ts';

const hourMs = 3_600_000;

/** What is known of a day's prices. */
const dayOfPrices = (prices: PricesState, span: DaySpan) => {
  const missing = unpriced(prices, span.startAt, span.endAt).reduce(
    (sum, { startAt, endAt }) => sum + endAt - startAt,
    0,
  );
  const hours = hoursOf(span).length;
  return { day: span.day, hours, pricedHours: hours - missing / hourMs };
};

const pricesPart = (prices: PricesState, { timeZone, now }: Here) => {
  const today = dayOf(now, timeZone);
  const present = priceAt(prices, now);
  return {
    now:
      present === null
        ? null
        : {
            usdPerKwh: present.usdPerKwh,
            until: isoOrNull(present.endAt),
            eventID: present.source.id,
            implausible: present.implausible,
          },
    days: [dayOfPrices(prices, today), dayOfPrices(prices, nextDay(today, timeZone))],
  };
};

/** What a person told the device, and how much longer it holds. */
const overridePart = (state: AgentState, resourceID: string, now: number) => {
  const view = instructionsAt(state.views.instructions, now).find((each) => each.resourceID === resourceID);
  if (view === undefined) return null;
  const { instruction, startAt, endAt, by } = view;
  const { action, powerWatts = null } = instruction;
  return { action, powerWatts, since: isoText(startAt), until: isoText(endAt), remainingMs: endAt - now, by };
};

/** What a person wishes of a device once, with its remaining time. */
const wishesPart = (state: AgentState, resourceID: string, now: number) =>
  wishesAt(state.views.instructions, now)
    .filter((each) => each.resourceID === resourceID)
    .map(({ instruction, startAt, endAt, by }) => ({
      ...instruction,
      since: isoText(startAt),
      until: isoText(endAt),
      remainingMs: endAt - now,
      by,
    }));

/** What a load needs, and how much of it it has. */
const needPart = (state: AgentState, settings: DeviceSettings, { now, timeZone }: Here) => {
  const need = standingNeed(state, settings, now, timeZone);
  if (need === null) return null;
  const { energyWattHours, drawnWattHours, startAt, doneAt } = need;
  return { energyWattHours, drawnWattHours, since: isoText(startAt), until: isoText(doneAt) };
};

const devicePart = (state: AgentState, settings: DeviceSettings, here: Here) => {
  const { now } = here;
  const { resourceID } = settings;
  const { mode, identity, keepsLastOrder, wouldBe, outs } = deviceStandingOf(state, settings, now);
  const read = latestState(state.views.usage, resourceID);
  const device = snapshotOf(state, `device/${resourceID}`, 'device');
  const slot =
    mode === 'told' ? device?.context.slots.find(({ startAt, endAt }) => startAt <= now && now < endAt) : undefined;
  return {
    resourceID,
    group: settings.group ?? null,
    state: device === undefined ? null : stateText(device.value),
    readAt: isoOrNull(read?.boundaryAt ?? null),
    importWattHours: read?.importWattHours ?? null,
    exportWattHours: read?.exportWattHours ?? null,
    online: read?.status.online ?? null,
    powerWatts: read?.status.powerWatts ?? null,
    stateOfCharge: levelSaid(settings, read?.status),
    need: needPart(state, settings, here),
    manualOverride: read?.status.manualOverride ?? null,
    mode,
    address: identity?.address ?? null,
    serial: identity?.serial ?? null,
    keepsLastOrder,
    wouldBe: wouldBe === null ? null : { demandWatts: wouldBe.demandWatts, until: isoText(wouldBe.endAt) },
    override: overridePart(state, resourceID, now),
    outs: outs.map(({ startAt, endAt, ...out }) => ({ ...out, start: isoText(startAt), end: isoOrNull(endAt) })),
    wishes: wishesPart(state, resourceID, now),
    setpoint: slot === undefined ? null : { demandWatts: slot.demandWatts, until: isoText(slot.endAt) },
  };
};

const hoursPart = (deliveries: DeliveriesState) => ({
  ...hoursByStatus(deliveries),
  heldDeliveries: heldDeliveries(deliveries).length,
});

const exchangesPart = (exchanges: ExchangesState, live: LiveAnswer | null) => {
  const { sent, answered, unreadable, failed, interrupted, roundTripTotalMs, roundTripMaxMs } = allExchanges(exchanges);
  const { lastFailure, failuresInARow, clockOffsetMs, lastContactAt } = exchanges;
  const contacts = [lastContactAt, live?.lastContactAt ?? null].filter((at) => at !== null);
  return {
    lastContactAt: contacts.length === 0 ? null : isoText(Math.max(...contacts)),
    sent,
    answered,
    unreadable,
    failed,
    interrupted,
    failuresInARow,
    roundTripMeanMs: answered === 0 ? null : Math.round(roundTripTotalMs / answered),
    roundTripMaxMs: Math.round(roundTripMaxMs),
    clockOffsetMs,
    lastFailure: lastFailure === null ? null : { ...lastFailure, at: isoText(lastFailure.at) },
  };
};

/** What is pushed, and where the VTN was told to; null where it is polled. */
const pushPart = (state: AgentState, { pushed }: ExchangesState) => {
  const transportAddress = snapshotOf(state, 'ven', 'ven')?.context.pushedTo ?? null;
  if (transportAddress === null) return null;
  const { taken = 0, refused = 0, repeated = 0, lastAt = null } = pushed ?? {};
  const silenceMs = state.settings?.pushSilenceMs ?? null;
  return { transportAddress, lastPushAt: isoOrNull(lastAt), taken, refused, repeated, silenceMs };
};

const registrationPart = (registration: RegistrationState) => ({
  status: registration.status,
  registrationID: registration.registrationID,
  venID: registration.venID,
  vtnID: registration.vtnID,
  requestedPollFreqMs: registration.requestedPollFreqMs,
  registeredAt: isoOrNull(registration.registeredAt),
  renewedAt: isoOrNull(registration.renewedAt),
  renewals: registration.renewals,
  reportsRegisteredAt: isoOrNull(registration.reportsRegisteredAt),
  refused: registration.refused === null ? null : { ...registration.refused, at: isoText(registration.refused.at) },
  ended: registration.ended === null ? null : { ...registration.ended, at: isoText(registration.ended.at) },
  backoff:
    registration.backoff === null
      ? null
      : {
          ...registration.backoff,
          at: isoText(registration.backoff.at),
          untilAt: isoText(registration.backoff.untilAt),
        },
});

const certificatePart = (view: CertificateView | null, now: number) =>
  view === null
    ? null
    : {
        fingerprint: view.fingerprint,
        key: view.key,
        validFrom: isoText(view.validFrom),
        validTo: isoText(view.validTo),
        daysLeft: daysLeftOf(view.validTo, now),
      };

const securityPart = ({ ours, theirs, line }: CertificatesState, now: number) => ({
  line,
  ours: certificatePart(ours, now),
  theirs: certificatePart(theirs, now),
});

const settingOf = (settings: VenSettings | null): NonNullable<VenSettings['signatures']> | 'none' =>
  settings?.signatures ?? 'none';

/** What the VTN is signed for and believed by. @rule 2.0b 514 */
const signaturesPart = ({ settings }: AgentState) => ({
  setting: settingOf(settings),
  signs: settings !== null && signs(settings),
  verifies: settings !== null && verifies(settings),
});

const agentPart = ({ run }: RegistrationState, live: LiveAnswer | null, worker: string | null) => ({
  running: live !== null || worker !== null,
  /** Who acts for the VEN somewhere else, while its log is read out of a database. */
  worker,
  pid: live?.pid ?? null,
  version: run?.agent ?? null,
  venID: run?.venID ?? null,
  venName: run?.venName ?? null,
  starts: run?.starts ?? 0,
  startedAt: isoOrNull(run?.startedAt ?? null),
  stoppedBecause: run?.stoppedBecause ?? null,
});

const projections = {
  registration: registrationProjection(),
  exchanges: exchangesProjection(),
  alarms: alarmsProjection(),
  certificates: certificatesProjection(),
  drEvents: drEventsProjection(),
  reportRequests: reportRequestsProjection(),
  deliveries: deliveriesProjection(),
};

/** Timers and streams as they are now: the running agent's own, else as the log left them. */
const present = (
  state: AgentState,
  live: LiveAnswer | null,
): { readonly streams: Readonly<Record<string, unknown>>; readonly timers: readonly PendingTimer[] } =>
  live ?? { streams: Object.fromEntries(state.streams), timers: [...state.timers.values()] };

/** Everything `ven status` tells. */
export const statusOf = async (opened: OpenReading) => {
  const { state, here } = await stateOf(opened);
  const live = opened.agent === null ? null : await opened.agent.live();
  const restsSince = await restOf(opened);
  const now = live?.now ?? here.now;
  return statusAfter(
    opened.log,
    state,
    { ...here, now: restsSince === null ? now : Math.min(now, restsSince) },
    { live, worker: opened.worker ?? null, rest: restsSince === null ? null : { since: restsSince, now } },
  );
};

/** How the VEN stood with a state: now, or after a position of the past. */
export const statusAfter = async (
  log: EventLog,
  state: AgentState,
  here: Here,
  {
    live = null,
    worker = null,
    until,
    rest = null,
  }: {
    readonly live?: LiveAnswer | null;
    readonly worker?: string | null;
    readonly until?: number;
    /** Of a log that no agent writes: since when, and what time it is. */
    readonly rest?: { readonly since: number; readonly now: number } | null;
  } = {},
) => {
  const views = await viewsOf(log, projections, until === undefined ? {} : { until });
  const { streams, timers } = present(state, live);
  const rows = streamRows(streams);
  return {
    here,
    faults: views.faults,
    pending: timers,
    rest,
    document: {
      at: isoText(here.now),
      notRunSince: isoOrNull(rest?.since ?? null),
      timeZone: here.timeZone,
      agent: agentPart(views.registration, live, worker),
      lifecycle: rows.find(({ stream }) => stream === 'ven')?.text ?? null,
      registration: registrationPart(views.registration),
      security: securityPart(views.certificates, here.now),
      signatures: signaturesPart(state),
      exchanges: exchangesPart(views.exchanges, live),
      push: pushPart(state, views.exchanges),
      prices: pricesPart(state.views.prices, here),
      drEvents: knownDrEvents(views.drEvents).map(
        ({ eventID, modificationNumber, status, startAt, endAt, answer, operatorOpt }) => ({
          eventID,
          modificationNumber,
          status,
          startAt: isoText(startAt),
          endAt: isoOrNull(endAt),
          answer: answer?.optType ?? null,
          operatorOpt,
        }),
      ),
      opts: optsThatHold(state).flatMap(({ terms, endAt, standing }) =>
        terms === null ? [] : [{ optID: terms.optID, standing, text: heldOptText(terms, endAt, here.timeZone) }],
      ),
      reportRequests: requestsInForce(views.reportRequests).map(
        ({ reportRequestID, kind, granularityMs, reportBackMs, due, acknowledged }) => ({
          reportRequestID,
          kind,
          granularityMs,
          reportBackMs,
          due,
          acknowledged,
        }),
      ),
      devices: (state.settings?.devices ?? []).map((device) => devicePart(state, device, here)),
      hours: hoursPart(views.deliveries),
      alarms: alarmsUp(views.alarms).map(({ alarm, text, advice, raisedAt, position }) => ({
        alarm,
        text,
        advice,
        raisedAt: isoText(raisedAt),
        position,
      })),
      timers: [...timers]
        .sort((a, b) => a.dueAt - b.dueAt)
        .map(({ stream, timer, dueAt }) => ({ stream, timer, dueAt: isoText(dueAt) })),
    },
  };
};

/** How the VEN stands. */
export type Status = Awaited<ReturnType<typeof statusOf>>;
