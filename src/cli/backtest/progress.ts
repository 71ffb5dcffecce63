import type { BacktestProgress } from '../../backtest/backtest.ts';
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import { dayOf } from '../../programme/calendar.ts';
import type { Surroundings } from '../surroundings.ts';

/** @limit How often a person is told how far it is. @unit ms */
const toldEveryMs = 5_000;

/** Says on the side how far a long run is. */
export const progressOf = (
  { stderr, now }: Surroundings,
  timeZone: string,
  { startAt, endAt }: PlanSpan,
): Required<BacktestProgress> => {
  let toldAt = now();
  return {
    onPlanned: (part) => {
      if (now() - toldAt < toldEveryMs) return;
      toldAt = now();
      const { day } = dayOf(Math.min(endAt - 1, startAt + part * (endAt - startAt)), timeZone);
      stderr.write(`Planned to ${day}, ${Math.floor(part * 100)} %.\n`);
    },
    onForeseeing: () => {
      if (endAt - startAt > 40 * 86_400_000)
        stderr.write('Now the best that was possible is looked for, all prices known.\n');
    },
  };
};
