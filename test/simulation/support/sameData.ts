type Data = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null;

/** What JSON makes of what it has no spelling for. */
const spoken = (value: unknown): unknown =>
  value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;

/** Whether JSON leaves a member out. */
const isLeftOut = (value: unknown): boolean => value === undefined || typeof value === 'function';

const countTold = (value: Data): number => {
  let count = 0;
  for (const key in value) if (!isLeftOut(value[key])) count += 1;
  return count;
};

/**
 * Whether two data say the same, as JSON would have them. What two states share with those before them is compared once: neither
 * side may be changed while this is asked.
 */
export class SameData {
  /** Of each object the last one that was found to say the same. */
  readonly #twins = new WeakMap<object, object>();

  holds(a: unknown, b: unknown): boolean {
    if (!isObject(a) || !isObject(b)) return spoken(a) === spoken(b);
    if (a === b || this.#twins.get(a) === b) return true;
    const isSame = Array.isArray(a) && Array.isArray(b) ? this.#areLists(a, b) : this.#areRecords(a, b);
    if (isSame) this.#twins.set(a, b);
    return isSame;
  }

  #areLists(a: readonly unknown[], b: readonly unknown[]): boolean {
    if (a.length !== b.length) return false;
    for (let index = 0; index < a.length; index += 1) if (!this.holds(a[index], b[index])) return false;
    return true;
  }

  #areRecords(a: Data, b: Data): boolean {
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    for (const key in a) if (!isLeftOut(a[key]) && (isLeftOut(b[key]) || !this.holds(a[key], b[key]))) return false;
    return countTold(a) === countTold(b);
  }
}
