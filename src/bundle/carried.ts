import { viewFolds } from '../core/state.ts';
import type { Entry } from '../facts/entry.ts';
import type { Checkpoint, EventLog } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { baseCheckpoint, beginning, projectEntry, type Projected, type Projection } from '../store/projection.ts';
import { alarmsProjection } from '../store/projections/alarms.ts';
import { certificatesProjection } from '../store/projections/certificates.ts';
import { deliveriesProjection } from '../store/projections/deliveries.ts';
import { drEventsProjection } from '../store/projections/drEvents.ts';
import { exchangesProjection } from '../store/projections/exchanges.ts';
import { pricesProjection } from '../store/projections/prices.ts';
import { registrationProjection } from '../store/projections/registration.ts';
import { reportRequestsProjection } from '../store/projections/reportRequests.ts';
import { setpointsProjection } from '../store/projections/setpoints.ts';
import { usageProjection } from '../store/projections/usage.ts';

/** How much of the time before its base a bundle tells of what has passed. @unit ms */
const keepMs = 8 * 86_400_000;

/** A projection as a bundle keeps it, and as it is begun with; whatever its state is, both have the same. */
type Carried = readonly [kept: Projection<unknown>, whole: Projection<unknown>];

const carry = <State>(kept: Projection<State>, whole: Projection<State>): Carried => [
  kept as Projection<unknown>,
  whole as Projection<unknown>,
];

/**
 * What a bundle carries over its base, so that prices, hours and requests of before are known in it: of prices, usage and
 * deliveries as much as the agent itself holds, of the rest the last week.
 */
const carried: readonly Carried[] = [
  carry(viewFolds.usage, usageProjection()),
  carry(viewFolds.deliveries, deliveriesProjection()),
  carry(viewFolds.prices, pricesProjection()),
  carry(alarmsProjection({ keepMs }), alarmsProjection()),
  carry(certificatesProjection({ keepMs }), certificatesProjection()),
  carry(drEventsProjection({ keepMs }), drEventsProjection()),
  carry(exchangesProjection({ keepMs }), exchangesProjection()),
  carry(registrationProjection({ keepMs }), registrationProjection()),
  carry(reportRequestsProjection({ keepMs }), reportRequestsProjection()),
  carry(setpointsProjection({ keepMs }), setpointsProjection()),
];

/** Follows a log up to the base of a bundle. */
export class Carrier {
  #projected: readonly Projected<unknown>[];

  private constructor(projected: readonly Projected<unknown>[]) {
    this.#projected = projected;
  }

  static async of(log: Pick<EventLog, 'base' | 'loadCheckpoint'>): Promise<Carrier> {
    return new Carrier(await Promise.all(carried.map(([, whole]) => beginning(log, whole))));
  }

  /** The entry after which it wants to hear of all. */
  get position(): number {
    return Math.min(...this.#projected.map(({ position }) => position));
  }

  take(entry: Entry): void {
    this.#projected = carried.map(([kept], index) => {
      const before = this.#projected[index] as Projected<unknown>;
      return entry.position > before.position ? projectEntry(kept, before, entry) : before;
    });
  }

  /** What is known now, at the base, under the names that projections look for at a base. A projection that left something out is left out. */
  checkpoints({ position, hash }: Head): readonly Checkpoint[] {
    return carried.flatMap(([, { name, version }], index) => {
      const { state, faults } = this.#projected[index] as Projected<unknown>;
      return faults === null ? [{ name: baseCheckpoint(name), version, position, hash, state }] : [];
    });
  }
}
