/**
 * How facts of earlier versions are lifted to the next one.
 *
 * Version 1 of the facts about DR events and report requests held messages, and who wanted prices or usage read them there.
 * Lifted, they hold the same in the programme's own words; since version 2 those words are facts of their own.
 */
import type { OadrMessage } from '../protocol/payload.ts';
import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import { drEventSource, eventPrices } from './eventPrices.ts';
import { eventTerms } from './eventTerms.ts';
import { withdrawalOf } from './neutral.ts';
import { timerName } from './timerName.ts';
import type { PlanSlot } from './planning.ts';
import type { DrEventCancelled, ReportKind, ReportRequestEnded } from './output.ts';

/** Lifts `data` of one version to the next. */
type Lift = (data: unknown) => unknown;

/** A lift of data that were written in a shape of that version. */
const from =
  <Written>(lift: (data: Written) => unknown): Lift =>
  (data) =>
    lift(data as Written);

/** XState's own name of a delay: `xstate.after.{delay}.{state}`. */
const xstateName = /^xstate\.after\.([^.]+)\.(.+)$/;

/** Timers were called as XState calls them. */
const timerFired = ({ timer, ...rest }: { readonly timer: string }): unknown => {
  const [, delay, stateID] = xstateName.exec(timer) ?? [];
  return delay === undefined || stateID === undefined
    ? { timer, ...rest }
    : { timer: timerName({ delay, stateID }), ...rest };
};

interface MessageReceived1 {
  readonly message: OadrMessage;
}

const messageReceived = (data: MessageReceived1): unknown =>
  data.message.message === 'oadrDistributeEvent'
    ? { ...data, prices: data.message.oadrEvent.map(({ eiEvent }) => eventPrices(eiEvent, false)) }
    : data;

interface DrEventAccepted1 {
  readonly event: EiEvent;
  readonly test: boolean;
}

const drEventAccepted = (data: DrEventAccepted1): unknown => ({
  ...data,
  ...eventTerms(data.event),
  prices: eventPrices(data.event, data.test),
});

const drEventCancelled = (data: DrEventCancelled): unknown => ({ ...data, prices: withdrawalOf(data) });

const drEventForgotten = (data: { readonly eventID: string }): unknown => ({
  ...data,
  prices: { source: drEventSource(data.eventID) },
});

interface ReportRequestAccepted1 {
  readonly reportRequestID: string;
  readonly kind: ReportKind;
  readonly request: OadrReportRequest;
  readonly startAt: number;
  readonly endAt?: number;
  readonly granularityMs: number;
  readonly reportBackMs: number;
}

/** What our rIDs of version 1 end with when they are about energy. */
const energyEnding = '/energyReal';

const reportRequestAccepted = (data: ReportRequestAccepted1): unknown => {
  const { reportRequestID, kind, request, startAt, endAt, granularityMs, reportBackMs } = data;
  const { reportSpecifierID, specifierPayload } = request.reportSpecifier;
  const rIDs = specifierPayload.map(({ rID }) => rID);
  const usage = {
    asker: { kind: 'reportRequest', id: reportRequestID },
    resourceIDs: rIDs.filter((rID) => rID.endsWith(energyEnding)).map((rID) => rID.slice(0, -energyEnding.length)),
    startAt,
    ...(endAt === undefined ? {} : { endAt }),
    granularityMs,
    everyMs: reportBackMs,
  };
  return { ...data, reportSpecifierID, rIDs, ...(kind === 'usage' ? { usage } : {}) };
};

/** Of which kind it was is not said; nobody asks when it was none for usage. */
const reportRequestEnded = (data: ReportRequestEnded): unknown => ({
  ...data,
  usage: { asker: { kind: 'reportRequest', id: data.reportRequestID }, because: data.because },
});

interface PlanMade1 {
  readonly planID?: string;
  readonly resourceID: string;
  readonly basis: string;
  readonly slots: readonly PlanSlot[];
}

/** Each device had a plan of its own. */
const planMade = ({ resourceID, slots, ...rest }: PlanMade1): unknown => ({
  ...rest,
  devices: [{ resourceID, slots }],
});

/** The same words, and since version 2 they may lack the device, or the settings. */
const asItIs = (data: object): unknown => data;

/** By fact, then by the version a lift starts from. */
export const lifts: Readonly<Record<string, Readonly<Record<number, Lift>>>> = {
  AgentStarted: { 1: from(asItIs) },
  TimerFired: { 1: from(timerFired) },
  MessageReceived: { 1: from(messageReceived) },
  DrEventAccepted: { 1: from(drEventAccepted) },
  DrEventCancelled: { 1: from(drEventCancelled) },
  DrEventForgotten: { 1: from(drEventForgotten) },
  ReportRequestAccepted: { 1: from(reportRequestAccepted) },
  ReportRequestEnded: { 1: from(reportRequestEnded) },
  PlanRequested: { 1: from(asItIs) },
  PlanMade: { 1: from(planMade) },
  PlanFailed: { 1: from(asItIs) },
};
