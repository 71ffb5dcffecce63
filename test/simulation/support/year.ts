import { toPlain } from '../../../src/core/plainState.ts';
import { daySpan, hoursOf, nextDay, type DaySpan, type LocalDay } from '../../../src/programme/calendar.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { projectEntry, unprojected } from '../../../src/store/projection.ts';
import { deliveriesProjection } from '../../../src/store/projections/deliveries.ts';
import { hourDelivery } from '../../../src/store/projections/hourDelivery.ts';
import { priceAt } from '../../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../../src/store/projections/prices.ts';
import { decimalOf, decimalText, shift } from '../../../src/programme/decimal.ts';
import { resourceID, timeZone, worldOn } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { vtnLedger } from '../../support/ledgers.ts';

/** A stretch of days: the VTN restarts every week and forgets, the VEN every day. There are no faults but those that are given. */
export interface LongRun {
  readonly from: LocalDay;
  readonly days: number;
  readonly pollFreq: string;
  /** Lets something happen on a day, counted from 0, late in its morning. */
  readonly onMorning?: (world: AgentWorld, day: number) => void;
  readonly onDay?: (day: LocalDay, stateBytes: number, entries: number) => void;
}

/** What it came to. */
export interface LongRunOutcome {
  /** Hours on which the two ledgers, or the meter, differ. */
  readonly differences: readonly string[];
  readonly hours: number;
  readonly entries: number;
  readonly toldTwice: number;
  readonly complaints: readonly string[];
  readonly log: EventLog;
  /** Size of the agent's state after each day, as JSON. */
  readonly stateBytes: readonly number[];
}

const kilowattHours = (wattHours: number): string => decimalText(shift(decimalOf(String(wattHours)), -3));

const spansFrom = (from: LocalDay, days: number): readonly DaySpan[] => {
  const spans = [daySpan(from, timeZone)];
  while (spans.length < days) spans.push(nextDay(spans[spans.length - 1] as DaySpan, timeZone));
  return spans;
};

/** Lives the days and compares both ledgers and the meter, hour by hour. */
export const liveLong = async ({ from, days, pollFreq, onMorning, onDay }: LongRun): Promise<LongRunOutcome> => {
  const { world, meter } = worldOn({
    day: from,
    hour: 0,
    vtn: { pollFreq, remembers: 200 },
    settings: { sampleEveryMs: 3_600_000 },
  });
  const spans = spansFrom(from, days);
  const stateBytes: number[] = [];
  await world.start();
  for (const [index, span] of spans.entries()) {
    await world.runTo(span.startAt + 9 * 3_600_000);
    await world.restart();
    await world.runTo(span.startAt + 11 * 3_600_000);
    onMorning?.(world, index);
    if (index % 7 === 6) world.vtn.restart({ registrations: index % 14 === 6 ? 'forgotten' : 'kept', events: 'kept' });
    await world.runTo(span.endAt);
    const bytes = world.agent === null ? 0 : JSON.stringify(toPlain(world.agent.state)).length;
    stateBytes.push(bytes);
    onDay?.(span.day, bytes, world.log.head.position + 1);
  }
  await world.runTo(world.time.now() + 600_000);
  await world.stop();

  let deliveries = unprojected(deliveriesProjection());
  let prices = unprojected(pricesProjection());
  const [deliveriesFold, pricesFold] = [deliveriesProjection(), pricesProjection()];
  for await (const entry of world.log.read()) {
    deliveries = projectEntry(deliveriesFold, deliveries, entry);
    prices = projectEntry(pricesFold, prices, entry);
  }
  const differences: string[] = [];
  let hours = 0;
  for (const span of spans) {
    const theirs = new Map(vtnLedger(world.vtn, resourceID, span.day).map((line) => [line.startAt, line]));
    for (const startAt of hoursOf(span)) {
      hours += 1;
      const ours = hourDelivery(deliveries.state, resourceID, startAt);
      const energy = ours.energyWattHours === null ? null : kilowattHours(ours.energyWattHours);
      const price = priceAt(prices.state, startAt)?.usdPerKwh ?? null;
      const metered = kilowattHours(meter.netBetween(startAt, startAt + 3_600_000));
      const their = theirs.get(startAt);
      const agrees =
        ours.status === 'acknowledged' &&
        energy === metered &&
        their?.energyKilowattHours === metered &&
        price !== null &&
        their.usdPerKwh === price;
      if (!agrees)
        differences.push(
          `${span.day} ${new Date(startAt).toISOString()}: here ${ours.status} ${energy} at ${price}, there ${their?.energyKilowattHours} at ${their?.usdPerKwh}, metered ${metered}`,
        );
    }
  }
  return {
    differences,
    hours,
    entries: world.log.head.position + 1,
    toldTwice: world.vtn.totals().toldTwice,
    complaints: world.vtn.complaints.map(({ text }) => text),
    log: world.log,
    stateBytes,
  };
};
