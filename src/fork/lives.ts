/** The two lives beside the record: the same question is asked for both, each with its own settings and from its own levels. */
import { levelsOf, StorageLife } from '../backtest/lives.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import type { AgentState } from '../core/state.ts';
import type { DeviceTerms, PlanningProblem, PlanSpan } from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import type { VenSettings } from '../facts/settings.ts';
import { dayOf } from '../programme/calendar.ts';
import { planQuestion } from '../shell/planQuestion.ts';
import { shadowProblem, siteProblem } from '../shell/siteProblem.ts';
import { ForkedLoad } from './forkedLoad.ts';
import type { Modelled } from './modelled.ts';
import type { ForkGiven } from './terms.ts';
import { ToldLine } from './told.ts';

/** One of the two. */
export class ForkedLife {
  readonly told = new ToldLine();
  readonly #change: (settings: VenSettings) => VenSettings;
  readonly #storages: readonly StorageLife[];
  readonly loads: readonly ForkedLoad[];
  #at: number;
  #plan: readonly DevicePlan[] = [];

  constructor({ told, shadowed }: Modelled, at: number, change: (settings: VenSettings) => VenSettings) {
    this.#storages = [...told.storages, ...shadowed.storages].map((storage) => new StorageLife(storage, []));
    this.loads = [...told.loads, ...shadowed.loads].map((load) => new ForkedLoad(load, at));
    this.#at = at;
    this.#change = change;
  }

  /** Of some devices. */
  livesOf(resourceIDs: readonly string[]): readonly DeviceLife[] {
    return this.#lives.filter(({ resourceID }) => resourceIDs.includes(resourceID)).map((life) => life.told());
  }

  /** How full each is; 0 to 1. */
  get levels(): ReadonlyMap<string, number> {
    return levelsOf(this.#storages);
  }

  get #lives(): readonly (StorageLife | ForkedLoad)[] {
    return [...this.#storages, ...this.loads];
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

  /** Asks for the plans that the agent asked for. @throws what the planner says, and why settings cannot be like that */
  async ask(recorded: AgentState, toAt: number, { planning }: Pick<ForkGiven, 'planning'>): Promise<void> {
    if (recorded.settings === null)
      throw new Error('Nothing is known of the devices before the agent has been started.');
    const state = { ...recorded, settings: this.#change(recorded.settings) };
    const question = planQuestion(state, { fromAt: this.#at, toAt });
    const { devices } = await planning.plan(this.#fromHere(siteProblem(question), state.settings));
    const beside = shadowProblem(question, devices);
    const shadowed = beside === null ? [] : (await planning.plan(this.#fromHere(beside, state.settings))).devices;
    this.#plan = [...devices, ...shadowed];
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

  /** The question as it is for these devices: as full as they are, and with what they have of their needs. */
  #fromHere(problem: PlanningProblem, settings: VenSettings): PlanningProblem {
    const devices = problem.devices.map((device) => this.#standing(device, settings));
    const running = Object.fromEntries(this.#plan.map(({ resourceID, slots }) => [resourceID, slots]));
    return { ...problem, devices, running };
  }

  #standing(device: DeviceTerms, { devices, timeZone }: VenSettings): DeviceTerms {
    const { resourceID } = device;
    if (device.kind === 'flexibleLoad') {
      const life = this.loads.find((each) => each.resourceID === resourceID);
      const eachTime = devices.find((each) => each.resourceID === resourceID)?.need?.energyWattHours;
      life?.learn(device, this.#at, eachTime ?? device.energyWattHours);
      return life === undefined ? device : { ...device, energyWattHours: life.neededAt(this.#at) };
    }
    const life = this.#storages.find((each) => each.resourceID === resourceID);
    if (life === undefined) return device;
    life.learn(device);
    const today = dayOf(this.#at, timeZone).startAt;
    const delivered = device.cyclesPerDay === undefined ? {} : { deliveredTodayWattHours: life.deliveredSince(today) };
    return { ...device, stateOfCharge: life.level, ...delivered };
  }
}
