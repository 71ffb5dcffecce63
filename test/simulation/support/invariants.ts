import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { OptTerms } from '../../../src/facts/opts.ts';
import { dayOf, hoursOf, hourMs, nextDay, type DaySpan } from '../../../src/programme/calendar.ts';
import { decimalOf, decimalText, shift } from '../../../src/programme/decimal.ts';
import type { EiEvent } from '../../../src/protocol/elements/eiEvent.ts';
import { boundaryToleranceMs } from '../../../src/store/projections/usage.ts';
import { hourDelivery } from '../../../src/store/projections/hourDelivery.ts';
import { conflictingValues } from '../../../src/store/projections/owedUsage.ts';
import type { BookedAmount, Vanished } from '../../../src/vtn/booking.ts';
import type { Meter } from '../../support/meter.ts';
import { booksOn, foldedOf, vtnLedger } from '../../support/ledgers.ts';
import { resourceID, timeZone } from '../../scenarios/support/day.ts';
import { pollsAskedPerMinute } from './adversity/badDays.ts';
import { directoryChecks } from './adversity/directoryChecks.ts';
import { dispatchChecks, withinLimits } from './adversity/dispatchChecks.ts';
import { optChecks } from './adversity/optChecks.ts';
import { isLostByVtn, isOfTwo } from './adversity/secondVen.ts';
import { isOfWrongClock, signedChecks } from './adversity/signedChecks.ts';
import { secondVenChecks } from './adversity/secondVenChecks.ts';
import { goneLogsHold } from './adversity/goneLogs.ts';
import { refusalsAreAlarmed, wireChecks } from './adversity/wireChecks.ts';
import { isMessage, type Check, type Evidence } from './check.ts';
import { owedFrom, unreadBoundaries } from './readings.ts';
import type { Run } from './run.ts';
import { notTwice } from './toldAgain.ts';

/**
 * What must hold whatever a seed does to the world, by the numbers of the fifteen invariants. Most are checked on the
 * VTN's record and on the log, not on the agent's word. Not here: 3 (epochs), 14 and 15 concern more than one VEN,
 * resources and secrets, and are tested elsewhere.
 */

const sortedIDs = (ids: Iterable<string>): string => [...ids].sort().join(' ');

/** 1 and 2: what was acknowledged is there, byte for byte; one run after the other. */
const durable: Check = async ({ run: { world, acknowledged }, entries }) => {
  await world.log.verify();
  const runs = entries.map(({ runID }) => runID);
  return [
    ...acknowledged
      .filter(({ position, hash }) => entries[position]?.hash !== hash)
      .map(({ position }) => `1: entry ${position} was acknowledged and is gone`),
    ...(runs.some((runID, index) => index > 0 && runID < (runs[index - 1] ?? ''))
      ? ['2: an earlier run wrote after a later one']
      : []),
  ];
};

/** 4: the log folds to what the agent knew. */
const foldable: Check = async ({ run: { world, samples }, entries }) => {
  const { divergences, differences } = await samples.compare(world.log, entries);
  return [
    ...divergences.map((divergence) => `4: ${JSON.stringify(divergence).slice(0, 500)}`),
    ...differences.map((difference) => `4: live and folded state differ ${difference}`),
  ];
};

/** The local days that were over an hour before the end, from the first on that is owed of a device. */
const closedDays = (evidence: Evidence, device: string): readonly DaySpan[] => {
  const { run } = evidence;
  const days: DaySpan[] = [];
  // A clock that was behind had readings of time before the world began.
  const firstAt = Math.max(owedFrom(evidence, device), run.startedAt);
  if (firstAt === Infinity) return days;
  for (let day = dayOf(firstAt, timeZone); day.endAt + hourMs < run.world.time.now(); day = nextDay(day, timeZone))
    days.push(day);
  return days;
};

const kilowattHours = (wattHours: number): string => decimalText(shift(decimalOf(String(wattHours)), -3));

/** Whether a value that was acknowledged vanished in the time in which the VEN trusts the requests it was given. */
const isExcused = ({ run }: Evidence, startAt: number, vanished: readonly Vanished[]): boolean => {
  const lost = vanished.some(
    ({ dtstart, reason, reportRequestID }) =>
      (reason === 'unknownReportRequestID' || reason === 'unknownRID') &&
      isLostByVtn(run, reportRequestID) &&
      dtstart !== undefined &&
      Date.parse(dtstart) === startAt,
  );
  if (lost) run.seen.add('a value vanished with a 200');
  return lost;
};

/** What the meter may have been told to have measured, by its readings of both boundaries: each may be taken a little beside its own. */
const measuredNets = (
  { entries }: Evidence,
  meters: readonly Meter[],
): ((resourceID: string, fromAt: number, toAt: number) => readonly number[]) => {
  const instants = new Map<string, Set<number>>();
  for (const entry of entries) {
    if (entry.type !== 'MeterRead') continue;
    const { resourceID, boundaryAt, readAt } = entry.data;
    if (readAt === boundaryAt || Math.abs(readAt - boundaryAt) > boundaryToleranceMs) continue;
    const key = `${resourceID} ${boundaryAt}`;
    instants.set(key, (instants.get(key) ?? new Set()).add(readAt));
  }
  const meterOf = new Map(meters.map((meter) => [meter.resourceID, meter]));
  const readFor = (resourceID: string, at: number): readonly number[] => [
    at,
    ...(instants.get(`${resourceID} ${at}`) ?? []),
  ];
  return (resourceID, fromAt, toAt) =>
    readFor(resourceID, fromAt).flatMap((from) =>
      readFor(resourceID, toAt).map((to) => meterOf.get(resourceID)?.netBetween(from, to) ?? Number.NaN),
    );
};

/** What a VTN that asked for parts of an hour has of all of it, where they lie side by side; undefined when some of it is not told. @unit kWh */
const sumOfParts = (booked: readonly BookedAmount[], startAt: number): number | undefined => {
  let at = startAt;
  let wattHours = 0;
  while (at < startAt + hourMs) {
    const part = booked.find((each) => each.startAt === at && each.startAt + each.lengthMs <= startAt + hourMs);
    if (part?.energyKilowattHours === undefined) return undefined;
    wattHours += Math.round(Number(part.energyKilowattHours) * 1000);
    at += part.lengthMs;
  }
  return wattHours / 1000;
};

/** A stretch of a device's time. @unit UTC ms, ms */
interface Part {
  readonly startAt: number;
  readonly lengthMs: number;
}

/** What of a device's time was told and vanished in the time in which the VEN trusts the requests it was given, each as long as it was due. */
const excusedParts = (
  { run, entries }: Pick<Evidence, 'run' | 'entries'>,
  resourceID: string,
  vanished: readonly Vanished[],
): readonly Part[] => {
  const gone = new Set(
    vanished.flatMap(({ reason, reportRequestID, dtstart = '' }) =>
      reason === 'unknownReportRequestID' || reason === 'unknownRID'
        ? [`${reportRequestID} ${Date.parse(dtstart)}`]
        : [],
    ),
  );
  return entries.flatMap((entry) => {
    if (entry.type !== 'UsageDue' || !isLostByVtn(run, entry.data.reportRequestID)) return [];
    return entry.data.usage
      .filter((usage) => usage.resourceID === resourceID)
      .flatMap(({ intervals }) => intervals)
      .filter(({ startAt }) => gone.has(`${entry.data.reportRequestID} ${startAt}`))
      .map(({ startAt, durationMs: lengthMs }) => ({ startAt, lengthMs }));
  });
};

/**
 * Whether each instant of an hour lies in one of some parts: a VTN that asks from some minute on is told hours of another grid, and
 * the day's report tells the rest. That each of these has the meter's value is for 6 to say.
 */
export const isToldInParts = (parts: readonly Part[], startAt: number): boolean => {
  let at = startAt;
  while (at < startAt + hourMs) {
    const part = parts.find((each) => each.startAt <= at && at < each.startAt + each.lengthMs);
    if (part === undefined) return false;
    at = part.startAt + part.lengthMs;
  }
  return true;
};

/** 5: each hour the meter delivered is booked with the meter's value, unless the VTN refused it or lost it. */
const noHourLost: Check = (evidence) => {
  const { run, folded } = evidence;
  const { world, seen } = run;
  const state = folded.deliveries;
  const missing = unreadBoundaries(evidence);
  const netsOf = measuredNets(evidence, run.meters);
  const ofMeter = (meter: Meter, day: DaySpan): readonly string[] => {
    const { resourceID } = meter;
    // A part of another grid that was told as bad, because nobody had read the meter at one of its ends.
    const isUnread = ({ startAt, lengthMs }: Part): boolean =>
      [startAt, startAt + lengthMs].some((boundaryAt) => missing.has(`${resourceID} ${boundaryAt}`));
    const parts = (): readonly Part[] => [
      ...world.vtn
        .bookings()
        .filter((line) => line.resourceID === resourceID && (line.energyKilowattHours !== undefined || isUnread(line))),
      ...excusedParts(evidence, resourceID, world.vtn.vanished),
    ];
    const lines = world.vtn
      .bookingOf(day.day)
      .hours.filter((line) => line.resourceID === resourceID && line.lengthMs > 0 && line.lengthMs <= hourMs);
    const ofTheHour = lines.filter(({ lengthMs }) => lengthMs < hourMs);
    const booked = new Map(lines.filter(({ lengthMs }) => lengthMs === hourMs).map((hour) => [hour.startAt, hour]));
    return hoursOf(day).flatMap((startAt) => {
      const hour: BookedAmount | undefined = booked.get(startAt);
      if ([startAt, startAt + hourMs].some((boundaryAt) => missing.has(`${resourceID} ${boundaryAt}`))) return [];
      const { status } = hourDelivery(state, resourceID, startAt);
      const energy = kilowattHours(meter.netBetween(startAt, startAt + hourMs));
      if (status === 'rejected') seen.add('an hour was rejected');
      const nets = netsOf(resourceID, startAt, startAt + hourMs).map((net) => Number(kilowattHours(net)));
      const has =
        hour?.energyKilowattHours === undefined ? sumOfParts(ofTheHour, startAt) : Number(hour.energyKilowattHours);
      if (has !== undefined && nets.includes(has)) return [];
      if (status === 'rejected' || isExcused(evidence, startAt, world.vtn.vanished)) return [];
      if (has === undefined && isToldInParts(parts(), startAt)) {
        seen.add('an hour was told in parts of another grid');
        return [];
      }
      const told = hour?.told
        .map(({ energyKilowattHours, oadrDataQuality }) => `${energyKilowattHours} ${oadrDataQuality}`)
        .join(', ');
      return [
        `5: ${resourceID} ${day.day} ${new Date(startAt).toISOString()} was ${energy} kWh; the VTN has ${hour?.energyKilowattHours ?? 'nothing'} (told: ${told ?? 'nothing'}; here: ${status})`,
      ];
    });
  };
  return run.meters.flatMap((meter) => closedDays(evidence, meter.resourceID).flatMap((day) => ofMeter(meter, day)));
};

/** 6: no two values for one interval; what was told as measured is what the meter measured. */
const noConflict: Check = (evidence) => {
  const { world, meters, seen } = evidence.run;
  const netsOf = measuredNets(evidence, meters);
  const wrong = world.vtn.bookings().flatMap(({ resourceID, startAt, lengthMs, told }) =>
    told
      .filter(({ oadrDataQuality }) => oadrDataQuality?.startsWith('Quality Good') === true)
      .filter(
        ({ energyKilowattHours }) =>
          !netsOf(resourceID, startAt, startAt + lengthMs).includes(Math.round(Number(energyKilowattHours) * 1000)),
      )
      .map(({ energyKilowattHours }) => `6: ${new Date(startAt).toISOString()} was told as ${energyKilowattHours} kWh`),
  );
  if (
    world.vtn
      .bookings()
      .some(({ told }) => told.some(({ oadrDataQuality }) => oadrDataQuality?.startsWith('Quality Bad') === true))
  )
    seen.add('an hour was told as bad');
  return [
    ...(world.vtn.totals().conflicts === 0 ? [] : ['6: the VTN was told different values for one interval']),
    ...conflictingValues(evidence.folded.deliveries).map(
      ({ interval }) => `6: two values of ${interval.startAt} under one request`,
    ),
    ...wrong,
  ];
};

/** Intervals with what was told of them: what was told as not measured may be told anew with its value. */
const valuesOf = (entry: KnownEntry & { type: 'UsageDue' }): readonly string[] =>
  entry.data.usage.flatMap(({ resourceID, intervals }) =>
    intervals.map(({ startAt, durationMs, energyWattHours }) =>
      [resourceID, new Date(startAt).toISOString(), durationMs, energyWattHours].join(' '),
    ),
  );

/** 5: what the VTN has acknowledged is not told again by a day's report. */
const settledStaysSettled: Check = ({ entries }) => {
  const daily = new Set<string>();
  const due = new Map<string, readonly string[]>();
  const settled = new Set<string>();
  return entries.flatMap((entry) => {
    if (entry.type === 'ReportRequestAccepted' && entry.data.aligned === 'localDay')
      daily.add(entry.data.reportRequestID);
    if (entry.type === 'UsageDeliveryAcknowledged')
      for (const interval of due.get(entry.data.deliveryID) ?? []) settled.add(interval);
    if (entry.type !== 'UsageDue') return [];
    due.set(entry.data.deliveryID, valuesOf(entry));
    const again = daily.has(entry.data.reportRequestID)
      ? valuesOf(entry).filter((interval) => settled.has(interval))
      : [];
    return again.map((interval) => `5: ${interval} is due again at ${entry.position} although it was acknowledged`);
  });
};

/** Commands that any of the simulated batteries can do. */
const commands: ReadonlySet<string> = new Set(['SIMPLE', 'LOAD_DISPATCH']);

/** What a VEN says to a DR event that nobody had a wish about: it follows prices in dollars, and commands (0039) unless all devices are in shadow. */
const usualOpt = ({ eiEventSignals }: EiEvent, isInShadow: boolean): 'optIn' | 'optOut' | null => {
  const prices = eiEventSignals.eiEventSignal.filter(({ signalName }) => signalName === 'ELECTRICITY_PRICE');
  const isCommand = !isInShadow && eiEventSignals.eiEventSignal.some(({ signalName }) => commands.has(signalName));
  if (prices.length === 0) return isCommand ? 'optIn' : 'optOut';
  const isForeign = prices.some(
    ({ itemBase }) => itemBase !== undefined && 'itemUnits' in itemBase && itemBase.itemUnits !== 'USD',
  );
  return isForeign ? null : 'optIn';
};

/** 7: what goes out about a DR event was decided before, and follows what the person wanted. */
export const decidedOnce: Check = ({ run: { plan }, entries }) => {
  const decided = new Set<string>();
  const wanted = new Map<string, string>();
  const cancelled = new Set<string>();
  const schedules = new Set<string>();
  const opted = new Map<string, OptTerms>();
  const usual = new Map<string, 'optIn' | 'optOut' | null>();
  const wrong: string[] = [];
  for (const entry of entries) {
    if (entry.type === 'OperatorOpted') wanted.set(entry.data.eventID, entry.data.optType);
    if (entry.type === 'OptGiven' && entry.data.resourceIDs === undefined) {
      if (entry.data.eventID === undefined) schedules.add(entry.data.optID);
      else wanted.set(entry.data.eventID, entry.data.optType);
      opted.set(entry.data.optID, entry.data);
    }
    if (entry.type === 'OptEnded') schedules.delete(entry.data.optID);
    if (entry.type === 'OptTakenBack') {
      const { eventID, optType } = opted.get(entry.data.optID) ?? {};
      if (eventID !== undefined) wanted.set(eventID, optType === 'optOut' ? 'optIn' : 'optOut');
    }
    // A cancellation is confirmed by optIn, whatever was wanted of the event.
    if (entry.type === 'DrEventForgotten') wanted.delete(entry.data.eventID);
    if (isMessage(entry) && entry.data.message.message === 'oadrDistributeEvent') {
      for (const { eiEvent } of entry.data.message.oadrEvent) {
        const { eventID, eventStatus } = eiEvent.eventDescriptor;
        if (eventStatus === 'cancelled') cancelled.add(eventID);
        usual.set(eventID, usualOpt(eiEvent, plan.dispatching.isInShadow));
      }
    }
    if (entry.type === 'DrEventAnswered') {
      const { eventID, modificationNumber, optType, responseCode, requestID } = entry.data;
      decided.add([eventID, modificationNumber, optType, responseCode, requestID].join(' '));
      // A person can keep the VEN out of what it follows; by a person's wish alone it follows nothing more.
      const expected = wanted.get(eventID) === 'optOut' ? 'optOut' : (usual.get(eventID) ?? optType);
      // While all devices are out for a time, an event that lies in it is answered so: test/scenarios/opting tells which.
      const isBySchedule = optType === 'optOut' && schedules.size > 0;
      if (responseCode === '200' && !cancelled.has(eventID) && optType !== expected && !isBySchedule)
        wrong.push(`7: ${eventID} was answered ${optType} at ${entry.position}, which nobody wanted`);
    }
    if (entry.type !== 'SendRequested' || entry.data.message.message !== 'oadrCreatedEvent') continue;
    for (const { qualifiedEventID, optType, responseCode, requestID } of entry.data.message.eventResponses ?? []) {
      const key = [
        qualifiedEventID.eventID,
        qualifiedEventID.modificationNumber,
        optType,
        responseCode,
        requestID,
      ].join(' ');
      if (!decided.has(key)) wrong.push(`7: ${key} was sent at ${entry.position} without a decision`);
    }
  }
  return wrong;
};

const tampering = new Set(['lowerModificationNumber', 'sameNumberOtherContent']);
const wasTampered = ({ run }: Evidence): boolean =>
  run.world.vtn.faults.struck.some(({ fault }) => tampering.has(fault.do));

/**
 * The local days of which the VTN lists prices: today and the next one, and, where no other DR event may have priced an hour of theirs, those
 * that are over.
 */
const listedDays = ({ world: { vtn, time }, startedAt, extraDrEvents }: Run): readonly DaySpan[] => {
  const listed = new Set(vtn.events.listed().map(({ eventID }) => eventID));
  const last = nextDay(dayOf(time.now(), timeZone), timeZone);
  const days: DaySpan[] = [];
  const fromAt = extraDrEvents.length === 0 ? startedAt : time.now();
  for (let day = dayOf(fromAt, timeZone); day.startAt <= last.startAt; day = nextDay(day, timeZone))
    if (listed.has(vtn.events.priceEventOf(day.day) ?? '')) days.push(day);
  return days;
};

/** 7 and 8: in the end every DR event the VTN lists is answered in its present version, and its prices are ours, those of days that are over too. */
const upToDate: Check = (evidence) => {
  const { run } = evidence;
  if (wasTampered(evidence)) return [];
  const { vtn } = run.world;
  const answered = new Set(vtn.opts.map(({ eventID, modificationNumber }) => `${eventID} ${modificationNumber}`));
  const unanswered = vtn.events
    .listed()
    .filter(({ eventID, modificationNumber }) => !answered.has(`${eventID} ${modificationNumber}`));
  const books = booksOn(evidence.folded, timeZone);
  return [
    ...unanswered.map(
      ({ eventID, modificationNumber }) => `7: the VTN waits for an answer to ${eventID} ${modificationNumber}`,
    ),
    ...listedDays(run).flatMap(({ day }) => {
      const theirs = vtn.pricesOf(day)?.map(Number);
      const ours = books
        .ledger(resourceID, day)
        .map(({ usdPerKwh }) => (usdPerKwh === null ? null : Number(usdPerKwh)));
      return JSON.stringify(theirs) === JSON.stringify(ours)
        ? []
        : [`8: the prices of ${day} are ${ours.join()} here and ${theirs?.join()} there`];
    }),
  ];
};

/** 9: a version never gives way to a lower one, or to another of its own number. */
const monotone: Check = ({ entries }) => {
  const held = new Map<string, number>();
  return entries.flatMap((entry) => {
    if (entry.type === 'DrEventForgotten') held.delete(entry.data.eventID);
    // Who lost a part of the log knows no DR event any more, and takes each up as it is listed.
    if (entry.type === 'LogRepaired' && entry.data.lost.length > 0) held.clear();
    // What was cancelled by its absence alone lives again in the version that it had.
    if (entry.type === 'DrEventCancelled' && entry.data.by !== 'explicit')
      held.set(entry.data.eventID, entry.data.modificationNumber - 1);
    if (entry.type !== 'DrEventAccepted') return [];
    const { eventID, modificationNumber } = entry.data;
    const before = held.get(eventID) ?? -1;
    held.set(eventID, modificationNumber);
    return modificationNumber > before
      ? []
      : [`9: version ${modificationNumber} of ${eventID} replaced ${before} at ${entry.position}`];
  });
};

/** 10: registered in good time after the troubles, and both sides agree about what is asked for. */
const registered: Check = ({ run }) => {
  const known = run.world.vtn.registrations();
  return [
    ...(run.wasRegisteredInTime
      ? []
      : ['10: the VEN was not registered, or had no usage request, in good time after the troubles were over']),
    ...(known.length === 1 ? [] : [`10: the VTN knows ${sortedIDs(known.map(({ venID }) => venID))}`]),
  ];
};

/** Complaints a troubled VTN has about answers it lost the question to, or the VEN was killed over. */
const isOfTheTroubles = ({ run }: Evidence, { rule, at }: { readonly rule: string; readonly at: number }): boolean =>
  ['12', '21', '42', '329', '300'].includes(rule) && at < run.healedAt + 2 * hourMs;

/** 11, and everything else a VTN can hold against a VEN: one request at a time, at its pace, valid, complete. */
const noComplaint: Check = (evidence) =>
  evidence.run.world.vtn.complaints
    .filter(
      (complaint) =>
        !isOfTheTroubles(evidence, complaint) &&
        !isOfTwo(evidence.run, complaint) &&
        !isOfWrongClock(evidence.run, complaint),
    )
    .slice(0, 5)
    .map(({ rule, text, at }) => `11: ${new Date(at).toISOString()} ${rule}: ${text}`);

/** How long the VTN itself has asked to be left alone, where a pause follows from that. @unit ms */
const askedPauseMs = (entries: readonly KnownEntry[], { cause }: KnownEntry): number => {
  const before = entries[cause ?? -1];
  return before?.type === 'ExchangeFailed' ? (before.data.retryAfterMs ?? 0) : 0;
};

/**
 * 12: pauses within their bounds, and kept. A start does not wait for the pause of the run before it; and who pushes that the registration
 * is ended can be spoken to again, so that a pause after a failure of that registration is over.
 */
export const patient: Check = ({ entries }) => {
  let until = 0;
  return entries.flatMap((entry) => {
    if (entry.type === 'ClockJumped') until += entry.data.jumpMs;
    if (entry.type === 'AgentStarted') until = 0;
    if (entry.type === 'RegistrationEnded' && entry.data.by === 'vtn') until = 0;
    if (entry.type === 'BackoffStarted') {
      const { delayMs } = entry.data;
      until = entries[entry.cause ?? -1]?.type === 'AgentStarted' ? 0 : entry.recordedAt + delayMs;
      return delayMs >= 900 && delayMs <= Math.max(300_000, askedPauseMs(entries, entry))
        ? []
        : [`12: a pause of ${delayMs} ms at ${entry.position}`];
    }
    return entry.type === 'SendRequested' && entry.recordedAt < until - 1
      ? [`12: ${entry.data.message.message} was sent ${until - entry.recordedAt} ms too early at ${entry.position}`]
      : [];
  });
};

/** The first of a row of entries before which more than a limit were written within a minute, on a clock that was not set in it. */
const stormIn = (entries: readonly KnownEntry[], limit: number): KnownEntry | undefined =>
  entries.find(({ recordedAt }, index) => {
    const before = entries[index - limit]?.recordedAt;
    if (before === undefined || recordedAt < before || recordedAt - before >= 60_000) return false;
    const within = entries.slice(index - limit, index);
    return within.every((entry) => entry.recordedAt >= before && entry.recordedAt <= recordedAt);
  });

/** @limit Firings in a minute of the log: of one stream, and of the turns of all report requests, 250 ms apart. */
const firingsOfAStream = 60;
const firingsOfTurns = 240;

/**
 * 13: no storm of timers, whatever is done to the clock. That many streams wait for the same hour is none: a VTN may ask for
 * a hundred reports, and each of a dozen devices is read; so each stream is looked at, and all for two firings each beside the turns. Nor
 * are the polls of a VTN that asks for one each second.
 */
export const calm: Check = ({ run: { plan }, entries }) => {
  const ofOne = firingsOfAStream + pollsAskedPerMinute(plan);
  const fired = entries.filter(({ type }) => type === 'TimerFired');
  const byStream = new Map<string, KnownEntry[]>();
  for (const firing of fired) {
    const before = byStream.get(firing.stream);
    if (before === undefined) byStream.set(firing.stream, [firing]);
    else before.push(firing);
  }
  const ofAll = ofOne + firingsOfTurns + 2 * byStream.size;
  const storms: readonly (readonly [string, KnownEntry | undefined])[] = [
    ...[...byStream].map(([stream, firings]) => [`of ${stream}`, stormIn(firings, ofOne)] as const),
    ['of all streams', stormIn(fired, ofAll)],
  ];
  return storms.flatMap(([whose, storm]) =>
    storm === undefined ? [] : [`13: timers ${whose} stormed within a minute before ${storm.position}`],
  );
};

const ledgersAgreeAfterwards: Check = (evidence) => {
  const { run } = evidence;
  const last = closedDays(evidence, resourceID).at(-1);
  if (last === undefined || wasTampered(evidence) || last.startAt < run.healedAt) return [];
  const ours = booksOn(evidence.folded, timeZone).ledger(resourceID, last.day);
  // A VTN that asks from some minute on is told hours from that minute on; the ledger's begin on the hour.
  const isLine = new Set(hoursOf(last));
  const theirs = vtnLedger(run.world.vtn, resourceID, last.day).filter(({ startAt }) => isLine.has(startAt));
  return JSON.stringify(ours) === JSON.stringify(theirs)
    ? []
    : [`5: the ledgers of ${last.day} differ although nothing went wrong on it`];
};

/** Those that look at a log alone. */
const logChecks: readonly Check[] = [
  settledStaysSettled,
  decidedOnce,
  monotone,
  patient,
  calm,
  refusalsAreAlarmed,
  withinLimits,
];

const checks: readonly Check[] = [
  goneLogsHold(logChecks),
  durable,
  foldable,
  noHourLost,
  noConflict,
  notTwice,
  settledStaysSettled,
  decidedOnce,
  upToDate,
  monotone,
  registered,
  noComplaint,
  patient,
  calm,
  ledgersAgreeAfterwards,
  ...wireChecks,
  ...dispatchChecks,
  ...directoryChecks,
  ...secondVenChecks,
  ...optChecks,
  ...signedChecks,
];

/** Everything that does not hold after a run. */
export const violationsOf = async (run: Run): Promise<readonly string[]> => {
  const entries = (await run.world.entries()) as readonly KnownEntry[];
  const evidence = { run, entries, folded: foldedOf(entries) };
  const found: string[] = [];
  for (const check of checks) found.push(...(await check(evidence)));
  return found;
};
