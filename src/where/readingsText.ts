import type { WhereReading } from './holds.ts';
import { unitOf } from './words.ts';

/** @limit Of a word that many things have a value of, so many are told. */
const toldValues = 3;

/** What words were at a place, for people: `soc battery 18 %, price.now 4.7764 USD/kWh`. */
export const readingsText = (readings: readonly WhereReading[]): string =>
  readings
    .map(({ word, values }) => {
      const bare = word.replace(/\[.*\]$/, '');
      const unit = unitOf(bare);
      const told = values
        .slice(0, toldValues)
        .map(({ key, value }) => `${key === null ? '' : `${key} `}${value}${unit === null ? '' : ` ${unit}`}`);
      const more = values.length > toldValues ? ` and ${values.length - toldValues} more` : '';
      return `${bare} ${told.length === 0 ? 'unknown' : told.join(', ')}${more}`;
    })
    .join('; ');
