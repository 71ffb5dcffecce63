import { roundingModes, type RoundingMode } from '../../programme/decimal.ts';
import { defaultRounding, type RoundingPolicy, type RoundingStage } from '../../settlement/rounding.ts';
import { UsageError } from '../options.ts';

/** @limit More decimals than these say nothing about money. @unit digits */
const mostDigits = 12;

const stages: readonly RoundingStage[] = ['interval', 'day', 'month'];

const isStage = (text: string): text is RoundingStage => stages.some((stage) => stage === text);
const isMode = (text: string): text is RoundingMode => roundingModes.some((mode) => mode === text);

/** A policy as it is written: `month,2,HALF_EVEN`. */
export const roundingText = ({ stage, digits, mode }: RoundingPolicy): string => `${stage},${digits},${mode}`;

/** The policy a text declares; the default when there is none. @throws UsageError */
export const roundingGiven = (text: string | undefined): RoundingPolicy => {
  if (text === undefined) return defaultRounding;
  const [stage = '', digits = '', mode = '', ...more] = text.split(',').map((part) => part.trim());
  const isCount = /^\d{1,2}$/.test(digits) && Number(digits) <= mostDigits;
  if (isStage(stage) && isCount && isMode(mode) && more.length === 0) return { stage, digits: Number(digits), mode };
  throw new UsageError(
    `"${text}" is no rounding: write STAGE,DIGITS,MODE with the stage ${stages.join(', ')}, up to ${mostDigits} digits, and the mode ${roundingModes.join(', ')}, as in ${roundingText(defaultRounding)}.`,
  );
};
