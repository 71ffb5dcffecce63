/** A planner's answer as a fact. */
import type { PlanAnswer } from '../dispatch/planner.ts';
import type { PlanMade, PlannedDevice, PlanSlot, PlanWorth } from '../facts/planning.ts';
import type { PlanRequested } from '../facts/planning.ts';

/** @limit Levels that are told with fewer digits than the planner reckons with. */
const levelDigits = 4;

const rounded = (level: number): number => Number(level.toFixed(levelDigits));

/** How fast the level changes. @unit 1/ms */
const slope = (before: number | null | undefined, { startAt, endAt, stateOfChargeAtEnd }: PlanSlot): number | null =>
  typeof before === 'number' && typeof stateOfChargeAtEnd === 'number'
    ? (stateOfChargeAtEnd - before) / (endAt - startAt)
    : null;

/** How far from a straight line the level may be where two slots are told as one. */
const straight = 1e-4;

/** Whether the level between two slots can be told from the level after them. */
const isStraight = (before: number | null | undefined, one: PlanSlot, next: PlanSlot): boolean => {
  const [first, second] = [slope(before, one), slope(one.stateOfChargeAtEnd, next)];
  if (first === null || second === null) return first === second;
  return Math.abs(first - second) * Math.min(one.endAt - one.startAt, next.endAt - next.startAt) < straight;
};

/** Neighbours that do the same as one slot: a fact says what is done, not how finely it was reckoned. */
export const joinedSlots = (slots: readonly PlanSlot[]): readonly PlanSlot[] => {
  const joined: PlanSlot[] = [];
  for (const slot of slots) {
    const last = joined.at(-1);
    const before = joined.at(-2)?.stateOfChargeAtEnd;
    const isSame = last !== undefined && last.demandWatts === slot.demandWatts && last.endAt === slot.startAt;
    if (isSame && (last.stateOfChargeAtEnd === slot.stateOfChargeAtEnd || isStraight(before, last, slot)))
      joined[joined.length - 1] = { ...slot, startAt: last.startAt };
    else joined.push(slot);
  }
  return joined;
};

const worthOf = (answer: PlanAnswer): { readonly worth?: PlanWorth } => {
  const { valueUsd, cashUsd, wearUsd, stockUsd, gapUsd, throughputWattHours } = answer;
  if (valueUsd === undefined || cashUsd === undefined || wearUsd === undefined || stockUsd === undefined) return {};
  return {
    worth: {
      valueUsd,
      cashUsd,
      wearUsd,
      stockUsd,
      gapUsd: gapUsd ?? '0',
      throughputWattHours: throughputWattHours ?? 0,
    },
  };
};

const slotsOf = ({ devices }: Pick<PlanAnswer, 'devices'>): readonly PlannedDevice[] =>
  devices.map(({ resourceID, slots }) => ({
    resourceID,
    slots: joinedSlots(
      slots.map(({ startAt, endAt, demandWatts, stateOfChargeAtEnd }) => ({
        startAt,
        endAt,
        demandWatts,
        ...(stateOfChargeAtEnd === null ? {} : { stateOfChargeAtEnd: rounded(stateOfChargeAtEnd) }),
      })),
    ),
  }));

/** What devices in shadow would do: an answer, or why there is none. */
export interface ShadowAnswer {
  readonly resourceIDs: readonly string[];
  readonly answer: PlanAnswer | { readonly failed: string };
}

const shadowOf = ({ resourceIDs, answer }: ShadowAnswer): Pick<PlanMade, 'shadow'> => ({
  shadow: 'failed' in answer ? { resourceIDs, failed: answer.failed } : { resourceIDs, ...worthOf(answer) },
});

/** What is recorded of an answer, and of what devices in shadow would do. */
export const planMadeOf = (
  { planID = '' }: PlanRequested,
  answer: PlanAnswer,
  shadow: ShadowAnswer | null = null,
): PlanMade => {
  const { basis = 'prices', unmet = [], isKept } = answer;
  const would = shadow === null || 'failed' in shadow.answer ? null : shadow.answer;
  // What is asked of the site is asked of what can move.
  const missed = [...unmet, ...(would?.unmet ?? []).filter(({ resourceID }) => resourceID !== null)];
  return {
    planID,
    basis,
    devices: [...slotsOf(answer), ...(would === null ? [] : slotsOf(would))],
    ...(missed.length === 0 ? {} : { unmet: missed }),
    ...worthOf(answer),
    ...(isKept === undefined ? {} : { isKept }),
    ...(shadow === null ? {} : shadowOf(shadow)),
  };
};

const shadowIDs = ({ shadow }: PlanMade): ReadonlySet<string> => new Set(shadow?.resourceIDs ?? []);

/** What the devices are to do that are told. */
export const drivenOf = (made: PlanMade): readonly PlannedDevice[] =>
  made.devices.filter(({ resourceID }) => !shadowIDs(made).has(resourceID));

/** What the devices in shadow would do. */
export const shadowedOf = (made: PlanMade): readonly PlannedDevice[] =>
  made.devices.filter(({ resourceID }) => shadowIDs(made).has(resourceID));
