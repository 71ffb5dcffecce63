import type { KnownEntry } from '../facts/fact.ts';
import type { DrEventAccepted } from '../facts/output.ts';
import { type Keyed, lookUp, withKey } from '../store/projections/keyed.ts';
import type { PricedSlot } from '../store/projections/priceSlots.ts';
import { type PriceRules, type PriceVersion, versionsOf } from '../store/projections/priceVersion.ts';

/**
 * Contests: prices that the VTN listed for an event and that were refused, because they came without a higher
 * modificationNumber. What was accepted first stays in force; that the VTN has said something else is kept.
 */

/** Refused versions of each DR event that state other prices than any before, oldest first. */
export type Contests = Keyed<readonly PriceVersion[]>;

/** @limit Refused versions kept of one event; a VTN that lists a new one with each poll is not followed for ever. */
export const contestsPerEvent = 8;

const pricesOf = ({ startAt, slots }: PriceVersion): string => JSON.stringify([startAt, slots]);

/** Notes what a refused listing of an event would have priced. */
export const contested = (
  contests: Contests,
  events: readonly DrEventAccepted['event'][],
  entry: KnownEntry & { type: 'DrEventRefused' },
  rules: PriceRules | null,
): Contests => {
  const { eventID, modificationNumber } = entry.data;
  const before = lookUp(contests, eventID) ?? [];
  const event = events.find(
    ({ eventDescriptor }) =>
      eventDescriptor.eventID === eventID && eventDescriptor.modificationNumber === modificationNumber,
  );
  if (event === undefined || rules === null || before.length >= contestsPerEvent) return contests;
  const listed: DrEventAccepted = {
    eventID,
    modificationNumber,
    kind: 'modified',
    event,
    test: false,
    offsetMs: 0,
    startAt: 0,
  };
  const known = new Set(before.map(pricesOf));
  const news = versionsOf(listed, entry.recordedAt, entry.position, rules).filter(
    (version) => version.rank === 0 && !known.has(pricesOf(version)),
  );
  return news.length === 0 ? contests : withKey(contests, eventID, [...before, ...news]);
};

/** A price that was refused. */
export interface ContestedPrice {
  readonly usdPerKwh: string;
  readonly modificationNumber: number;
  readonly position: number;
}

/** Prices that were refused for some of a slot's time after its own was taken over, and differ from it. */
export const contestedPrices = (contests: Contests, slot: PricedSlot): readonly ContestedPrice[] =>
  (lookUp(contests, slot.eventID) ?? [])
    .filter(({ position }) => position > slot.position)
    .flatMap(({ slots, modificationNumber, position }) =>
      slots.flatMap(({ startAt, endAt, usdPerKwh }) => {
        const isOther =
          startAt < slot.endAt &&
          (endAt ?? slot.endAt) > slot.startAt &&
          usdPerKwh !== null &&
          usdPerKwh !== slot.usdPerKwh;
        return isOther ? [{ usdPerKwh, modificationNumber, position }] : [];
      }),
    );
