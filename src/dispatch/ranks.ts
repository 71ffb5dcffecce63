import type { WishKind } from './sitePlan.ts';

/** How much more a rank counts than the one below it; more than a kWh of one can cost in kWh of the other. */
const step = 6;

const rank = (place: number): number => step ** place;

/** What falling short of a wish by a kWh counts, beside other wishes; money never counts against a wish. */
export const ranks: Readonly<Record<WishKind, number>> = {
  quietTime: rank(0),
  delivery: rank(1),
  reserve: rank(2),
  departure: rank(3),
  deadline: rank(3),
  constraint: rank(4),
  override: rank(5),
  siteLimit: rank(6),
  trip: rank(7),
};
