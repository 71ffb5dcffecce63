import type { KnownEntry } from '../../facts/fact.ts';
import type { ReadingsDisowned } from '../../facts/output.ts';
import { type LifeBeginning, lifeBegun, livesSettled } from './clockLives.ts';
import { type IndexedSeries, seriesGet, seriesPut, seriesRange } from './series.ts';
import { aheadOf, isOfClock, wasBefore, type SetAside } from './setAside.ts';
import { type Boundary, isMissed, type MeterState, type UsageState } from './usageState.ts';
import { crowdEntries, crowdMap } from './crowd.ts';

/** Usage and the clock: what becomes of readings when the clock is set, at a start, and when a clock turns out to have been wrong. */

const heardOf = ({ heard }: MeterState): Pick<MeterState, 'heard'> => (heard === undefined ? {} : { heard });

/** What a device said of itself at an instant that has not come is not known any more. */
const unheardAfter = (meter: MeterState, at: number): MeterState => {
  const { heard, ...rest } = meter;
  return heard === undefined || heard.readAt <= at ? meter : rest;
};

/** The meter as a clock that was set back knows it: what lies ahead of it now is set aside, and not forgotten. */
const withoutFuture = (meter: MeterState, at: number, clockMs: number, jumpMs: number): MeterState => {
  const ahead = seriesRange(meter.boundaries, at + 1, Number.MAX_SAFE_INTEGER);
  if (ahead.length === 0) return unheardAfter(meter, at);
  const boundaries = seriesRange(meter.boundaries, 0, at + 1).reduce<IndexedSeries<Boundary>>(
    (series, item) => seriesPut(series, item.at, item.value),
    [],
  );
  const { firstReadingAt, latest } = meter;
  return {
    ...heardOf(unheardAfter(meter, at)),
    firstReadingAt: firstReadingAt !== null && firstReadingAt > at ? null : firstReadingAt,
    latest: latest !== null && latest.readAt > at ? null : latest,
    boundaries,
    aside: aheadOf(meter.aside, { clockMs, jumpMs, boundaries: ahead, firstReadingAt, latest }),
  };
};

/** The meter with what was set aside before, of which it turns out that it was no future; what is known since stays. */
const withPast = (meter: MeterState, isPast: (aside: SetAside<Boundary>) => boolean): MeterState => {
  const { aside: all = [], ...rest } = meter;
  const past = all.filter(isPast);
  if (past.length === 0) return meter;
  const left = all.filter((each) => !isPast(each));
  const restored = past.reduce<MeterState>((known, { boundaries, firstReadingAt, latest }) => {
    const firsts = [known.firstReadingAt, firstReadingAt].filter((first) => first !== null);
    return {
      firstReadingAt: firsts.length === 0 ? null : Math.min(...firsts),
      latest: (known.latest?.readAt ?? -Infinity) >= (latest?.readAt ?? -Infinity) ? known.latest : latest,
      boundaries: boundaries.reduce(
        (series, { at, value }) => (seriesGet(series, at) === undefined ? seriesPut(series, at, value) : series),
        known.boundaries,
      ),
    };
  }, rest);
  return left.length === 0 ? restored : { ...restored, aside: left };
};

const withMeters = (state: UsageState, alter: (meter: MeterState) => MeterState): UsageState => ({
  ...state,
  meters: crowdMap(state.meters, (meter) => alter(meter)),
});

/** The clock was set: back, and what is ahead may have been invented by a clock that ran ahead; forward again, and it was not. */
export const takeJump = (state: UsageState, at: number, jumpMs: number): UsageState => {
  const before = state.clockMs ?? 0;
  const clockMs = before + jumpMs;
  const alter = (meter: MeterState): MeterState =>
    jumpMs < 0
      ? withoutFuture(meter, at, before, jumpMs)
      : withPast(meter, (aside) => isOfClock(aside, clockMs) && wasBefore(aside, at));
  return { ...withMeters(state, alter), clockMs };
};

/** While nobody ran the clock may have been set right: what was recorded before now was no future then. */
export const takeStart = (state: UsageState, at: number): UsageState =>
  crowdEntries(state.meters).some(([, { aside }]) => aside?.some((each) => wasBefore(each, at)))
    ? withMeters(state, (meter) => withPast(meter, (aside) => wasBefore(aside, at)))
    : state;

/** The meter without what was dated by a wrong clock. */
const withoutDisowned = (known: MeterState, { fromPosition, beforePosition }: ReadingsDisowned): MeterState => {
  const { heard: _dated, ...meter } = known;
  const all = seriesRange(meter.boundaries, 0, Number.MAX_SAFE_INTEGER);
  const own = all.filter(({ value: { position } }) => position < fromPosition || position >= beforePosition);
  if (own.length === all.length) return meter;
  const gone = new Set(all.map(({ at }) => at));
  for (const { at } of own) gone.delete(at);
  const { firstReadingAt, latest } = meter;
  return {
    ...meter,
    boundaries: own.reduce<IndexedSeries<Boundary>>((series, { at, value }) => seriesPut(series, at, value), []),
    firstReadingAt:
      firstReadingAt !== null && gone.has(firstReadingAt)
        ? (own.find(({ value }) => !isMissed(value))?.at ?? null)
        : firstReadingAt,
    latest: latest !== null && gone.has(latest.boundaryAt) ? null : latest,
  };
};

/** Readings are disowned: they count no more, and the clock of now is the one that is gone by. */
export const takeDisowning = (state: UsageState, disowned: ReadingsDisowned): UsageState => ({
  ...withMeters(state, (meter) => withoutDisowned(meter, disowned)),
  clockLives: livesSettled(state.clockLives ?? []),
});

/** When something was recorded last by the clock of now, as far as readings tell; null when there is none. UTC ms. */
const lastRecordedAt = ({ meters, clockLives }: UsageState): number | null => {
  const since = clockLives?.at(-1)?.since ?? 0;
  const lasts = crowdEntries(meters).flatMap(([, { boundaries }]) => {
    const last = seriesRange(boundaries, 0, Number.MAX_SAFE_INTEGER).findLast(({ value }) => value.position >= since);
    return last === undefined ? [] : [last.value.receivedAt];
  });
  return lasts.length === 0 ? null : lasts.reduce((latest, each) => Math.max(latest, each));
};

/** Another clock from here on. */
export const withLife = (state: UsageState, since: number, begun: LifeBeginning): UsageState => ({
  ...state,
  clockLives: lifeBegun(state.clockLives ?? [], since, begun),
});

/** Another clock from a start on, as far as anybody knows. */
export const startedLife = (
  state: UsageState,
  { position, recordedAt }: Pick<KnownEntry, 'position' | 'recordedAt'>,
): UsageState => withLife(state, position, { leapMs: recordedAt - (lastRecordedAt(state) ?? recordedAt) });
