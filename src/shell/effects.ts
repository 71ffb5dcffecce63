/**
 * Does what output facts ask for, after they are on disk, and brings what came of it back as inputs.
 */
import type { Output } from '../facts/fact.ts';
import type { BadQuality } from '../facts/input.ts';
import type { SendRequested } from '../facts/output.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { latestReading } from '../store/projections/usage.ts';
import { priceSlots } from '../store/projections/priceSlots.ts';
import type { Arrival } from './agent.ts';
import type { ExchangeOutcome, Ports } from './ports.ts';
import { replyInput } from './replyInput.ts';
import { ReplyReader } from './replyReader.ts';
import type { AgentState } from '../core/state.ts';
import type { StepOutput } from '../core/step.ts';

/** Messages of a step as XML, by the index of their output. */
export interface Prepared {
  readonly wires: readonly { readonly index: number; readonly xml: string }[];
  readonly bodies: ReadonlyMap<number, string>;
}

const qualityOf = (error: unknown): BadQuality =>
  typeof error === 'object' && error !== null && 'quality' in error && typeof error.quality === 'string'
    ? (error.quality as BadQuality)
    : 'Device Failure';

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Effects {
  readonly #ports: Ports;
  readonly #state: () => AgentState;
  readonly #take: (arrival: Arrival) => void;
  readonly #underWay = new Set<Promise<void>>();
  readonly #replies = new ReplyReader();
  #pollBody: { readonly venID: string; readonly xml: string } | null = null;

  constructor(ports: Ports, state: () => AgentState, take: (arrival: Arrival) => void) {
    this.#ports = ports;
    this.#state = state;
    this.#take = take;
  }

  /** Writes the messages of a step as XML, which is recorded beside them. */
  prepare(outputs: readonly StepOutput[]): Prepared {
    const bodies = new Map<number, string>();
    outputs.forEach(({ fact }, index) => {
      if (fact.type === 'SendRequested') bodies.set(index, this.#encode(fact.data));
    });
    return { bodies, wires: [...bodies].map(([index, xml]) => ({ index, xml })) };
  }

  /** Does what the outputs of a step ask for. `position`: of the step's input. */
  act(outputs: readonly StepOutput[], position: number, bodies: Prepared['bodies']): void {
    outputs.forEach(({ fact }, index) => {
      const doing = this.#do(fact, position + 1 + index, bodies.get(index));
      if (doing === null) return;
      const tracked = doing.finally(() => this.#underWay.delete(tracked));
      this.#underWay.add(tracked);
    });
  }

  /** Resolves when nothing is under way any more, or when the time is up. @unit ms */
  async settled(patienceMs: number): Promise<void> {
    const { clock, alarms } = this.#ports;
    const until = clock.now() + patienceMs;
    while (this.#underWay.size > 0 && clock.now() < until) {
      let callOff = (): void => undefined;
      const timeIsUp = new Promise<void>((resolve) => {
        callOff = alarms.ringAt(until, resolve);
      });
      await Promise.race([Promise.all(this.#underWay), timeIsUp]);
      callOff();
    }
  }

  /** Lets go of devices and of the line. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#ports.devices.values()].map((device) => device.release()));
    await this.#ports.transport.close();
  }

  #encode({ message }: SendRequested): string {
    // A log of before this setting does not name it.
    const bare = this.#state().settings?.envelope === false;
    if (message.message !== 'oadrPoll') return encodePayload(message, { bare });
    if (this.#pollBody?.venID !== message.venID)
      this.#pollBody = { venID: message.venID, xml: encodePayload(message, { bare }) };
    return this.#pollBody.xml;
  }

  #do(fact: Output, position: number, body: string | undefined): Promise<void> | null {
    switch (fact.type) {
      case 'SendRequested':
        return this.#send(fact.data, position, body ?? '');
      case 'MeterReadRequested':
        return this.#read(fact.data, position);
      case 'SetpointRequested':
        return this.#apply(fact.data, position);
      case 'PlanRequested':
        return this.#plan(fact.data, position);
      case 'AlarmRaised':
        this.#ports.journal.warn(`${fact.data.text} ${fact.data.advice}`, { alarm: fact.data.alarm });
        return null;
      case 'AlarmCleared':
        this.#ports.journal.info(`The alarm ${fact.data.alarm} is over.`, { alarm: fact.data.alarm });
        return null;
      default:
        return null;
    }
  }

  async #send({ exchangeID, service }: SendRequested, cause: number, body: string): Promise<void> {
    const outcome = await this.#ports.transport.exchange({ service: service as OadrServiceName, body });
    this.#take({ ...this.#arrivalOf(exchangeID, outcome), cause });
  }

  #arrivalOf(exchangeID: string, outcome: ExchangeOutcome): Arrival {
    const stream = 'exchange';
    if (outcome.kind === 'failed') {
      const { kind: _kind, durationMs: _durationMs, ...failure } = outcome;
      return { stream, input: { type: 'ExchangeFailed', data: { exchangeID, ...failure } } };
    }
    const { body, durationMs: roundTripMs } = outcome;
    if (body.trim() === '') return { stream, input: { type: 'EmptyReplyReceived', data: { exchangeID, roundTripMs } } };
    const decoded = this.#replies.read(body, this.#state().settings?.strict ?? false);
    const clockOffsetMs =
      outcome.vtnDate === undefined ? {} : { clockOffsetMs: outcome.vtnDate - this.#ports.clock.now() };
    return { stream, xml: body, input: replyInput(decoded, { exchangeID, roundTripMs, ...clockOffsetMs }) };
  }

  async #read({ resourceID, boundaryAt }: { resourceID: string; boundaryAt: number }, cause: number): Promise<void> {
    const stream = `device/${resourceID}`;
    try {
      const device = this.#ports.devices.get(resourceID);
      if (device === undefined) throw new Error(`There is no device ${resourceID} behind this VEN.`);
      this.#take({ stream, cause, input: { type: 'MeterRead', data: await device.read(boundaryAt) } });
    } catch (error) {
      const data = { resourceID, boundaryAt, quality: qualityOf(error), detail: textOf(error) };
      this.#take({ stream, cause, input: { type: 'MeterReadFailed', data } });
    }
  }

  async #apply(
    { resourceID, demandWatts, validUntil }: { resourceID: string; demandWatts: number; validUntil: number },
    cause: number,
  ): Promise<void> {
    const stream = `device/${resourceID}`;
    try {
      await this.#ports.devices.get(resourceID)?.apply({ demandWatts, validUntil });
      this.#take({ stream, cause, input: { type: 'SetpointApplied', data: { resourceID, demandWatts } } });
    } catch (error) {
      this.#take({
        stream,
        cause,
        input: { type: 'SetpointFailed', data: { resourceID, demandWatts, detail: textOf(error) } },
      });
    }
  }

  async #plan(
    { resourceID, fromAt, toAt }: { resourceID: string; fromAt: number; toAt: number },
    cause: number,
  ): Promise<void> {
    const { settings, views } = this.#state();
    const device = settings?.devices.find((each) => each.resourceID === resourceID);
    if (settings === null || device === undefined) return;
    try {
      const stateOfCharge = latestReading(views.usage, resourceID)?.status.stateOfCharge ?? null;
      // What cannot be believed is not acted on.
      const prices = priceSlots(views.prices, fromAt, toAt).filter(({ implausible }) => !implausible);
      const plan = await this.#ports.planner.plan({
        resourceID,
        fromAt,
        toAt,
        prices,
        stateOfCharge,
        device,
        settings,
      });
      this.#take({ stream: `device/${resourceID}`, cause, input: { type: 'PlanMade', data: plan } });
    } catch (error) {
      this.#ports.journal.error(`No plan could be made for ${resourceID}: ${textOf(error)}.`, { resourceID });
    }
  }
}
