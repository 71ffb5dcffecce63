/** `ven plan --review`: what was earned, what was planned, and what was possible. */
import type { DayReview, DayWithout } from '../../review/terms.ts';
import { datedNow } from '../../store/projections/dated.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { type ParsedArguments, UsageError } from '../options.ts';
import { reading } from '../reading.ts';
import { reconciledHours } from '../settle/settle.ts';
import { ledgerAt } from '../settle/ledgerAt.ts';
import { periodGiven } from '../settle/period.ts';
import type { Surroundings } from '../surroundings.ts';
import { billedHours } from './billedHours.ts';
import { daysTouching, reviewedDays } from './reviewedDays.ts';
import { reviewDocument, reviewText } from './reviewText.ts';

/** The body of `ven plan --review`. */
export const reviewBody = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const ledger = await ledgerAt(opened, undefined, {}, surroundings);
    const { state, at } = ledger;
    const timeZone = datedNow(state.settings)?.timeZone ?? opened.here.timeZone;
    const period = periodGiven(given, { timeZone, now: at });
    if (period === null)
      throw new UsageError('A review is of a day or of a month: give --day yesterday, or --month 2026-11.');
    const reconciled = await reconciledHours(given, ledger, timeZone, surroundings);
    const days: (DayReview | DayWithout)[] = [];
    for await (const day of reviewedDays(opened.log, daysTouching(period, timeZone), {
      prices: state.prices,
      usage: state.usage,
      now: at,
      ...(reconciled === null ? {} : { billed: billedHours(reconciled) }),
    }))
      days.push(day);
    const { stdout } = surroundings;
    if (given.switches.has('json')) stdout.write(`${JSON.stringify({ timeZone, ...reviewDocument(days) }, null, 2)}\n`);
    else stdout.write(reviewText(stdout, days));
    return EXIT.success;
  });
