import type { ReportRequestID } from '../types/identifiers.ts';
import type { Codec } from '../xml/codec.ts';
import { listOf } from '../xml/combinators.ts';
import { zeroOrMore } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei } from '../xml/names.ts';

/** The report requests still to be served. @rule 2.0b 329 */
export const oadrPendingReports: Codec<readonly ReportRequestID[]> = listOf(
  zeroOrMore(ei('reportRequestID'), text),
  'reportRequestID',
);
