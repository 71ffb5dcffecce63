/** What the files of a meter tell, interval by interval, each once; and the registers that follow from that. */
import type { FileReading } from '../../files/fileReading.ts';

/** The energy of an interval, and who told it first. */
export interface ToldInterval {
  readonly startAt: number;
  readonly endAt: number;
  /** @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** Its file states the energy of intervals and no register, or an estimate. */
  readonly isUncertain: boolean;
  readonly file: string;
  /** The line, or the number of the reading. */
  readonly line: number;
}

/** Registers as they follow from the intervals, to the fraction of a Wh. */
export interface ToldRegisters {
  /** UTC ms. */
  readonly at: number;
  /** @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** Where the intervals begin that follow each other up to here. UTC ms. */
  readonly registersSince: number;
  readonly isUncertain: boolean;
  /** Of the interval that ends here; net. @unit W */
  readonly powerWatts: number;
}

/** An interval that says something else than what is known already. */
export interface Contradiction {
  readonly known: ToldInterval;
  readonly told: ToldInterval;
}

const sameWithinWattHours = 1e-6;

const isSame = (a: ToldInterval, b: ToldInterval): boolean =>
  a.startAt === b.startAt &&
  a.endAt === b.endAt &&
  Math.abs(a.importWattHours - b.importWattHours) < sameWithinWattHours &&
  Math.abs(a.exportWattHours - b.exportWattHours) < sameWithinWattHours;

const isBelow = (watt: number): boolean => watt < -sameWithinWattHours;

/** An interval of a file; where it states the net alone, that is what flowed. */
export const intervalOf = (file: string, reading: FileReading): ToldInterval => {
  const { startAt, durationMs, importWattHours, exportWattHours, energyWattHours, source, quality, line } = reading;
  const net = Number(energyWattHours);
  const drawn = importWattHours === null ? Math.max(0, net) + Number(exportWattHours ?? 0) : Number(importWattHours);
  return {
    startAt,
    endAt: startAt + durationMs,
    importWattHours: drawn,
    exportWattHours: exportWattHours === null ? Math.max(0, drawn - net) : Number(exportWattHours),
    isUncertain: source !== 'register' || quality !== 'measured',
    file,
    line,
  };
};

/** All intervals by their time, none over another. */
export class IntervalLedger {
  #intervals: readonly ToldInterval[] = [];
  #edges: ReadonlyMap<number, ToldRegisters> = new Map();

  /** Until when anything is told; null when nothing is. UTC ms. */
  get toldUntil(): number | null {
    return this.#intervals.at(-1)?.endAt ?? null;
  }

  /** Takes what is new of a file; gives what says something else than is known already, which stays. */
  take(told: readonly ToldInterval[]): readonly Contradiction[] {
    const contradictions: Contradiction[] = [];
    const known = this.#intervals;
    const fresh: ToldInterval[] = [];
    let from = 0;
    for (const each of [...told].sort((a, b) => a.startAt - b.startAt)) {
      while ((known[from]?.endAt ?? Infinity) <= each.startAt) from += 1;
      const other = known[from];
      if (other === undefined || other.startAt >= each.endAt) fresh.push(each);
      else if (!isSame(other, each)) contradictions.push({ known: other, told: each });
    }
    if (fresh.length > 0) {
      this.#intervals = [...known, ...fresh].sort((a, b) => a.startAt - b.startAt);
      this.#edges = this.#added();
    }
    return contradictions;
  }

  /**
   * The registers at a boundary; null when no interval begins or ends there. They go on from what was read last, where nothing
   * is missing between, and else count from where the intervals begin.
   */
  at(at: number, readLast: ToldRegisters | null): ToldRegisters | null {
    const edge = this.#edges.get(at);
    if (edge === undefined) return null;
    const last = readLast === null ? undefined : this.#edges.get(readLast.at);
    if (readLast === null || last === undefined || last.registersSince !== edge.registersSince) return edge;
    const importWattHours = readLast.importWattHours + edge.importWattHours - last.importWattHours;
    const exportWattHours = readLast.exportWattHours + edge.exportWattHours - last.exportWattHours;
    // What lies before the registers began to count counts by itself.
    if (isBelow(importWattHours) || isBelow(exportWattHours)) return edge;
    return { ...edge, importWattHours, exportWattHours, registersSince: readLast.registersSince };
  }

  #added(): ReadonlyMap<number, ToldRegisters> {
    const edges = new Map<number, ToldRegisters>();
    let before: ToldRegisters | undefined;
    for (const { startAt, endAt, importWattHours, exportWattHours, isUncertain } of this.#intervals) {
      if (before === undefined || before.at !== startAt)
        before = {
          at: startAt,
          importWattHours: 0,
          exportWattHours: 0,
          registersSince: startAt,
          isUncertain,
          powerWatts: 0,
        };
      edges.set(startAt, { ...before, isUncertain: before.isUncertain || isUncertain });
      before = {
        at: endAt,
        importWattHours: before.importWattHours + importWattHours,
        exportWattHours: before.exportWattHours + exportWattHours,
        registersSince: before.registersSince,
        isUncertain,
        powerWatts: ((importWattHours - exportWattHours) * 3_600_000) / (endAt - startAt),
      };
      edges.set(endAt, before);
    }
    return edges;
  }
}
