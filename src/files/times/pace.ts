/** @limit Distances in a row that are equal before they are a pace and no gap. */
const paceRows = 3;

/** Of each item, how many equal ones stand together with it. */
const runLengths = (items: readonly number[]): readonly number[] => {
  const lengths: number[] = [];
  while (lengths.length < items.length) {
    const start = lengths.length;
    let end = start + 1;
    while (end < items.length && items[end] === items[start]) end += 1;
    for (let index = start; index < end; index += 1) lengths.push(end - start);
  }
  return lengths;
};

/** How long each row of a file of steps holds: until the next one where they keep a pace, else as long as the one before, so that a gap stays a gap. */
export const stepsOfRows = (instants: readonly number[], usualMs: number): readonly number[] => {
  const order = instants.map((_, index) => index).toSorted((a, b) => (instants[a] as number) - (instants[b] as number));
  const sorted = order.map((index) => instants[index] as number);
  const distances = sorted.slice(1).map((at, index) => at - (sorted[index] as number));
  const lengths = runLengths(distances);
  const steps = new Array<number>(instants.length);
  let paceMs = usualMs;
  for (const [place, index] of order.entries()) {
    const distance = distances[place] ?? 0;
    const isPace = distance === usualMs || (lengths[place] ?? 0) >= paceRows;
    if (distance > 0 && isPace) paceMs = distance;
    steps[index] = distance > 0 ? Math.min(paceMs, distance) : paceMs;
  }
  return steps;
};
