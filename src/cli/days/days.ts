/** What the commands about metered days have in common. */
import type { DeviceSettings } from '../../facts/settings.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { dayOf, type DaySpan, hourMs, localText } from '../../programme/calendar.ts';
import type { DeliveriesState } from '../../store/projections/deliveryState.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { firstReadingAt, latestReading, usageProjection } from '../../store/projections/usage.ts';
import type { UsageState } from '../../store/projections/usageState.ts';
import { CommandFailure } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { stateOf, tellFaults, type OpenReading } from '../reading.ts';
import type { Surroundings } from '../surroundings.ts';
import { viewsOf } from '../views.ts';
import { daysWithin, stretchGiven, type Here } from '../when.ts';
import { crowdKeys } from '../../store/projections/crowd.ts';

/** The folds that days are told from. */
export interface DaysViews {
  readonly usage: UsageState;
  readonly deliveries: DeliveriesState;
  readonly prices: ReturnType<ReturnType<typeof pricesProjection>['apply']>;
  readonly here: Here;
}

/** Folds them, and says what they leave out. */
export const daysViews = async ({ log, here }: OpenReading, surroundings: Surroundings): Promise<DaysViews> => {
  const { usage, deliveries, prices, registration, faults } = await viewsOf(log, {
    usage: usageProjection(),
    deliveries: deliveriesProjection(),
    prices: pricesProjection(),
    registration: registrationProjection(),
  });
  tellFaults(faults, surroundings);
  return { usage, deliveries, prices, here: { ...here, timeZone: registration.run?.timeZone ?? here.timeZone } };
};

/** Devices that were ever metered or due, in the order of their names. */
export const devicesKnown = ({ usage, deliveries }: Pick<DaysViews, 'usage' | 'deliveries'>): readonly string[] =>
  [...new Set([...crowdKeys(usage.meters), ...crowdKeys(deliveries.claims)])].sort();

/** The devices of the agent's settings. */
export const configuredIn = async (opened: OpenReading): Promise<readonly DeviceSettings[]> =>
  (await stateOf(opened)).state.settings?.devices ?? [];

/** The time that was metered; null when nothing was. */
export const meteredStretch = ({ usage }: Pick<DaysViews, 'usage'>): Stretch | null => {
  const resourceIDs = crowdKeys(usage.meters);
  const firsts = resourceIDs.flatMap((each) => firstReadingAt(usage, each) ?? []);
  const lasts = resourceIDs.flatMap((each) => latestReading(usage, each)?.boundaryAt ?? []);
  return firsts.length === 0 || lasts.length === 0 ? null : { fromAt: Math.min(...firsts), toAt: Math.max(...lasts) };
};

const nothingMetered = (): CommandFailure =>
  new CommandFailure(
    'Nothing has been metered yet: the first reading is taken at the next boundary after "ven run" begins.',
  );

/** Why a time that was asked for has no hours, though something was metered. */
export const nothingMeteredThen = ({ fromAt, toAt }: Stretch, timeZone: string): CommandFailure => {
  const firstHourAt = Math.ceil(fromAt / hourMs) * hourMs;
  if (toAt < firstHourAt + hourMs)
    return new CommandFailure(
      `No whole hour has been metered yet: the first reading was taken at ${localText(fromAt, timeZone)}, so the first hour that counts ends at ${localText(firstHourAt + hourMs, timeZone)}.`,
    );
  const [first, last] = [dayOf(fromAt, timeZone).day, dayOf(toAt, timeZone).day];
  const [from, to] = first === last ? [localText(fromAt, timeZone), localText(toAt, timeZone)] : [first, last];
  return new CommandFailure(`Nothing was metered then: there are readings from ${from} to ${to}.`);
};

/** The days that were asked for, or those that `byDefault` gives. @throws CommandFailure when nothing was metered then */
export const daysAsked = (
  given: ParsedArguments,
  views: DaysViews,
  byDefault: (metered: Stretch, here: Here) => readonly DaySpan[],
): readonly DaySpan[] => {
  const { here } = views;
  const metered = meteredStretch(views);
  const asked = stretchGiven(given, here);
  if (metered === null) throw nothingMetered();
  const { timeZone } = here;
  if (asked === null) return byDefault(metered, here);
  const days = daysWithin(
    {
      fromAt: Math.max(asked.fromAt, dayOf(metered.fromAt, timeZone).startAt),
      toAt: Math.min(asked.toAt, dayOf(metered.toAt, timeZone).endAt),
    },
    timeZone,
  );
  if (days.length > 0) return days;
  throw nothingMeteredThen(metered, timeZone);
};
