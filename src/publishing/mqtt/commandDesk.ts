/**
 * Takes what is commanded at the broker to the desk at which all programs command, and says what came of it.
 *
 * What the broker has kept is not taken: nobody knows how old it is.
 */
import type { HeardText } from '../../devices/mqtt/line.ts';
import type { Journal } from '../../shell/ports.ts';
import type { PublishedOperator } from '../publisher.ts';
import { commandOf, type CommandTarget, type CommandTerms } from './commands.ts';

/** @limit Refusals that are told of one kept command; they are remembered by their text. */
const rememberedKept = 100;

/** What came of a command. */
export interface CommandAnswer {
  /** Null where it was about none. */
  readonly device: string | null;
  readonly command: string;
  readonly isAccepted: boolean;
  /** Why not, in a sentence; null when it was accepted. */
  readonly because: string | null;
}

/** What the desk works with. */
export interface CommandDeskOptions {
  readonly operator: PublishedOperator;
  readonly terms: CommandTerms;
  readonly journal: Journal;
  readonly answer: (answer: CommandAnswer) => void;
}

/** Longer commands are told by their beginning. */
const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const deviceOf = (target: CommandTarget): string | null => (target.is === 'opt' ? null : target.resourceID);

/** All answers to DR events are counted together: what cannot be read names none. */
const streamOf = (target: CommandTarget): string => (target.is === 'opt' ? 'drEvent' : `device/${target.resourceID}`);

/** All commands of one connection. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #kept = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** Takes a command as it came. */
  take(target: CommandTarget, { topic, text, isRetained }: HeardText): void {
    // Whoever takes a kept command away publishes nothing in its place.
    if (text === '') return;
    if (isRetained) this.#leaveKept(target, topic, text);
    else this.#turn = this.#turn.then(() => this.#carryOut(target, text));
  }

  /** Resolves when all that was taken has its answer. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  async #carryOut(target: CommandTarget, text: string): Promise<void> {
    const { operator, terms, answer } = this.#options;
    try {
      await operator.take(streamOf(target), () => commandOf(text, target, terms));
      answer({ device: deviceOf(target), command: shown(text), isAccepted: true, because: null });
    } catch (error) {
      this.#refuse(target, text, error instanceof Error ? error.message : String(error));
    }
  }

  #refuse(target: CommandTarget, text: string, because: string): void {
    const { journal, answer } = this.#options;
    const device = deviceOf(target);
    journal.warn(
      `A command ${device === null ? 'to opt' : `for ${device}`} that came over MQTT was not carried out: ${because}`,
    );
    answer({ device, command: shown(text), isAccepted: false, because });
  }

  #leaveKept(target: CommandTarget, topic: string, text: string): void {
    const key = `${topic} ${shown(text)}`;
    if (this.#kept.has(key)) return;
    if (this.#kept.size < rememberedKept) this.#kept.add(key);
    this.#refuse(
      target,
      text,
      `The broker had kept it on ${topic}, and nobody knows how old it is: publish commands without the retain flag, and an empty message there with it, which takes this one away.`,
    );
  }
}
