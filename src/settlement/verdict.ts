import { hourMs, localText } from '../programme/calendar.ts';
import { compare, decimalOf, zero } from '../programme/decimal.ts';
import { differenceOf, sumOf, tellingText } from '../programme/money.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import { isDisputed, type ReconciledHour } from './reconciliation/hour.ts';
import type { Elsewhere } from './reconciliation/elsewhere.ts';
import type { Reconciliation } from './reconciliation/reconcile.ts';
import { isOff, standingOf, type TotalCheck } from './reconciliation/totals.ts';
import type { Settlement } from './settlement.ts';

/** Was I paid right? The one sentence that everything else is about, and what it does not cover. */
export interface SettlementVerdict {
  /** `owed`: there is no bill. `unknown`: the bill states nothing that it could be held against. */
  readonly answer: 'yes' | 'no' | 'notYet' | 'owed' | 'unknown';
  readonly text: string;
  /**
   * What is missing in the hours, or, where they agree, in a total: negative where too much was paid. Null without a bill, or
   * where no hour can be told. @unit USD
   */
  readonly missingUsd: DecimalText | null;
  /** Hours that differ. */
  readonly hours: number;
  /** Hours that differ by what cannot be told in money. */
  readonly untoldHours: number;
  /** Hours before and after those of the bill: nobody says that they are not billed elsewhere. */
  readonly unbilledHours: number;
  /** That a file is about other days, or that the bill covers less than was asked for; null where neither is so. */
  readonly partText: string | null;
}

const count = (hours: number, rest = ''): string => `${hours} ${rest}${hours === 1 ? 'hour' : 'hours'}`;

/** `$1,290.20`, without a sign; exactly where the cents would show nothing of it. */
const dollars = (amount: DecimalText): string => {
  const [whole = '0', cents = '00'] = tellingText(amount).replace('-', '').split('.');
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
};

const sign = (amount: DecimalText): number => compare(decimalOf(amount), zero);

const nothing = { missingUsd: null, hours: 0, untoldHours: 0, unbilledHours: 0, partText: null } as const;

const owed = ({ roundedUsd }: Settlement): SettlementVerdict => ({
  ...nothing,
  answer: 'owed',
  text: `${sign(roundedUsd) > 0 ? 'Owed by you' : 'Owed to you'}: ${dollars(roundedUsd)}.`,
});

/** From the first to the last hour that is billed. */
const billedSpan = (hours: readonly ReconciledHour[]): { readonly startAt: number; readonly endAt: number } | null => {
  const billed = hours.filter((hour) => hour.billed !== null);
  if (billed.length === 0) return null;
  return billed.reduce(
    (span, { startAt, durationMs }) => ({
      startAt: Math.min(span.startAt, startAt),
      endAt: Math.max(span.endAt, startAt + durationMs),
    }),
    { startAt: Number.POSITIVE_INFINITY, endAt: 0 },
  );
};

const hoursIn = (hours: readonly ReconciledHour[]): number =>
  Math.round((hours.reduce((sum, { durationMs }) => sum + durationMs, 0) / hourMs) * 100) / 100;

/** `$0.17 too much` */
const offText = (missingUsd: DecimalText): string =>
  `${dollars(missingUsd)} ${sign(missingUsd) > 0 ? 'missing' : 'too much'}`;

const byTotals = ({ totals }: Reconciliation, unstated: string): SettlementVerdict => {
  const known = totals.flatMap(({ statedUsd, expectedUsd }) =>
    expectedUsd === null ? [] : [{ statedUsd, expectedUsd }],
  );
  const [first] = known;
  if (first === undefined)
    return { ...nothing, answer: 'unknown', text: 'Not known: the bill states nothing that it could be held against.' };
  const odd = known.find(({ statedUsd, expectedUsd }) => isOff(statedUsd, expectedUsd));
  if (odd === undefined)
    return {
      ...nothing,
      answer: 'yes',
      missingUsd: '0',
      text: `Yes, to the cent, by its totals: ${unstated}.`,
    };
  const missingUsd = differenceOf(odd.statedUsd, odd.expectedUsd);
  return {
    ...nothing,
    answer: 'no',
    missingUsd,
    text: `No: ${offText(missingUsd)} in a total: ${unstated}.`,
  };
};

/** A total that is not the sum of its own lines: the first that rounding cannot explain, or the first at all. */
const oddTotalIn = ({ totals }: Reconciliation): TotalCheck | null =>
  totals.find((total) => standingOf(total) === 'differs') ??
  totals.find((total) => standingOf(total) === 'rounded') ??
  null;

const offBy = ({ statedUsd, ownUsd }: TotalCheck): DecimalText => differenceOf(statedUsd, ownUsd ?? statedUsd);

/** What is to be said of a total beside hours that differ, or that agree but for it. */
const besideHours = (odd: TotalCheck | null): string =>
  odd === null
    ? ''
    : standingOf(odd) === 'rounded'
      ? ` The total on line ${odd.line} is ${dollars(offBy(odd))} off the sum of its hours, which rounding may explain.`
      : ` The total on line ${odd.line} is not the sum of its hours: ${offText(offBy(odd))}.`;

const untoldText = (untold: number): string => (untold === 0 ? '' : ` Of ${count(untold)} it cannot be told how much.`);

const differing = (disputed: readonly ReconciledHour[]): Pick<SettlementVerdict, 'answer' | 'text' | 'missingUsd'> => {
  const told = disputed.flatMap(({ differenceUsd }) => differenceUsd ?? []);
  const untold = hoursIn(disputed.filter(({ differenceUsd }) => differenceUsd === null));
  const missingUsd = told.length === 0 ? null : sumOf(told);
  const hours = hoursIn(disputed);
  if (missingUsd === null)
    return {
      answer: 'no',
      missingUsd,
      text: `No: ${count(hours)} ${hours === 1 ? 'differs' : 'differ'}, and how much cannot be told.`,
    };
  const which =
    sign(missingUsd) === 0
      ? `${count(hours)} ${hours === 1 ? 'differs' : 'differ'}, and in money that comes to nothing.`
      : `${dollars(missingUsd)} ${sign(missingUsd) > 0 ? 'missing' : 'too much'} in ${count(hours)}.`;
  return { answer: 'no', missingUsd, text: `No: ${which}${untoldText(untold)}` };
};

const verdictOfHours = (settlement: Settlement, reconciliation: Reconciliation | null): SettlementVerdict => {
  if (reconciliation === null) return owed(settlement);
  const { hours, timeZone } = reconciliation;
  if (hours.length === 0) return byTotals(reconciliation, 'the bill states no hours');
  const span = billedSpan(hours);
  const isOutside = ({ startAt }: ReconciledHour): boolean =>
    span === null || startAt < span.startAt || startAt >= span.endAt;
  const unbilled = hours.filter((hour) => hour.billed === null && isOutside(hour));
  const disputed = hours.filter((hour) => isDisputed(hour.hourClass) && !unbilled.includes(hour));
  const unbilledHours = hoursIn(unbilled);
  const partText =
    unbilledHours === 0 || span === null
      ? null
      : `The bill covers less than was asked: ${localText(span.startAt, timeZone)} to ${localText(span.endAt, timeZone)}; ${count(unbilledHours)} before or after it ${unbilledHours === 1 ? 'is' : 'are'} not in it.`;
  const rest = {
    hours: hoursIn(disputed),
    untoldHours: hoursIn(disputed.filter(({ differenceUsd }) => differenceUsd === null)),
    unbilledHours,
    partText,
  };
  const odd = oddTotalIn(reconciliation);
  if (disputed.length > 0) {
    const found = differing(disputed);
    return { ...rest, ...found, text: `${found.text}${besideHours(odd)}` };
  }
  if (odd !== null && standingOf(odd) === 'differs')
    return {
      ...rest,
      answer: 'no',
      missingUsd: offBy(odd),
      text: `No: ${offText(offBy(odd))} in a total: the hours of the bill agree, and the total on line ${odd.line} is not their sum.`,
    };
  if (unbilledHours > 0)
    return {
      ...rest,
      answer: 'notYet',
      missingUsd: null,
      text: `Not yet: ${count(unbilledHours)} ${unbilledHours === 1 ? 'is' : 'are'} not billed.`,
    };
  const statesMoney = hours.some(({ billed }) => (billed?.amountUsd ?? null) !== null);
  const whole = statesMoney ? null : byTotals(reconciliation, 'its hours state no amounts');
  if (whole !== null && whole.answer !== 'unknown') return { ...whole, partText };
  return {
    ...rest,
    answer: 'yes',
    missingUsd: statesMoney ? '0' : null,
    text: statesMoney ? `Yes, to the cent.${besideHours(odd)}` : 'Yes, in quantity: the bill states no amounts.',
  };
};

/** The verdict on a settlement, held against a bill or alone; `elsewhere`: the files of other days, which are told first. */
export const verdictOf = (
  settlement: Settlement,
  reconciliation: Reconciliation | null,
  elsewhere: readonly Elsewhere[] = [],
): SettlementVerdict => {
  const verdict = verdictOfHours(settlement, reconciliation);
  const texts = [...elsewhere.map(({ text }) => text), ...(verdict.partText === null ? [] : [verdict.partText])];
  return { ...verdict, partText: texts.length === 0 ? null : texts.join('\n') };
};
