/** Whether all is well, for whoever has ten seconds: a headline of a few words, and three clauses. */
import type { ApiAnswer } from '../api/paths.ts';
import type { DayMoney } from './amounts.ts';
import type { Worry, StandingGrounds } from './standing/worry.ts';
import { deviceWorries } from './standing/deviceWorries.ts';
import { hourWorries } from './standing/hourWorries.ts';
import { alarmWorries, registrationWorry } from './standing/otherWorries.ts';
import { vtnWorry } from './standing/vtnWorry.ts';
import { notRunText, wellClauses, wellHeadline } from './standing/wellbeing.ts';

type Verdict = ApiAnswer<'state'>['verdict'];

/** Trouble first, then the most money; what nobody can put a figure on comes before what costs nothing. */
const weightOf = ({ level, atStakeUsd }: Worry): number => (level === 'trouble' ? 1e12 : 0) + (atStakeUsd ?? 0.001);

const worriesOf = (grounds: StandingGrounds): readonly Worry[] => {
  const [vtn, unregistered] = [vtnWorry(grounds), registrationWorry(grounds)];
  const known = [
    ...(vtn === null ? [] : [vtn]),
    ...hourWorries(grounds),
    ...deviceWorries(grounds),
    // A VEN that cannot register because nobody answers has one trouble, not two.
    ...(unregistered === null || vtn !== null ? [] : [unregistered]),
  ];
  const told = new Set<string>(known.flatMap(({ alarms }) => alarms));
  return [...known, ...alarmWorries(grounds, told)].sort((a, b) => weightOf(b) - weightOf(a));
};

const moreText = (count: number): string => (count === 0 ? '' : ` And ${count} more.`);

const ofWorries = ([first, ...others]: readonly [Worry, ...Worry[]], rest: string): Verdict => ({
  level: first.level,
  sentence: `${first.headline}. ${first.cause}`,
  headline: `${first.headline}.`,
  clauses: [
    { name: 'Cause', text: `${first.cause}${rest}`, command: null },
    { name: 'Money', text: first.money, command: null },
    { name: 'To do', text: `${first.toDo}${moreText(others.length)}`, command: first.command },
  ],
  others: others.map(({ level, headline, cause, money, toDo }) => ({
    level,
    headline: `${headline}.`,
    cause,
    money,
    toDo,
  })),
});

/** The verdict on a moment. */
export const verdictOf = (grounds: StandingGrounds, money: DayMoney): Verdict => {
  const [first, ...others] = worriesOf(grounds);
  // What was wrong when the agent ended is told with when that was: nobody knows how it stands now.
  const rest = grounds.agent.notRunSince === null ? '' : ` ${notRunText(grounds)}`;
  if (first !== undefined) return ofWorries([first, ...others], rest);
  const clauses = wellClauses(grounds, money);
  const headline = `${wellHeadline(grounds)}.`;
  return {
    level: 'well',
    sentence: `${headline} ${clauses[0]?.text ?? ''}`,
    headline,
    clauses: [...clauses],
    others: [],
  };
};
