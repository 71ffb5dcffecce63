/** What each output fact that asks for something asks for, and what comes of it: fact → do → outcome. */
import type { AgentState } from '../core/state.ts';
import type { Arrival } from './arrival.ts';
import type { Input, Output } from '../facts/fact.ts';
import type { PlanAnswer } from '../dispatch/planner.ts';
import type { BadQuality } from '../facts/input.ts';
import type { OutputFacts } from '../facts/output.ts';
import type { SetpointRequested } from '../facts/planning.ts';
import type { VenSettings } from '../facts/settings.ts';
import { meterTimeoutMs, setpointTimeoutMs } from '../machines/device.ts';
import { recordedWithinMs } from '../machines/exchange/timely.ts';
import { planTimeoutMs } from '../machines/site.ts';
import { exchangeStream, siteStream, streamOf } from '../machines/streams.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { lengthIfLarge } from '../protocol/types/messageSize.ts';
import { deviceOf, errorText } from './patience.ts';
import type { ExchangeOutcome, ExchangeRequest, Ports } from './ports.ts';
import { replyInput } from './replyInput.ts';
import { planMadeOf, type ShadowAnswer } from './planMade.ts';
import { planQuestion } from './planQuestion.ts';
import { type QuestionPut, shadowProblem, siteProblem } from './siteProblem.ts';
import { toldUntil } from './renewals.ts';
import { foundSerialOf, tellDevice } from './tellDevice.ts';
import type { ReplyReader } from './replyReader.ts';

/** What an effect may look at. */
export interface EffectSurroundings {
  readonly ports: Ports;
  readonly state: () => AgentState;
  readonly replies: ReplyReader;
  /** Takes an input, and resolves when it is recorded; rejects when it cannot be, and then nothing may be done. */
  readonly record: (arrival: Arrival) => Promise<void>;
}

/** An outcome, with the XML that brought it. */
export interface EffectOutcome {
  readonly input: Input;
  readonly xml?: string;
}

/** The fact that asks for something. */
export interface AskedFact {
  readonly position: number;
  /** What was known when it had been concluded: what the log comes to there, whatever has happened since. */
  readonly knew: AgentState;
}

/** Something to do, and its one outcome. */
export interface Effect {
  readonly stream: string;
  /** How long it may take; the outcome is a failure then. The transport ends by itself. @unit ms */
  readonly patienceMs: number;
  readonly perform: (surroundings: EffectSurroundings, asked: AskedFact) => Promise<EffectOutcome>;
  /** The outcome when it throws, rejects, or does not end in time. */
  readonly failed: (error: unknown) => Input;
  /** The outcome when it was recorded so late that it is not done any more; null while it is in time. */
  readonly tooLate?: (lateMs: number, settings: VenSettings) => Input | null;
  /** What is told again and again once it was taken. */
  readonly renews?: SetpointRequested;
}

/** A device that counts as silent may still tell its registers: they are welcome this long. @unit ms */
const readingPatienceMs = 120_000;

const tookTooLong = (ms: number): string =>
  `It was not sent, because the log took ${Math.round(ms / 1000)} s to record it.`;

/** Facts that ask for something. */
type Asking =
  | 'SendRequested'
  | 'MeterReadRequested'
  | 'DeviceStateRequested'
  | 'SetpointRequested'
  | 'DeviceReleaseRequested'
  | 'PlanRequested';

const badQualities: Readonly<Record<BadQuality, true>> = {
  'Non Specific': true,
  'Configuration Error': true,
  'Not Connected': true,
  'Device Failure': true,
  'Sensor Failure': true,
  'Comm Failure': true,
  'Out of Service': true,
};

const isBadQuality = (quality: unknown): quality is BadQuality =>
  typeof quality === 'string' && Object.hasOwn(badQualities, quality);

/** Why a device could not tell; a driver that says it in words of its own has failed, and no report could say it so. */
const qualityOf = (error: unknown): BadQuality =>
  typeof error === 'object' && error !== null && 'quality' in error && isBadQuality(error.quality)
    ? error.quality
    : 'Device Failure';

const answeredWith = (
  { ports, state, replies }: EffectSurroundings,
  exchangeID: string,
  outcome: ExchangeOutcome,
): EffectOutcome => {
  if (outcome.kind === 'failed') {
    const { kind: _kind, durationMs: _durationMs, ...failure } = outcome;
    return { input: { type: 'ExchangeFailed', data: { exchangeID, ...failure } } };
  }
  const { body, durationMs: roundTripMs, signature } = outcome;
  if (body.trim() === '') return { input: { type: 'EmptyReplyReceived', data: { exchangeID, roundTripMs } } };
  const clockOffsetMs = outcome.vtnDate === undefined ? {} : { clockOffsetMs: outcome.vtnDate - ports.clock.now() };
  if (signature?.isValid === false) {
    const { fault, text } = signature;
    const data = { exchangeID, fault, text, roundTripMs, ...clockOffsetMs };
    return { xml: body, input: { type: 'SignatureRefused', data } };
  }
  const { strict = false, devices = [] } = state().settings ?? {};
  const decoded =
    signature === undefined
      ? replies.read(body, strict, false, devices.length)
      : replies.read(signature.signed, strict, true, devices.length);
  const signed = signature === undefined ? {} : { signature: signature.told };
  const told = { ...clockOffsetMs, ...signed, ...lengthIfLarge(body, devices.length) };
  return { xml: body, input: replyInput(decoded, { exchangeID, roundTripMs, ...told }) };
};

/** What devices in shadow would do; that nobody knows it stops no other. */
const inShadow = async (
  { planner }: Ports,
  question: QuestionPut,
  { devices }: PlanAnswer,
): Promise<ShadowAnswer | null> => {
  const problem = shadowProblem(question, devices);
  if (problem === null) return null;
  const resourceIDs = problem.devices.map(({ resourceID }) => resourceID);
  const answer = await planner.plan(problem).catch((error: unknown) => ({ failed: errorText(error) }));
  return { resourceIDs, answer };
};

/** Sent exchanges are named by exchangeID, plans and setpoints by an ID of their own, readings by device and boundary. */
const table: { readonly [T in Asking]: (asked: OutputFacts[T], body: string) => Effect } = {
  SendRequested: ({ exchangeID, service, purpose }, body) => ({
    stream: exchangeStream,
    patienceMs: Infinity,
    perform: async (surroundings, { position: cause }) => {
      const { clock } = surroundings.ports;
      const { settings } = surroundings.state();
      const onSigned: ExchangeRequest['onSigned'] = async ({ xml, told }) => {
        const signedAt = clock.now();
        const input: Input = { type: 'MessageSigned', data: { exchangeID, purpose, ...told } };
        await surroundings.record({ stream: exchangeStream, cause, xml, input });
        const lateMs = clock.now() - signedAt;
        if (settings !== null && lateMs > recordedWithinMs(settings)) throw new Error(tookTooLong(lateMs));
      };
      const resources = settings?.devices.length ?? 0;
      const request = { service: service as OadrServiceName, body, resources, onSigned };
      return answeredWith(surroundings, exchangeID, await surroundings.ports.transport.exchange(request));
    },
    failed: (error) => ({
      type: 'ExchangeFailed',
      data: { exchangeID, reason: 'aborted', certainlyNotDelivered: false, detail: errorText(error) },
    }),
    tooLate: (lateMs, settings) =>
      lateMs <= recordedWithinMs(settings)
        ? null
        : {
            type: 'ExchangeFailed',
            data: { exchangeID, reason: 'aborted', certainlyNotDelivered: true, detail: tookTooLong(lateMs) },
          },
  }),
  MeterReadRequested: ({ resourceID, boundaryAt }) => ({
    stream: streamOf('device', resourceID),
    patienceMs: readingPatienceMs,
    perform: async (surroundings) => {
      const data = await deviceOf(surroundings.ports, resourceID).read(boundaryAt);
      return { input: { type: 'MeterRead', data: { ...data, resourceID, boundaryAt } } };
    },
    failed: (error) => ({
      type: 'MeterReadFailed',
      data: { resourceID, boundaryAt, quality: qualityOf(error), detail: errorText(error) },
    }),
  }),
  DeviceStateRequested: ({ resourceID, isInTurn }) => ({
    stream: streamOf('device', resourceID),
    patienceMs: meterTimeoutMs,
    perform: async ({ ports }) => {
      const { boundaryAt: _now, ...data } = await deviceOf(ports, resourceID).read(ports.clock.now());
      return { input: { type: 'DeviceStateRead', data: { ...data, resourceID, isInTurn } } };
    },
    failed: (error) => ({
      type: 'DeviceStateUnread',
      data: { resourceID, isInTurn, quality: qualityOf(error), detail: errorText(error) },
    }),
  }),
  SetpointRequested: (setpoint) => {
    const { setpointID = '', resourceID, demandWatts } = setpoint;
    return {
      stream: streamOf('device', resourceID),
      patienceMs: setpointTimeoutMs,
      perform: async (surroundings) => {
        const validUntil = toldUntil(setpoint, surroundings.ports.clock.now());
        await tellDevice(surroundings.ports, surroundings.state(), resourceID, { demandWatts, validUntil });
        return { input: { type: 'SetpointApplied', data: { setpointID, resourceID, demandWatts } } };
      },
      failed: (error) => ({
        type: 'SetpointFailed',
        data: { setpointID, resourceID, demandWatts, detail: errorText(error), ...foundSerialOf(error) },
      }),
      renews: setpoint,
    };
  },
  DeviceReleaseRequested: ({ setpointID, resourceID }) => ({
    stream: streamOf('device', resourceID),
    patienceMs: setpointTimeoutMs,
    perform: async (surroundings) => {
      await deviceOf(surroundings.ports, resourceID).release();
      return { input: { type: 'DeviceReleased', data: { setpointID, resourceID } } };
    },
    failed: (error) => ({
      type: 'SetpointFailed',
      data: { setpointID, resourceID, demandWatts: 0, detail: errorText(error) },
    }),
  }),
  PlanRequested: (asked) => ({
    stream: siteStream,
    patienceMs: planTimeoutMs,
    perform: async ({ ports }, { position, knew }) => {
      const question = planQuestion(knew, asked);
      ports.questions?.keep(position, question);
      const answer = await ports.planner.plan(siteProblem(question));
      return { input: { type: 'PlanMade', data: planMadeOf(asked, answer, await inShadow(ports, question, answer)) } };
    },
    failed: (error) => ({ type: 'PlanFailed', data: { planID: asked.planID ?? '', detail: errorText(error) } }),
  }),
};

/** The effect that a fact asks for; null when it only tells something. `body`: its message as XML. */
export const effectOf = (fact: Output, body = ''): Effect | null => {
  switch (fact.type) {
    case 'SendRequested':
      return table.SendRequested(fact.data, body);
    case 'MeterReadRequested':
      return table.MeterReadRequested(fact.data, body);
    case 'DeviceStateRequested':
      return table.DeviceStateRequested(fact.data, body);
    case 'SetpointRequested':
      return table.SetpointRequested(fact.data, body);
    case 'DeviceReleaseRequested':
      return table.DeviceReleaseRequested(fact.data, body);
    case 'PlanRequested':
      return table.PlanRequested(fact.data, body);
    default:
      return null;
  }
};
