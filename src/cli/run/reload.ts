/** Reads the configuration again while the agent runs, and takes up what can be. */
import type { OpenSettings } from '../../adapters/config/config.ts';
import { ConfigurationError } from '../../adapters/configurationError.ts';
import type { Reloaded } from '../control/questions.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { Agent } from '../../shell/agent.ts';
import { isInShadow } from '../../reactions/trust.ts';
import type { ConfiguredDevice } from '../../shell/settings/deviceKinds.ts';
import { errorText } from '../../shell/patience.ts';
import type { Device, Journal } from '../../shell/ports.ts';
import { settingsChangedOf, settingsTakenUp } from '../../shell/settings/settingsChange.ts';

/** Opens a device. @throws what it cannot be opened with */
type OpenDevice = (device: ConfiguredDevice) => Promise<Device>;

/** What a reload works upon. */
export interface ReloadOptions {
  readonly agent: Agent;
  /** As the run began with them. */
  readonly settings: OpenSettings;
  /** The devices that the agent speaks with: they are changed in place. */
  readonly devices: Map<string, Device>;
  /** What opens devices under settings; asked for once, however many there are to open. */
  readonly opener: (settings: OpenSettings) => Promise<OpenDevice>;
  /** Hears what holds from now on. */
  readonly taken: (settings: OpenSettings) => void;
  readonly venSettingsOf: (settings: OpenSettings) => VenSettings;
  /** @throws ConfigurationError when what was read cannot be used */
  readonly read: () => Promise<OpenSettings>;
  readonly journal: Pick<Journal, 'info' | 'warn'>;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** @limit How long a device may take to let go. @unit ms */
const letGoWithinMs = 5_000;

const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), time]);
  clearTimeout(timer);
};

/** Takes up a configuration, one reading after the other. */
export class Reload {
  readonly #options: ReloadOptions;
  #settings: OpenSettings;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** The configuration that holds. */
  get settings(): OpenSettings {
    return this.#settings;
  }

  /** Reads again; what cannot be used changes nothing, and is told and recorded. */
  again(): Promise<Reloaded> {
    const turn = this.#turn.then(() => this.#again());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #again(): Promise<Reloaded> {
    try {
      return await this.#takeUp(await this.#options.read());
    } catch (error) {
      const problems = error instanceof ConfigurationError ? error.problems : [errorText(error)];
      return this.#refused(problems);
    }
  }

  #refused(problems: readonly string[]): Reloaded {
    const { agent, journal } = this.#options;
    for (const problem of problems) journal.warn(`The configuration is left as it was: ${problem}`);
    agent.take({ stream: 'agent', input: { type: 'SettingsRefused', data: { because: problems } } });
    return { sentences: [], problems };
  }

  async #takeUp(read: OpenSettings): Promise<Reloaded> {
    const { agent, journal, venSettingsOf } = this.#options;
    const before = this.#settings;
    const { settings, changed, kept } = settingsTakenUp(before, read);
    const left = kept.map(
      (name) => `${name} is another now, and holds only from the next start on: it is left as it was.`,
    );
    for (const sentence of left) journal.warn(sentence);
    if (changed.length === 0) {
      const sentence = 'The configuration was read again: nothing of it that can be taken up has changed.';
      if (left.length === 0) journal.info(sentence);
      return { sentences: [...left, sentence] };
    }
    const reopened = await this.#reopen(before, settings);
    this.#settings = settings;
    this.#options.taken(settings);
    const data = settingsChangedOf(
      agent.state.settings ?? venSettingsOf(before),
      venSettingsOf(settings),
      changed,
      reopened,
    );
    agent.take({ stream: 'agent', input: { type: 'SettingsChanged', data } });
    return { sentences: [...left, `These are others now: ${changed.join(', ')}.`] };
  }

  /** Opens what is new, and anew what is another; a device that is gone is left to itself. @throws what a device cannot be opened with */
  async #reopen(before: OpenSettings, now: OpenSettings): Promise<readonly string[]> {
    const formerly = new Map(before.devices.map((device) => [device.resourceID, device]));
    const still = new Set(now.devices.map(({ resourceID }) => resourceID));
    const others = now.devices.filter((device) => !isSame(formerly.get(device.resourceID), device));
    const opened: string[] = [];
    try {
      const open = others.length === 0 ? null : await this.#options.opener(now);
      for (const device of others) {
        const { resourceID } = device;
        if (formerly.has(resourceID)) await this.#letGo(resourceID);
        opened.push(resourceID);
        if (open !== null) this.#options.devices.set(resourceID, await open(device));
      }
    } catch (error) {
      await this.#goBack(opened, formerly, before);
      throw error;
    }
    for (const resourceID of formerly.keys()) if (!still.has(resourceID)) await this.#letGo(resourceID);
    return opened;
  }

  /** A device could not be opened: those that were changed for it are as they were. */
  async #goBack(
    opened: readonly string[],
    formerly: ReadonlyMap<string, ConfiguredDevice>,
    before: OpenSettings,
  ): Promise<void> {
    const { devices, opener, journal } = this.#options;
    const open = await opener(before);
    for (const resourceID of opened) {
      const device = formerly.get(resourceID);
      if (devices.has(resourceID)) await this.#letGo(resourceID);
      if (device === undefined) continue;
      try {
        devices.set(resourceID, await open(device));
      } catch (error) {
        journal.warn(`${resourceID} cannot be opened as it was either: ${errorText(error)} Restart the agent.`);
      }
    }
  }

  async #letGo(resourceID: string): Promise<void> {
    const { agent, devices } = this.#options;
    const device = devices.get(resourceID);
    devices.delete(resourceID);
    if (device === undefined) return;
    if (!isInShadow(agent.state, resourceID)) await within(device.release(), letGoWithinMs);
    await within((async () => device.close?.())(), letGoWithinMs);
  }
}
