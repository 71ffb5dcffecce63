import { describe, expect, it } from 'vitest';
import { shareOf } from '../support/leftOut.ts';
import { judgeCell } from './support/replies/judge.ts';
import { cells, type Cell } from './support/replies/mishaps.ts';

/** Those that found something once; `npm run simulate -- --replies` lives each of all there are by itself. */
const found: readonly Cell[] = [
  { request: 'oadrPoll', mishap: 'code 500', span: 'for an hour' },
  { request: 'oadrRequestEvent', mishap: 'code 459', span: 'three times' },
  { request: 'oadrPoll', mishap: 'oadrUpdatedReport', span: 'for an hour' },
  { request: 'oadrCreateOpt', mishap: 'reset', span: 'for an hour' },
  { request: 'oadrCancelPartyRegistration', mishap: 'HTTP 503', span: 'for an hour' },
  { request: 'oadrCreatedEvent', mishap: 'schema-invalid', span: 'once' },
  // Each failure had the whole list told and answered again, after a second: 220 messages a minute, as long as it lasted.
  { request: 'oadrCreatedEvent', mishap: 'HTTP 500', span: 'for an hour' },
  // Refused for as long, usage stands still until a person lets it go; asked for by nobody, it is told hours later.
  { request: 'oadrUpdateReport', mishap: 'code 457', span: 'for an hour' },
  { request: 'oadrRegisterReport', mishap: 'oadrRegisteredReport', span: 'three times' },
  // Asked again who it is only after an hour, the VTN was right for long and its prices were not taken.
  { request: 'oadrCreatePartyRegistration', mishap: 'another vtnID', span: 'for an hour' },
  // What a person took back stood on with the VTN, and nobody was told.
  { request: 'oadrCancelOpt', mishap: 'oadrResponse 459', span: 'for an hour' },
  // In those of `each`: a refused oadrQueryRegistration, a refusal to let us go, and DR events that were refused were told by nothing.
  { request: 'each', mishap: 'code 457', span: 'once' },
  { request: 'each', mishap: 'HTTP 403', span: 'once' },
  { request: 'each', mishap: 'oadrResponse 459', span: 'three times' },
  // Somebody in between answered oadrRegisterReport with what had answered the one before, and so with void report requests.
  { request: 'each', mishap: 'the one before', span: 'three times' },
];

/** In a run that is not whole: each of the two roots once more, and one of each span. */
const kept = new Set(['code 459', 'HTTP 403', 'oadrResponse 459', 'code 500']);

const isAmong = ({ request, mishap, span }: Cell): boolean =>
  found.some((each) => each.request === request && each.mishap === mishap && each.span === span);

/** Every mishap on the reply to every message, in one evening and night of each. */
const ofEach = cells.filter((cell) => cell.request === 'each' && !isAmong(cell));

describe('an evening and a night in which replies go wrong', () => {
  it.each([...shareOf(found, ({ mishap }) => kept.has(mishap)), ...shareOf(ofEach, () => false)])(
    'given the reply to $request is spoilt ($mishap, $span), then prices, usage and registration come right, bounded, and told',
    async (cell) => {
      expect(await judgeCell(cell)).toEqual([]);
    },
  );
});
