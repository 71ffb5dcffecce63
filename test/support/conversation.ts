import { expect, onTestFinished } from 'vitest';
import { foldLog } from '../../src/shell/fold.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { decodePayload, type MessageName, type MessageOf, type OadrMessage } from '../../src/protocol/payload.ts';
import type { Complaint } from '../../src/vtn/complaints.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import type { VtnExchange } from '../../src/vtn/chronicle.ts';
import { remembering } from '../../src/vtn/remembering.ts';
import { AgentWorld, type WorldOptions } from './agentWorld.ts';
import { faultsOf } from './judgeMessage.ts';
import { Meter, wavyRegister } from './meter.ts';

/** A message of the VEN as it went over the wire. */
export interface Sent<Message extends OadrMessage = OadrMessage> {
  readonly at: number;
  readonly service: string;
  readonly xml: string;
  readonly message: Message;
}

/** Ten in the morning of a summer's day in New Hampshire: far from the price window and from midnight. */
export const tenInTheMorning = Date.parse('2026-06-10T14:00:00Z');

export const deviceID = 'example-device-001';

/** A VTN that has nothing to say by itself: no prices, no report requests. */
export const silentVtn: Partial<VtnOptions> = {
  usage: 'never',
  status: 'never',
  prices: { unit: 'usd_per_kwh', pricesOf: () => undefined },
};

const decoded = remembering((xml) => decodePayload(xml));

export interface ConversationOptions extends Omit<Partial<WorldOptions>, 'vtn' | 'settings'> {
  readonly vtn?: Partial<VtnOptions>;
  readonly settings?: Partial<VenSettings>;
}

/** A VEN and a VTN talking, with everything the VEN says judged when the test ends. */
export class Conversation {
  readonly world: AgentWorld;
  readonly sent: Sent[] = [];
  readonly heard: VtnExchange[] = [];
  readonly #faults: string[] = [];
  readonly #excused: ((complaint: Complaint) => boolean)[] = [];

  constructor({ vtn, settings, ...options }: ConversationOptions) {
    this.world = new AgentWorld({
      startAt: tenInTheMorning,
      vtn: { ...silentVtn, ...vtn },
      // A VTN that has nothing to say is not called upon to ask for usage.
      settings: { pollJitter: 0, backoffJitter: 0, usageRequestExpectedMs: 7 * 86_400_000, ...settings },
      devices: (time) => [
        new Meter(deviceID, time, wavyRegister(4_000, 3, tenInTheMorning), wavyRegister(5_000, 7, tenInTheMorning)),
      ],
      ...options,
    });
    this.#listen();
  }

  get vtn() {
    return this.world.vtn;
  }

  get now(): number {
    return this.world.time.now();
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.world.runTo(this.now + ms);
  }

  /**
   * Lets the VTN hand out messages one after the other, and waits until the VEN has dealt with them.
   * That the VTN itself does not know DR events a test wrote by hand is no fault of the VEN.
   */
  async hand(...messages: readonly OadrMessage[]): Promise<void> {
    for (const message of messages) {
      this.#excuseEventsOf(message);
      this.vtn.queue(message);
    }
    await this.pass(15_000);
  }

  /** What the VEN sent under a name, oldest first; from an instant on, when one is given. */
  named<Name extends MessageName>(name: Name, fromAt = 0): readonly MessageOf<Name>[] {
    return this.sentNamed(name, fromAt).map(({ message }) => message);
  }

  /** The same with time, service and text. */
  sentNamed<Name extends MessageName>(name: Name, fromAt = 0): readonly Sent<MessageOf<Name>>[] {
    return this.sent.filter((one): one is Sent<MessageOf<Name>> => one.message.message === name && one.at >= fromAt);
  }

  /** The names of what the VEN sent, oldest first, without polls. */
  order(fromAt = 0): readonly MessageName[] {
    return this.sent
      .filter(({ at, message }) => at >= fromAt && message.message !== 'oadrPoll')
      .map(({ message }) => message.message);
  }

  /** Facts of a type in the log. */
  async facts(type: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.world.entries())
      .filter((entry) => entry.type === type)
      .map(({ data }) => data as Record<string, unknown>);
  }

  /** The present state of one DR event, or undefined when it is not remembered. */
  drEvent(eventID: string): unknown {
    return this.world.agent?.state.streams.get(`drEvent/${eventID}`)?.value;
  }

  /** The lifecycle's present state. */
  get lifecycle(): unknown {
    return this.world.agent?.state.streams.get('ven')?.value;
  }

  /** The names of the alarms that stand. */
  get alarms(): readonly string[] {
    return Object.keys(this.world.agent?.state.alarms ?? {});
  }

  /** Complaints that the test provokes by what it makes the VTN say. */
  excuse(isExcused: (complaint: Complaint) => boolean): void {
    this.#excused.push(isExcused);
  }

  /** Judges all that was sent, the VTN's complaints, and that a replay concludes the same. */
  async judge(): Promise<void> {
    expect(this.#faults).toEqual([]);
    expect(this.vtn.complaints.filter((complaint) => !this.#excused.some((excuses) => excuses(complaint)))).toEqual([]);
    await this.world.stop();
    const { divergences } = await foldLog(this.world.log, { verify: true });
    expect(divergences).toEqual([]);
  }

  #excuseEventsOf(message: OadrMessage): void {
    if (message.message !== 'oadrDistributeEvent') return;
    const eventIDs = message.oadrEvent.map(({ eiEvent }) => eiEvent.eventDescriptor.eventID);
    this.excuse(({ rule, text }) => rule === '21' && eventIDs.some((eventID) => text.includes(`"${eventID}"`)));
  }

  #listen(): void {
    const { transport } = this.world;
    const send = transport.exchange.bind(transport);
    transport.exchange = (request) => {
      const { service, body: xml } = request;
      this.#faults.push(...faultsOf(service, xml));
      const result = decoded(xml);
      if (result.ok) this.sent.push({ at: this.now, service, xml, message: result.message });
      return send(request);
    };
    this.vtn.chronicle.watch((exchange) => this.heard.push(exchange));
  }
}

/** A conversation that has not begun. */
export const strangers = (options: ConversationOptions = {}): Conversation => {
  const talk = new Conversation(options);
  onTestFinished(() => talk.judge());
  return talk;
};

/** A conversation in which the VEN has registered and polls; what it sent until then is kept. */
export const conversation = async (options: ConversationOptions = {}): Promise<Conversation> => {
  const talk = strangers(options);
  await talk.world.start();
  await talk.pass(5_000);
  return talk;
};
