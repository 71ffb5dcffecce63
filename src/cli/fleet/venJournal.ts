import type { Configuration } from '../../adapters/config/config.ts';
import type { Journal } from '../../shell/ports.ts';

type LineFields = Readonly<Record<string, unknown>>;
type Level = keyof Journal;

/** What a VEN says of itself, under its venID and without its secrets: each hides its own, so that a line costs the same however many VENs there are. */
export class VenJournal implements Journal {
  readonly #journal: Journal;
  readonly #configuration: Configuration;

  constructor(journal: Journal, configuration: Configuration) {
    this.#journal = journal;
    this.#configuration = configuration;
  }

  info(text: string, fields?: LineFields): void {
    this.#say('info', text, fields);
  }

  warn(text: string, fields?: LineFields): void {
    this.#say('warn', text, fields);
  }

  error(text: string, fields?: LineFields): void {
    this.#say('error', text, fields);
  }

  debug(text: string, fields?: LineFields): void {
    this.#say('debug', text, fields);
  }

  #say(level: Level, text: string, fields: LineFields = {}): void {
    const {
      settings: { venID },
      redactor,
    } = this.#configuration;
    const hidden = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redactor.text(value) : value]),
    );
    this.#journal[level](redactor.text(text), { venID, ...hidden });
  }
}

/** What the host says of a VEN, under its venID. */
export class NamedJournal implements Journal {
  readonly #journal: Journal;
  readonly #venID: string;

  constructor(journal: Journal, venID: string) {
    this.#journal = journal;
    this.#venID = venID;
  }

  info(text: string, fields?: LineFields): void {
    this.#journal.info(text, { venID: this.#venID, ...fields });
  }

  warn(text: string, fields?: LineFields): void {
    this.#journal.warn(text, { venID: this.#venID, ...fields });
  }

  error(text: string, fields?: LineFields): void {
    this.#journal.error(text, { venID: this.#venID, ...fields });
  }

  debug(text: string, fields?: LineFields): void {
    this.#journal.debug(text, { venID: this.#venID, ...fields });
  }
}
