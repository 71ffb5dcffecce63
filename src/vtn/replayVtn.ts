import { decodePayload, encodePayload, type OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { MessageDifference } from '../recording/likeness.ts';
import { Likeness } from '../recording/likeness.ts';
import { Renaming } from '../recording/renaming.ts';
import type { RecordedExchange } from '../recording/recordedExchange.ts';
import { answerOf, type VtnAnswer } from './answer.ts';
import { openComplaints, type Complaint } from './complaints.ts';
import { plainAnswer } from './plainAnswer.ts';
import { recordedAnswer } from './recordedAnswer.ts';
import { inFlightCounter } from './vtn.ts';
import type { ServedVtn } from './vtnServer.ts';
import type { KnownVtn } from './knownVtn.ts';

/** What it is made of. */
export interface ReplayVtnOptions {
  readonly exchanges: readonly RecordedExchange[];
  readonly known: KnownVtn;
  readonly now: () => number;
  /** Told of every request, as it is answered. */
  readonly onRequest?: (request: ReplayedRequest) => void;
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
  /** The recorded exchange it was answered from, or, for an unexpected one, that whose turn it was. */
  readonly recorded: RecordedExchange | undefined;
  /** Where it departs from the recorded request. */
  readonly differences: readonly MessageDifference[];
}

/** A VTN that repeats a recording. */
export interface ReplayVtn extends ServedVtn {
  readonly complaints: readonly Complaint[];
  /** Recorded exchanges that have not been asked for yet. */
  readonly left: () => readonly RecordedExchange[];
}

/** @limit Recorded turns that are looked ahead for a request that comes early. */
const lookahead = 12;

/** How much before its time a recorded request may come, and how long after it is waited for while the VEN asks for other things. @unit ms */
const patienceMs = 600_000;

/** Opens it. */
export const createReplayVtn = ({ exchanges, known, now, onRequest }: ReplayVtnOptions): ReplayVtn => {
  const renaming = new Renaming();
  const likeness = new Likeness(renaming);
  const { list: complaints, complain } = openComplaints(now);
  const waiting = [...exchanges];
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

  /** How long there is until a recorded request is due; negative when it should have come. @unit ms */
  const waitMs = ({ at }: RecordedExchange): number => at - (exchanges[0]?.at ?? at) - (now() - (startedAt ??= now()));

  /** Recorded requests whose time has long passed, and that this one is not: they are waited for no longer. */
  const giveUpOn = (message: OadrMessage): void => {
    for (
      let [turn] = waiting;
      turn !== undefined && turn.request.message !== message.message && waitMs(turn) < -patienceMs;
      [turn] = waiting
    ) {
      waiting.shift();
      onRequest?.({ at: now(), message: undefined, meeting: 'missing', recorded: turn, differences: [] });
    }
  };

  const meet = (
    message: OadrMessage,
  ): { readonly meeting: Meeting; readonly recorded: RecordedExchange | undefined } => {
    const [turn] = waiting;
    if (turn === undefined) return { meeting: 'after', recorded: undefined };
    const place = waiting
      .slice(0, lookahead)
      .findIndex(
        (each, index) =>
          each.request.message === message.message &&
          (waitMs(each) <= patienceMs || (index === 0 && message.message !== 'oadrPoll')),
      );
    // A poll may come at any time: it waits for its turn, and brings nothing until then.
    if (message.message === 'oadrPoll' && place !== 0) return { meeting: 'quiet', recorded: undefined };
    return place < 0
      ? { meeting: 'unexpected', recorded: turn }
      : { meeting: place === 0 ? 'recorded' : 'early', recorded: waiting.splice(place, 1)[0] };
  };

  const repeated = (message: OadrMessage): VtnAnswer => {
    const last = message.message === 'oadrPoll' ? undefined : lastOfKind.get(message.message);
    return last === undefined ? plain(message) : recordedAnswer(last, { now: now(), renaming });
  };

  const answered = (message: OadrMessage): VtnAnswer => {
    giveUpOn(message);
    const { meeting, recorded } = meet(message);
    const isPlayed = recorded !== undefined && meeting !== 'unexpected';
    const differences = isPlayed ? likeness.compare(recorded.request, message, now() - recorded.at) : [];
    onRequest?.({ at: now(), message, meeting, recorded, differences });
    if (!isPlayed) return meeting === 'unexpected' ? repeated(message) : plain(message);
    if (recorded.outcome.kind === 'answered') lastOfKind.set(message.message, recorded);
    return recordedAnswer(recorded, { now: now(), renaming });
  };

  const handle = (_service: OadrServiceName, request: string | OadrMessage): VtnAnswer => {
    if (typeof request !== 'string') return answered(request);
    const result = decodePayload(request);
    if (result.ok) return answered(result.message);
    complain('XSD', `${result.refusal.text} (${result.refusal.path})`);
    onRequest?.({ at: now(), message: undefined, meeting: 'unexpected', recorded: waiting[0], differences: [] });
    return plain(undefined);
  };

  return { handle, begin: inFlightCounter(complain), complain, complaints, left: () => waiting };
};
