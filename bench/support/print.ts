import type { Figure, Subject } from './figure.ts';

const verdict = ({ goal }: Figure): string =>
  goal === undefined ? '' : `   goal ${goal.text}: ${goal.isReached ? 'reached' : 'NOT REACHED'}`;

const beside = ({ floor, ratio }: Figure): string =>
  floor === undefined ? '' : `   ${floor.name} ${floor.value}${ratio === undefined ? '' : `   ratio ${ratio}`}`;

/** The lines of a subject: each figure beside its floor, with its verdict. */
export const linesOf = ({ title }: Subject, figures: readonly Figure[]): readonly string[] => {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const valueWidth = Math.max(...figures.map(({ value }) => value.length));
  return [
    '',
    title,
    ...figures.map(
      (figure) =>
        `  ${figure.name.padEnd(width)}  ${figure.value.padStart(valueWidth)}${beside(figure)}${verdict(figure)}`,
    ),
  ];
};

/** The last lines: what was not reached. */
export const summaryOf = (figures: readonly Figure[]): readonly string[] => {
  const judged = figures.filter(({ goal }) => goal !== undefined);
  const missed = judged.filter(({ goal }) => goal?.isReached === false);
  return [
    '',
    `${judged.length - missed.length} of ${judged.length} goals reached.`,
    ...missed.map(({ name, value, goal }) => `  not reached: ${name}: ${value}, goal ${goal?.text ?? ''}`),
  ];
};
