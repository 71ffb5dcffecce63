import type { Paired } from './measure.ts';

/** What a figure should reach. */
export interface Goal {
  /** `>= 70 %` */
  readonly text: string;
  readonly isReached: boolean;
}

/** One line of the benchmark. */
export interface Figure {
  readonly name: string;
  /** The figure with its unit. */
  readonly value: string;
  /** The least that this could cost, measured in the same run: what does it, and its figure. */
  readonly floor?: { readonly name: string; readonly value: string };
  /** How the figure stands to its floor. */
  readonly ratio?: string;
  readonly goal?: Goal;
}

/** A part of the benchmark that can be run by itself. */
export interface Subject {
  readonly name: string;
  /** What is measured, for the heading. */
  readonly title: string;
  /** `count`: how many there are, for those that can be tried with fewer. */
  readonly measure: (count?: number) => Promise<readonly Figure[]>;
}

/** A number as people read it: three figures that count. */
export const readable = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

export const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

export const atLeast = (value: number, limit: number, unit: string): Goal => ({
  text: `>= ${limit.toLocaleString('en')} ${unit}`,
  isReached: value >= limit,
});

export const atMost = (value: number, limit: number, unit: string): Goal => ({
  text: `<= ${limit.toLocaleString('en')} ${unit}`,
  isReached: value <= limit,
});

/** A rate beside the rate of its floor. */
export const rateFigure = (
  name: string,
  unit: string,
  floorName: string,
  { perSecond, floorPerSecond, ratio }: Paired,
  goal?: Goal,
): Figure => ({
  name,
  value: `${readable(perSecond)} ${unit}/s`,
  floor: { name: floorName, value: `${readable(floorPerSecond)} ${unit}/s` },
  ratio: percent(ratio),
  ...(goal === undefined ? {} : { goal }),
});
