/** The known page and API for each VEN that somebody looks at, made when the first one asks. */
import type { Explainer } from '../../../dispatch/explain/why.ts';
import type { Planner } from '../../../dispatch/planner.ts';
import type { FleetVen } from '../../../fleet/fleetVen.ts';
import type { Host } from '../../../fleet/host.ts';
import type { Inspected } from '../../../inspector/history/history.ts';
import { InspectorView } from '../../../inspector/server/inspectorView.ts';
import type { PageFiles } from '../../../inspector/server/pageFiles.ts';
import { RequestRefused } from '../../../inspector/server/refusal.ts';
import type { EventLog } from '../../../store/eventLog.ts';
import { VERSION } from '../../version.ts';
import { projectionsOf } from '../projections.ts';

/** @limit VENs that are looked at at once: what was read of a log stays in memory as long as somebody looks. */
const viewsLimit = 16;

/** What views are made with. */
export interface VenViewsOptions {
  readonly host: Host;
  readonly page: PageFiles;
  /** Plan again, and say why, for whichever VEN it is. */
  readonly planner: Planner & Explainer;
}

interface Viewed {
  readonly view: InspectorView;
  readonly log: EventLog;
}

/** Says why a VEN that does not run shows nothing. */
const notRunning = ({ phase, because, member }: FleetVen): RequestRefused =>
  new RequestRefused(
    503,
    'notRunning',
    `The VEN ${member.venID} does not run (${phase}${because === null ? '' : `: ${because}`}), and is shown when it does.`,
    { 'Retry-After': '5' },
  );

export class VenViews {
  readonly #options: VenViewsOptions;
  /** The one that was asked last comes last. */
  readonly #views = new Map<string, Viewed>();

  constructor(options: VenViewsOptions) {
    this.#options = options;
  }

  /** The view of a VEN as it runs now. @throws RequestRefused */
  of(ven: FleetVen): InspectorView {
    const { venID } = ven.member;
    const known = this.#views.get(venID);
    const { log } = ven;
    if (log === null) {
      known?.view.forget();
      this.#views.delete(venID);
      throw notRunning(ven);
    }
    this.#views.delete(venID);
    const viewed = known ?? { view: this.#made(ven, log), log };
    // A run that began anew has a log of its own.
    if (viewed.log !== log) viewed.view.look(this.#inspected(ven, log));
    this.#views.set(venID, { view: viewed.view, log });
    return viewed.view;
  }

  /** Lets go of those that nobody looks at any more. */
  rest(): void {
    for (const [venID, { view }] of this.#views)
      if (!view.isLookedAt) {
        view.forget();
        this.#views.delete(venID);
      }
  }

  close(): void {
    for (const { view } of this.#views.values()) view.forget();
    this.#views.clear();
  }

  #made(ven: FleetVen, log: EventLog): InspectorView {
    this.#makeRoom();
    const { page, planner } = this.#options;
    return new InspectorView({
      inspected: this.#inspected(ven, log),
      version: VERSION,
      page,
      planner,
      explainer: planner,
      redact: (text) => (this.#options.host.vens.get(ven.member.venID) ?? ven).member.redact(text),
      statelyInspector: null,
    });
  }

  #makeRoom(): void {
    if (this.#views.size < viewsLimit) return;
    const [venID, oldest] = [...this.#views].find(([, { view }]) => view.streams === 0) ?? [];
    if (venID === undefined)
      throw new RequestRefused(
        503,
        'tooMany',
        `${viewsLimit} VENs are looked at already: close a page that is not needed.`,
        { 'Retry-After': '5' },
      );
    oldest?.view.forget();
    this.#views.delete(venID);
  }

  #inspected(ven: FleetVen, log: EventLog): Inspected {
    const { host } = this.#options;
    return {
      log,
      projections: projectionsOf(log),
      timeZone: ven.member.settings.timeZone,
      live: () => {
        const { state, lastContactAt, startedAt } = ven;
        if (state === null || startedAt === null || ven.log !== log) return null;
        return { state, now: host.now, lastContactAt, startedAt };
      },
    };
  }
}
