import { decodePayload, encodePayload, type OadrMessage } from '../../protocol/payload.ts';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import type { MessageDifference } from '../../recording/likeness.ts';
import { Likeness } from '../../recording/likeness.ts';
import { Renaming } from '../../recording/renaming.ts';
import {
  isPush,
  type RecordedExchange,
  type RecordedPush,
  type RecordedTurn,
} from '../../recording/recordedExchange.ts';
import { answerOf, type VtnAnswer } from '../answer.ts';
import { openComplaints, type Complaint } from '../complaints.ts';
import { plainAnswer } from './plainAnswer.ts';
import { recordedAnswer } from './recordedAnswer.ts';
import { ReplayedPushes, type RepeatedPush, type ReplayedPush } from './replayedPushes.ts';
import type { PushSource } from '../http/pushClient.ts';
import { inFlightCounter } from '../vtn.ts';
import type { ServedVtn } from '../http/vtnServer.ts';
import type { KnownVtn } from './knownVtn.ts';

/** What it is made of. */
export interface ReplayVtnOptions {
  readonly turns: readonly RecordedTurn[];
  readonly known: KnownVtn;
  readonly now: () => number;
  /** Told of every request, as it is answered. */
  readonly onRequest?: (request: ReplayedRequest) => void;
  /** Told of every push, as it is answered, or given up. */
  readonly onPush?: (push: ReplayedPush) => void;
}

/**
 * How a request was met. `recorded`: by the answer of its turn. `early`: by one of a later turn, for its own had not come. `quiet`: a poll to
 * which the recording has nothing to say now. `missing`: a recorded request that never came. `unexpected`: the recording has another request
 * here; it is answered as the last one of its kind, or as if all were well. `after`: the recording is at its end.
 */
export type Meeting = 'recorded' | 'early' | 'quiet' | 'missing' | 'unexpected' | 'after';

/** One request of the live VEN. */
export interface ReplayedRequest {
  readonly at: number;
  /** Undefined when it was no message, or never came. */
  readonly message: OadrMessage | undefined;
  readonly meeting: Meeting;
  /** The recorded exchange it was answered from, or, for an unexpected one, the turn it was. */
  readonly recorded: RecordedTurn | undefined;
  /** Where it departs from the recorded request. */
  readonly differences: readonly MessageDifference[];
}

/** A VTN that repeats a recording. */
export interface ReplayVtn extends ServedVtn {
  readonly complaints: readonly Complaint[];
  /** What it pushes. */
  readonly pushes: PushSource<RepeatedPush>;
  /** Recorded turns that have not come yet. */
  readonly left: () => readonly RecordedTurn[];
}

/** @limit Recorded turns that are looked ahead for a request that comes early. */
const lookahead = 12;

/** How much before its time a recorded request may come, and how long after it is waited for while the VEN asks for other things. @unit ms */
const patienceMs = 600_000;

/** Opens it. */
export const createReplayVtn = ({ turns, known, now, onRequest, onPush }: ReplayVtnOptions): ReplayVtn => {
  const renaming = new Renaming();
  const likeness = new Likeness(renaming);
  const { list: complaints, complain } = openComplaints(now);
  const waiting = [...turns];
  const lastOfKind = new Map<string, RecordedExchange>();
  let startedAt: number | null = null;

  const plain = (message: OadrMessage | undefined): VtnAnswer => {
    const answer = message === undefined ? undefined : plainAnswer(message, known);
    const headers = { 'Content-Type': 'application/xml', Date: new Date(now()).toUTCString() };
    return answerOf({
      connection: 'answered',
      status: message === undefined ? 400 : 200,
      headers,
      write: () => (answer === undefined ? '' : encodePayload(answer)),
      delayMs: 0,
      processed: true,
      ...(answer === undefined ? {} : { message: answer }),
    });
  };

  /** How long there is until a recorded turn is due; negative when it should have come. @unit ms */
  const waitMs = ({ at }: RecordedTurn): number => at - (turns[0]?.at ?? at) - (now() - (startedAt ??= now()));

  const end = (turn: RecordedTurn): void => void waiting.splice(waiting.indexOf(turn), 1);

  /** The push that is next, when its time has come. */
  const due = (): RecordedPush | undefined => {
    if (startedAt !== null) giveUp(() => false);
    const [turn] = waiting;
    return startedAt !== null && turn !== undefined && isPush(turn) && waitMs(turn) <= 0 ? turn : undefined;
  };

  const pushes = new ReplayedPushes({
    ...{ likeness, renaming, now, complain, due, done: end },
    ...(onPush === undefined ? {} : { onPush }),
  });

  /** Recorded turns whose time has long passed: they are waited for no longer. */
  const giveUp = (isHere: (turn: RecordedTurn) => boolean): void => {
    for (let [turn] = waiting; turn !== undefined && !isHere(turn) && waitMs(turn) < -patienceMs; [turn] = waiting) {
      end(turn);
      if (isPush(turn)) pushes.giveUp(turn);
      else onRequest?.({ at: now(), message: undefined, meeting: 'missing', recorded: turn, differences: [] });
    }
  };

  /** Whether a turn is the request that a message is. */
  const isTurnOf = (message: OadrMessage, turn: RecordedTurn): turn is RecordedExchange =>
    !isPush(turn) && turn.request.message === message.message;

  interface Met {
    readonly meeting: Meeting;
    /** What it is answered from. */
    readonly exchange?: RecordedExchange;
    /** The turn it was, when it is another's. */
    readonly turn?: RecordedTurn;
  }

  const meet = (message: OadrMessage): Met => {
    const [turn] = waiting;
    if (turn === undefined) return { meeting: 'after' };
    const exchange = waiting
      .slice(0, lookahead)
      .filter((each, index) => waitMs(each) <= patienceMs || (index === 0 && message.message !== 'oadrPoll'))
      .find((each) => isTurnOf(message, each));
    // A poll may come at any time: it waits for its turn, and brings nothing until then.
    if (message.message === 'oadrPoll' && exchange !== turn) return { meeting: 'quiet' };
    if (exchange === undefined) return { meeting: 'unexpected', turn };
    end(exchange);
    return { meeting: exchange === turn ? 'recorded' : 'early', exchange };
  };

  const repeated = (message: OadrMessage): VtnAnswer => {
    const last = message.message === 'oadrPoll' ? undefined : lastOfKind.get(message.message);
    return last === undefined ? plain(message) : recordedAnswer(last, { now: now(), renaming });
  };

  const answered = (message: OadrMessage): VtnAnswer => {
    startedAt ??= now();
    giveUp((turn) => isTurnOf(message, turn));
    pushes.hear(message);
    const { meeting, exchange, turn } = meet(message);
    const differences = exchange === undefined ? [] : likeness.compare(exchange.request, message, now() - exchange.at);
    onRequest?.({ at: now(), message, meeting, recorded: exchange ?? turn, differences });
    if (exchange === undefined) return meeting === 'unexpected' ? repeated(message) : plain(message);
    if (exchange.outcome.kind === 'answered') lastOfKind.set(message.message, exchange);
    return recordedAnswer(exchange, { now: now(), renaming });
  };

  const handle = (_service: OadrServiceName, request: string | OadrMessage): VtnAnswer => {
    if (typeof request !== 'string') return answered(request);
    const result = decodePayload(request);
    if (result.ok) return answered(result.message);
    complain('XSD', `${result.refusal.text} (${result.refusal.path})`);
    onRequest?.({ at: now(), message: undefined, meeting: 'unexpected', recorded: waiting[0], differences: [] });
    return plain(undefined);
  };

  return { handle, begin: inFlightCounter(complain), complain, complaints, pushes, left: () => waiting };
};
