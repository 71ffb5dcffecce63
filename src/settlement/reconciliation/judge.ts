import {
  compare,
  decimalOf,
  decimalOfInteger,
  decimalText,
  multiply,
  subtract,
  zero,
} from '../../programme/decimal.ts';
import { differenceOf, sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { Steps } from '../../files/headers/steps.ts';
import type { BilledSide, DifferenceParts, HourClass, MeteredSide, ReconciledHour } from './hour.ts';
import { costOf, isSame } from './sides.ts';

/** How one stated number stands to ours. `open`: one of the two is not stated. */
type NumberVerdict = 'same' | 'rounded' | 'differs' | 'open';

/** What the sides of a cell come to. */
export interface Sides {
  readonly metered: MeteredSide;
  readonly usdPerKwh: DecimalText | null;
  /** Before the policy's rounding, and after it. @unit USD */
  readonly exactUsd: DecimalText | null;
  readonly expectedUsd: DecimalText | null;
  readonly billed: BilledSide;
}

const half = decimalOf('0.5');

const isMultipleOf = (text: DecimalText, step: DecimalText): boolean =>
  compare(decimalOf(text).mod(decimalOf(step)), zero) === 0;

/** Whether a number that cannot be written in steps lies closer to the stated one than so many steps. */
const isWithin = (
  stated: DecimalText,
  ours: DecimalText,
  step: DecimalText | null,
  steps: number,
  isExclusive: boolean,
): boolean => {
  if (step === null || isMultipleOf(ours, step)) return false;
  const distance = subtract(decimalOf(stated), decimalOf(ours)).abs();
  const bound = multiply(
    decimalOf(step),
    isExclusive ? decimalOfInteger(steps) : multiply(half, decimalOfInteger(steps)),
  );
  return isExclusive ? compare(distance, bound) < 0 : compare(distance, bound) <= 0;
};

/** @limit Money is rounded to the cent at most: a bill that happens to state whole dollars does not excuse dimes. @unit USD */
const coarsestMoneyUsd = '0.01';

const moneyStep = ({ amountUsd }: Steps): DecimalText | null =>
  amountUsd !== null && compare(decimalOf(amountUsd), decimalOf(coarsestMoneyUsd)) > 0 ? coarsestMoneyUsd : amountUsd;

/** Quantities and prices are rounded to the nearest, if at all. */
const verdictOn = (
  stated: DecimalText | null,
  ours: DecimalText | null,
  step: DecimalText | null,
  lines: number,
): NumberVerdict => {
  if (stated === null || ours === null) return 'open';
  if (isSame(stated, ours)) return 'same';
  return isWithin(stated, ours, step, lines, false) ? 'rounded' : 'differs';
};

/** Amounts may be rounded in any mode; one that is the product of the bill's own rounded numbers is rounded as well. */
const verdictOnAmount = ({ billed, exactUsd, expectedUsd }: Sides, steps: Steps, isRounded: boolean): NumberVerdict => {
  const { amountUsd, energyWattHours, usdPerKwh, lines } = billed;
  if (amountUsd === null || exactUsd === null || expectedUsd === null) return 'open';
  if (isSame(amountUsd, expectedUsd)) return 'same';
  if (isWithin(amountUsd, exactUsd, moneyStep(steps), lines.length, true)) return 'rounded';
  const own = energyWattHours === null || usdPerKwh === null ? null : costOf(energyWattHours, usdPerKwh);
  const isOwnProduct =
    own !== null && (isSame(amountUsd, own) || isWithin(amountUsd, own, moneyStep(steps), lines.length, true));
  return isRounded && isOwnProduct ? 'rounded' : 'differs';
};

const classFrom = (energy: NumberVerdict, price: NumberVerdict, amount: NumberVerdict): HourClass => {
  if (energy === 'differs') return price === 'differs' ? 'bothDiffer' : 'quantityDiffers';
  if (price === 'differs') return 'priceDiffers';
  if (amount === 'differs') return 'amountDiffers';
  return [energy, price, amount].includes('rounded') ? 'roundingOnly' : 'agree';
};

/** How the sides of a cell that was metered, priced and billed stand to one another. */
export const classOf = (sides: Sides, steps: Steps): HourClass => {
  const { billed, metered, usdPerKwh } = sides;
  const energy = verdictOn(billed.energyWattHours, metered.energyWattHours, steps.energyWattHours, billed.lines.length);
  const price = verdictOn(billed.usdPerKwh, usdPerKwh, steps.usdPerKwh, 1);
  return classFrom(energy, price, verdictOnAmount(sides, steps, energy === 'rounded' || price === 'rounded'));
};

/** Whether two quantities are the same but for the places in which the bill is written. */
const fits = (stated: DecimalText, ours: DecimalText, steps: Steps, lines: number): boolean =>
  ['same', 'rounded'].includes(verdictOn(stated, ours, steps.energyWattHours, lines));

/** Which of our two quantities a bill goes by; null where they are the same, or one is not known. */
export const billedAsOf = (
  metered: MeteredSide,
  acknowledgedWattHours: number | null,
  billed: BilledSide | null,
  steps: Steps,
): ReconciledHour['billedAs'] => {
  const [measured, stated] = [metered.energyWattHours, billed?.energyWattHours ?? null];
  if (
    measured === null ||
    stated === null ||
    acknowledgedWattHours === null ||
    isSame(measured, String(acknowledgedWattHours))
  )
    return null;
  const lines = billed?.lines.length ?? 1;
  if (fits(stated, measured, steps, lines)) return 'metered';
  return fits(stated, String(acknowledgedWattHours), steps, lines) ? 'acknowledged' : 'neither';
};

/** The difference, taken apart. */
export const partsOf = ({ metered, usdPerKwh, billed }: Sides, differenceUsd: DecimalText): DifferenceParts => {
  const ours = metered.energyWattHours ?? '0';
  const energy = billed.energyWattHours ?? ours;
  const quantityUsd = usdPerKwh === null ? '0' : costOf(differenceOf(energy, ours), usdPerKwh);
  const priceUsd =
    usdPerKwh === null || billed.usdPerKwh === null ? '0' : costOf(energy, differenceOf(billed.usdPerKwh, usdPerKwh));
  return { quantityUsd, priceUsd, restUsd: differenceOf(differenceUsd, sumOf([quantityUsd, priceUsd])) };
};

/** A number with the other sign. */
export const negated = (text: DecimalText): DecimalText => decimalText(subtract(zero, decimalOf(text)));
