/** A battery that speaks MQTT and knows nothing of us: what it does between what it is told is reckoned by the day's own clock. */
const capacityWattHours = 13_500;
const mostWatts = 5_000;
const oneWay = Math.sqrt(0.9);

interface Order {
  readonly demandWatts: number | null;
  readonly validUntil: string | null;
}

/** Its way to the broker. */
export interface HomeLine {
  readonly hear: (listener: (topic: string, text: string) => void) => void;
  readonly say: (topic: string, text: string) => Promise<void>;
}

/** Registers as they stood. @unit Wh */
export interface Registers {
  readonly importWattHours: number;
  readonly exportWattHours: number;
}

/** The battery, at a broker. */
export class HomeBattery {
  static readonly topics = { state: 'home/battery', set: 'home/battery/set' };
  /** All that it was told, in its words. */
  readonly orders: Order[] = [];
  /** What it says instead of its level, where that is not its level. */
  says: number | null = null;
  #order: Order = { demandWatts: null, validUntil: null };
  #at: number;
  #storedWattHours = capacityWattHours / 2;
  #registers: Registers = { importWattHours: 100_000, exportWattHours: 50_000 };
  readonly #line: HomeLine;
  readonly #now: () => number;

  constructor(line: HomeLine, now: () => number) {
    this.#line = line;
    this.#now = now;
    this.#at = now();
    line.hear((topic, text) => {
      if (topic !== HomeBattery.topics.set || text === '') return;
      this.#live();
      this.#order = JSON.parse(text) as Order;
      this.orders.push(this.#order);
    });
  }

  /** Its registers now. */
  get registers(): Registers {
    this.#live();
    return this.#registers;
  }

  get isLeftToItself(): boolean {
    return this.#wattsAt(this.#now()) === 0;
  }

  /** Says how it stands. */
  async tell(): Promise<void> {
    this.#live();
    const { importWattHours, exportWattHours } = this.#registers;
    const text = JSON.stringify({
      time: new Date(this.#at).toISOString(),
      power: this.#wattsAt(this.#at),
      soc: this.says ?? (this.#storedWattHours / capacityWattHours) * 100,
      in: importWattHours,
      out: exportWattHours,
    });
    await this.#line.say(HomeBattery.topics.state, text);
  }

  /** What it is told ends when it says so, whoever has died meanwhile. */
  #wattsAt(at: number): number {
    const { demandWatts, validUntil } = this.#order;
    if (demandWatts === null || validUntil === null || Date.parse(validUntil) <= at) return 0;
    if (demandWatts > 0 && this.#storedWattHours >= capacityWattHours) return 0;
    if (demandWatts < 0 && this.#storedWattHours <= 0) return 0;
    return Math.max(-mostWatts, Math.min(mostWatts, demandWatts));
  }

  /** A second at a time is as fine as its registers have to be. */
  #live(): void {
    const now = this.#now();
    while (this.#at < now) {
      const untilAt = Math.min(now, this.#at + 1_000);
      const wattHours = (this.#wattsAt(this.#at) * (untilAt - this.#at)) / 3_600_000;
      const stored = this.#storedWattHours + (wattHours > 0 ? wattHours * oneWay : wattHours / oneWay);
      this.#storedWattHours = Math.min(capacityWattHours, Math.max(0, stored));
      this.#registers = {
        importWattHours: this.#registers.importWattHours + Math.max(0, wattHours),
        exportWattHours: this.#registers.exportWattHours + Math.max(0, -wattHours),
      };
      this.#at = untilAt;
    }
  }
}
