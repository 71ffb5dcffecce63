/** What is tried, one after the other, when the VTN does not do what it is to do. */
import type { Bootstrap } from '../signals.ts';

/** What is tried for prices, one after the other. */
const priceRemedies: readonly Bootstrap[] = ['events', 'full', 'anew', 'asked'];

/** What follows in turn, for as long as it takes: a VTN may forget us again, so that party and reports come round too. */
const laterPriceRemedies: readonly Bootstrap[] = ['events', 'asked', 'events', 'full'];

/** What is tried for requests of usage; then the VTN's own word and the reports in turn. */
const usageRemedies: readonly Bootstrap[] = ['full', 'anew'];

/** What is tried for requests of usage, after so many tries. */
export const usageRemedy = (tries: number): Bootstrap => usageRemedies[tries] ?? (tries % 2 === 0 ? 'asked' : 'full');

/** What is tried for prices, after so many tries. */
export const priceRemedy = (asked: number): Bootstrap =>
  priceRemedies[asked] ?? laterPriceRemedies[asked % laterPriceRemedies.length] ?? 'events';
