/**
 * What a VTN is awaited to push again, when the VEN's half of a recording is played: each push is answered as it was answered then,
 * with the names of now, whenever it comes.
 */
import { decodePayload, encodePayload, type OadrMessage } from '../protocol/payload.ts';
import { visitXml } from './identifiers.ts';
import { daysDown, movedXml } from './instants.ts';
import type { Likeness, MessageDifference } from './likeness.ts';
import { replyText, type RecordedPush, type RecordedReply } from './recordedExchange.ts';
import type { Renaming } from './renaming.ts';

/** What is said to a push. */
export interface PushReply {
  readonly httpStatus: number;
  readonly body: string;
}

/** A push that came, or that was awaited in vain. */
export interface PlayedPush {
  /** Undefined: the recording has none like it. */
  readonly push: RecordedPush | undefined;
  /** What it is called; for one that did not come, what it would have been. */
  readonly name: string;
  /** What was said to it, in a few words; null when it did not come. */
  readonly said: string | null;
  readonly differences: readonly MessageDifference[];
}

/** Whether what was played is a push. */
export const isPlayedPush = (played: object): played is PlayedPush => 'push' in played;

/** What a comparison and a reply are made with. */
export interface AwaitedSurroundings {
  readonly likeness: Likeness;
  readonly renaming: Renaming;
  /** UTC ms. */
  readonly now: () => number;
}

const UNREADABLE = 'something unreadable';

const nameOf = (message: OadrMessage | undefined): string => message?.message ?? UNREADABLE;

/** What is said to a message that nobody recorded: the least that lets the VTN go on. @rule 2.0b §8.1, Tab. 2 */
const plainReply = (message: OadrMessage | undefined): RecordedReply => {
  if (message === undefined) return { httpStatus: 406, xml: '' };
  if (message.message === 'oadrDistributeEvent') return { httpStatus: 200, xml: '' };
  const requestID = 'requestID' in message ? message.requestID : '';
  const reply: OadrMessage = {
    message: 'oadrResponse',
    eiResponse: { responseCode: '200', responseDescription: 'OK', requestID },
    ...('venID' in message && message.venID !== undefined ? { venID: message.venID } : {}),
  };
  return { httpStatus: 200, message: reply, xml: encodePayload(reply) };
};

/** What was said, and to what. */
interface Said {
  readonly played: PlayedPush;
  readonly reply: PushReply;
}

/** The pushes of a recording that have not come again yet. */
export class AwaitedPushes {
  readonly #surroundings: AwaitedSurroundings;
  readonly #awaited: RecordedPush[];
  readonly #came = new Map<RecordedPush, PlayedPush>();
  readonly #waiting = new Map<RecordedPush, () => void>();
  /** By what was pushed: the same again gets the same. */
  readonly #said = new Map<string, Said>();
  #unawaited: PlayedPush[] = [];

  constructor(pushes: readonly RecordedPush[], surroundings: AwaitedSurroundings) {
    this.#awaited = [...pushes];
    this.#surroundings = surroundings;
  }

  /** Answers what is pushed. */
  answer(body: string): PushReply {
    const said = this.#said.get(body);
    if (said !== undefined) return this.#again(said);
    const decoded = decodePayload(body, { itemByItem: true });
    const fresh = this.#reply(decoded.ok ? decoded.message : undefined);
    this.#said.set(body, fresh);
    return fresh.reply;
  }

  /** What is pushed again is told of where the recording has it twice as well. */
  #again({ played, reply }: Said): PushReply {
    const xml = played.push?.xml;
    const place = this.#awaited.findIndex((each) => each.xml === xml);
    const [push] = place < 0 ? [] : this.#awaited.splice(place, 1);
    if (push !== undefined) this.#take({ ...played, push });
    return reply;
  }

  #take(played: PlayedPush & { readonly push: RecordedPush }): void {
    this.#came.set(played.push, played);
    this.#waiting.get(played.push)?.();
  }

  /** The push that stands for a recorded one: once it has come, or else when waiting for it is over. */
  async arrival(push: RecordedPush, over: Promise<void>): Promise<PlayedPush> {
    const came = new Promise<void>((resolve) => {
      if (this.#came.has(push)) resolve();
      else this.#waiting.set(push, resolve);
    });
    await Promise.race([came, over]);
    this.#waiting.delete(push);
    const played = this.#came.get(push);
    if (played !== undefined) return played;
    this.#awaited.splice(this.#awaited.indexOf(push), 1);
    const name = nameOf(push.message);
    return { push, name, said: null, differences: [{ path: 'push', recorded: name, now: null }] };
  }

  /** What came since and stands for nothing that was recorded. */
  unawaited(): readonly PlayedPush[] {
    const all = this.#unawaited;
    this.#unawaited = [];
    return all;
  }

  #reply(message: OadrMessage | undefined): Said {
    const place = this.#awaited.findIndex((each) => nameOf(each.message) === nameOf(message));
    const [push] = place < 0 ? [] : this.#awaited.splice(place, 1);
    return push === undefined ? this.#plain(message) : this.#recorded(push, message);
  }

  #plain(message: OadrMessage | undefined): Said {
    const reply = plainReply(message);
    const name = nameOf(message);
    const differences = [{ path: 'push', recorded: null, now: name }];
    const played = { push: undefined, name, said: replyText(reply), differences };
    this.#unawaited.push(played);
    return { played, reply: { httpStatus: reply.httpStatus, body: reply.xml } };
  }

  #recorded(push: RecordedPush, message: OadrMessage | undefined): Said {
    const { likeness, renaming, now } = this.#surroundings;
    const distanceMs = now() - push.at;
    const differences =
      push.message === undefined || message === undefined ? [] : likeness.compare(push.message, message, distanceMs);
    const played = { push, name: nameOf(message), said: replyText(push.reply), differences };
    this.#take(played);
    const { httpStatus, xml } = push.reply;
    return { played, reply: { httpStatus, body: movedXml(visitXml(xml, renaming), distanceMs, daysDown(distanceMs)) } };
  }
}
