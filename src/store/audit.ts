import type { Entry } from '../facts/entry.ts';
import type { GapSeal, LogCompacted, LogRepaired } from '../facts/input.ts';
import { damageAt } from './errors.ts';
import type { Head } from './head.ts';
import type { Gap } from './gaps.ts';
import { checkSeals } from './seals.ts';
import { NamedSettings } from './namedSettings.ts';

/**
 * Looks over a whole log that is being walked, beyond what the chain proves by itself: that every gap was sealed, that none
 * lies behind the base, that the base is an entry of this log, that no more XML is missing than repairs say, and that the settings
 * which a start only names are there.
 */
export class Audit {
  readonly #base: Head;
  readonly #gaps: Gap[] = [];
  readonly #seals: GapSeal[] = [];
  readonly #lostWires: Entry[] = [];
  readonly #settings = new NamedSettings();
  #admittedWires = 0;
  #baseIsThere: boolean;

  constructor(base: Head) {
    this.#base = base;
    this.#baseIsThere = base.position < 0;
  }

  /** @throws LogError `corrupt` when the gap lies where everything should be. */
  takeGap(gap: Gap): void {
    if (gap.to > this.#base.position)
      throw damageAt(
        gap.from,
        `the entries up to ${gap.to} are gone, although everything after position ${this.#base.position} should be there`,
      );
    this.#gaps.push(gap);
    this.#noteBase({ position: gap.to, hash: gap.hash });
  }

  takeEntry(entry: Entry): void {
    if (entry.type === 'LogRepaired') this.#admittedWires += (entry.data as LogRepaired).lostWires;
    if (entry.type === 'LogCompacted' || entry.type === 'LogRepaired')
      this.#seals.push((entry.data as LogCompacted | LogRepaired).seal);
    this.#settings.take(entry);
    this.#noteBase(entry);
  }

  takeLostWire(entry: Entry): void {
    this.#lostWires.push(entry);
  }

  /** To be called at the end of the log. @throws LogError `corrupt` */
  finish(): void {
    if (!this.#baseIsThere)
      throw damageAt(this.#base.position, 'the log does not have there what is said to be its base');
    checkSeals(this.#gaps, this.#seals);
    this.#settings.finish();
    const unexplained = this.#lostWires[this.#admittedWires];
    if (unexplained !== undefined) throw damageAt(unexplained.position, 'its XML is gone, and no repair says so');
  }

  #noteBase({ position, hash }: Head): void {
    if (position === this.#base.position && hash === this.#base.hash) this.#baseIsThere = true;
  }
}
