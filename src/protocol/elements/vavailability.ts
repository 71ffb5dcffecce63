import type { Codec } from '../xml/codec.ts';
import { listOf, only } from '../xml/combinators.ts';
import { zeroOrMore } from '../xml/field.ts';
import { xcal } from '../xml/names.ts';
import { properties, type Properties } from './properties.ts';

const available = only(xcal('properties'), properties);

/** The periods of an opt schedule: the properties of each `xcal:available`. @rule 2.0b 200 */
export const vavailability: Codec<readonly Properties[]> = only(
  xcal('components'),
  listOf(zeroOrMore(xcal('available'), available), 'available'),
);
