/** Something to be called at an instant. */
export interface DueAlarm {
  readonly at: number;
  /** By when it is to be called where many are due; never before `at`. */
  readonly by: number;
  readonly order: number;
  readonly ring: () => void;
  /** Where it stands among those ahead, or among those due; -1 once it is off. */
  place: number;
}

type Precedes = (one: DueAlarm, other: DueAlarm) => boolean;

const isSooner: Precedes = (one, other) => one.at < other.at || (one.at === other.at && one.order < other.order);

const isMoreUrgent: Precedes = (one, other) => one.by < other.by || (one.by === other.by && isSooner(one, other));

/** A heap of alarms: whichever precedes all others stands first. */
class Heap {
  readonly #alarms: DueAlarm[] = [];
  readonly #precedes: Precedes;

  constructor(precedes: Precedes) {
    this.#precedes = precedes;
  }

  get first(): DueAlarm | undefined {
    return this.#alarms[0];
  }

  add(alarm: DueAlarm): void {
    alarm.place = this.#alarms.length;
    this.#alarms.push(alarm);
    this.#rise(alarm);
  }

  /** Takes an alarm out; returns whether it was here. */
  remove(alarm: DueAlarm): boolean {
    const { place } = alarm;
    if (this.#alarms[place] !== alarm) return false;
    const last = this.#alarms.pop();
    alarm.place = -1;
    if (last === undefined || last === alarm) return true;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
    return true;
  }

  clear(): void {
    for (const alarm of this.#alarms) alarm.place = -1;
    this.#alarms.length = 0;
  }

  #put(alarm: DueAlarm, place: number): void {
    this.#alarms[place] = alarm;
    alarm.place = place;
  }

  #rise(alarm: DueAlarm): void {
    while (alarm.place > 0) {
      const { place } = alarm;
      const above = this.#alarms[(place - 1) >> 1];
      if (above === undefined || !this.#precedes(alarm, above)) return;
      this.#put(alarm, above.place);
      this.#put(above, place);
    }
  }

  #sink(alarm: DueAlarm): void {
    for (;;) {
      const { place } = alarm;
      const [left, right] = [this.#alarms[2 * place + 1], this.#alarms[2 * place + 2]];
      const below = right !== undefined && left !== undefined && this.#precedes(right, left) ? right : left;
      if (below === undefined || !this.#precedes(below, alarm)) return;
      this.#put(alarm, below.place);
      this.#put(below, place);
    }
  }
}

/**
 * Alarms by when they are due: adding, calling off and taking the next cost the same for one agent and nearly the same for ten thousand.
 *
 * Of those that are due, the next is whose patience ends first; of equal ones the sooner, and of those that which was set first.
 */
export class AlarmHeap {
  readonly #ahead = new Heap(isSooner);
  readonly #due = new Heap(isMoreUrgent);
  #order = 0;

  /** The one that is called next as far as is known: of those found due, and while there are none, of those ahead. */
  get soonest(): DueAlarm | undefined {
    return this.#due.first ?? this.#ahead.first;
  }

  add(at: number, ring: () => void, patienceMs = 0): DueAlarm {
    const alarm: DueAlarm = { at, by: at + patienceMs, ring, order: (this.#order += 1), place: -1 };
    this.#ahead.add(alarm);
    return alarm;
  }

  /** Takes an alarm out; returns whether it was still there. */
  remove(alarm: DueAlarm): boolean {
    return alarm.place >= 0 && (this.#ahead.remove(alarm) || this.#due.remove(alarm));
  }

  /** The order of the alarm that was set last. */
  get lastOrder(): number {
    return this.#order;
  }

  /** Takes out the next of those that are due by an instant and were not set after another; undefined if there is none. */
  takeDue(at: number, lastOrder = Number.POSITIVE_INFINITY): DueAlarm | undefined {
    for (let alarm = this.#ahead.first; alarm !== undefined; alarm = this.#ahead.first) {
      if (alarm.at > at || alarm.order > lastOrder) break;
      this.#ahead.remove(alarm);
      this.#due.add(alarm);
    }
    let next = this.#due.first;
    // A clock that was set back has not reached what was due by it before.
    for (; next !== undefined && next.at > at; next = this.#due.first) {
      this.#due.remove(next);
      this.#ahead.add(next);
    }
    if (next !== undefined) this.#due.remove(next);
    return next;
  }

  clear(): void {
    this.#ahead.clear();
    this.#due.clear();
  }
}
