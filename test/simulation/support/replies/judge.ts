/** What must hold of an evening in which replies went wrong, whatever went wrong with them. */
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { upcast } from '../../../../src/facts/upcast.ts';
import { responseOf } from '../../../../src/machines/exchange/replies.ts';
import { daySpan, hoursOf } from '../../../../src/programme/calendar.ts';
import { priceAt } from '../../../../src/store/projections/priceSlots.ts';
import { at, timeZone } from '../../../scenarios/support/day.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import { asksForNothing, isRejected, saysNothing, standsRightly } from './standing.ts';
import { misbooked } from '../adversity/optChecks.ts';
import { liveThrough, today, tomorrow, troubles, wish, worldOf } from './evening.ts';
import { hourMs, isLong, type Cell } from './mishaps.ts';

const minuteMs = 60_000;

/** @limit Messages of ours in any minute, at a poll every two minutes; where every reply is spoilt, all is said again at once. */
const messagesPerMinute = ({ request }: Cell): number => (request === 'each' ? 60 : 40);

/** How long a VEN may take to be itself again. @unit ms */
const recoveryMs = 25 * minuteMs;

const told = (instant: number): string => new Date(instant).toISOString().slice(11, 16);

const alarmsOf = ({ agent }: AgentWorld): readonly string[] => Object.keys(agent?.state.alarms ?? {});

const hasPrices = ({ agent }: AgentWorld): boolean =>
  agent !== null &&
  hoursOf(daySpan(tomorrow, timeZone)).every((hour) => (priceAt(agent.state.views.prices, hour) ?? null) !== null);

const isRegistered = ({ agent }: AgentWorld): boolean => {
  const value = agent?.state.streams.get('ven')?.value;
  return typeof value === 'object' && 'registered' in value;
};

const later = (world: AgentWorld, instant: number): Promise<void> => world.runTo(Math.max(world.time.now(), instant));

/**
 * Tomorrow's prices are in force five minutes after they came out, or an alarm stands until they are: ten minutes after the fault at
 * the latest. Where polls say that there is nothing, they count as late at `pricesLateAt`, and are there at once then.
 */
const pricesCame = async (world: AgentWorld, cell: Cell): Promise<readonly string[]> => {
  const lateAt = saysNothing(cell) ? at(today, 17, 31) : at(today, 17, 5);
  await later(world, lateAt);
  if (hasPrices(world)) return [];
  const silent = alarmsOf(world).length === 0 ? [`at ${told(lateAt)} there are no prices, and no alarm says so`] : [];
  const byThen = isLong(cell) ? troubles.prices + hourMs + 10 * minuteMs : at(today, 17, 15);
  await later(world, byThen);
  return hasPrices(world)
    ? silent
    : [...silent, `at ${told(byThen)} there are no prices; alarms: ${alarmsOf(world).join()}`];
};

/** It is registered again, and no alarm stands that nothing calls for any more. */
const isWell = async (world: AgentWorld, cell: Cell, fromAt: number): Promise<readonly string[]> => {
  await later(world, fromAt + (isLong(cell) ? hourMs : 15 * minuteMs) + recoveryMs);
  const standing = alarmsOf(world);
  const entries = standing.length === 0 ? [] : (await world.entries()).map(upcast);
  const alarms = standing.filter((alarm) => !standsRightly(alarm, { world, entries, cell }));
  return [
    ...(isRegistered(world) ? [] : [`at ${told(world.time.now())} it is not registered`]),
    ...(alarms.length === 0 ? [] : [`at ${told(world.time.now())} alarms stand: ${alarms.join()}`]),
  ];
};

/** What says with a 200 that a report was taken which nobody has: there is nothing a VEN could know it by. */
const isBelieved = ({ request, mishap }: Cell): boolean =>
  ['oadrResponse', 'oadrUpdatedReport'].includes(mishap) && ['oadrUpdateReport', 'any', 'each'].includes(request);

/** Every hour of the day is in the VTN's book once, whole or in parts; what was told twice was in doubt, or was not counted. */
const usageIsBooked = ({ vtn }: AgentWorld, entries: readonly KnownEntry[], cell: Cell): readonly string[] => {
  if (isBelieved(cell)) return [];
  const reasons = new Set(['UsageDeliveryDoubted', 'UsageDeliveryReleased', 'ReportDoubted']);
  const mayRepeat = entries.some(({ type }) => reasons.has(type));
  const booked = vtn.bookings();
  return hoursOf(daySpan(today, timeZone))
    .filter((hour) => hour >= at(today, 17))
    .flatMap((hour) => {
      const parts = booked.filter(({ startAt, lengthMs }) => startAt >= hour && startAt + lengthMs <= hour + hourMs);
      // What was told whole may have been asked for in part as well.
      const isWhole = parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0) >= hourMs;
      const isAgain = parts.some(({ told: times }) => times.length > 1);
      return [
        ...(isWhole || (parts.length > 0 && mayRepeat) ? [] : [`the hour of ${told(hour)} is not in the book`]),
        ...(isAgain && !mayRepeat ? [`the hour of ${told(hour)} was told twice, and no doubt of it`] : []),
      ];
    });
};

/** Only so much leaves in a minute. */
const isBounded = (sentAt: readonly number[], cell: Cell): readonly string[] => {
  const minutes = new Map<number, number>();
  for (const instant of sentAt) {
    const minute = Math.floor(instant / minuteMs);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return [...minutes]
    .filter(([, count]) => count > messagesPerMinute(cell))
    .map(([minute, count]) => `${count} messages left in the minute of ${told(minute * minuteMs)}`);
};

/** What the VTN refused left a fact beside the message itself. */
const refusalsAreTold = (entries: readonly KnownEntry[]): readonly string[] => {
  const followed = new Set(
    entries.flatMap(({ type, cause }) => (cause === null || type === 'SendRequested' ? [] : [cause])),
  );
  const silent = entries.flatMap((entry) => {
    if (entry.type !== 'MessageReceived' || followed.has(entry.position)) return [];
    const { responseCode = '200' } = (entry.data.message === null ? null : responseOf(entry.data.message)) ?? {};
    return responseCode.startsWith('2') ? [] : [`${entry.data.message?.message ?? ''} ${responseCode}`];
  });
  return [...new Set(silent)].map((what) => `nothing tells of ${what}`);
};

/** What the VTN says with a 200 is believed, and what it forbids to be said again is not: its book may have an opt then that was taken back. */
const leavesOpts: ReadonlySet<string> = new Set(['oadrResponse', 'HTTP 404']);

/** The VTN has in its book the opts that hold here, and no others. */
const optsAreBooked = ({ vtn }: AgentWorld, entries: readonly KnownEntry[], { mishap }: Cell): readonly string[] => {
  const { missing, strange } = misbooked(entries, new Set(vtn.optSchedules().map(({ optID }) => optID)));
  return [...missing, ...(leavesOpts.has(mishap) ? [] : strange)];
};

/** A person lets go again what the VTN refused, once all is well: then nothing stands still any more. */
const letGo = async (world: AgentWorld): Promise<readonly string[]> => {
  if (!isRejected(world)) return [];
  wish(world, 'releaseHeldUsage');
  await later(world, world.time.now() + 10 * minuteMs);
  return alarmsOf(world).includes('usageRejected') ? ['what a person let go was rejected again'] : [];
};

/** Lives a cell, and says what did not hold. */
export const judgeCell = async (cell: Cell): Promise<readonly string[]> => {
  const { world, sentAt } = worldOf(cell);
  await world.start();
  await liveThrough(world, cell, troubles.prices);
  const evening = [...(await pricesCame(world, cell)), ...(await isWell(world, cell, troubles.prices))];
  await liveThrough(world, cell, troubles.usage);
  const night = [...(await isWell(world, cell, troubles.usage)), ...(await letGo(world))];
  await later(world, at(tomorrow, 1, 50));
  if (asksForNothing((await world.entries()).map(upcast))) await later(world, at(tomorrow, 6));
  const entries = (await world.entries()).map(upcast);
  const lost = world.vtn.vanished.filter(({ reason }) => reason === 'unknownReportRequestID');
  const found = [
    ...evening,
    ...night,
    ...usageIsBooked(world, entries, cell),
    ...isBounded(sentAt, cell),
    ...refusalsAreTold(entries),
    ...optsAreBooked(world, entries, cell),
    ...(lost.length === 0 ? [] : [`${lost.length} values were taken with a 200 and are in no book`]),
  ];
  await world.stop();
  return found;
};
