/** What the log says of days that are to be reviewed: which plans were asked for and answered, and how full the devices were. */
import type { PlanningProblem, PlanSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import type { KnownEntry } from '../facts/fact.ts';
import type { PlannedDevice } from '../facts/planning.ts';
import { type DaySpan, hourMs, hoursOf, nextDay } from '../programme/calendar.ts';
import { preferredPrices } from '../shell/settings/preferredTerms.ts';
import { drivenOf } from '../shell/planMade.ts';
import { type QuestionPut, siteProblem } from '../shell/siteProblem.ts';
import { type HoursKnown, meteredHours, pricesNow } from './hours.ts';
import { loadsOf } from './needs.ts';
import { type LevelReading, levelsFound } from './levels.ts';
import type { AskedPlan, BilledHours, LevelsFound, MeteredHour, ReviewLack, ReviewMatter } from './terms.ts';

/** How long before and after a day its plans and levels are looked for. @unit ms */
export const aroundMs = 3 * hourMs;

/** What a day is reviewed with beside its record. */
export interface ReviewGiven extends HoursKnown {
  /** As of when. UTC ms. */
  readonly now: number;
  /** When the log began to hold everything. UTC ms. */
  readonly heldFrom: number;
  /** What a bill says of these hours; null where none was given, or it is not about them. */
  readonly billed?: (hours: readonly MeteredHour[]) => BilledHours | null;
}

/** A plan as it was asked for; `devices` null until it is answered. */
interface PlanAwaited {
  readonly planID: string;
  readonly at: number;
  readonly problem: PlanningProblem;
  devices: readonly PlannedDevice[] | null;
}

const isAnswered = (question: PlanAwaited): question is PlanAwaited & AskedPlan => question.devices !== null;

const lacking = (because: ReviewLack): { readonly lack: ReviewLack } => ({ lack: because });

/** What the log says of the days that are reviewed, entry by entry. */
export class DayRecord {
  #questions: PlanAwaited[] = [];
  readonly #readings = new Map<string, LevelReading[]>();
  #timeZone: string | null = null;
  #exportPrice: QuestionPut['exportPrice'];

  /** The first zone that is known of. */
  get timeZone(): string | null {
    return this.#timeZone;
  }

  /** Takes note of an entry; `question`: what was asked, where a plan was asked for. */
  hear(entry: KnownEntry, question: QuestionPut | null): void {
    if (entry.type === 'MeterRead') this.#read(entry.data);
    else if (entry.type === 'PlanRequested' && question !== null) {
      this.#timeZone ??= question.timeZone;
      this.#exportPrice = question.exportPrice;
      const { planID = '', fromAt } = entry.data;
      this.#questions.push({ planID, at: fromAt, problem: siteProblem(question), devices: null });
    } else if (entry.type === 'PlanMade') {
      const awaited = this.#questions.findLast(({ planID }) => planID === (entry.data.planID ?? ''));
      if (awaited !== undefined) awaited.devices = drivenOf(entry.data);
    }
  }

  #read({
    resourceID,
    boundaryAt,
    importWattHours,
    exportWattHours,
    status,
  }: LevelReading & { resourceID: string }): void {
    const known = this.#readings.get(resourceID) ?? [];
    known.push({ boundaryAt, importWattHours, exportWattHours, status });
    this.#readings.set(resourceID, known);
  }

  /** Lets go of what days after the instant do not need. */
  forget(beforeAt: number): void {
    const last = this.#questions.findLastIndex((each) => each.at <= beforeAt && isAnswered(each));
    if (last > 0) this.#questions = this.#questions.slice(last);
    for (const [resourceID, readings] of this.#readings)
      this.#readings.set(
        resourceID,
        readings.filter(({ boundaryAt }) => boundaryAt >= beforeAt - aroundMs),
      );
  }

  /** All that a day is reviewed by; or why it cannot be. */
  matterOf(span: DaySpan, given: ReviewGiven): ReviewMatter | { readonly lack: ReviewLack } {
    if (span.startAt >= given.now) return lacking('ahead');
    const answered = this.#questions.filter(isAnswered).toSorted((a, b) => a.at - b.at);
    // One that is older was not followed any more when the day began: a running agent plans each hour.
    const before = answered.findLast(({ at }) => at <= span.startAt && at > span.startAt - aroundMs);
    const within = answered.filter(({ at }) => at > span.startAt && at < span.endAt);
    const plans = before === undefined ? within : [before, ...within];
    const [first] = plans;
    if (first === undefined) return lacking(given.heldFrom > span.startAt ? 'letGo' : 'noPlan');
    const storages = first.problem.devices.filter((device) => device.kind === 'storage');
    const levels = new Map(storages.map((storage) => [storage.resourceID, this.#levelsOf(storage, span)]));
    const loads = loadsOf(first.problem).map(({ resourceID }) => resourceID);
    const heard = loads.map((resourceID) => this.#heardOf(resourceID, span));
    const known = [...levels.values(), ...heard];
    const stretch = this.#stretchOf(span, Math.max(span.startAt, first.at), given.now, known);
    if (stretch === null) return lacking(this.#isRead(span) ? 'noLevel' : 'notMetered');
    return this.#matter(span, stretch, plans, levels, given);
  }

  #matter(
    span: DaySpan,
    stretch: PlanSpan,
    plans: readonly AskedPlan[],
    levels: ReadonlyMap<string, (at: number) => number | null>,
    given: ReviewGiven,
  ): ReviewMatter | { readonly lack: ReviewLack } {
    const { startAt, endAt } = stretch;
    const { problem } = plans[0] as AskedPlan;
    const { timeZone } = problem;
    const found = new Map<string, LevelsFound>();
    for (const [resourceID, levelAt] of levels) {
      const [startLevel, endLevel] = [levelAt(startAt), levelAt(endAt)];
      if (startLevel !== null && endLevel !== null) found.set(resourceID, { startLevel, endLevel, levelAt });
    }
    const asked = loadsOf(problem).map(
      ({ resourceID }) => [resourceID, meteredHours(given, resourceID, stretch)] as const,
    );
    const loads = asked.filter(([, hours]) => hours.some(({ open }) => open !== 'notMetered'));
    const metered = [
      ...[...found.keys()].flatMap((resourceID) => meteredHours(given, resourceID, stretch)),
      ...loads.flatMap(([, hours]) => hours),
    ];
    const reviewed = new Set([...found.keys(), ...loads.map(([resourceID]) => resourceID)]);
    if (metered.every(({ open }) => open === 'notMetered')) return lacking('notMetered');
    const tomorrow = nextDay(span, timeZone);
    const first = plans.findLast(({ at }) => at <= startAt) ?? (plans[0] as AskedPlan);
    return {
      day: span.day,
      timeZone,
      startAt,
      endAt,
      plans: [first, ...plans.filter(({ at }) => at > first.at && at < endAt)],
      prices: preferredPrices(pricesNow(given, { startAt, endAt: tomorrow.endAt }), this.#exportPrice),
      hasOwnExportPrice: this.#exportPrice !== undefined,
      levels: found,
      loads: new Set(loads.map(([resourceID]) => resourceID)),
      left: problem.devices.map(({ resourceID }) => resourceID).filter((resourceID) => !reviewed.has(resourceID)),
      metered,
      billed: given.billed?.(metered) ?? null,
    };
  }

  #levelsOf(storage: StorageTerms, { startAt, endAt }: PlanSpan): (at: number) => number | null {
    const readings = (this.#readings.get(storage.resourceID) ?? []).filter(
      ({ boundaryAt }) => boundaryAt >= startAt - aroundMs && boundaryAt <= endAt + aroundMs,
    );
    return levelsFound(storage, readings);
  }

  /** Whether a device that stores nothing was heard at an instant, or before and after it. */
  #heardOf(resourceID: string, { startAt, endAt }: PlanSpan): (at: number) => number | null {
    const heardAt = (this.#readings.get(resourceID) ?? [])
      .map(({ boundaryAt }) => boundaryAt)
      .filter((at) => at >= startAt - aroundMs && at <= endAt + aroundMs);
    return (at) => (heardAt.some((each) => each <= at) && heardAt.some((each) => each >= at) ? 0 : null);
  }

  #isRead({ startAt, endAt }: PlanSpan): boolean {
    return [...this.#readings.values()].some((readings) =>
      readings.some(({ boundaryAt }) => boundaryAt >= startAt && boundaryAt <= endAt),
    );
  }

  /** From the first full hour at which a level is known to the last one. */
  #stretchOf(
    span: DaySpan,
    fromAt: number,
    now: number,
    levels: readonly ((at: number) => number | null)[],
  ): PlanSpan | null {
    const edges = [...hoursOf(span), span.endAt].filter(
      (at) => at >= fromAt && at <= now && levels.some((levelAt) => levelAt(at) !== null),
    );
    const [startAt, endAt] = [edges[0], edges.at(-1)];
    return startAt === undefined || endAt === undefined || endAt <= startAt ? null : { startAt, endAt };
  }
}
