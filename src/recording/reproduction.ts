import { decodePayload, type OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import { AwaitedPushes, type PlayedPush, type PushReply } from './awaitedPushes.ts';
import { visitXml } from './identifiers.ts';
import { daysDown, movedXml } from './instants.ts';
import { Likeness, type MessageDifference } from './likeness.ts';
import {
  isPush,
  outcomeText,
  type RecordedExchange,
  type RecordedOutcome,
  type RecordedPush,
  type RecordedTurn,
} from './recordedExchange.ts';
import { Renaming } from './renaming.ts';
import { withoutUnknown } from './withoutUnknown.ts';

/** The VEN's half of a recording, played again: each request at its distance from the first, with the names the VTN gives today. */

/** What came of a request, as a transport tells it. */
export type RequestOutcome =
  | { readonly kind: 'answered'; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly httpStatus?: number };

/** Where it is played. */
export interface ReproductionStage {
  /** UTC ms. */
  now(): number;
  /** Waits until an instant, or until nobody waits for it any more. */
  until(at: number, unwanted?: AbortSignal): Promise<void>;
  exchange(request: { readonly service: OadrServiceName; readonly body: string }): Promise<RequestOutcome>;
}

/** One request that was played, and how its answer compares. */
export interface Played {
  readonly recorded: RecordedExchange;
  readonly outcome: RecordedOutcome;
  readonly differences: readonly MessageDifference[];
  /** What a poll was to bring and another one brought, or was never brought. */
  readonly isOutOfOrder: boolean;
}

/** What is played, and how. */
export interface ReproductionOptions {
  readonly turns: readonly RecordedTurn[];
  /** How many times faster than it was recorded. */
  readonly speed: number;
  /** Where the VTN is told to push, in the place of the recorded address. */
  readonly pushedTo?: string | null;
}

/** How long a push is waited for after its time: a VTN of now does not push to the second. @unit ms */
const patienceMs = 15_000;

/** How long pushes are waited for in vain, one after the other: then none is waited for beyond its time until one comes. @unit ms */
const patienceInAllMs = 30_000;

const outcomeOf = (answer: RequestOutcome): RecordedOutcome => {
  if (answer.kind === 'failed')
    return {
      kind: 'failed',
      reason: answer.reason,
      ...(answer.httpStatus === undefined ? {} : { httpStatus: answer.httpStatus }),
    };
  if (answer.body.trim() === '') return { kind: 'empty' };
  const decoded = decodePayload(answer.body, { itemByItem: true });
  return decoded.ok
    ? { kind: 'answered', message: decoded.message, xml: answer.body }
    : { kind: 'unreadable', xml: answer.body, text: decoded.refusal.text };
};

const isPoll = ({ request }: RecordedExchange): boolean => request.message === 'oadrPoll';

/** What is compared as a whole: by its name and not by what it says. */
const differsInKind = (recorded: RecordedOutcome, now: RecordedOutcome): readonly MessageDifference[] =>
  recorded.kind !== 'unknown' && outcomeText(recorded) !== outcomeText(now)
    ? [{ path: 'answer', recorded: outcomeText(recorded), now: outcomeText(now) }]
    : [];

const nameIn = (outcome: RecordedOutcome): string | undefined =>
  outcome.kind === 'answered' ? outcome.message.message : undefined;

/** Answers to polls that came in another order than recorded: what is still awaited, and what came early. */
class PollOrder {
  readonly #awaited: Played[] = [];
  readonly #early: Played[] = [];

  /** Whether the two names only came in another order, as far as can be known yet. */
  hold(played: Played): void {
    this.#awaited.push(played);
    this.#early.push(played);
  }

  /** Pairs what was awaited with what came, by name; gives the recorded and the present half of each pair. */
  pairs(): readonly (readonly [awaited: Played, early: Played])[] {
    const found: [Played, Played][] = [];
    for (const awaited of [...this.#awaited]) {
      const early = this.#early.find((each) => nameIn(each.outcome) === nameIn(awaited.recorded.outcome));
      if (early === undefined) continue;
      found.push([awaited, early]);
      this.#awaited.splice(this.#awaited.indexOf(awaited), 1);
      this.#early.splice(this.#early.indexOf(early), 1);
    }
    return found;
  }

  get left(): readonly Played[] {
    return [...new Set([...this.#awaited, ...this.#early])];
  }
}

/** Plays a recording, step by step. */
export class Reproduction {
  readonly #stage: ReproductionStage;
  readonly #speed: number;
  readonly #renaming = new Renaming();
  readonly #likeness = new Likeness(this.#renaming);
  readonly #order = new PollOrder();
  readonly #pushes: AwaitedPushes;
  readonly #pushedTo: string | null;
  #recordedStart: number | null = null;
  #start = 0;
  #patienceLeftMs = patienceInAllMs;

  constructor(stage: ReproductionStage, { turns, speed, pushedTo = null }: ReproductionOptions) {
    this.#stage = stage;
    this.#speed = speed;
    this.#pushedTo = pushedTo;
    const [likeness, renaming] = [this.#likeness, this.#renaming];
    this.#pushes = new AwaitedPushes(turns.filter(isPush), { likeness, renaming, now: () => stage.now() });
  }

  /** Answers what the VTN pushes, as it was answered then. */
  answer(body: string): PushReply {
    return this.#pushes.answer(body);
  }

  /** Plays the next turn: sends what the VEN sent, or waits for what the VTN pushed. What was pushed besides comes first. */
  async play(turn: RecordedTurn): Promise<readonly (Played | PlayedPush)[]> {
    const played = isPush(turn) ? await this.#awaitPush(turn) : await this.#send(turn);
    return [...this.#pushes.unawaited(), played];
  }

  async #awaitPush(push: RecordedPush): Promise<PlayedPush> {
    const due = Math.max(this.#dueAt(push), this.#stage.now());
    const patience = Math.min(patienceMs, this.#patienceLeftMs);
    const come = new AbortController();
    try {
      const played = await this.#pushes.arrival(push, this.#stage.until(due + patience, come.signal));
      this.#patienceLeftMs = played.said === null ? this.#patienceLeftMs - patience : patienceInAllMs;
      return played;
    } finally {
      come.abort();
    }
  }

  /** Sends the next request and compares what comes of it. */
  async #send(recorded: RecordedExchange): Promise<Played> {
    await this.#stage.until(this.#dueAt(recorded));
    const body = this.#bodyOf(recorded);
    const sent = decodePayload(body);
    if (sent.ok) this.#likeness.meet(recorded.request, sent.message);
    const outcome = outcomeOf(await this.#stage.exchange({ service: recorded.service, body }));
    const played: Played = { recorded, outcome, differences: this.#compare(recorded, outcome), isOutOfOrder: false };
    if (!this.#isOtherPollAnswer(recorded, outcome)) return played;
    this.#order.hold(played);
    return { ...played, differences: this.#pairedDifferences(), isOutOfOrder: true };
  }

  /** What is only known at the end: answers to polls that never came, or that nobody had awaited. */
  finish(): readonly (Played | PlayedPush)[] {
    return [...this.#pushes.unawaited(), ...this.#order.left];
  }

  /** Answers that have found their place although they came at another. */
  #pairedDifferences(): readonly MessageDifference[] {
    return this.#order.pairs().flatMap(([{ recorded }, { outcome }]) => this.#compare(recorded, outcome));
  }

  #dueAt({ at }: RecordedTurn): number {
    if (this.#recordedStart === null) {
      this.#recordedStart = at;
      this.#start = this.#stage.now();
    }
    return this.#start + (at - this.#recordedStart) / this.#speed;
  }

  #bodyOf(recorded: RecordedExchange): string {
    const distanceMs = this.#stage.now() - recorded.at;
    const xml = withoutUnknown(recorded, (identifier) => this.#renaming.nameOf(identifier) !== undefined);
    const { request } = recorded;
    if (this.#pushedTo !== null && 'oadrTransportAddress' in request && request.oadrTransportAddress !== undefined)
      this.#renaming.learn(request.oadrTransportAddress, this.#pushedTo);
    return movedXml(visitXml(xml, this.#renaming), distanceMs, daysDown(distanceMs));
  }

  #compare(recorded: RecordedExchange, outcome: RecordedOutcome): readonly MessageDifference[] {
    if (recorded.outcome.kind !== 'answered' || outcome.kind !== 'answered')
      return differsInKind(recorded.outcome, outcome);
    return this.#messages(recorded, recorded.outcome.message, outcome.message);
  }

  #messages({ at, tookMs }: RecordedExchange, recorded: OadrMessage, now: OadrMessage): readonly MessageDifference[] {
    return this.#likeness.compare(recorded, now, this.#stage.now() - at - tookMs);
  }

  #isOtherPollAnswer(recorded: RecordedExchange, outcome: RecordedOutcome): boolean {
    const [before, now] = [nameIn(recorded.outcome), nameIn(outcome)];
    return isPoll(recorded) && before !== undefined && now !== undefined && before !== now;
  }
}
