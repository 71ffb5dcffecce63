import type { Configuration } from '../../adapters/config/config.ts';

/** What VENs of a fleet have alike, kept once for all of them: lists and objects among settings, and what hides the secret of the same VTN URL. */
export class Alike {
  readonly #values = new Map<string, unknown>();
  readonly #ways = new Map<string, Pick<Configuration, 'vtnUrl' | 'redactor'>>();

  /** The same settings, of whose values those that are known from before are taken from there. */
  settings<Settings extends object>(settings: Settings): Settings {
    // A copy that is written over: an object put together name by name takes three times as much.
    const copy = { ...settings };
    for (const [name, value] of Object.entries(settings)) Object.assign(copy, { [name]: this.#value(value) });
    return copy;
  }

  /** The same configuration without where each setting was found, which a VEN that runs is never asked. */
  configuration(given: Configuration): Configuration {
    const { vtnUrl, redactor } = this.#wayOf(given);
    return { ...given, vtnUrl, redactor, settings: this.settings(given.settings), origins: nowhere };
  }

  #value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const key = JSON.stringify(value);
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, value);
    return known ?? value;
  }

  /** A passphrase is one more secret to hide: what has one is never shared. */
  #wayOf({ vtnUrl, redactor, tlsFiles }: Configuration): Pick<Configuration, 'vtnUrl' | 'redactor'> {
    if (tlsFiles.keyPassphrase !== undefined) return { vtnUrl, redactor };
    const key = JSON.stringify([vtnUrl.origin, vtnUrl.secretPrefix.reveal(), vtnUrl.service('OadrPoll')]);
    const known = this.#ways.get(key);
    if (known === undefined) this.#ways.set(key, { vtnUrl, redactor });
    return known ?? { vtnUrl, redactor };
  }
}

const nowhere: Configuration['origins'] = new Map();
