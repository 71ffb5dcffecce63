import { centsText, differenceOf, sumOf } from '../programme/money.ts';
import type { Fork, ForkAmount, ForkHour, ForkShadow } from './terms.ts';

const shown = ({ usd, wattHours }: ForkAmount): ForkAmount => ({
  usd: usd === null ? null : centsText(usd),
  wattHours,
});

/** An hour in whole cents: its difference is that of what is shown beside it. */
const hourInCents = (hour: ForkHour): ForkHour => {
  const [same, other] = [shown(hour.same), shown(hour.other)];
  return {
    ...hour,
    recorded: shown(hour.recorded),
    same,
    other,
    differenceUsd: same.usd === null || other.usd === null ? null : differenceOf(other.usd, same.usd),
  };
};

const shadowInCents = (shadow: ForkShadow | null): ForkShadow | null => {
  if (shadow === null) return null;
  const [sameUsd, otherUsd] = [centsText(shadow.sameUsd), centsText(shadow.otherUsd)];
  return { ...shadow, sameUsd, otherUsd, differenceUsd: differenceOf(otherUsd, sameUsd) };
};

/** A fork for people: hours are rounded first, and every sum is of what is shown. */
export const forkInCents = (fork: Fork): Fork => {
  const hours = fork.hours.map(hourInCents);
  const compared = hours.filter(({ recorded, same }) => recorded.usd !== null && same.usd !== null);
  const [sameUsd, otherUsd] = [
    sumOf(hours.map(({ same }) => same.usd ?? '0')),
    sumOf(hours.map(({ other }) => other.usd ?? '0')),
  ];
  return {
    ...fork,
    hours,
    recordedUsd: sumOf(compared.map(({ recorded }) => recorded.usd ?? '0')),
    sameWhereRecordedUsd: sumOf(compared.map(({ same }) => same.usd ?? '0')),
    sameUsd,
    otherUsd,
    differenceUsd: differenceOf(otherUsd, sameUsd),
    shadow: shadowInCents(fork.shadow),
  };
};
