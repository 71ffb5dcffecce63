/**
 * The VEN at a broker: what it knows, on topics of its own, with the documents by which Home Assistant discovers it; and people's commands
 * the other way.
 *
 * Everything is told with the retain flag, so that whoever comes later knows it as well; what did not change is not told again. A
 * broker that lost its memory is told all of it anew, and so is a Home Assistant that has started. Where the configured devices are
 * others, the documents are too, and what was kept of a device that is gone is taken away.
 */
import { openLine, type HeardText, type MqttLine } from '../../devices/mqtt/line.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import type { PublishedOverMqtt } from '../../shell/settings/publishing.ts';
import { newsOf } from '../news.ts';
import type { Published, Publisher } from '../publisher.ts';
import { CommandDesk, type CommandAnswer } from './commandDesk.ts';
import type { CommandTarget } from './commands.ts';
import { discoveryOf } from './discovery.ts';
import { messagesOf } from './messages.ts';
import { topicsOf, type VenTopics } from './topics.ts';

/** What follows one another quickly is told together. @unit ms */
const pauseMs = 1_000;

/** What changes with time alone, such as the price of the hour, is looked at so often. @unit ms */
const lookMs = 30_000;

const announcedBefore = (text: string): readonly string[] => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
};

/** What is announced of the devices, and where they are commanded. */
interface AnnouncedDevices {
  readonly devices: readonly DeviceSettings[];
  readonly discovery: ReadonlyMap<string, string>;
  readonly commandTopics: ReadonlyMap<string, CommandTarget>;
}

const commandTopicsOf = (
  topics: VenTopics,
  devices: readonly DeviceSettings[],
): readonly (readonly [string, CommandTarget])[] => [
  [topics.optSet, { is: 'opt' }],
  ...devices
    .filter(({ isReadOnly }) => isReadOnly !== true)
    .flatMap(({ resourceID }): readonly (readonly [string, CommandTarget])[] => {
      const { overrideSet, reserveSet, wishSet, trustSet } = topics.device(resourceID);
      return [
        [overrideSet, { is: 'override', resourceID }],
        [reserveSet, { is: 'reserve', resourceID }],
        [wishSet, { is: 'wish', resourceID }],
        [trustSet, { is: 'trust', resourceID }],
      ];
    }),
];

class HomeAssistant implements Publisher {
  readonly #published: Published;
  readonly #mqtt: PublishedOverMqtt;
  readonly #topics: VenTopics;
  readonly #desk: CommandDesk;
  #announced: AnnouncedDevices;
  readonly #told = new Map<string, string>();
  /** What the broker keeps of devices that are not configured any more. */
  readonly #gone = new Set<string>();
  #line: MqttLine | null = null;
  #isTelling = false;
  #isMoreToTell = false;
  #callOff: () => void = () => undefined;
  #lookAt = Number.POSITIVE_INFINITY;
  #isClosed = false;
  #stopHearing: () => void = () => undefined;

  constructor(published: Published, mqtt: PublishedOverMqtt) {
    const { settings, operator, journal } = published;
    this.#published = published;
    this.#mqtt = mqtt;
    this.#topics = topicsOf(mqtt, settings.venID);
    this.#announced = this.#announcedOf(settings);
    this.#desk = new CommandDesk({ operator, terms: mqtt, journal, answer: (answer) => this.#answer(answer) });
  }

  async open(): Promise<void> {
    const { projections, journal } = this.#published;
    const { availability } = this.#topics;
    this.#line = await openLine({
      name: 'Home Assistant and others',
      broker: this.#mqtt,
      availabilityTopic: availability,
      topics: this.#heardTopics(),
      onMessage: (heard) => this.#hear(heard),
      onConnected: () => this.#tellAnew(),
      journal,
    });
    this.#stopHearing = projections.attend(projections.head$, {
      name: 'What is published over MQTT',
      next: () => this.#soon(pauseMs),
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    this.#stopHearing();
    await this.#line?.close();
  }

  #announcedOf({ devices, venName }: VenSettings): AnnouncedDevices {
    const { commands, mayTrust } = this.#mqtt;
    const announced = { venName, devices, version: this.#published.version, takesCommands: commands, mayTrust };
    const documents = discoveryOf(this.#topics, announced);
    return {
      devices,
      discovery: new Map([...documents].map(([topic, document]) => [topic, JSON.stringify(document)])),
      commandTopics: new Map(commands ? commandTopicsOf(this.#topics, devices) : []),
    };
  }

  #heardTopics(): readonly string[] {
    const { birth, announced } = this.#topics;
    return [birth, announced, ...this.#announced.commandTopics.keys()];
  }

  /** The configuration was read again: who is there now is announced, and who is gone is taken back. */
  async #lookAgain(line: MqttLine): Promise<void> {
    const { settings } = this.#published;
    const before = this.#announced;
    if (settings.devices === before.devices) return;
    this.#announced = this.#announcedOf(settings);
    const still = new Set(settings.devices.map(({ resourceID }) => resourceID));
    for (const { resourceID } of before.devices) if (!still.has(resourceID)) this.#leave(resourceID);
    // Where it fails all is told anew at the next connection, which hears them all.
    await line.hear(this.#heardTopics());
  }

  /** What was told of a device is to be forgotten everywhere. */
  #leave(resourceID: string): void {
    const told = this.#topics.device(resourceID);
    const { state, plan, override, reserve, wishes, need, trust, availability, discovery } = told;
    const kept = [state, plan, override, reserve, wishes, need, trust, availability, discovery];
    for (const topic of kept) if (this.#told.delete(topic)) this.#gone.add(topic);
  }

  #hear(heard: HeardText): void {
    const { birth, announced } = this.#topics;
    const target = this.#announced.commandTopics.get(heard.topic);
    if (target !== undefined) this.#desk.take(target, heard);
    else if (heard.topic === announced && heard.isRetained) this.#forget(announcedBefore(heard.text));
    else if (heard.topic === birth && heard.text === 'online') this.#tellAnew();
  }

  /** Takes back what was announced for devices that are not there any more. */
  #forget(before: readonly string[]): void {
    const { discovery, slug } = this.#topics;
    const ours = discovery.slice(0, discovery.length - `${slug}/config`.length);
    for (const topic of before)
      if (!this.#announced.discovery.has(topic) && topic.startsWith(`${ours}${slug}_`) && topic.endsWith('/config'))
        this.#gone.add(topic);
    this.#soon(0);
  }

  #tellAnew(): void {
    this.#told.clear();
    this.#soon(0);
  }

  /** Looks what is to be told, in so long at the latest. */
  #soon(ms: number): void {
    const { clock, alarms } = this.#published;
    const at = clock.now() + ms;
    if (this.#isClosed || at >= this.#lookAt) return;
    this.#callOff();
    this.#lookAt = at;
    this.#callOff = alarms.ringAt(at, () => {
      this.#lookAt = Number.POSITIVE_INFINITY;
      this.#soon(lookMs);
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    this.#isMoreToTell = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      while (this.#isMoreToTell && !this.#isClosed && this.#line?.isConnected === true) {
        this.#isMoreToTell = false;
        await this.#tellNews(this.#line);
      }
    } catch (error) {
      this.#published.journal.debug(`Not all was published: ${(error as Error).message}`);
    } finally {
      this.#isTelling = false;
    }
  }

  async #tellNews(line: MqttLine): Promise<void> {
    const { state, clock, isRecorded } = this.#published;
    await this.#lookAgain(line);
    const { discovery } = this.#announced;
    for (const topic of this.#gone) {
      await line.tell(topic, '', { retain: true });
      this.#gone.delete(topic);
    }
    for (const [topic, text] of discovery) await this.#tellOne(line, topic, text);
    await this.#tellOne(line, this.#topics.announced, JSON.stringify([...discovery.keys()]));
    const at = clock.now();
    // What is not on disk yet is told as soon as it is.
    const news = isRecorded() ? newsOf(state(), at) : null;
    if (news === null) return;
    for (const [topic, text] of messagesOf(this.#topics, news, at)) await this.#tellOne(line, topic, text);
  }

  async #tellOne(line: MqttLine, topic: string, text: string): Promise<void> {
    if (this.#told.get(topic) === text) return;
    await line.tell(topic, text, { retain: true });
    this.#told.set(topic, text);
  }

  #answer({ device, command, isAccepted, because }: CommandAnswer): void {
    const text = JSON.stringify({ device, command, accepted: isAccepted, because });
    void this.#line?.tell(this.#topics.answers, text).catch(() => undefined);
    // Whoever shows what was wished for is told what holds.
    if (device !== null) {
      const { override, reserve, trust } = this.#topics.device(device);
      for (const topic of [override, reserve, trust]) this.#told.delete(topic);
    }
    this.#soon(0);
  }
}

/** Publishes the VEN at a broker, and hears there; the broker may come later. @throws DeviceError when a file for it cannot be read */
export const publishOverMqtt = async (published: Published, mqtt: PublishedOverMqtt): Promise<Publisher> => {
  const homeAssistant = new HomeAssistant(published, mqtt);
  await homeAssistant.open();
  return homeAssistant;
};
