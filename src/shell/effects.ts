/**
 * Does what output facts ask for, after they are on disk, and brings what came of it back as inputs.
 *
 * Every effect has one outcome, whatever the world does: an adapter that rejects, throws or never answers comes to an
 * outcome like any other, and what comes after it is let go. The table says fact → do → outcome.
 */
import type { AgentState } from '../core/state.ts';
import type { StepInput, StepOutput } from '../core/step.ts';
import type { Input, Output } from '../facts/fact.ts';
import type { VenSettings } from '../facts/settings.ts';
import { encodePayload, type OadrMessage } from '../protocol/payload.ts';
import { signs } from '../machines/exchange/signing.ts';
import { isInShadow } from '../reactions/trust.ts';
import type { Arrival } from './arrival.ts';
import { Inbound } from './inbound.ts';
import { type AskedFact, effectOf, type Effect, type EffectSurroundings } from './effectTable.ts';
import { noAnswerWithin, orTimeUp } from './patience.ts';
import type { Ports } from './ports.ts';
import { Renewals } from './renewals.ts';
import { ReplyReader } from './replyReader.ts';

/** What a step concluded, before it is recorded and done: its messages as XML, by the index of their output, and what is known then. */
export interface Prepared {
  readonly wires: readonly { readonly index: number; readonly xml: string }[];
  readonly bodies: ReadonlyMap<number, string>;
  readonly knew: AgentState;
}

/** Facts after which a device is not told again what it was told before. */
const superseding = ['SetpointRequested', 'SetpointShadowed', 'DeviceReleaseRequested', 'DeviceTrustEnded'] as const;

type Superseding = Extract<Output, { readonly type: (typeof superseding)[number] }>;

/** Whether a step tells this device something else afterwards: only the last of it is what it is to do. */
const isOvertaken = (outputs: readonly StepOutput[], index: number): boolean => {
  const fact = outputs[index]?.fact;
  if (fact?.type !== 'SetpointRequested' && fact?.type !== 'DeviceReleaseRequested') return false;
  return outputs
    .slice(index + 1)
    .some(
      ({ fact: later }) =>
        (later.type === 'SetpointRequested' || later.type === 'DeviceReleaseRequested') &&
        later.data.resourceID === fact.data.resourceID,
    );
};

const supersedes = (fact: Output): fact is Superseding => superseding.some((type) => type === fact.type);

export class Effects {
  readonly #ports: Ports;
  readonly #take: (arrival: Arrival) => void;
  readonly #surroundings: EffectSurroundings;
  readonly #renewals: Renewals;
  readonly #inbound: Inbound;
  readonly #underWay = new Set<Promise<void>>();
  #pollBody: { readonly venID: string; readonly key: string; readonly xml: string } | null = null;

  /** `record`: takes an arrival, and resolves when it is recorded. */
  constructor(ports: Ports, state: () => AgentState, record: (arrival: Arrival) => Promise<void>, runID: string) {
    const take = (arrival: Arrival): void => void record(arrival).catch(() => undefined);
    const replies = new ReplyReader();
    this.#ports = ports;
    this.#take = take;
    this.#renewals = new Renewals(ports, state, take);
    this.#surroundings = { ports, state, replies, record };
    this.#inbound = new Inbound({
      runID,
      replies,
      isStrict: () => state().settings?.strict ?? false,
      resources: () => state().settings?.devices.length ?? 0,
      record,
    });
  }

  /** Lets the VTN push to us, from here on. */
  listen(): void {
    this.#ports.listener?.answerWith((request) => this.#inbound.hear(request));
  }

  /** Writes the messages of a step as XML, which is recorded beside them. @throws when one cannot be written. */
  prepare(outputs: readonly StepOutput[], knew: AgentState): Prepared {
    const { settings } = knew;
    const bodies = new Map<number, string>();
    outputs.forEach(({ fact }, index) => {
      if (fact.type === 'SendRequested') bodies.set(index, this.#encode(fact.data.message, settings));
      if (fact.type === 'ReplyRequested' && fact.data.message !== undefined)
        bodies.set(index, this.#encode(fact.data.message, settings));
    });
    return { bodies, wires: [...bodies].map(([index, xml]) => ({ index, xml })), knew };
  }

  /** Does what the outputs of a step ask for, which followed from an input. */
  act(
    outputs: readonly StepOutput[],
    { position, recordedAt }: Pick<StepInput, 'position' | 'recordedAt'>,
    { bodies, knew }: Prepared,
  ): void {
    outputs.forEach(({ fact }, index) => {
      this.#say(fact);
      if (fact.type === 'ReplyRequested') this.#inbound.reply(fact.data, bodies.get(index));
      if (supersedes(fact)) this.#renewals.supersede(fact.data);
      if (isOvertaken(outputs, index)) return;
      const effect = effectOf(fact, bodies.get(index));
      if (effect === null) return;
      const done = this.#inTime(effect, { position: position + 1 + index, knew }, recordedAt);
      const tracked = done.finally(() => this.#underWay.delete(tracked));
      this.#underWay.add(tracked);
    });
  }

  /** Tells devices nothing again, and resolves when nothing is under way any more, or when the time is up. @unit ms */
  async settled(patienceMs: number): Promise<void> {
    const until = this.#ports.clock.now() + patienceMs;
    this.#renewals.close();
    while (this.#underWay.size > 0 && this.#ports.clock.now() < until) {
      await orTimeUp(this.#ports.alarms, Promise.all(this.#underWay), until, () => undefined);
    }
  }

  /** Nothing that is pushed is heard any more. */
  deafen(): void {
    this.#ports.listener?.answerWith(null);
    this.#inbound.close();
  }

  /** Lets go of devices, of the line and of the planner, whatever they say to it. */
  async close(): Promise<void> {
    this.#renewals.close();
    this.deafen();
    const devices = [...this.#ports.devices.values()];
    const told = devices.filter(({ resourceID }) => !isInShadow(this.#surroundings.state(), resourceID));
    await Promise.allSettled(told.map(async (device) => device.release()));
    await Promise.allSettled(devices.map(async (device) => device.close?.()));
    await Promise.allSettled([
      (async () => this.#ports.transport.close())(),
      (async () => this.#ports.planner.close?.())(),
    ]);
  }

  #encode(message: OadrMessage, settings: VenSettings | null): string {
    // A log of before this setting does not name it.
    const bare = settings?.envelope === false;
    const isToBeSigned = settings !== null && signs(settings);
    if (message.message !== 'oadrPoll') return encodePayload(message, { bare, isToBeSigned });
    const key = `${String(bare)} ${String(isToBeSigned)}`;
    if (this.#pollBody?.venID !== message.venID || this.#pollBody.key !== key)
      this.#pollBody = { venID: message.venID, key, xml: encodePayload(message, { bare, isToBeSigned }) };
    return this.#pollBody.xml;
  }

  /** Alarms are told to people. */
  #say(fact: Output): void {
    const { journal } = this.#ports;
    if (fact.type === 'AlarmRaised') {
      journal.warn(`${fact.data.text} ${fact.data.advice}`, { alarm: fact.data.alarm });
    } else if (fact.type === 'AlarmCleared') {
      journal.info(`The alarm ${fact.data.alarm} is over.`, { alarm: fact.data.alarm });
    }
  }

  /** Does it, unless it took so long to be recorded that nobody may wait for it any more. */
  async #inTime(effect: Effect, asked: AskedFact, askedAt: number): Promise<void> {
    const { settings } = asked.knew;
    const outcome = settings === null ? null : (effect.tooLate?.(this.#ports.clock.now() - askedAt, settings) ?? null);
    if (outcome === null) return this.#perform(effect, asked);
    this.#take({ stream: effect.stream, cause: asked.position, input: outcome });
  }

  /** Does it, and takes the one outcome that it has. */
  async #perform({ stream, patienceMs, perform, failed, renews }: Effect, asked: AskedFact): Promise<void> {
    const done = (async () => perform(this.#surroundings, asked))().catch((error: unknown) => ({
      input: failed(error),
    }));
    const silence = () => ({ input: failed(noAnswerWithin(patienceMs)) });
    const until = this.#ports.clock.now() + patienceMs;
    const outcome: { readonly input: Input; readonly xml?: string } =
      patienceMs === Infinity ? await done : await orTimeUp(this.#ports.alarms, done, until, silence);
    if (renews !== undefined && outcome.input.type === 'SetpointApplied') this.#renewals.begin(renews);
    this.#take({ stream, cause: asked.position, ...outcome });
  }
}
