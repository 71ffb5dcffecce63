/**
 * JSON with one spelling: members sorted by name, no white space, numbers and strings as ECMAScript writes them.
 *
 * What JSON cannot hold is refused instead of being changed: an entry that reads back differently from what
 * the live agent saw would make replay a liar.
 *
 * @throws TypeError naming the path of the first value that JSON cannot hold.
 */
export const canonicalJson = (value: unknown): string => {
  const text = spell(value);
  if (text === undefined)
    throw new TypeError(complain(value, '$') ?? `$ is ${describe(value)}, which JSON cannot hold.`);
  return text;
};

/** The spelling, or undefined when something inside has none. */
const spell = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
      return spellText(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined; // String and JSON agree on finite numbers, -0 included
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? spellArray(value) : spellObject(value);
    default:
      return undefined;
  }
};

/** @limit Longer texts are left to JSON; most are short, and need no escape. @unit characters */
const shortText = 200;

const spellText = (text: string): string => {
  if (text.length > shortText) return JSON.stringify(text);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A control character, a quote, a backslash, or what may be half of a pair.
    if (unit < 32 || unit === 34 || unit === 92 || unit >= 0xd800) return JSON.stringify(text);
  }
  return `"${text}"`;
};

const spellArray = (values: readonly unknown[]): string | undefined => {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    const spelled = spell(values[index]);
    if (spelled === undefined) return undefined;
    text += index === 0 ? spelled : `,${spelled}`;
  }
  return `${text}]`;
};

const spellObject = (value: object): string | undefined => {
  if (!isPlain(value)) return undefined;
  let text = '{';
  for (const name of sortedNames(value)) {
    const member: unknown = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    const spelled = spell(member);
    if (spelled === undefined) return undefined;
    text += (text.length === 1 ? '' : ',') + spellName(name) + spelled;
  }
  return `${text}}`;
};

/** @limit More names are left to the sorting of arrays. */
const fewNames = 32;

/** Each name goes to its place among those before it: facts have few, and mostly in order. */
const sortedNames = (value: object): readonly string[] => {
  const names = Object.keys(value);
  if (names.length > fewNames) return names.sort();
  for (let index = 1; index < names.length; index += 1) {
    const name = names[index] as string;
    let place = index;
    for (; place > 0 && (names[place - 1] as string) > name; place -= 1) names[place] = names[place - 1] as string;
    names[place] = name;
  }
  return names;
};

/** @limit Names whose spelling is remembered; facts have few, but data may bring any. */
const maxSpelledNames = 1_024;
const spelledNames = new Map<string, string>();

const spellName = (name: string): string => {
  const known = spelledNames.get(name);
  if (known !== undefined) return known;
  const spelled = `${JSON.stringify(name)}:`;
  if (spelledNames.size < maxSpelledNames) spelledNames.set(name, spelled);
  return spelled;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Finds the first value without a spelling; only run once one is known to be there. */
const complain = (value: unknown, path: string): string | undefined => {
  if (value !== null && typeof value === 'object' && (Array.isArray(value) || isPlain(value))) {
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined && !Array.isArray(value)) continue;
      const complaint = complain(member, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  }
  return spell(value) === undefined ? `${path} is ${describe(value)}, which JSON cannot hold.` : undefined;
};

const describe = (value: unknown): string =>
  value !== null && typeof value === 'object'
    ? `a ${value.constructor.name}`
    : typeof value === 'number'
      ? String(value)
      : `a value of type ${typeof value}`;
