/** The two lives beside the record: the same question is asked for both, each with its own settings and from its own levels. */
import { levelsOf, StorageLife } from '../backtest/lives.ts';
import { storagesOf } from '../backtest/rolling.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import type { AgentState } from '../core/state.ts';
import type { PlanningProblem, PlanSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import type { PlannedDevice } from '../facts/planning.ts';
import type { VenSettings } from '../facts/settings.ts';
import { dayOf } from '../programme/calendar.ts';
import { siteProblem } from '../shell/siteProblem.ts';
import type { ForkGiven } from './terms.ts';
import { ToldLine } from './told.ts';

/** One of the two. */
export class ForkedLife {
  readonly told = new ToldLine();
  readonly #change: (settings: VenSettings) => VenSettings;
  readonly #lives: readonly StorageLife[];
  #at: number;
  #plan: readonly PlannedDevice[] = [];

  constructor(storages: readonly StorageTerms[], at: number, change: (settings: VenSettings) => VenSettings) {
    this.#lives = storages.map((storage) => new StorageLife(storage, []));
    this.#at = at;
    this.#change = change;
  }

  get lives(): readonly DeviceLife[] {
    return this.#lives.map((life) => life.told());
  }

  /** How full each is; 0 to 1. */
  get levels(): ReadonlyMap<string, number> {
    return levelsOf(this.#lives);
  }

  /** Does as it is told up to an instant. */
  liveTo(endAt: number): void {
    const span = { startAt: this.#at, endAt };
    if (endAt <= this.#at) return;
    for (const life of this.#lives) {
      const slots = this.#slotsOf(life.resourceID, span);
      for (const { startAt, endAt: end, demandWatts } of slots)
        this.told.add({ resourceID: life.resourceID, startAt, endAt: end, demandWatts, position: null, type: null });
      life.follow(slots, span);
    }
    this.#at = endAt;
  }

  /** Nobody tells the devices anything from here on. */
  leaveAlone(): void {
    this.#plan = [];
  }

  /** Asks for the plan that the agent asked for. @throws what the planner says, and why settings cannot be like that */
  async ask(state: AgentState, toAt: number, { planning }: Pick<ForkGiven, 'planning'>): Promise<void> {
    const problem = this.#problem(state, toAt);
    for (const storage of storagesOf(problem.devices))
      this.#lives.find(({ resourceID }) => resourceID === storage.resourceID)?.learn(storage);
    this.#plan = (await planning.plan(problem)).devices;
  }

  #slotsOf(resourceID: string, { startAt, endAt }: PlanSpan) {
    const slots = this.#plan.find((each) => each.resourceID === resourceID)?.slots ?? [];
    return slots
      .filter((slot) => slot.startAt < endAt && slot.endAt > startAt)
      .map((slot) => ({
        startAt: Math.max(startAt, slot.startAt),
        endAt: Math.min(endAt, slot.endAt),
        demandWatts: slot.demandWatts,
      }));
  }

  #problem(state: AgentState, toAt: number): PlanningProblem {
    if (state.settings === null) throw new Error('Nothing is known of the devices before the agent has been started.');
    const settings = this.#change(state.settings);
    const fromAt = this.#at;
    const problem = siteProblem({ ...state, settings }, { fromAt, toAt });
    const today = dayOf(fromAt, settings.timeZone).startAt;
    const levels = this.levels;
    const devices = problem.devices.map((device) => {
      const life = this.#lives.find(({ resourceID }) => resourceID === device.resourceID);
      if (device.kind !== 'storage' || life === undefined) return device;
      const delivered =
        device.cyclesPerDay === undefined ? {} : { deliveredTodayWattHours: life.deliveredSince(today) };
      return { ...device, stateOfCharge: levels.get(device.resourceID) ?? null, ...delivered };
    });
    const running = Object.fromEntries(this.#plan.map(({ resourceID, slots }) => [resourceID, slots]));
    return { ...problem, devices, running };
  }
}
