import type { KnownEntry } from '../../../src/facts/fact.ts';
import { durationMs } from '../../../src/protocol/types/duration.ts';
import { entriesBeside } from './adversity/secondVen.ts';
import type { Check } from './check.ts';

/** Whether what was told again had to be told again. */

const intervalsOf = (entry: KnownEntry & { type: 'UsageDue' }): readonly string[] =>
  entry.data.usage.flatMap(({ resourceID, intervals }) =>
    intervals.map(({ startAt, durationMs }) => `${resourceID} ${startAt} ${durationMs}`),
  );

/** What a report that went out tells of energy, by device, start and length. */
const toldIn = (entry: KnownEntry): readonly string[] => {
  if (entry.type !== 'SendRequested' || entry.data.message.message !== 'oadrUpdateReport') return [];
  return entry.data.message.oadrReport.flatMap(({ intervals = [] }) =>
    intervals.flatMap(({ dtstart = '', duration = 'PT0S', oadrReportPayload = [] }) =>
      oadrReportPayload.flatMap((payload) => {
        const [resourceID, point] = 'rID' in payload ? payload.rID.split('/') : [];
        return point === 'energyReal' ? [`${resourceID} ${Date.parse(dtstart)} ${durationMs(duration)}`] : [];
      }),
    ),
  );
};

/** Facts that tell of usage that goes out again, or of what went out before. */
const ofRepeating = [
  'UsageDue',
  'SendRequested',
  'ReportDoubted',
  'UsageDeliveryDoubted',
  'UsageDeliveryReleased',
] as const;

/** How often, and why, usage that had gone out had to go out again, by its device, and its interval's start and length. */
const reasonsToRepeat = (entries: readonly KnownEntry[]): ReadonlyMap<string, number> => {
  const due = new Map(
    entries.flatMap((entry) =>
      entry.type === 'UsageDue' ? [[entry.data.deliveryID, intervalsOf(entry)] as const] : [],
    ),
  );
  const reasons = new Map<string, number>();
  const told = new Map<string, readonly string[]>();
  for (const entry of entries) {
    if (entry.type === 'SendRequested' && entry.data.message.message === 'oadrUpdateReport')
      told.set(entry.data.message.requestID, toldIn(entry));
    // A report that is no delivery, and goes again.
    if (entry.type === 'ReportDoubted')
      for (const interval of told.get(entry.data.requestID) ?? [])
        reasons.set(interval, (reasons.get(interval) ?? 0) + 1);
    // A VTN that says 404 has booked nothing, by all that one can know; here it may have.
    const isReason =
      entry.type === 'UsageDeliveryDoubted' ||
      (entry.type === 'UsageDeliveryReleased' && /^(?:the VTN does not know|httpStatus)/.test(entry.data.because));
    if (!isReason) continue;
    for (const interval of due.get(entry.data.deliveryID) ?? [])
      reasons.set(interval, (reasons.get(interval) ?? 0) + 1);
  }
  return reasons;
};

/** 5, the other way round: no request is told an hour more often than it was made, unless its fate was unknown to the machine that told it, or the VTN did not know the request. */
export const notTwice: Check = ({ run, entries }) => {
  const { world, seen } = run;
  const reasons = reasonsToRepeat([...entries, ...entriesBeside(run, ofRepeating)]);
  const asked = new Map<string, number>();
  for (const entry of entries)
    if (entry.type === 'ReportRequestAccepted')
      asked.set(entry.data.reportRequestID, (asked.get(entry.data.reportRequestID) ?? 0) + 1);
  return world.vtn.bookings().flatMap(({ resourceID, startAt, lengthMs, told }) => {
    if (told.length > 1) seen.add('an hour was told twice');
    const byRequest = new Map<string, number>();
    for (const { reportRequestID } of told) byRequest.set(reportRequestID, (byRequest.get(reportRequestID) ?? 0) + 1);
    return [...byRequest].flatMap(([reportRequestID, times]) =>
      times - (asked.get(reportRequestID) ?? 1) > (reasons.get(`${resourceID} ${startAt} ${lengthMs}`) ?? 0)
        ? [
            `5: ${new Date(startAt).toISOString()} was told ${times} times under ${reportRequestID} for ${reasons.get(`${resourceID} ${startAt} ${lengthMs}`) ?? 0} reasons`,
          ]
        : [],
    );
  });
};
