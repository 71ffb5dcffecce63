import { describe, expect, it } from 'vitest';
import { isWhole } from '../support/leftOut.ts';
import { judgeCell } from './support/replies/judge.ts';
import type { Cell } from './support/replies/mishaps.ts';

/** A few of them; `npm run simulate -- --replies` lives all there are. */
const few: readonly Cell[] = [
  { request: 'oadrPoll', mishap: 'code 500', span: 'for an hour' },
  { request: 'oadrRequestEvent', mishap: 'code 459', span: 'three times' },
];

/** Others, for whoever has the time. */
const others: readonly Cell[] = [
  { request: 'oadrPoll', mishap: 'oadrUpdatedReport', span: 'for an hour' },
  { request: 'oadrCreateOpt', mishap: 'reset', span: 'for an hour' },
  { request: 'oadrCancelPartyRegistration', mishap: 'HTTP 503', span: 'for an hour' },
  { request: 'oadrCreatedEvent', mishap: 'schema-invalid', span: 'once' },
];

describe('an evening and a night in which replies go wrong', () => {
  it.each([...few, ...(isWhole(process.env) ? others : [])])(
    'given the reply to $request is spoilt ($mishap, $span), then prices, usage and registration come right, bounded, and told',
    async (cell) => {
      expect(await judgeCell(cell)).toEqual([]);
    },
  );
});
