import type { Entry } from '../facts/entry.ts';
import type { AgentStarted, LogRepaired, SettingsChanged } from '../facts/input.ts';
import { damageAt } from './errors.ts';
import { settingsHash } from './settingsHash.ts';

/** A start whose settings are not those that the log has for it. */
interface Unfounded {
  readonly position: number;
  readonly named: string;
  /** Position of the last entry that has settings, or null when none is there. */
  readonly foundAt: number | null;
}

/**
 * Whether the settings that starts only name are in the log, as it is walked over: those of the last start or change that has
 * them. What a repair says to be lost may have been them.
 */
export class NamedSettings {
  #inForce: { readonly position: number; readonly hash: string } | null = null;
  #unfounded: Unfounded[] = [];

  take({ type, position, data }: Entry): void {
    if (type === 'LogRepaired') this.#admit(data as LogRepaired);
    if (type !== 'AgentStarted' && type !== 'SettingsChanged') return;
    const { settings, settingsHash: named } = data as Partial<AgentStarted & SettingsChanged>;
    if (settings !== undefined) {
      this.#inForce = { position, hash: settingsHash(settings) };
      if (named === undefined || named === this.#inForce.hash) return;
      this.#unfounded.push({ position, named, foundAt: position });
    } else if (named !== undefined && named !== this.#inForce?.hash)
      this.#unfounded.push({ position, named, foundAt: this.#inForce?.position ?? null });
  }

  /** To be called at the end of the log. @throws LogError `corrupt`, naming the start and the settings */
  finish(): void {
    const [first] = this.#unfounded;
    if (first === undefined) return;
    const { position, named, foundAt } = first;
    throw damageAt(
      position,
      `it decides with the settings ${named}, and ${foundAt === null ? 'no entry before it has any' : `those of position ${foundAt}, the last ones before it, are others`}`,
    );
  }

  /** Starts behind a stretch that is lost: what they name may have been in it. */
  #admit({ lost }: LogRepaired): void {
    this.#unfounded = this.#unfounded.filter(({ position }) =>
      lost.every(({ fromPosition }) => fromPosition >= position),
    );
  }
}
