const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const countPresent = (value: Readonly<Record<string, unknown>>): number => {
  let count = 0;
  for (const key in value) if (value[key] !== undefined) count += 1;
  return count;
};

/**
 * Whether two pieces of a message say the same, whatever the order in which their parts were written down.
 *
 * A message that comes back from the log has its parts in another order than the one it arrived in.
 */
export const sameContent = (a: unknown, b: unknown): boolean => {
  if (!isRecord(a) || !isRecord(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // Every output of a replay comes by here: lists of keys would be half of what it costs.
  for (const key in a) if (a[key] !== undefined && !sameContent(a[key], b[key])) return false;
  return countPresent(a) === countPresent(b);
};
