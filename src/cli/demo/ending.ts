/** How the demo ends: what the day earned, and what can be done next. */
import { compare, decimalOf } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { wrapped } from '../prose.ts';
import { moneyWords } from '../../programme/moneyWords.ts';

/** @unit columns */
const widest = 80;

/** The day in one sentence. Amounts: + comes to you. */
export const earnedSentence = (day: string, earnedUsd: DecimalText, possibleUsd: DecimalText | null): string => {
  const earned = `${day} earned ${moneyWords(earnedUsd)} on the bill`;
  if (possibleUsd === null) return `${earned} (+ comes to you).`;
  // What was earned was possible: noise and whole watts may take it past the plan of somebody who knew everything.
  const best = compare(decimalOf(possibleUsd), decimalOf(earnedUsd)) < 0 ? earnedUsd : possibleUsd;
  return `${earned}, of ${moneyWords(best)} that were possible with all its prices known at midnight and the battery as full at both ends (+ comes to you).`;
};

/** The next three commands: look at the day, settle it, and go on to a VTN of one's own. */
export const nextCommands = (directory: string): string => {
  const commands = [
    ['See it think:', `npm start -- inspect ${directory}`],
    ['Settle it:', `npm start -- settle --data ${directory}`],
    ['Your own VTN:', 'npm start -- init'],
  ];
  return commands.map(([what = '', command = '']) => `${what.padEnd(15)}${command}\n`).join('');
};

/** The end, for whoever reads it on a terminal of 80 columns. */
export const endingText = (sentence: string, directory: string): string =>
  `\n${wrapped(sentence, 0, widest)}\n\n${nextCommands(directory)}`;
