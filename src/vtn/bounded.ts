/** The part of a full list that goes at once: each time one goes alone, all others have to move up. */
const partAtOnce = 0.02;

/** Adds to a list that holds so many; the oldest go first. */
export const pushWithin = <Item>(limit: number, list: Item[], item: Item): void => {
  if (list.length >= limit) list.splice(0, Math.ceil(limit * partAtOnce));
  list.push(item);
};
