import type { Command } from '../command.ts';
import { SETTLE_OPTIONS } from '../settle/settleOptions.ts';

/** `ven settle` */
export const settleCommand: Command = {
  name: 'ven settle',
  summary: 'what each hour comes to, what changed in it, and what is not as it should be',
  help: `
    Settles days or a month from the log alone: each device's energy hour by hour, at the prices the VTN sent, exactly.
    Without a time, the last month that was metered. Exceptions come first, with the money at stake: an hour that was not
    measured, has no price or two, was not delivered, refused, or acknowledged as something else. Nothing is guessed into a
    line; what bounds an open hour stands beside it.

    Then adjustments: whatever changed in an hour after it was first complete, because a price was revised or a reading
    corrected. First lines and adjustments together are the present lines. With --as-of it is settled with what was known
    then.

    Amounts are exact until they are rounded by a declared policy, once: --round STAGE,DIGITS,MODE, where the stage is
    interval, day or month (of each device), and the mode HALF_EVEN, HALF_UP, HALF_DOWN, UP, DOWN, CEIL or FLOOR;
    month,2,HALF_EVEN if absent.

    The exit code is 0 also when there are exceptions; with --strict it is 1 then.`,
  options: SETTLE_OPTIONS,
  examples: [
    ['ven settle --month last', 'the month that is over'],
    ['ven settle --day yesterday --positions', 'the hours of yesterday, with the entries each number rests on'],
    ['ven settle --month 2026-11 --as-of 2026-11-15 --csv --out lines.csv', 'as it was known then, for a spreadsheet'],
  ],
  run: async (given, surroundings) => (await import('../settle/settle.ts')).settleCommandBody(given, surroundings),
};
