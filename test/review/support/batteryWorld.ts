/** A VEN with a battery that does as it is told, the optimiser as its planner, and what can go wrong with them. */
import { SimulatedBattery } from '../../../src/devices/simulatedBattery.ts';
import { highsSolver } from '../../../src/dispatch/highsSolver.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { MeterRead } from '../../../src/facts/input.ts';
import type { Preferences } from '../../../src/facts/preferences.ts';
import { daySpan, type DaySpan } from '../../../src/programme/calendar.ts';
import { DayRecord } from '../../../src/review/record.ts';
import { reviewDay } from '../../../src/review/review.ts';
import type { DayReview, DayWithout } from '../../../src/review/terms.ts';
import { reviewedDays } from '../../../src/cli/plan/reviewedDays.ts';
import { ledgerProjection } from '../../../src/settlement/ledger.ts';
import { viewsOf } from '../../../src/cli/views.ts';
import { AgentWorld } from '../../support/agentWorld.ts';
import { at, resourceID, timeZone } from '../../scenarios/support/day.ts';

export { DayRecord, reviewDay };

export const eve = '2026-06-10';
export const day = '2026-06-11';

const limits = { capacityWattHours: 13_500, maxChargeWatts: 5_000, maxDischargeWatts: 5_000, roundTripEfficiency: 0.9 };

/** What is wrong with a battery, by the boundary that is read. */
export interface Flaws {
  /** By how much it says to be fuller than it is. */
  readonly lie?: (boundaryAt: number) => number;
  readonly isLost?: (boundaryAt: number) => boolean;
}

class FlawedBattery extends SimulatedBattery {
  #flaws: Flaws = {};

  with(flaws: Flaws): this {
    this.#flaws = flaws;
    return this;
  }

  override async read(boundaryAt: number): Promise<MeterRead> {
    if (this.#flaws.isLost?.(boundaryAt) === true)
      throw Object.assign(new Error('the register could not be read'), { quality: 'Comm Failure' });
    const read = await super.read(boundaryAt);
    const { stateOfCharge = 0 } = read.status;
    const told = Math.min(1, Math.max(0, stateOfCharge + (this.#flaws.lie?.(boundaryAt) ?? 0)));
    return { ...read, status: { ...read.status, stateOfCharge: told } };
  }
}

/** The world, before its agent has started: on the eve, before tomorrow's prices come. */
export const batteryWorld = (
  flaws: Flaws = {},
  preferences?: Preferences,
  startAt = at(eve, 15),
  seed = 1,
): AgentWorld =>
  new AgentWorld({
    startAt,
    seed,
    vtn: { pollFreq: 'PT15M', status: 'never' },
    settings: {
      sampleEveryMs: 1_800_000,
      devices: [{ resourceID, ...limits }],
      ...(preferences === undefined ? {} : { preferences }),
    },
    planner: { plan: optimise },
    devices: (time) => [
      new FlawedBattery({ resourceID, now: () => time.now(), ...limits, stateOfCharge: 0.5 }).with(flaws),
    ],
  });

/** Lives until some hours after the day. */
export const livedThrough = async (world: AgentWorld, meanwhile?: () => Promise<void>): Promise<AgentWorld> => {
  await highsSolver();
  await world.start();
  await meanwhile?.();
  await world.runTo(at(day, 27, 30));
  await world.stop();
  return world;
};

/** The reviews of days by the log as it is. */
export const reviewsOf = async (
  world: AgentWorld,
  days: readonly DaySpan[] = [daySpan(day, timeZone)],
): Promise<readonly (DayReview | DayWithout)[]> => {
  const { ledger } = await viewsOf(world.log, { ledger: ledgerProjection() });
  const found: (DayReview | DayWithout)[] = [];
  const given = { prices: ledger.prices, usage: ledger.usage, now: world.time.now() };
  for await (const each of reviewedDays(world.log, days, given)) found.push(each);
  return found;
};

/** The review of the day. */
export const reviewOf = async (world: AgentWorld): Promise<DayReview> => {
  const [review] = await reviewsOf(world);
  if (review === undefined || !('steps' in review)) throw new Error(`There is no review: ${JSON.stringify(review)}`);
  return review;
};
