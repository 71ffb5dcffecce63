import { isFor, isForAll, type FleetAccess } from '../../../fleet/access.ts';
import type { Host } from '../../../fleet/host.ts';
import { countsOf, standingOf, worstFirst, type VenStanding } from '../../../fleet/standing.ts';
import type { FleetAnswer, FleetQuery } from '../../../inspector/api/fleet.ts';

/** How long it is told again how the VENs stand before they are looked at anew. @unit ms */
const freshMs = 1_000;

/** Rows of a page where nobody says how many. */
const usualLimit = 50;

/** How the VENs of a host stand, for those who may see them: however many ask, all VENs are looked at once a second at most. */
export class FleetStandings {
  readonly #host: Host;
  readonly #elapsedMs: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #all: readonly VenStanding[] = [];

  /** `elapsedMs`: of a clock that nobody sets. */
  constructor(host: Host, elapsedMs: () => number = () => performance.now()) {
    this.#host = host;
    this.#elapsedMs = elapsedMs;
  }

  /** Those that may be seen, the worst first. */
  seenBy(access: FleetAccess): readonly VenStanding[] {
    if (this.#elapsedMs() - this.#lookedAt >= freshMs) {
      const { vens, now } = this.#host;
      this.#all = [...vens.values()].map((ven) => standingOf(ven, now)).sort(worstFirst);
      this.#lookedAt = this.#elapsedMs();
    }
    return isForAll(access) ? this.#all : this.#all.filter((ven) => isFor(access, ven));
  }

  /** What was done to a VEN is seen at once. */
  forget(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** A page of them. */
  page(access: FleetAccess, query: FleetQuery): FleetAnswer {
    const { condition, group, search, offset = 0, limit = usualLimit } = query;
    const seen = this.seenBy(access);
    const asked = seen.filter(
      (ven) =>
        (condition === undefined || ven.condition === condition) &&
        (group === undefined || ven.groups.includes(group)) &&
        (search === undefined || ven.venID.toLowerCase().includes(search.toLowerCase())),
    );
    const { now, startedAt } = this.#host;
    return {
      now,
      startedAt,
      vens: seen.length,
      counts: countsOf(seen).map(([each, vens]) => ({ condition: each, vens })),
      total: asked.length,
      offset,
      next: offset + limit < asked.length ? offset + limit : null,
      rows: asked
        .slice(offset, offset + limit)
        .map((ven) => ({ ...ven, groups: [...ven.groups], alarms: [...ven.alarms] })),
    };
  }
}
