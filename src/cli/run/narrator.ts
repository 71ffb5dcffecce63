/** Tells what the agent does as it happens: one who hears the log among others. */
import type { Logger } from '../../adapters/process/logger.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { LiveProjections } from '../../store/live/liveProjections.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import type { PricesState } from '../../store/projections/priceState.ts';
import { usageProjection } from '../../store/projections/usage.ts';
import type { UsageState } from '../../store/projections/usageState.ts';
import { narrate, type Narrated } from '../../telling/narrate.ts';

/** What was known right after an entry, for who tells more than the entry says. */
export interface KnownThen {
  readonly prices: PricesState;
  readonly usage: UsageState;
}

/** Says what happened in a sentence; null for what is not worth one. */
export type Tell = (entry: KnownEntry, known: KnownThen) => Narrated | null;

/** What a narrator needs. */
export interface NarratorOptions {
  readonly projections: LiveProjections;
  readonly logger: Logger;
  readonly timeZone: string;
  /** Somebody else's words, who is told what was known as well; the usual ones are made of the entries alone, and nothing is folded for them. */
  readonly tell?: Tell | undefined;
}

/** Tells every entry from now on, until the log closes. One that cannot be told is named, and the next one told. */
export const narrateRun = ({ projections, logger, timeZone, tell }: NarratorOptions): void => {
  const say = (entry: KnownEntry, toldOf: () => Narrated | null): void => {
    try {
      const told = toldOf();
      if (told !== null) logger[told.level](told.text, { position: entry.position });
    } catch (error) {
      logger.warn(
        `Entry ${entry.position} (${entry.type}) cannot be told in words: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const name = 'The narrator';
  if (tell === undefined) {
    projections.attend(projections.entries(), {
      name,
      next: (entry) => say(entry as KnownEntry, () => narrate(entry as KnownEntry, timeZone)),
    });
    return;
  }
  projections.attend(projections.stepped({ prices: pricesProjection(), usage: usageProjection() }), {
    name,
    next: ({ entry, known }) => say(entry as KnownEntry, () => tell(entry as KnownEntry, known)),
  });
};
