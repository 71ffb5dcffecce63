import { type Whole, wholeOf } from '../cells/wholes.ts';

/** @limit The largest number of seconds that is read: eleven digits reach the year 5138. */
const secondsPattern = /^\d{1,11}$/;

/** @limit Digits of a value that a column holds exactly; the few that have more are kept as they are written. */
const columnDigits = 15;

const plainValue = new RegExp(`^-?\\d{1,${columnDigits}}$`);

/**
 * Readings in the order of the file, by columns: ten years of quarter hours are 350,000 of them, and an object for
 * each is more than a small machine has room for.
 */
export class Readings {
  length = 0;
  #startAt = new Float64Array(1_024);
  #durationMs = new Float64Array(1_024);
  /** Values as whole numbers; NaN where `odd` has what is written. */
  #whole = new Float64Array(1_024);
  /** How many of a value's digits are decimals. */
  #decimals = new Uint8Array(1_024);
  /** Which of the qualities. */
  #quality = new Uint32Array(1_024);
  /** Codes with spaces between them, each once, and which of them it is. */
  readonly #qualities = [''];
  readonly #qualityAt = new Map([['', 0]]);
  /** What is written and no column holds, by reading and name. */
  readonly #odd = new Map<string, string>();

  /** Begins a reading: nothing is stated of it yet. */
  add(): void {
    if (this.length === this.#whole.length) this.#grow();
    this.#startAt[this.length] = Number.NaN;
    this.#durationMs[this.length] = Number.NaN;
    this.#whole[this.length] = Number.NaN;
    this.length += 1;
  }

  setStart(text: string): void {
    this.#setSeconds(this.#startAt, 'start', text);
  }

  setDuration(text: string): void {
    this.#setSeconds(this.#durationMs, 'duration', text);
  }

  setValue(text: string): void {
    const at = this.length - 1;
    const value = plainValue.test(text) ? { whole: text, powerOfTen: 0 } : wholeOf(text);
    if (value !== undefined && String(value.whole).length <= columnDigits) {
      this.#whole[at] = Number(value.whole);
      this.#decimals[at] = -value.powerOfTen;
    } else {
      this.#whole[at] = Number.NaN;
      this.#setOdd('value', text);
    }
  }

  addQuality(text: string): void {
    const at = this.length - 1;
    const before = this.quality(at);
    const codes = before === '' ? text : `${before} ${text}`;
    const known = this.#qualityAt.get(codes) ?? this.#qualities.push(codes) - 1;
    this.#qualityAt.set(codes, known);
    this.#quality[at] = known;
  }

  /** When a reading begins; NaN where it states no number of seconds. */
  startAt(index: number): number {
    return this.#startAt[index] as number;
  }

  /** How long it is; NaN where it states no number of seconds. @unit ms */
  durationMs(index: number): number {
    return this.#durationMs[index] as number;
  }

  /** Its value; undefined where it states none. */
  value(index: number): Whole | undefined {
    const whole = this.#whole[index] as number;
    if (Number.isNaN(whole)) return wholeOf(this.written(index, 'value'));
    return { whole: BigInt(whole), powerOfTen: -(this.#decimals[index] as number) };
  }

  /** How many decimals its value is written with. */
  decimals(index: number): number {
    const whole = this.#whole[index] as number;
    return Number.isNaN(whole) ? -(this.value(index)?.powerOfTen ?? 0) : (this.#decimals[index] as number);
  }

  /** Its quality: codes with spaces between them; empty where none is stated. */
  quality(index: number): string {
    return this.#qualities[this.#quality[index] as number] ?? '';
  }

  /** What is written where a number should stand, and none does. */
  written(index: number, name: 'start' | 'duration' | 'value'): string {
    return this.#odd.get(`${index} ${name}`) ?? '';
  }

  #setSeconds(column: Float64Array, name: 'start' | 'duration', text: string): void {
    if (secondsPattern.test(text)) column[this.length - 1] = Number(text) * 1_000;
    else this.#setOdd(name, text);
  }

  #setOdd(name: 'start' | 'duration' | 'value', text: string): void {
    this.#odd.set(`${this.length - 1} ${name}`, text);
  }

  #grow(): void {
    const larger = <Column extends Float64Array | Uint8Array | Uint32Array>(to: Column, from: Column): Column => {
      to.set(from);
      return to;
    };
    const length = this.length * 2;
    this.#startAt = larger(new Float64Array(length), this.#startAt);
    this.#durationMs = larger(new Float64Array(length), this.#durationMs);
    this.#whole = larger(new Float64Array(length), this.#whole);
    this.#decimals = larger(new Uint8Array(length), this.#decimals);
    this.#quality = larger(new Uint32Array(length), this.#quality);
  }
}
