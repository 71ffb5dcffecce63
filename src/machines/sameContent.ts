const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** By index: asking a list for the names of its places costs ten times as much. */
const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!sameContent(a[index], b[index])) return false;
  return true;
};

/** Every output of a replay comes by here: lists of keys would be half of what it costs. */
const sameParts = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  let missing = 0;
  for (const key in a) {
    const part = a[key];
    if (part === undefined) continue;
    if (!sameContent(part, b[key])) return false;
    missing -= 1;
  }
  for (const key in b) if (b[key] !== undefined) missing += 1;
  return missing === 0;
};

/**
 * Whether two pieces of a message say the same, whatever the order in which their parts were written down.
 *
 * A message that comes back from the log has its parts in another order than the one it arrived in.
 */
export const sameContent = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isRecord(a) || !isRecord(b)) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameParts(a, b);
};
