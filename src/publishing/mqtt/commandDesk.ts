/**
 * Takes what is commanded at the broker, one after the other, and says what came of it.
 *
 * What the broker has kept is not taken: nobody knows how old it is. What comes faster than any person would send it is not taken either.
 */
import type { HeardText } from '../../devices/mqtt/line.ts';
import type { Clock, Journal } from '../../shell/ports.ts';
import type { PublishedOperator } from '../publisher.ts';
import { commandOf } from './commands.ts';

/** @limit Commands for a device in a minute; a flow that runs in circles would else write the log full. */
export const commandsPerMinute = 10;

const minuteMs = 60_000;

/** @limit Refusals that are told of one kept command; they are remembered by their text. */
const rememberedKept = 100;

/** What came of a command. */
export interface CommandAnswer {
  readonly device: string;
  readonly command: string;
  readonly isAccepted: boolean;
  /** Why not, in a sentence; null when it was accepted. */
  readonly because: string | null;
}

/** What the desk works with. */
export interface CommandDeskOptions {
  readonly operator: PublishedOperator;
  readonly usualForMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly answer: (answer: CommandAnswer) => void;
}

/** Longer commands are told by their beginning. */
const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** All commands of one connection. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #kept = new Set<string>();
  readonly #times = new Map<string, readonly number[]>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** Takes a command for a device as it came. */
  take(resourceID: string, { topic, text, isRetained }: HeardText): void {
    // Whoever takes a kept command away publishes nothing in its place.
    if (text === '') return;
    if (isRetained) this.#leaveKept(resourceID, topic, text);
    else if (this.#isTooFast(resourceID))
      this.#refuse(
        resourceID,
        text,
        `More than ${commandsPerMinute} commands came for ${resourceID} within a minute; this one was not taken.`,
      );
    else this.#turn = this.#turn.then(() => this.#carryOut(resourceID, text));
  }

  /** Resolves when all that was taken has its answer. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  async #carryOut(resourceID: string, text: string): Promise<void> {
    const { operator, usualForMs, answer } = this.#options;
    try {
      const command = commandOf(text, resourceID, usualForMs);
      if (command.is === 'release') await operator.takeBack({ resourceID, by: 'mqtt' });
      else await operator.instruct(command.asked);
      answer({ device: resourceID, command: shown(text), isAccepted: true, because: null });
    } catch (error) {
      this.#refuse(resourceID, text, error instanceof Error ? error.message : String(error));
    }
  }

  #isTooFast(resourceID: string): boolean {
    const now = this.#options.clock.now();
    const recent = (this.#times.get(resourceID) ?? []).filter((at) => at <= now && at > now - minuteMs);
    const isTooFast = recent.length >= commandsPerMinute;
    this.#times.set(resourceID, isTooFast ? recent : [...recent, now]);
    return isTooFast;
  }

  #refuse(resourceID: string, text: string, because: string): void {
    const { journal, answer } = this.#options;
    journal.warn(`A command for ${resourceID} that came over MQTT was not carried out: ${because}`);
    answer({ device: resourceID, command: shown(text), isAccepted: false, because });
  }

  #leaveKept(resourceID: string, topic: string, text: string): void {
    const key = `${topic} ${shown(text)}`;
    if (this.#kept.has(key)) return;
    if (this.#kept.size < rememberedKept) this.#kept.add(key);
    this.#refuse(
      resourceID,
      text,
      `The broker had kept it on ${topic}, and nobody knows how old it is: publish commands without the retain flag, and an empty message there with it, which takes this one away.`,
    );
  }
}
