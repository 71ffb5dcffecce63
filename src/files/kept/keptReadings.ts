import type { FileReading } from '../fileReading.ts';
import { KeptRows } from './keptRows.ts';
import { scaledOf, textOf, withDecimals } from '../cells/scaled.ts';
import type { Spanned } from '../sequence.ts';

/** Readings of a file, one after the other. */
export interface ReadingRows extends Iterable<FileReading> {
  readonly length: number;
  /** False where it is known that none has a remark on its quality. */
  readonly hasRemarks?: boolean;
}

/** What many readings have alike. */
interface ReadingTraits extends Pick<FileReading, 'device' | 'source' | 'quality' | 'remark'> {
  /** Whether both directions are stated, or only the net. */
  readonly hasDirections: boolean;
}

/** What a reading states as whole numbers of as many decimals; null where that would not be exact. */
const numbersOf = ({
  importWattHours: drawn,
  exportWattHours: delivered,
  energyWattHours: net,
}: FileReading): { readonly first: number; readonly second: number | null; readonly decimals: number } | null => {
  if (drawn === null && delivered === null) {
    const own = scaledOf(net);
    return own === null ? null : { first: own.whole, second: null, decimals: own.decimals };
  }
  const [a, b] = [scaledOf(drawn ?? ''), scaledOf(delivered ?? '')];
  if (a === null || b === null) return null;
  const decimals = Math.max(a.decimals, b.decimals);
  const [first, second] = [withDecimals(a, decimals), withDecimals(b, decimals)];
  if (first === null || second === null || textOf(first - second, decimals) !== net) return null;
  return { first, second, decimals };
};

/** What was drawn, or the net where only that is stated; and what was delivered. */
const columns = { first: 0, second: 1 } as const;

/** Readings of a large file. */
export class KeptReadings extends KeptRows<ReadingTraits, FileReading> implements ReadingRows {
  get hasRemarks(): boolean {
    return this.likenesses.some(({ remark }) => remark !== null);
  }

  /** Whether some of them are what registers grew by. */
  get hasRegisters(): boolean {
    return this.likenesses.some(({ source }) => source === 'register');
  }

  push(reading: FileReading): void {
    const { device, source, quality, remark } = reading;
    const numbers = numbersOf(reading);
    if (numbers === null) this.keepOdd(reading);
    const { first, second, decimals } = numbers ?? { first: 0, second: null, decimals: 0 };
    const likeness = this.likenessOf({ device, source, quality, remark, hasDirections: second !== null });
    this.add(reading, likeness, first, second, decimals);
  }

  /** Adds a reading by its numbers: what was drawn and delivered, or the net and null. */
  add(span: Omit<Spanned, 'device'>, likeness: number, first: number, second: number | null, decimals: number): void {
    this.addRow(span, likeness);
    this.state(columns.first, first, decimals);
    if (second !== null) this.state(columns.second, second, decimals);
  }

  protected areAlike(a: ReadingTraits, b: ReadingTraits): boolean {
    return (
      a.device === b.device &&
      a.source === b.source &&
      a.quality === b.quality &&
      a.remark === b.remark &&
      a.hasDirections === b.hasDirections
    );
  }

  protected rowOf(
    { device, source, quality, remark, hasDirections }: ReadingTraits,
    { startAt, durationMs, line }: Spanned,
    whole: (column: number) => number,
    decimals: (column: number) => number,
  ): FileReading {
    const [first, second, places] = [whole(columns.first), whole(columns.second), decimals(columns.first)];
    return {
      device,
      source,
      quality,
      remark,
      startAt,
      durationMs,
      importWattHours: hasDirections ? textOf(first, places) : null,
      exportWattHours: hasDirections ? textOf(second, places) : null,
      energyWattHours: textOf(hasDirections ? first - second : first, places),
      line,
    };
  }
}
