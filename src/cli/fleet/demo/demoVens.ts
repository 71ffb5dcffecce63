/** The VENs of the fleet's demo, the day they live through, and how time passes for them. */
import type { ListedVen } from '../../../adapters/config/fleetFile.ts';
import { phaseOf } from '../../../fleet/phase.ts';
import { dayOf, hourMs, nextDay, timeOnDay, type DaySpan } from '../../../programme/calendar.ts';

/** Where they live. */
export const demoTimeZone = 'America/New_York';

/** How often each VEN polls: thirty-two times. */
export const demoPollFreq = 'PT1H';

/** How far time may pass while an answer or a disk is waited for; less than the VENs wait for an answer. @unit ms */
export const demoSlackMs = 60_000;

/** The same for an answer of a meter, and before it for the disk: both together less than a device waits for its meter. @unit ms */
export const meterSlackMs = 5_000;

/** @unit ms */
const replyTimeoutMs = 5 * 60_000;

/** Over which time the VENs begin. @unit ms */
export const demoSpreadMs = 5 * 60_000;

/** How long after midnight the last report is waited for. @unit ms */
export const longestWaitMs = 6 * hourMs;

/** When the demo begins, and the day that is compared. */
export interface DemoTimes {
  /** UTC ms. */
  readonly startAt: number;
  readonly span: DaySpan;
  /** The day after, whose prices come out in it. */
  readonly next: DaySpan;
  /** When those prices come out. UTC ms. */
  readonly pricesAt: number;
}

/** A day that is over, begun on its eve shortly before midnight. */
export const demoTimes = (now: number): DemoTimes => {
  const today = dayOf(now, demoTimeZone);
  const eve = dayOf(dayOf(today.startAt - 1, demoTimeZone).startAt - 1, demoTimeZone);
  const span = nextDay(eve, demoTimeZone);
  return {
    startAt: timeOnDay(eve, '23:30', demoTimeZone),
    span,
    next: nextDay(span, demoTimeZone),
    pricesAt: timeOnDay(span, '17:00', demoTimeZone),
  };
};

/** What each of them meters. */
export const resourceOf = (venID: string): string => `${venID}-battery`;

/** Batteries of three sizes and habits, so that no two neighbours tell the same. */
export const batteryOf = (venID: string): object => {
  const third = Math.floor(phaseOf(venID) * 3);
  return {
    kind: 'simulatedBattery',
    resourceID: resourceOf(venID),
    schedule: [
      { from: `0${third + 1}:00`, to: `0${third + 4}:00`, powerWatts: 2_000 + 700 * third },
      { from: `${17 + third}:00`, to: `${19 + third}:00`, powerWatts: -2_500 - 500 * third },
    ],
  };
};

const listed = (venID: string, vtnUrl: string): ListedVen => {
  const settings = {
    venID,
    venName: venID,
    vtnUrl,
    timeZone: demoTimeZone,
    replyTimeoutMs,
    sampleEveryMs: hourMs,
    setpointValidityMs: hourMs,
    // Polls are an hour apart here, so prices may be as old before anything is wrong.
    pricesLateAt: '18:30',
    devices: [batteryOf(venID)],
  };
  return {
    venID,
    groups: [],
    layer: new Map(Object.entries(settings).map(([name, value]) => [name, { value, origin: 'the demo' }])),
  };
};

/** So many VENs, before one VTN. */
export const demoVens = (count: number, vtnUrl: string): readonly ListedVen[] =>
  Array.from({ length: count }, (_, index) => listed(`ven-${String(index + 1).padStart(5, '0')}`, vtnUrl));
