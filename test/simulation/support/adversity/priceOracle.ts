import { isDeepStrictEqual } from 'node:util';
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { hourMs } from '../../../../src/programme/calendar.ts';
import type { EiEvent } from '../../../../src/protocol/elements/eiEvent.ts';
import type { OadrMessage } from '../../../../src/protocol/payload.ts';
import { parseDateTime } from '../../../../src/protocol/types/dateTime.ts';
import { durationMs } from '../../../../src/protocol/types/duration.ts';
import { priceAt } from '../../../../src/store/projections/priceSlots.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';

/** A price that somebody stated for a time; null where nobody can say which price that is. */
interface StatedSlot {
  readonly startAt: number;
  readonly endAt: number;
  readonly usdPerKwh: number | null;
}

/** A price event as the VEN has last heard of it. */
export interface Stated {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly isOver: boolean;
  readonly slots: readonly StatedSlot[];
  /** Every price in it, whatever its times: where these cannot be told, any of them may be meant. */
  readonly prices: readonly number[];
}

/** @limit What is remembered of one DR event: a VTN that contradicts itself does so a few times. */
const statementsKept = 20;

const saysTheSame = (one: Stated, other: Stated): boolean => isDeepStrictEqual(one, other);

/** The latest goes first. What says the same again takes no place of its own: a list is told anew for weeks. */
export const withLatest = (latest: readonly Stated[], before: readonly Stated[]): readonly Stated[] =>
  [...latest, ...before.filter((stated) => !latest.some((each) => saysTheSame(each, stated)))].slice(0, statementsKept);

/** A stated price for time to come that was not in force a while after it had arrived. */
export interface MissingPrice {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly heardAt: number;
  /** When the same message came first: one that is pushed again is answered as it was then, and nothing more is said of it. */
  readonly firstHeardAt: number;
  readonly startAt: number;
  readonly stated: number | null;
  readonly inForce: string | null;
  /** Whether an alarm stood that says so: of its DR event, or of all that the VTN lists. */
  readonly isAlarmed: boolean;
  /** Whether the VTN has listed all that it has since, and this was not among it: what was alarmed of it may be over by then. */
  readonly isUnlisted: boolean;
}

/** When a message came. UTC ms. */
type Heard = Pick<MissingPrice, 'heardAt' | 'firstHeardAt'>;

/** How long a VEN may take over a price that has arrived. @unit ms */
const patienceMs = 30_000;

/** How far ahead is looked. @unit ms */
const horizonMs = 48 * hourMs;

const unreadable = (eiEvent: EiEvent, startAt: number): readonly StatedSlot[] => [
  {
    startAt,
    endAt: startAt + Math.max(hourMs, durationMs(eiEvent.eiActivePeriod.duration, startAt)),
    usdPerKwh: null,
  },
];

/** Every price that a DR event states, in the unit that we understand. */
const pricesOf = (eiEvent: EiEvent): readonly number[] =>
  eiEvent.eiEventSignals.eiEventSignal
    .filter(
      ({ signalName, signalType, itemBase }) =>
        signalName === 'ELECTRICITY_PRICE' &&
        signalType === 'price' &&
        (itemBase === undefined || !('itemUnits' in itemBase) || itemBase.itemUnits === 'USD'),
    )
    .flatMap(({ intervals }) => intervals.map(({ signalPayload }) => Number(signalPayload?.[0]?.payloadFloat)))
    .filter(Number.isFinite);

/** The prices of a DR event by the words of its message: durations one after the other from its start. @rule 2.0b 103 */
const slotsOf = (eiEvent: EiEvent): readonly StatedSlot[] | null => {
  const signal = eiEvent.eiEventSignals.eiEventSignal.find(
    ({ signalName, signalType }) => signalName === 'ELECTRICITY_PRICE' && signalType === 'price',
  );
  if (signal === undefined) return null;
  const startAt = parseDateTime(eiEvent.eiActivePeriod.dtstart) ?? Number.NaN;
  const isForeign =
    signal.itemBase !== undefined && 'itemUnits' in signal.itemBase && signal.itemBase.itemUnits !== 'USD';
  const slots: StatedSlot[] = [];
  let at = startAt;
  for (const { duration, signalPayload } of signal.intervals) {
    const lengthMs = durationMs(duration ?? 'PT0S', at);
    const usdPerKwh = Number(signalPayload?.[0]?.payloadFloat);
    if (!(lengthMs >= 0) || !Number.isFinite(usdPerKwh)) return unreadable(eiEvent, startAt);
    if (lengthMs === 0) continue; // prices no time
    slots.push({ startAt: at, endAt: at + lengthMs, usdPerKwh });
    at += lengthMs;
  }
  return isForeign || slots.length === 0 ? unreadable(eiEvent, startAt) : slots;
};

/**
 * Knows which prices have reached the VEN, from what went over the wire alone, and looks a while later whether they are in
 * force. Where several DR events price an hour, any of them may hold.
 */
export class PriceOracle {
  readonly #world: AgentWorld;
  /** Of each DR event all that was said of its highest version: one of two that contradict each other was refused aloud. */
  readonly #held = new Map<string, readonly Stated[]>();
  /** What was said of each DR event before its highest version: it stays in force where that was refused aloud. */
  readonly #before = new Map<string, readonly Stated[]>();
  /** DR events that a whole list did not hold, until they are listed again. */
  readonly #unlisted = new Set<string>();
  /** When each message came first, by its requestID. */
  readonly #firstHeardAt = new Map<string, number>();
  readonly missing: MissingPrice[] = [];

  constructor(world: AgentWorld) {
    this.#world = world;
  }

  hear(message: OadrMessage): void {
    if (message.message !== 'oadrDistributeEvent') return;
    const heard = message.oadrEvent.flatMap(({ eiEvent }) => {
      const slots = slotsOf(eiEvent);
      if (slots === null) return [];
      const { eventID, modificationNumber, eventStatus } = eiEvent.eventDescriptor;
      const isOver = ['cancelled', 'completed'].includes(eventStatus);
      const stated = { eventID, modificationNumber, slots, isOver, prices: pricesOf(eiEvent) };
      this.#hold(stated);
      return [stated];
    });
    const { agent, time, settings } = this.#world;
    if (settings.implicitCancellation)
      for (const eventID of this.#held.keys())
        if (!message.oadrEvent.some(({ eiEvent }) => eiEvent.eventDescriptor.eventID === eventID))
          this.#unlisted.add(eventID);
    const heardAt = time.now();
    const when = { heardAt, firstHeardAt: this.#firstHeardAt.get(message.requestID) ?? heardAt };
    this.#firstHeardAt.set(message.requestID, when.firstHeardAt);
    if (heard.length > 0)
      time.ringAt(heardAt + patienceMs, () => {
        if (this.#world.agent === agent && agent !== null) this.#look(heard, when);
      });
  }

  #hold(stated: Stated): void {
    this.#unlisted.delete(stated.eventID);
    const held = this.#held.get(stated.eventID) ?? [];
    const highest = held[0]?.modificationNumber ?? -1;
    if (stated.modificationNumber > highest || stated.isOver) {
      this.#before.set(stated.eventID, withLatest(held, this.#before.get(stated.eventID) ?? []));
      this.#held.set(stated.eventID, [stated]);
    } else if (stated.modificationNumber === highest) this.#held.set(stated.eventID, withLatest([stated], held));
  }

  #look(heard: readonly Stated[], when: Heard): void {
    for (const stated of heard) {
      if (stated.isOver || this.#held.get(stated.eventID)?.[0] !== stated) continue;
      const first = this.#firstMissing(stated, when);
      if (first !== null) this.missing.push(first);
    }
  }

  #firstMissing({ eventID, modificationNumber, slots, prices }: Stated, when: Heard): MissingPrice | null {
    const { time, agent } = this.#world;
    const state = agent?.state;
    // While our clock is off by much, the VTN and we mean other hours by the hours to come.
    if (state === undefined || Math.abs(time.jumpedMs) > 60_000) return null;
    for (const { startAt, usdPerKwh } of slots) {
      if (startAt <= time.now() || startAt > time.now() + horizonMs) continue;
      const inForce = priceAt(state.views.prices, startAt)?.usdPerKwh ?? null;
      if (inForce !== null && Number(inForce) === usdPerKwh) continue; // as it was stated
      if (inForce !== null && this.#isStated(Number(inForce), startAt, state.alarms)) {
        // What cannot be read counts for nothing, and is to be told; what can be read need not win over another DR event.
        if (usdPerKwh !== null || prices.includes(Number(inForce))) continue;
      }
      const isAlarmed = Object.keys(state.alarms).some((key) => isAbout(key, eventID));
      const isUnlisted = this.#unlisted.has(eventID);
      return { eventID, modificationNumber, ...when, startAt, stated: usdPerKwh, inForce, isAlarmed, isUnlisted };
    }
    return null;
  }

  /** Whether somebody states a price for an instant, or stated it before what was refused. */
  #isStated(price: number, at: number, alarms: object): boolean {
    for (const held of this.#held.values()) if (held.some((stated) => states(stated, price, at))) return true;
    for (const [eventID, before] of this.#before)
      if (Object.hasOwn(alarms, `pricesRefused ${eventID}`) && before.some((stated) => states(stated, price, at)))
        return true;
    return false;
  }
}

/** Whether a DR event that is not over states a price for an instant. */
const states = ({ isOver, slots, prices }: Stated, price: number, at: number): boolean =>
  !isOver &&
  slots.some(
    ({ startAt, endAt, usdPerKwh }) =>
      startAt <= at && at < endAt && (usdPerKwh === null ? prices.includes(price) : usdPerKwh === price),
  );

/**
 * Alarms of all that the VTN lists: it speaks as another, or to one that it says we are not, or what it sent was too large for
 * anybody to know what it was.
 */
const ofAll: ReadonlySet<string> = new Set([
  'identityMismatch vtnID',
  'identityMismatch venID assigned',
  'messageUnreadable oadrDistributeEvent',
  'messageUnreadable',
]);

/** Whether an alarm says that the prices of a DR event do not count. */
export const isAbout = (key: string, eventID: string): boolean =>
  key === `pricesRefused ${eventID}` || key === `pricesUnusable ${eventID}` || ofAll.has(key);

/** Facts by which something is turned down; an alarm of the DR event gives the reason itself, and a failure where all is too large. */
export const turnsDown: readonly KnownEntry['type'][] = [
  'MessageRefused',
  'MessageRejected',
  'DrEventRefused',
  'AlarmRaised',
  'ExchangeFailed',
];

const isTurnedDown = ({ type, data }: KnownEntry): boolean =>
  type === 'ExchangeFailed' ? data.reason === 'tooLarge' : turnsDown.includes(type);

/** Whether the log says that a price was turned down: by its DR event, or by the whole message that brought it. */
export const isRefusedAloud = (
  entries: readonly KnownEntry[],
  { eventID, heardAt, firstHeardAt, isAlarmed, isUnlisted }: Omit<MissingPrice, 'stated' | 'inForce'>,
): boolean =>
  (isAlarmed || isUnlisted) &&
  entries.some(
    (entry) =>
      isTurnedDown(entry) &&
      (JSON.stringify(entry.data).includes(eventID) ||
        [heardAt, firstHeardAt].some((at) => entry.recordedAt >= at && entry.recordedAt <= at + patienceMs)),
  );
