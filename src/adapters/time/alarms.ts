/** Something to be called at an instant. */
export interface DueAlarm {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
  /** Where it stands among the others; -1 once it is off. */
  place: number;
}

const isSooner = (one: DueAlarm, other: DueAlarm): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Alarms by when they are due, of equal ones that first which was set first: adding, calling off and taking the soonest cost the same for one agent and nearly the same for ten thousand. */
export class AlarmHeap {
  readonly #alarms: DueAlarm[] = [];
  #order = 0;

  get soonest(): DueAlarm | undefined {
    return this.#alarms[0];
  }

  add(at: number, ring: () => void): DueAlarm {
    const alarm: DueAlarm = { at, ring, order: (this.#order += 1), place: this.#alarms.length };
    this.#alarms.push(alarm);
    this.#rise(alarm);
    return alarm;
  }

  /** Takes an alarm out; returns whether it was still there. */
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

  /** The order of the alarm that was set last. */
  get lastOrder(): number {
    return this.#order;
  }

  /** Takes out the soonest if it is due by an instant and was not set after another; undefined if that is not so. */
  takeDue(at: number, lastOrder = Number.POSITIVE_INFINITY): DueAlarm | undefined {
    const [alarm] = this.#alarms;
    if (alarm === undefined || alarm.at > at || alarm.order > lastOrder) return undefined;
    this.remove(alarm);
    return alarm;
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
      if (above === undefined || !isSooner(alarm, above)) return;
      this.#put(alarm, above.place);
      this.#put(above, place);
    }
  }

  #sink(alarm: DueAlarm): void {
    for (;;) {
      const { place } = alarm;
      const [left, right] = [this.#alarms[2 * place + 1], this.#alarms[2 * place + 2]];
      const below = right !== undefined && left !== undefined && isSooner(right, left) ? right : left;
      if (below === undefined || !isSooner(below, alarm)) return;
      this.#put(alarm, below.place);
      this.#put(below, place);
    }
  }
}
