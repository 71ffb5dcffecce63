import type { AgentWorld } from '../../../support/agentWorld.ts';

/** @limit Requests, and entries, in a minute of virtual time at which a run is given up: nothing more can be learned from it. */
const requestsInStorm = 1_500;
const entriesInStorm = 30_000;

/** Counts what happens in a minute of virtual time. */
const counterOf = (world: AgentWorld) => {
  let minute = Number.NaN;
  let count = 0;
  return (more: number): number => {
    const now = Math.floor(world.time.trueNow() / 60_000);
    if (now !== minute) count = 0;
    minute = now;
    return (count += more);
  };
};

/** Ends an agent that storms, so that the simulation goes on; says what it did. */
export class StormWatch {
  readonly #world: AgentWorld;
  readonly #requests: (more: number) => number;
  readonly #entries: (more: number) => number;
  #position = -1;
  #agent: AgentWorld['agent'] = null;
  storm: string | null = null;

  constructor(world: AgentWorld) {
    this.#world = world;
    this.#requests = counterOf(world);
    this.#entries = counterOf(world);
  }

  noteSent(): void {
    if (this.#requests(1) > requestsInStorm) this.#end(`more than ${requestsInStorm} requests`);
  }

  /** What lies in a log before an agent goes on with it was written by others: an older copy may be far longer than what it takes the place of. */
  noteAppend(position: number): void {
    const { agent } = this.#world;
    const before = agent === this.#agent ? this.#position : position - 1;
    this.#agent = agent;
    if (this.#entries(Math.max(0, position - before)) > entriesInStorm)
      this.#end(`more than ${entriesInStorm} entries`);
    this.#position = position;
  }

  #end(what: string): void {
    if (this.storm !== null) return;
    this.storm = `${what} within the minute before ${new Date(this.#world.time.trueNow()).toISOString()}`;
    this.#world.crash();
  }
}
