import { decodePayload } from '../../../../src/protocol/payload.ts';
import type { OadrReport } from '../../../../src/protocol/elements/oadrReport.ts';
import { parseDateTime } from '../../../../src/protocol/types/dateTime.ts';
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { traceOfCanary } from '../../../support/canary.ts';
import type { Check } from '../check.ts';
import { pollsAskedPerMinute } from './badDays.ts';
import { isRefusedAloud, turnsDown } from './priceOracle.ts';
import { entriesBeside, isLostByVtn } from './secondVen.ts';

/** What must hold of the bytes that went over the wire and of the VTN's own books, whatever the log says of itself. */

type Due = Extract<KnownEntry, { type: 'UsageDue' }>['data'];

const duesOf = (entries: readonly KnownEntry[]): ReadonlyMap<string, Due> =>
  new Map(
    entries.flatMap((entry) => (entry.type === 'UsageDue' ? [[entry.data.deliveryID, entry.data] as const] : [])),
  );

const startsOfDue = (due: Due): string =>
  [...new Set(due.usage.flatMap(({ intervals }) => intervals.map(({ startAt }) => startAt)))].sort().join();

const startsOfReport = ({ intervals }: OadrReport): string =>
  [...new Set((intervals ?? []).map(({ dtstart }) => (dtstart === undefined ? 0 : parseDateTime(dtstart))))]
    .sort()
    .join();

/** The reports that left, by their requestID: what is sent again goes out under the same. */
const reportsByRequestID = (bodies: readonly string[]): ReadonlyMap<string, readonly OadrReport[]> => {
  const found = new Map<string, readonly OadrReport[]>();
  for (const body of bodies) {
    const result = decodePayload(body);
    if (!result.ok || result.message.message !== 'oadrUpdateReport') continue;
    const { requestID, oadrReport } = result.message;
    found.set(requestID, [...(found.get(requestID) ?? []), ...oadrReport]);
  }
  return found;
};

/** A delivery goes out under its own reportRequestID and with its own intervals: what the XML says, not what the fact says. */
export const deliversWhatIsDue: Check = ({ run: { wire }, entries }) => {
  const dues = duesOf(entries);
  const sent = reportsByRequestID(wire.reports.map(({ body }) => body));
  return entries.flatMap((entry) => {
    if (entry.type !== 'UsageDeliveryStarted') return [];
    const { deliveryID, requestID } = entry.data;
    const due = dues.get(deliveryID);
    const reports = sent.get(requestID);
    if (due === undefined) return [`W1: the delivery ${deliveryID} at ${entry.position} was never due`];
    if (reports === undefined) return []; // killed before it left
    const own = reports.filter(({ reportRequestID }) => reportRequestID === due.reportRequestID);
    if (own.length === 0)
      return [
        `W1: the delivery at ${entry.position} is of ${due.reportRequestID}; the XML says ${reports.map(({ reportRequestID }) => reportRequestID).join()}`,
      ];
    return own.some((report) => startsOfReport(report) === startsOfDue(due))
      ? []
      : [`W1: the delivery at ${entry.position} has other intervals in the XML than were due`];
  });
};

/** What was acknowledged stands in the VTN's book under the request it was due for, unless the VTN itself had lost the request. */
export const acknowledgedIsBooked: Check = ({ run, entries }) => {
  const dues = duesOf(entries);
  const { vtn } = run.world;
  const booked = new Set(
    vtn
      .bookings()
      .flatMap(({ resourceID, startAt, told }) =>
        told.map(({ reportRequestID }) => `${resourceID} ${startAt} ${reportRequestID}`),
      ),
  );
  const isOtherwiseKnown = new Set(
    vtn.vanished
      .filter(({ reason }) => reason !== 'unknownReportRequestID')
      .map(({ reportRequestID, dtstart }) => `${reportRequestID} ${Date.parse(dtstart ?? '')}`),
  );
  return entries.flatMap((entry) => {
    if (entry.type !== 'UsageDeliveryAcknowledged') return [];
    const due = dues.get(entry.data.deliveryID);
    if (due === undefined) return [`W2: the delivery ${entry.data.deliveryID} was acknowledged and never due`];
    const lost = due.usage.flatMap(({ resourceID, intervals }) =>
      intervals.filter(
        ({ startAt }) =>
          !booked.has(`${resourceID} ${startAt} ${due.reportRequestID}`) &&
          !isOtherwiseKnown.has(`${due.reportRequestID} ${startAt}`),
      ),
    );
    if (lost.length === 0) return [];
    if (isLostByVtn(run, due.reportRequestID)) {
      run.seen.add('a value vanished with a 200');
      return [];
    }
    return [
      `W2: ${lost.length} intervals from ${new Date(lost[0]?.startAt ?? 0).toISOString()} were acknowledged at ${entry.position} under ${due.reportRequestID} and are not in the VTN's book`,
    ];
  });
};

/** @limit Requests in a minute of true time, beside what a hurried VTN asks for, and entries in a minute of the log. */
const requestsPerMinute = 120;
const entriesPerMinute = 4_000;

/**
 * The first place at which more than a limit lie within a stretch of time. A clock that is set back begins a stretch of its own: what
 * comes then bears the times of what came before.
 */
export const tooMany = (
  times: readonly number[],
  { limit, withinMs = 60_000 }: { readonly limit: number; readonly withinMs?: number },
): number | undefined => {
  let setBackAt = 0;
  return times.find((at, index) => {
    if (at < (times[index - 1] ?? at)) setBackAt = index;
    const before = index - limit < setBackAt ? undefined : times[index - limit];
    return before !== undefined && at - before < withinMs;
  });
};

/** Whatever is asked, only so much goes out, and only so much is written. */
export const bounded: Check = ({ run: { wire, plan }, entries }) => {
  const limit = requestsPerMinute + 2 * pollsAskedPerMinute(plan);
  const requests = tooMany(wire.sentAt, { limit });
  const written = tooMany(
    entries.map(({ recordedAt }) => recordedAt),
    { limit: entriesPerMinute },
  );
  return [
    ...(requests === undefined
      ? []
      : [`W3: more than ${limit} requests within a minute before ${new Date(requests).toISOString()}`]),
    ...(written === undefined
      ? []
      : [`W3: more than ${entriesPerMinute} entries within a minute before ${new Date(written).toISOString()}`]),
  ];
};

/** A secret that the VTN shows is nowhere: not in what goes out, what is kept, or what is said to people. */
export const secretive: Check = ({ run: { disk, undone, wire, world } }) => {
  const places: readonly (readonly [string, Iterable<string>])[] = [
    ...[disk, ...undone].flatMap(({ texts, wires, checkpoints }) => [
      ['an entry', texts] as const,
      ['the XML of an entry', [...wires.values()].map(({ xml }) => xml)] as const,
      ['a checkpoint', checkpoints.values()] as const,
    ]),
    ['a log line', world.lines],
  ];
  const searched = new Set<string>(); // what many logs have in common is searched once
  const found = places.flatMap(([place, texts]) => {
    for (const text of texts) {
      if (searched.has(text)) continue;
      searched.add(text);
      const trace = traceOfCanary(text);
      if (trace !== null) return [`W4: the secret stands in ${place}: ${trace.slice(0, 160)}`];
    }
    return [];
  });
  return wire.leak === null ? found : [...found, `W4: the secret was sent: ${wire.leak.slice(0, 160)}`];
};

/** A price that has arrived for time to come is in force, or it was turned down aloud: in the log, or in one that gave way to it. */
export const pricesInForce: Check = ({ run: { oracle, undone, disk }, entries }) => {
  const told = new Set<string>();
  const silent = oracle.missing.filter((missing) => !isRefusedAloud(entries, missing));
  const gone = silent.length === 0 ? [] : entriesBeside({ seconds: [], undone, disk }, turnsDown);
  return silent
    .filter((missing) => !isRefusedAloud(gone, missing))
    .flatMap(({ eventID, modificationNumber, heardAt, startAt, stated, inForce, isAlarmed }) => {
      const key = `${eventID} ${modificationNumber}`;
      if (told.has(key)) return [];
      told.add(key);
      return [
        `W5: ${eventID} ${modificationNumber} arrived at ${new Date(heardAt).toISOString()} with ${stated ?? 'an unreadable price'} for ${new Date(startAt).toISOString()}; in force is ${inForce ?? 'none'}, ${isAlarmed ? 'an alarm stands, and no fact turns it down' : 'no alarm stands'}`,
      ];
    });
};

/** What stands still after the VTN refused it is alarmed in the step that says so, and the alarm stands until somebody lets it go or it is told after all. */
export const refusalsAreAlarmed: Check = ({ entries }) => {
  let isUp = false;
  const raisedBy = new Set<number | null>();
  for (const entry of entries)
    if (entry.type === 'AlarmRaised' && entry.data.alarm === 'usageRejected') raisedBy.add(entry.cause);
  return entries.flatMap((entry) => {
    if (entry.type === 'AlarmRaised' && entry.data.alarm === 'usageRejected') isUp = true;
    if (entry.type === 'AlarmCleared' && entry.data.alarm === 'usageRejected') isUp = false;
    return entry.type === 'UsageDeliveryRejected' && !isUp && !raisedBy.has(entry.cause)
      ? [`W6: the delivery rejected at ${entry.position} led to no alarm`]
      : [];
  });
};

export const wireChecks: readonly Check[] = [
  deliversWhatIsDue,
  acknowledgedIsBooked,
  bounded,
  secretive,
  pricesInForce,
  refusalsAreAlarmed,
];
