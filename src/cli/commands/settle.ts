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

    With --bill it is held against a bill, hour by hour, from three sides: what was metered (by the log, or by --meter FILE),
    what the VTN acknowledged, and what was billed. Tables, Green Button and MEPMD01 (CMEP) are read. Units are never guessed:
    well-known headers such as "Net kWh" or "Price ($/kWh)" say theirs, any others are declared with --columns MEANING=HEADER,…
    where the meaning is time, end, date, endDate, hourEnding, hourBeginning, minutes, seconds, zone, device, channel, unit,
    kwh (net), kwhIn, kwhOut, kwhOutNet, kwhInRegister, kwhOutRegister, kwhRegister (the same with wh and mwh; with w, kw and
    mw as average power; with energy where the unit has a column), price (USD/kWh), priceCents, pricePerMwh, amount (USD),
    amountCents, charge, credit, currency or quality; further delimiter=semicolon, decimal=comma, dates=mdy, interval=60,
    ends=inclusive, times=standard and import=CHANNEL. How a file was read is said with the declaration that keeps it so.

    --infer-rounding says which roundings reproduce the bill; --html writes all of it as one page that prints; --claim writes
    the hours that differ, each with its readings, prices, acknowledgements and the entries they rest on. Where there is a key
    ("ven key new"), what is written to files is signed.

    Of more than 20 devices the sum of all comes first, then a row for each device: those with most at stake, then those
    with hours that could not be settled, then by money; exceptions and adjustments are those of the devices shown.

    The exit code is 0 also when there are exceptions; with --strict it is 1 then, or when a file says something else.`,
  options: SETTLE_OPTIONS,
  examples: [
    ['ven settle --month last', 'the month that is over'],
    ['ven settle --day yesterday --positions', 'the hours of yesterday, with the entries each number rests on'],
    [
      'ven settle --bill november.csv --infer-rounding --html november.html',
      'whether November was paid right, as a page',
    ],
    ['ven settle --bill november.csv --claim claim.json', 'the hours that were not, with their evidence'],
    ['ven settle --month 2026-11 --as-of 2026-11-15 --csv --out lines.csv', 'as it was known then, for a spreadsheet'],
  ],
  run: async (given, surroundings) => (await import('../settle/settle.ts')).settleCommandBody(given, surroundings),
};
