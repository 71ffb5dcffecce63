import type { Properties } from './properties.ts';

/** The time of a DR event: its `xcal:properties`; the `components` beside them never carry anything. */
export type EiActivePeriod = Properties;
