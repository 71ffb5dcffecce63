/** What a VTN takes of one report, where that is less than we would send. */
import { z } from 'zod';
import { setting } from './fields.ts';

/** The setting `reportLimits`. */
export const reportLimitsSchema = z.strictObject({
  bytes: setting(
    z.int().min(10_000).max(100_000_000).optional(),
    'a whole number of bytes from 10000 to 100000000',
    'The longest report as XML. Unit: bytes.',
  ),
  nodes: setting(
    z.int().min(500).max(10_000_000).optional(),
    'a whole number from 500 to 10000000',
    'The most elements and attributes of a report.',
  ),
  intervals: setting(
    z.int().min(1).max(100_000).optional(),
    'a whole number from 1 to 100000',
    'The most intervals of a report.',
  ),
});
