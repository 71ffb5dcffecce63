import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import { decodePayload } from '../protocol/payload.ts';
import { properRepliesTo, serviceOf } from '../protocol/services.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { RequestID, VenID } from '../protocol/types/identifiers.ts';
import type { DeliveryContext } from './delivery.ts';
import type { Faults, PushFault } from './faults/faults.ts';
import { owe } from './dues.ts';
import { verified } from './exchange.ts';
import { noteHandedOut, takeNext } from './services/polling.ts';
import { serve } from './services/services.ts';
import type { KnownVen, VtnWorld } from './world.ts';
import { pushWithin } from './bounded.ts';

/** How a VTN writes what it pushes. */
type Writing = Pick<DeliveryContext, 'encode' | 'tampered'>;

/** A message on its way to a VEN that has it pushed. */
export interface Push {
  readonly venID: VenID;
  /** Where the service is reached: the VEN's oadrTransportAddress, and the path that every address ends with. @rule 2.0b §9.1.2 */
  readonly url: string;
  readonly service: OadrServiceName;
  readonly message: OadrMessage;
  readonly body: string;
  readonly attempt: number;
  readonly faults: readonly PushFault[];
}

/** A VEN, and where it is pushed to. */
export type PushTarget = Pick<KnownVen, 'venID' | 'pushTo'>;

/** What a VEN said to it; null when nothing came back. */
export type PushOutcome = { readonly httpStatus: number; readonly body: string } | null;

/** One push and what became of it. */
export interface PushRecord {
  readonly at: number;
  readonly venID: VenID;
  readonly message: MessageName;
  readonly requestID?: RequestID;
  readonly status: number | null;
  readonly reply?: OadrMessage;
  readonly attempt: number;
  readonly faults: readonly PushFault['do'][];
}

/** What a VTN pushes. */
export interface Pushes {
  /** The next push that is due, to whichever VEN. */
  next(): Push | undefined;
  /** Takes what came of it. */
  settle(push: Push, outcome: PushOutcome): void;
  /** Pushes a message once to an address, whether or not a VEN is registered that wants it there. */
  once(to: PushTarget, message: OadrMessage): void;
  /** What was pushed, oldest first. @limit 10000 */
  readonly records: readonly PushRecord[];
}

/** @limit Pushes that are remembered. */
const recordsLimit = 10_000;

/** The first pause after a push that failed, and the longest. @unit ms */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** How long a VTN pushes nothing when it falls silent. @unit ms */
const usualSilenceMs = 3_600_000;

/** A message is tried so often; then the VEN is told no more of it. @limit */
const attemptsLimit = 200;

/** What is wrong with the padding of a body that is too large to be read. @unit characters */
const hugeCharacters = 6_000_000;

/** The address of a service: the base that the VEN told, and what every address ends with. @rule 2.0b §9.1.2, 511 */
export const serviceUrl = (transportAddress: string, service: OadrServiceName): string =>
  `${transportAddress.replace(/\/+$/, '')}/OpenADR2/Simple/2.0b/${service}`;

/** A pushed list of DR events answers nothing, so it carries no eiResponse. @rule 2.0b 40 */
const unasked = (message: OadrMessage): OadrMessage => {
  if (message.message !== 'oadrDistributeEvent') return message;
  const { eiResponse: _answersNothing, ...pushed } = message;
  return pushed;
};

const isStruck = ({ faults }: Pick<Push, 'faults'>, ...names: readonly PushFault['do'][]): boolean =>
  faults.some((fault) => names.includes(fault.do));

const altered = (message: OadrMessage, faults: readonly PushFault[]): OadrMessage => {
  if (isStruck({ faults }, 'pushWrongVenID') && 'venID' in message)
    return { ...message, venID: 'another.ven' } as OadrMessage;
  return isStruck({ faults }, 'pushWrongVtnID') && message.message === 'oadrDistributeEvent'
    ? { ...message, vtnID: 'another.vtn' }
    : message;
};

/** A message whose push was answered and has still to be pushed as it should be. */
const isInVain = (push: Push): boolean => isStruck(push, 'pushReplyLost', 'pushWrongVenID', 'pushWrongVtnID');

const oversized = (body: string): string => `${body}<!--${'x'.repeat(hugeCharacters)}-->`;

const requestIDOf = (message: OadrMessage): Pick<PushRecord, 'requestID'> =>
  'requestID' in message ? { requestID: message.requestID } : {};

/** What waits for a VEN; with the fault, the second before the first. */
const nextFor = (world: VtnWorld, ven: KnownVen, isReordered: boolean): OadrMessage | undefined => {
  const [first, second, ...rest] = ven.queue;
  if (isReordered && first !== undefined && second !== undefined) ven.queue.splice(0, Infinity, second, first, ...rest);
  return takeNext(world, ven);
};

/** Complains about a reply that is not the one that is due. @rule 2.0b Tab. 2, §8.1 */
const judgeReply = (world: VtnWorld, push: Push, body: string): OadrMessage | undefined => {
  const { message, venID } = push;
  if (body.trim() === '') {
    if (message.message !== 'oadrDistributeEvent')
      world.complain('Tab. 2', `The ${message.message} that was pushed was answered with nothing.`, venID);
    return undefined;
  }
  const signed = verified(world, body);
  if (signed === null) return undefined;
  const result = decodePayload(signed, { strict: true });
  if (!result.ok) {
    world.complain('XSD', `The reply to a push cannot be read: ${result.refusal.text} (${result.refusal.path})`, venID);
    return undefined;
  }
  const reply = result.message;
  const isProper = reply.message === 'oadrResponse' || properRepliesTo(message.message).includes(reply.message);
  if (!isProper)
    world.complain('Tab. 2', `The ${message.message} that was pushed was answered with ${reply.message}.`, venID);
  return reply;
};

/** A message that is not with its VEN yet. */
interface Waiting {
  readonly message: OadrMessage;
  readonly attempt: number;
  /** What is wrong with this attempt. */
  readonly faults: readonly PushFault[];
  readonly notBefore: number;
}

const pauseMs = (attempt: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10));

class Pushing implements Pushes {
  readonly #world: VtnWorld;
  readonly #faults: Faults;
  readonly #writing: Writing;
  readonly #waiting = new Map<KnownVen, Waiting>();
  /** What is pushed to whoever is there. */
  readonly #strays = new Set<Push>();
  readonly records: PushRecord[] = [];

  constructor(world: VtnWorld, faults: Faults, writing: Writing) {
    this.#world = world;
    this.#faults = faults;
    this.#writing = writing;
  }

  once(to: PushTarget, message: OadrMessage): void {
    this.#strays.add(this.#pushOf(to, { message, attempt: 1, faults: [] }));
  }

  next(): Push | undefined {
    const world = this.#world;
    for (const stray of this.#strays) return stray;
    world.board.advance(world.now());
    for (const ven of this.#waiting.keys()) if (world.vens.get(ven.venID) !== ven) this.#waiting.delete(ven);
    if (world.now() < (world.moods.mutedUntil ?? 0)) return undefined;
    for (const ven of world.vens.values()) {
      const waiting = ven.pushTo === undefined ? undefined : this.#waitingFor(ven);
      if (waiting === undefined || waiting.notBefore > world.now()) continue;
      noteHandedOut(world, ven, waiting.message); // the VEN may have registered its reports anew since it was tried last
      return this.#pushOf(ven, waiting);
    }
    return undefined;
  }

  settle(push: Push, outcome: PushOutcome): void {
    const isTaken = outcome?.httpStatus === 200;
    const reply = isTaken ? judgeReply(this.#world, push, outcome.body) : undefined;
    this.#note(push, outcome, reply);
    if (this.#strays.delete(push)) return;
    const ven = this.#world.vens.get(push.venID);
    const waiting = ven === undefined ? undefined : this.#waiting.get(ven);
    if (ven === undefined || waiting === undefined) return;
    if (isTaken && !isInVain(push)) this.#take(ven, push, reply);
    const isOver = isTaken && !isInVain(push) && !isStruck(push, 'pushTwice');
    if (isOver || waiting.attempt >= attemptsLimit) this.#waiting.delete(ven);
    else this.#again(ven, waiting);
  }

  /** Once more the same, after a while that grows; whatever was wrong with it before is right now. */
  #again(ven: KnownVen, { message, attempt }: Waiting): void {
    const notBefore = this.#world.now() + pauseMs(attempt);
    this.#waiting.set(ven, { message, attempt: attempt + 1, faults: [], notBefore });
  }

  /** It is with the VEN, which may owe an answer to it. */
  #take(ven: KnownVen, push: Push, reply: OadrMessage | undefined): void {
    owe(ven, push.message, push.message);
    if (reply !== undefined) serve(this.#world, reply);
  }

  #waitingFor(ven: KnownVen): Waiting | undefined {
    const world = this.#world;
    const present = this.#waiting.get(ven);
    if (present !== undefined) return present;
    if (ven.queue.length === 0 && !world.board.hasNews(ven.venID)) return undefined;
    const name = ven.queue[0]?.message ?? 'oadrDistributeEvent';
    const faults = this.#faults.drawForPush(world.now(), serviceOf[name], name);
    const silent = faults.find((fault) => fault.do === 'pushSilent');
    if (silent !== undefined) {
      world.moods.mutedUntil = world.now() + (silent.forMs ?? usualSilenceMs);
      return undefined;
    }
    const message = nextFor(world, ven, isStruck({ faults }, 'pushReordered'));
    if (message === undefined) return undefined;
    const waiting = { message, attempt: 1, faults, notBefore: world.now() };
    this.#waiting.set(ven, waiting);
    return waiting;
  }

  #pushOf({ venID, pushTo = '' }: PushTarget, { message, attempt, faults }: Omit<Waiting, 'notBefore'>): Push {
    const service = serviceOf[message.message];
    const said = altered(unasked(message), faults);
    const { encode, tampered } = this.#writing;
    const tampering = faults.find((fault) => fault.do === 'pushTampered');
    const xml = tampering === undefined || tampered === undefined ? encode(said) : tampered(said, tampering.how);
    const body = isStruck({ faults }, 'pushHuge') ? oversized(xml) : xml;
    return { venID, url: serviceUrl(pushTo, service), service, message: said, body, attempt, faults };
  }

  #note(push: Push, outcome: PushOutcome, reply: OadrMessage | undefined): void {
    pushWithin(recordsLimit, this.records, {
      at: this.#world.now(),
      venID: push.venID,
      message: push.message.message,
      ...requestIDOf(push.message),
      status: outcome?.httpStatus ?? null,
      ...(reply === undefined ? {} : { reply }),
      attempt: push.attempt,
      faults: push.faults.map((fault) => fault.do),
    });
  }
}

/** Opens what a VTN pushes. */
export const openPushing = (world: VtnWorld, faults: Faults, writing: Writing): Pushes =>
  new Pushing(world, faults, writing);
