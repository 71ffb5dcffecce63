/** A load beside the record: it draws what it is told until it has what it needs, and begins anew when the time for that is over. */
import type { Orders } from '../backtest/lives.ts';
import { LoadLife } from '../backtest/loadLife.ts';
import type { LoadNeed } from '../backtest/needs.ts';
import type { DeviceLife } from '../backtest/terms.ts';
import type { FlexibleLoadTerms, PlanSpan } from '../dispatch/planningProblem.ts';

/** What a load has of one need. */
export interface NeedLived {
  /** UTC ms. */
  readonly doneAt: number;
  /** Still needed when the need began, or the fork did. @unit Wh */
  readonly energyWattHours: number;
  /** Drawn of it. @unit Wh */
  readonly drawnWattHours: number;
}

/** One load in one of the lives. */
export class ForkedLoad {
  readonly #needs: LoadNeed[] = [];
  readonly #life: LoadLife;

  constructor(terms: FlexibleLoadTerms, at: number) {
    this.#life = new LoadLife({ resourceID: terms.resourceID, needs: this.#needs }, []);
    this.learn(terms, at, terms.energyWattHours);
  }

  get resourceID(): string {
    return this.#life.resourceID;
  }

  /** What it needs still at an instant. @unit Wh */
  neededAt(at: number): number {
    return this.#life.neededAt(at);
  }

  /** Goes on by the terms of a later question; another deadline is another need, of as much as is needed each time. */
  learn(terms: FlexibleLoadTerms, at: number, eachTimeWattHours: number): void {
    const last = this.#needs.at(-1);
    if (last?.terms.deadlineAt === terms.deadlineAt) this.#needs[this.#needs.length - 1] = { ...last, terms };
    else this.#needs.push({ startAt: at, endAt: terms.deadlineAt, terms, energyWattHours: eachTimeWattHours });
  }

  /** Follows the orders that fall into the time. */
  follow(orders: Orders, span: PlanSpan): void {
    this.#life.follow(orders, span);
  }

  told(): DeviceLife {
    return this.#life.told();
  }

  /** Its needs up to an instant, each with what it has of it. */
  needsUntil(at: number): readonly NeedLived[] {
    return this.#needs.map(({ startAt, terms, energyWattHours }) => ({
      doneAt: terms.deadlineAt,
      energyWattHours,
      drawnWattHours: this.#life.drawnWithin({ startAt, endAt: Math.min(at, terms.deadlineAt) }),
    }));
  }
}
