/**
 * Many VENs in one process: one clock, one store of logs, and an agent for each.
 *
 * It knows neither on which store it stands nor how a VTN is reached: that comes with the members.
 */
import type { FleetMember, VenHold } from './member.ts';
import type { Head } from '../store/head.ts';
import { FleetVen } from './fleetVen.ts';
import { usualLoad } from './load.ts';
import { StatePacking } from '../shell/statePacking.ts';
import { nextTurnOf } from './phase.ts';
import { usualIntensity } from './restartIntensity.ts';
import { SomeAtATime } from './someAtATime.ts';
import type { HostLimits, HostSurroundings } from './hostSurroundings.ts';

/** What a host is made with. */
export interface FleetHostOptions extends Omit<
  HostSurroundings,
  'limits' | 'starts' | 'tidying' | 'packing' | 'turnOf'
> {
  readonly limits?: Partial<HostLimits>;
}

/** @limit Usual bounds. */
export const usualLimits: HostLimits = {
  intensity: usualIntensity,
  load: usualLoad,
  startsAtOnce: 16,
  spreadMs: 10_000,
};

/** @limit VENs that are ended at the same time when the host stops. */
const endedAtOnce = 64;

const isHeld = ({ phase }: FleetVen): boolean => phase === 'paused' || phase === 'drained' || phase === 'quarantined';

/** What a change of the list came to. */
export interface ListChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export class Host {
  readonly #around: HostSurroundings;
  readonly #vens = new Map<string, FleetVen>();
  readonly startedAt: number;

  constructor({ limits, ...options }: FleetHostOptions) {
    const bounds = { ...usualLimits, ...limits };
    this.startedAt = options.clock.now();
    this.#around = {
      ...options,
      limits: bounds,
      starts: new SomeAtATime(bounds.startsAtOnce),
      tidying: new SomeAtATime(1),
      packing: new StatePacking(() => options.clock.now()),
      turnOf: (venID) => nextTurnOf(venID, options.clock.now(), bounds.spreadMs),
    };
  }

  /** All VENs, in the order of the list. */
  get vens(): ReadonlyMap<string, FleetVen> {
    return this.#vens;
  }

  /** Whether any is still to start, or starts. */
  get isStarting(): boolean {
    return [...this.#vens.values()].some(({ phase }) => phase === 'waiting' || phase === 'starting');
  }

  get now(): number {
    return this.#around.clock.now();
  }

  /** Takes the list as it is now: begins those that are new, begins anew those that changed, ends those that are gone. */
  async take(members: readonly FleetMember[]): Promise<ListChange> {
    const listed = new Set(members.map(({ venID }) => venID));
    const gone = [...this.#vens].filter(([venID]) => !listed.has(venID));
    for (const [venID] of gone) this.#vens.delete(venID);
    const added: string[] = [];
    const changed: Promise<string>[] = [];
    for (const member of members) {
      const known = this.#vens.get(member.venID);
      if (known === undefined) {
        const ven = new FleetVen(member, this.#around);
        this.#vens.set(member.venID, ven);
        added.push(member.venID);
        ven.begin();
      } else if (known.member.fingerprint !== member.fingerprint)
        changed.push(known.change(member).then(() => member.venID));
    }
    await Promise.all(gone.map(([, ven]) => ven.stop('it is of this fleet no more')));
    return { added, changed: await Promise.all(changed), removed: gone.map(([venID]) => venID) };
  }

  /** VenHolds a VEN until it is released. @returns whether there is such a VEN */
  async hold(venID: string, phase: VenHold['phase'], because: string): Promise<boolean> {
    const ven = this.#vens.get(venID);
    await ven?.hold({ phase, because, since: this.now });
    return ven !== undefined;
  }

  /** Lets a VEN go on that was held. @returns whether there is such a VEN */
  release(venID: string): boolean {
    const ven = this.#vens.get(venID);
    ven?.release();
    return ven !== undefined;
  }

  /**
   * Notes that the log of a VEN that is held goes on elsewhere, from where it ends.
   * @returns whether it could: the VEN is held, and the store can note it
   * @throws LogError `conflict` where the log ends elsewhere
   */
  async moveAway(venID: string, end: Head): Promise<boolean> {
    const ven = this.#vens.get(venID);
    const { store } = this.#around;
    if (ven === undefined || ven.log !== null || !isHeld(ven) || store.moveAway === undefined) return false;
    await store.moveAway(venID, end);
    return true;
  }

  /** Tells every agent that the clock was set. @unit ms */
  clockJumped(jumpMs: number): void {
    for (const ven of this.#vens.values()) ven.clockJumped(jumpMs);
  }

  /** Ends every run in good order, and lets go of the store. */
  async stop(because: string): Promise<void> {
    const all = [...this.#vens.values()];
    for (let first = 0; first < all.length; first += endedAtOnce)
      await Promise.all(all.slice(first, first + endedAtOnce).map((ven) => ven.stop(because)));
    await this.#around.store.close();
  }
}
