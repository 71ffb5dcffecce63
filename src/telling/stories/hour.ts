import type { KnownEntry } from '../../facts/fact.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import { localText } from '../../programme/calendar.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { DeliveriesState } from '../../store/projections/deliveryState.ts';
import { hourDelivery, type HourStatus } from '../../store/projections/hourDelivery.ts';
import { positionSince } from '../../store/positionSince.ts';
import { priceSlots, priceVersions, unpriced } from '../../store/projections/priceSlots.ts';
import type { PricesState } from '../../store/projections/priceState.ts';
import type { PriceVersion } from '../../store/projections/priceVersion.ts';
import { netUsage } from '../../store/projections/usage.ts';
import type { UsageState } from '../../store/projections/usageState.ts';
import { gather, linesOf, type Story } from '../story.ts';
import { HourThread } from '../threads/hour.ts';
import { kilowattHours, span } from '../words.ts';

/** The folds that an hour is told from. */
export interface HourViews {
  readonly usage: UsageState;
  readonly deliveries: DeliveriesState;
  readonly prices: PricesState;
}

/** Which hour is asked for, and where its days begin. */
export interface AskedHour {
  readonly resourceID: string;
  readonly startAt: number;
  readonly endAt: number;
  readonly timeZone: string;
  /** What is not over by then was not measured yet. UTC ms. */
  readonly now: number;
}

const priceOf = (slots: PriceVersion['slots'], { startAt, endAt }: AskedHour): string => {
  const inHour = slots.filter((slot) => slot.startAt < endAt && (slot.endAt ?? Infinity) > startAt);
  return inHour
    .map(({ usdPerKwh, price }) => (usdPerKwh === null ? `"${price}", which is no price` : `${usdPerKwh} USD/kWh`))
    .join(', then ');
};

const pricing = (prices: PricesState, hour: AskedHour): readonly string[] => {
  const { startAt, endAt, timeZone } = hour;
  const told = priceSlots(prices, startAt, endAt).map(
    (slot) =>
      `Its price is ${slot.usdPerKwh} USD/kWh${slot.startAt > startAt || slot.endAt < endAt ? ` from ${span(slot.startAt, slot.endAt, timeZone)}` : ''}: DR event ${slot.source.id}, version ${slot.version}, received ${localText(slot.receivedAt, timeZone)} (position ${slot.position})${slot.implausible ? ', and not plausible' : ''}.`,
  );
  const holes = unpriced(prices, startAt, endAt).map(
    (hole) =>
      `No price is known ${hole.startAt === startAt && hole.endAt === endAt ? 'for it' : `from ${span(hole.startAt, hole.endAt, timeZone)}`}.`,
  );
  return [...told, ...holes];
};

const metering = (usage: UsageState, { resourceID, startAt, endAt, now }: AskedHour): string => {
  const { energyWattHours, bad } = netUsage(usage, resourceID, startAt, endAt - startAt);
  if (energyWattHours === null && endAt > now) return 'It is not over yet, so nothing of it is measured.';
  return energyWattHours === null
    ? `It was not measured: Quality Bad - ${bad ?? 'Non Specific'}.`
    : `It measured ${kilowattHours(energyWattHours)} net.`;
};

const outcomes: Readonly<Record<HourStatus, string>> = {
  acknowledged: 'The VTN has acknowledged it',
  owed: 'It is owed to the VTN',
  sending: 'It is on its way to the VTN',
  inDoubt: 'Nobody knows whether the VTN counted it',
  rejected: 'The VTN rejected it',
  notDue: 'No report has asked for it yet',
};

const delivering = (deliveries: DeliveriesState, { resourceID, startAt }: AskedHour): string => {
  const hour = hourDelivery(deliveries, resourceID, startAt);
  const { status, energyWattHours, reportRequestIDs, position, perhapsTwice } = hour;
  const twice =
    perhapsTwice.length === 0 ? '' : ' An earlier sending of it is in doubt, so the VTN may have counted it twice.';
  if (status !== 'acknowledged') return `${outcomes[status]}.${twice}`;
  const value = energyWattHours === null ? 'as not measured' : `with ${kilowattHours(energyWattHours)}`;
  return `${outcomes[status]} ${value} under ${reportRequestIDs.join(', ')} (position ${position ?? ''}).${twice}`;
};

const shareOf = (intervals: readonly UsageInterval[], { startAt, endAt }: AskedHour): string => {
  const inHour = intervals.filter(
    (interval) => interval.startAt < endAt && interval.startAt + interval.durationMs > startAt,
  );
  return inHour
    .map(({ energyWattHours, bad }) =>
      energyWattHours === null ? `not measured (${bad ?? 'Non Specific'})` : kilowattHours(energyWattHours),
    )
    .join(', ');
};

/** What an entry means for the hour. */
const remarkOn =
  (versions: readonly PriceVersion[], hour: AskedHour) =>
  (entry: KnownEntry): string | null => {
    if (entry.type === 'UsageDue') {
      const intervals = entry.data.usage
        .filter(({ resourceID }) => resourceID === hour.resourceID)
        .flatMap((usage) => usage.intervals);
      return `This hour in it: ${shareOf(intervals, hour)}.`;
    }
    const stated = versions.filter(({ position }) => position === entry.position);
    if (stated.length === 0) return null;
    const held = stated.map(
      (version) =>
        `${priceOf(version.slots, hour)}${version.superseded ? ', replaced later' : version.unusable === null ? '' : `, unusable: ${version.unusable}`}`,
    );
    return `For this hour: ${held.join('; ')}.`;
  };

/** @limit How far a clock may have been set back meanwhile. @unit ms */
const aheadMs = 24 * 3_600_000;

/** The story of an hour of a device's usage: its prices, its readings, and each delivery it was part of. */
export const hourStory = async (log: EventLog, views: HourViews, hour: AskedHour): Promise<Story> => {
  const { resourceID, startAt, endAt, timeZone } = hour;
  const versions = priceVersions(views.prices, startAt, endAt).filter(({ slots }) => priceOf(slots, hour) !== '');
  const pricedBy = new Set(versions.map(({ position }) => position));
  const sources = new Set(versions.map(({ source }) => source.id));
  // Nothing is said of an hour before its first price came, or before it began.
  const begunAt = Math.min(startAt, ...versions.map(({ receivedAt }) => receivedAt));
  const from = await positionSince(log, begunAt - aheadMs);
  const thread = new HourThread({ resourceID, startAt, endAt, pricedBy, eventIDs: sources });
  const entries = await gather(log, thread, from);
  return {
    about: `the usage of ${resourceID} from ${span(startAt, endAt, timeZone)}`,
    summary: [...pricing(views.prices, hour), metering(views.usage, hour), delivering(views.deliveries, hour)],
    lines: linesOf(entries, remarkOn(versions, hour)),
  };
};
