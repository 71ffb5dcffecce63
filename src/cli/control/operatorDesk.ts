/**
 * The one desk at which programs command, whichever door they come through (HTTP, MQTT): one command after the other, and no more of
 * them than a person would send.
 */
import type { OperatorCommand } from '../../shell/operatorCommands.ts';
import { operatorArrival } from '../../shell/operatorCommands.ts';
import { CommandRate, commandsAtMost } from './commandRate.ts';
import { grant, type OperatorOptions } from './operator.ts';
import type { Granted } from './questions.ts';

/** A command too many; a full sentence. */
export class TooOften extends Error {
  override readonly name = 'TooOften';
  /** After this it may come again. @unit ms */
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(
      `It was told ${commandsAtMost} things within a minute, and no more are taken: come again in ${Math.ceil(waitMs / 1_000)} s.`,
    );
    this.waitMs = waitMs;
  }
}

/** A command that came, and by which way. */
export interface DeskCommand {
  readonly by: 'http' | 'mqtt';
  /** Whom it is about, where that is known before it was read: then what cannot be read is counted as well. */
  readonly subject?: string;
  /** What is commanded; it throws what it cannot be. */
  readonly read: () => OperatorCommand;
}

/** All that programs command of one agent. */
export class OperatorDesk {
  readonly #operator: OperatorOptions;
  readonly #rate: CommandRate;
  /** One after the other, so that each is told its own position. */
  #last: Promise<unknown> = Promise.resolve();

  /** `elapsedMs`: of a clock that nobody sets. */
  constructor(operator: OperatorOptions, elapsedMs: () => number = () => performance.now()) {
    this.#operator = operator;
    this.#rate = new CommandRate(elapsedMs);
  }

  /** Takes a command, and resolves when it is on disk. @throws TooOften; RefusedInstruction or StrangeCommand in a sentence for whoever asked; RefusedWish */
  take(command: DeskCommand): Promise<Granted> {
    const turn = this.#last.then(() => this.#carryOut(command));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #carryOut({ by, subject, read }: DeskCommand): Promise<Granted> {
    if (subject !== undefined) this.#count(subject);
    const { agent, now } = this.#operator;
    const arrival = operatorArrival(agent.state, now(), read(), by);
    if (subject === undefined) this.#count(arrival.stream);
    return grant(this.#operator, arrival);
  }

  /** Answers to DR events are counted together (one that names none is an answer as well), and so are opts, each of which is a new one. */
  #count(stream: string): void {
    const [kind = ''] = stream.split('/');
    const waitMs = this.#rate.take(kind === 'drEvent' || kind === 'opt' ? 'drEvent' : stream);
    if (waitMs > 0) throw new TooOften(waitMs);
  }
}
