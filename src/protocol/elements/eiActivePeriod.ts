import type { Codec } from '../xml/codec.ts';
import { anything } from '../xml/combinators.ts';
import { inlined, meaningless } from '../xml/field.ts';
import { xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { Properties } from './properties.ts';
import { properties } from './properties.ts';

/** The time of a DR event: its `xcal:properties`; the `components` beside them never carry anything. */
export type EiActivePeriod = Properties;

export const eiActivePeriod: Codec<EiActivePeriod> = sequence([
  inlined(xcal('properties'), properties),
  meaningless(xcal('components'), anything, '19.8'),
]);
