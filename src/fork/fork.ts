/**
 * What would have been from a moment on with other settings.
 *
 * The record is folded on, and whenever it asked for a plan, the planner is asked twice more: with the settings that were, and with
 * the others, each from where its own devices stand by their models. So what the models miss is not taken for what the settings
 * do. The VTN, its prices and its DR events, people's orders and the times at which the agent ran are as they were. Nothing is
 * written anywhere.
 */
import { storagesOf } from '../backtest/rolling.ts';
import type { AgentState } from '../core/state.ts';
import { snapshotOf } from '../core/state.ts';
import type { StorageTerms } from '../dispatch/planningProblem.ts';
import type { Entry } from '../facts/entry.ts';
import type { MeterRead } from '../facts/input.ts';
import type { PlanRequested, SetpointRequested } from '../facts/planning.ts';
import type { VenSettings } from '../facts/settings.ts';
import { dayOf, nextDay } from '../programme/calendar.ts';
import { differenceOf, sumOf } from '../programme/money.ts';
import { loadCommands } from '../reactions/loadCommands.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { planQuestion } from '../shell/planQuestion.ts';
import { latestReading } from '../store/projections/usage.ts';
import { ForkedLife } from './lives.ts';
import { type Modelled, modelledAt, namesOf, trustChangedOf } from './modelled.ts';
import { forkMoney, type ForkBooks, type ForkMoney } from './money.ts';
import type { Fork, ForkGiven, ForkHour, ForkLevel, ForkNeed, ForkShadow, ForkUnknown } from './terms.ts';
import { firstDivergence, ToldLine } from './told.ts';
import { leftWords } from './words.ts';

/** @limit How long a fork goes on: prices of before are not at hand any more. @unit ms */
export const longestForkMs = 7 * 24 * 3_600_000;

/** @limit Pauses of the agent that are told. @unit ms */
const pauseMs = 120_000;

/** Readings of the last boundary come a moment after it. @unit ms */
const lateReadingsMs = 180_000;

/** Why nothing can be said, in one sentence. */
export class ForkImpossible extends Error {
  override readonly name = 'ForkImpossible';
}

/** What is to be done once it is known that the record goes on until then. */
type Turn =
  | { readonly kind: 'plan'; readonly at: number; readonly toAt: number; readonly state: AgentState }
  | { readonly kind: 'alone'; readonly at: number };

const same = (settings: VenSettings): VenSettings => settings;

const sumBy = (some: readonly ForkHour[], of: 'recorded' | 'same' | 'other'): DecimalText =>
  sumOf(some.map((hour) => hour[of].usd ?? '0'));

/** A fork under way. */
class ForkUnderWay {
  readonly #given: ForkGiven;
  readonly #recorded = new ToldLine();
  readonly #lives: { readonly same: ForkedLife; readonly other: ForkedLife };
  readonly #modelled: Modelled;
  /** The devices whose money is told hour by hour: those that are told, or, where none is, those in shadow. */
  readonly #resourceIDs: readonly string[];
  readonly #isShadow: boolean;
  readonly #begunWith: AgentState;
  readonly at: number;
  readonly position: number;
  readonly #unknown: ForkUnknown[];
  readonly #eventIDs = new Set<string>();
  #turns: Turn[];
  #readTo: number;
  #lastAt: number;
  #plans = 0;

  constructor(given: ForkGiven, state: AgentState, position: number) {
    this.#given = given;
    this.#begunWith = state;
    this.position = position;
    const modelled = modelledAt(state, given.at);
    const [told, shadowed] = [namesOf(modelled.told), namesOf(modelled.shadowed)];
    if (told.length + shadowed.length === 0) {
      const why = modelled.left.map(({ resourceID, because }) => `${resourceID} ${leftWords[because]}`);
      throw new ForkImpossible(
        `No device can be followed by a model from there: ${why.join(', ') || 'there is none'}.`,
      );
    }
    this.#modelled = modelled;
    this.#isShadow = told.length === 0;
    this.#resourceIDs = this.#isShadow ? shadowed : told;
    this.#unknown = [...modelled.left];
    this.at = Math.min(
      ...[...told, ...shadowed].map((each) => latestReading(state.views.usage, each)?.boundaryAt ?? given.at),
    );
    this.#readTo = this.#lastAt = this.at;
    this.#lives = {
      same: new ForkedLife(modelled, this.at, same),
      other: new ForkedLife(modelled, this.at, given.change),
    };
    const { timeZone } = state.settings as VenSettings;
    this.#turns = [{ kind: 'plan', at: this.at, toAt: nextDay(dayOf(given.at, timeZone), timeZone).endAt, state }];
    for (const resourceID of told) {
      const order = snapshotOf(state, `device/${resourceID}`, 'device')?.context.order;
      if (order !== null && order !== undefined)
        this.#recorded.add({
          resourceID,
          startAt: this.at,
          endAt: order.validUntil,
          demandWatts: order.demandWatts,
          position: null,
          type: null,
        });
    }
  }

  /** Takes the next entry of the record; `state`: after its step. */
  async hear(entry: Entry, state: AgentState): Promise<void> {
    const { type, recordedAt, data, position } = entry;
    if (type === 'AgentStarted') this.#started(recordedAt, state);
    if (type === 'PlanRequested')
      this.#turns.push({ kind: 'plan', at: recordedAt, toAt: (data as PlanRequested).toAt, state });
    if (type === 'SetpointRequested') {
      const { resourceID, demandWatts, validUntil } = data as SetpointRequested;
      this.#recorded.add({ resourceID, startAt: recordedAt, endAt: validUntil, demandWatts, position, type });
    }
    if (type === 'DeviceReleaseRequested')
      this.#recorded.release((data as { resourceID: string }).resourceID, recordedAt);
    if (type === 'MeterRead') await this.#read(data as MeterRead);
    this.#lastAt = recordedAt;
  }

  /** What it came to; `state`: at the end of what was recorded. */
  async end(state: AgentState): Promise<Fork> {
    const until = Math.min(this.#given.until, this.#readTo);
    if (until <= this.at)
      throw new ForkImpossible(
        'Nothing was metered after that moment, so there is nothing to compare with: choose an earlier one.',
      );
    await this.#takeTurns(until);
    for (const life of [this.#lives.same, this.#lives.other]) life.liveTo(until);
    return this.#told(state, until);
  }

  /** While no agent runs, devices go on for as long as they were told at most. */
  #started(recordedAt: number, { settings }: AgentState): void {
    if (recordedAt - this.#lastAt < pauseMs) return;
    this.#turns.push({ kind: 'alone', at: Math.min(recordedAt, this.#lastAt + (settings?.setpointValidityMs ?? 0)) });
    this.#unknown.push({ kind: 'notRunning', startAt: this.#lastAt, endAt: recordedAt });
  }

  /** The record goes on to the boundary up to which every device was read. */
  async #read({ resourceID, boundaryAt }: MeterRead): Promise<void> {
    if (!this.#resourceIDs.includes(resourceID)) return;
    this.#readTo = Math.max(this.#readTo, Math.min(boundaryAt, this.#given.until));
    await this.#takeTurns(this.#readTo);
  }

  async #takeTurns(until: number): Promise<void> {
    for (let turn = this.#turns[0]; turn !== undefined && turn.at < until; turn = this.#turns[0]) {
      this.#turns.shift();
      if (this.#given.isGone?.() === true) throw new ForkImpossible('Nobody waits for the answer any more.');
      for (const life of [this.#lives.same, this.#lives.other]) {
        life.liveTo(turn.at);
        if (turn.kind === 'alone') life.leaveAlone();
        else await this.#ask(life, turn);
      }
      if (turn.kind === 'plan')
        for (const { eventID } of loadCommands(turn.state, turn.at)) this.#eventIDs.add(eventID);
    }
  }

  async #ask(life: ForkedLife, { at, toAt, state }: Turn & { readonly kind: 'plan' }): Promise<void> {
    this.#plans += 1;
    // What makes the settings impossible is no fault of the planner's.
    if (state.settings !== null) this.#given.change(state.settings);
    try {
      await life.ask(state, toAt, this.#given);
    } catch (error) {
      this.#unknown.push({ kind: 'planFailed', at, detail: error instanceof Error ? error.message : String(error) });
    }
  }

  #told(state: AgentState, until: number): Fork {
    const settings = this.#begunWith.settings as VenSettings;
    const others = this.#given.change(settings);
    const known = { prices: state.views.prices, usage: state.views.usage };
    const span = { startAt: this.at, endAt: until };
    const storages = [...this.#modelled.told.storages, ...this.#modelled.shadowed.storages];
    const books: ForkBooks = { ...span, known, settings, storages, isShadow: this.#isShadow };
    const otherBooks = { ...books, storages: this.#storagesWith(others, until) };
    const { same: was, other: would } = this.#lives;
    const moneyOf = (names: readonly string[]): ForkMoney =>
      forkMoney(books, otherBooks, was.livesOf(names), would.livesOf(names));
    const resourceIDs = this.#resourceIDs;
    const { hours, ...wear } = moneyOf(resourceIDs);
    const compared = hours.filter(({ recorded, same: reckoned }) => recorded.usd !== null && reckoned.usd !== null);
    const [sameUsd, otherUsd] = [sumBy(hours, 'same'), sumBy(hours, 'other')];
    const recorded = this.#isShadow ? was.told : this.#recorded;
    return {
      timeZone: settings.timeZone,
      at: this.at,
      position: this.position,
      until,
      resourceIDs,
      isShadow: this.#isShadow,
      divergence: firstDivergence({ recorded, same: was.told, other: would.told }, resourceIDs, span),
      hours,
      recordedUsd: sumBy(compared, 'recorded'),
      sameWhereRecordedUsd: sumBy(compared, 'same'),
      sameUsd,
      otherUsd,
      differenceUsd: differenceOf(otherUsd, sameUsd),
      ...wear,
      shadow: this.#besideOf(moneyOf, { sameUsd, otherUsd }),
      levels: this.#levels(state, until),
      needs: this.#needs(until),
      plans: this.#plans,
      unknown: [...this.#unknown, ...this.#notKnown(hours, settings, others), ...this.#trustChanged(state)],
    };
  }

  /** The storages as they would have been with other settings. */
  #storagesWith(settings: VenSettings, until: number): readonly StorageTerms[] {
    const state = { ...this.#begunWith, settings };
    const { driven, shadowed } = planQuestion(state, { fromAt: this.at, toAt: until });
    return storagesOf([...driven, ...shadowed]);
  }

  /** What those in shadow would have brought beside those that are told; null where there are not both. */
  #besideOf(
    moneyOf: (names: readonly string[]) => ForkMoney,
    told: Pick<Fork, 'sameUsd' | 'otherUsd'>,
  ): ForkShadow | null {
    const resourceIDs = namesOf(this.#modelled.shadowed);
    if (this.#isShadow || resourceIDs.length === 0) return null;
    // One meter may be billed for all of them: what those in shadow bring is what all bring without the others.
    const { hours } = moneyOf([...this.#resourceIDs, ...resourceIDs]);
    const [sameUsd, otherUsd] = [
      differenceOf(sumBy(hours, 'same'), told.sameUsd),
      differenceOf(sumBy(hours, 'other'), told.otherUsd),
    ];
    return { resourceIDs, sameUsd, otherUsd, differenceUsd: differenceOf(otherUsd, sameUsd) };
  }

  #trustChanged(state: AgentState): readonly ForkUnknown[] {
    const names = [...namesOf(this.#modelled.told), ...namesOf(this.#modelled.shadowed)];
    return trustChangedOf(this.#begunWith, state, names).map(
      (resourceID) => ({ kind: 'trustChanged', resourceID }) as const,
    );
  }

  #levels(state: AgentState, until: number): readonly ForkLevel[] {
    const [was, would] = [this.#lives.same.levels, this.#lives.other.levels];
    const { told, shadowed } = this.#modelled;
    const levelOf = (resourceID: string): number | null => {
      const read = latestReading(state.views.usage, resourceID);
      return read !== null && read.boundaryAt === until ? (read.status.stateOfCharge ?? null) : null;
    };
    return [...told.storages, ...shadowed.storages].map(({ resourceID, capacityWattHours }) => ({
      resourceID,
      capacityWattHours,
      recorded: told.storages.some((each) => each.resourceID === resourceID) ? levelOf(resourceID) : null,
      same: was.get(resourceID) ?? 0,
      other: would.get(resourceID) ?? 0,
    }));
  }

  #needs(until: number): readonly ForkNeed[] {
    const { same: was, other: would } = this.#lives;
    return was.loads.flatMap((load) => {
      const others = would.loads.find(({ resourceID }) => resourceID === load.resourceID)?.needsUntil(until) ?? [];
      return load.needsUntil(until).map(({ drawnWattHours, ...need }) => ({
        resourceID: load.resourceID,
        ...need,
        sameWattHours: drawnWattHours,
        otherWattHours: others.find(({ doneAt }) => doneAt === need.doneAt)?.drawnWattHours ?? 0,
      }));
    });
  }

  #notKnown(hours: readonly ForkHour[], before: VenSettings, after: VenSettings): readonly ForkUnknown[] {
    const unpriced = hours.filter(({ differenceUsd }) => differenceUsd === null).length;
    const notMetered = this.#isShadow ? 0 : hours.filter(({ recorded }) => recorded.wattHours === null).length;
    const isAnother = !this.#isShadow && hours.some(({ recorded, other }) => recorded.wattHours !== other.wattHours);
    const offered = before.devices.filter(({ resourceID, capacityWattHours }) => {
      const now = after.devices.find((each) => each.resourceID === resourceID);
      return now?.capacityWattHours !== capacityWattHours;
    });
    return [
      ...(isAnother ? [{ kind: 'vtnToldOtherwise' } as const] : []),
      ...(this.#eventIDs.size === 0 ? [] : [{ kind: 'drEvents', eventIDs: [...this.#eventIDs] } as const]),
      ...offered.map(({ resourceID }) => ({ kind: 'offer', resourceID }) as const),
      ...(unpriced === 0 ? [] : [{ kind: 'unpriced', hours: unpriced } as const]),
      ...(notMetered === 0 ? [] : [{ kind: 'notMetered', hours: notMetered } as const]),
    ];
  }
}

/** Lives on from a moment with other settings. @throws ForkImpossible, and why settings cannot be like that */
export const forkFrom = async (given: ForkGiven): Promise<Fork> => {
  const { fold, at, until } = given;
  if (until - at > longestForkMs)
    throw new ForkImpossible('A fork goes on for seven days at most: choose an earlier end.');
  let fork: ForkUnderWay | null = null;
  const begin = (): ForkUnderWay => {
    const { state } = fold.finish();
    if (state.settings === null)
      throw new ForkImpossible('Before that moment no agent had been started: choose a later one.');
    return new ForkUnderWay(given, state, fold.position);
  };
  for await (const entry of given.entries) {
    if (entry.direction === 'in' && entry.recordedAt > at) fork ??= begin();
    if (entry.direction === 'in' && entry.recordedAt > until + lateReadingsMs) break;
    fold.take(entry);
    await fork?.hear(entry, fold.state);
  }
  fork ??= begin();
  return fork.end(fold.finish().state);
};
