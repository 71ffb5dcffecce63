/** Who wrote a value: the step of the log that changed it, before a moment or after it. */
import { dayOf } from '../../programme/calendar.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { dayMoneyOf } from './amounts.ts';
import { hourOf } from './days.ts';
import { devicesPart, slotsOf } from './devices.ts';
import { plain } from './plain.ts';
import { rowOf } from './entryRows.ts';
import { pricesPart, priceSteps } from './prices.ts';
import { hoursPart, registrationPart, shownOf } from './state.ts';

type Wrote = ApiAnswer<'wrote'>;

/** @limit Entries that are searched for one answer, and those that are read again from where a state is kept. */
const searchedEntries = 1_200;
const blockEntries = 60;

/** @limit Entries of a step that are told. */
const toldEntries = 20;

/** The parts of a state whose values can be asked about, each reckoned alone. */
const parts: Readonly<Record<string, (moment: ShownMoment) => unknown>> = {
  prices: pricesPart,
  devices: devicesPart,
  registration: registrationPart,
  hours: hoursPart,
  today: (moment) =>
    dayMoneyOf(
      moment,
      dayOf(moment.asOf, moment.timeZone),
      (moment.agent.settings?.devices ?? []).map(({ resourceID }) => resourceID),
    ),
};

const isInstant = (text: string): boolean => /^\d{1,15}$/.test(text);

/** Parts that are looked up by their names: the price of an instant, an hour of a device, the plan for an instant, where a chart stands. */
const lookedUp: Readonly<
  Record<string, { readonly names: number; readonly read: (moment: ShownMoment, names: readonly string[]) => unknown }>
> = {
  price: {
    names: 1,
    read: ({ views }, [at = '']) => (isInstant(at) ? priceSteps(views.prices, Number(at), Number(at) + 1)[0] : null),
  },
  hour: {
    names: 2,
    read: (moment, [resourceID = '', at = '']) => (isInstant(at) ? hourOf(moment, resourceID, Number(at)) : null),
  },
  plan: {
    names: 2,
    read: (moment, [resourceID = '', at = '']) =>
      slotsOf(moment, resourceID).find(({ startAt, endAt }) => startAt <= Number(at) && Number(at) < endAt),
  },
  chart: {
    names: 1,
    read: ({ agent }, [stream = '']) => {
      const snapshot = agent.streams.get(stream);
      return snapshot === undefined ? null : { value: plain(snapshot.value) };
    },
  },
};

const within = (whole: unknown, token: string): unknown => {
  if (Array.isArray(whole))
    return (
      whole.find((each: unknown) => (each as { readonly resourceID?: unknown } | null)?.resourceID === token) ??
      whole[/^\d{1,6}$/.test(token) ? Number(token) : -1]
    );
  return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, token)
    ? (whole as Readonly<Record<string, unknown>>)[token]
    : undefined;
};

/** The value at a pointer; null where it is not there. */
const valueOf = (moment: ShownMoment, pointer: string): unknown => {
  const [root = '', ...tokens] = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { names = 0, read = parts[root] } = lookedUp[root] ?? {};
  return (
    tokens
      .slice(names)
      .reduce<unknown>((whole, token) => within(whole, token), read?.(moment, tokens.slice(0, names))) ?? null
  );
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A step that changed a value. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly before: unknown;
  readonly after: unknown;
}

/** Looks at a value step by step. */
class ValueSearch {
  readonly #history: History;
  readonly #pointer: string;

  constructor(history: History, pointer: string) {
    this.#history = history;
    this.#pointer = pointer;
  }

  async at(position: number): Promise<unknown> {
    return valueOf(await this.#history.past(position), this.#pointer);
  }

  /** The first change, or the last, of the steps after `from` up to `to`, both ends of steps. */
  async change(from: number, to: number, wanted: 'first' | 'last'): Promise<Change | null> {
    const { index } = this.#history;
    let [position, before] = [from, await this.at(from)];
    let found: Change | null = null;
    while (position < to) {
      const end = index.endOfStep(position + 1);
      const after = await this.at(end);
      if (!isSame(before, after)) found = { from: position, to: end, before, after };
      if (found !== null && wanted === 'first') return found;
      [position, before] = [end, after];
    }
    return found;
  }
}

/** The last change up to a position, and how far was searched. */
const changeBefore = async (
  history: History,
  search: ValueSearch,
  position: number,
): Promise<{ readonly change: Change | null; readonly searchedTo: number }> => {
  const { index } = history;
  let to = position;
  while (to > index.start && position - to < searchedEntries) {
    const block = index.endOfStep(Math.max(index.start, to - blockEntries));
    // A step may be longer than a block.
    const from = block < to ? block : index.endOfStep(index.start);
    const change = await search.change(Math.min(from, to), to, 'last');
    if (change !== null) return { change, searchedTo: change.from };
    if (from >= to) break;
    to = from;
  }
  return { change: null, searchedTo: to };
};

const changeAfter = async (
  history: History,
  search: ValueSearch,
  position: number,
): Promise<{ readonly change: Change | null; readonly searchedTo: number }> => {
  const { index, head } = history;
  const last = Math.min(head, position + searchedEntries);
  const to = last <= position ? position : Math.min(index.endOfStep(last), index.endOfStep(head));
  const change = await search.change(position, to, 'first');
  return { change, searchedTo: change?.to ?? to };
};

const rowsOf = async ({ inspected: { log } }: History, { from, to }: Change, timeZone: string) => {
  const rows: ReturnType<typeof rowOf>[] = [];
  for await (const entry of log.read({ from: from + 1, to: Math.min(to, from + toldEntries) }))
    rows.push(rowOf(entry, timeZone));
  return rows;
};

/** The answer. */
export const wroteAnswerOf = async (
  history: History,
  moment: ShownMoment,
  value: string,
  way: 'back' | 'on',
): Promise<Wrote> => {
  const search = new ValueSearch(history, value);
  const position = history.index.endOfStep(Math.max(moment.position, history.index.start));
  const { change, searchedTo } =
    way === 'back' ? await changeBefore(history, search, position) : await changeAfter(history, search, position);
  return {
    ...shownOf(moment),
    value: valueOf(moment, value),
    wrote: change === null ? null : { ...change, entries: await rowsOf(history, change, moment.timeZone) },
    searchedTo,
  };
};
