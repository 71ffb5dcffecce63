import type { BilledLine, BilledRows } from '../bill.ts';
import { KeptRows } from './keptRows.ts';
import { type Scaled, scaledOf, textOf } from '../cells/scaled.ts';
import type { Spanned } from '../sequence.ts';

/** What a line of a bill states, each by itself, in the order of their columns. */
const billedNumbers = ['energyWattHours', 'usdPerKwh', 'amountUsd'] as const;

/** What many lines have alike: whose they are, and which of the numbers they state, a bit for each. */
interface LineTraits {
  readonly device: string | null;
  readonly states: number;
}

/** Lines of a large bill. */
export class KeptLines extends KeptRows<LineTraits, BilledLine> implements BilledRows {
  push(line: BilledLine): void {
    const numbers = billedNumbers.map((name) => line[name]);
    const scaled = numbers.map((text) => (text === null ? null : scaledOf(text)));
    if (scaled.some((each, index) => each === null && numbers[index] !== null)) this.keepOdd(line);
    const [energy = null, price = null, amount = null] = scaled;
    this.add(line, line.device, energy, price, amount);
  }

  /** Adds a line by its numbers: net energy in Wh, USD/kWh and USD; null for what it does not state. */
  add(
    span: Omit<Spanned, 'device'>,
    device: string | null,
    energy: Scaled | null,
    price: Scaled | null,
    amount: Scaled | null,
  ): void {
    const states = (energy === null ? 0 : 1) + (price === null ? 0 : 2) + (amount === null ? 0 : 4);
    this.addRow(span, this.likenessOf({ device, states }));
    if (energy !== null) this.state(0, energy.whole, energy.decimals);
    if (price !== null) this.state(1, price.whole, price.decimals);
    if (amount !== null) this.state(2, amount.whole, amount.decimals);
  }

  protected areAlike(a: LineTraits, b: LineTraits): boolean {
    return a.device === b.device && a.states === b.states;
  }

  protected rowOf(
    { device, states }: LineTraits,
    { startAt, durationMs, line }: Spanned,
    whole: (column: number) => number,
    decimals: (column: number) => number,
  ): BilledLine {
    const number = (column: number): string | null =>
      (states & (1 << column)) === 0 ? null : textOf(whole(column), decimals(column));
    return {
      device,
      startAt,
      durationMs,
      energyWattHours: number(0),
      usdPerKwh: number(1),
      amountUsd: number(2),
      line,
    };
  }
}
