/**
 * Golden logs: what this program recorded when it was released, kept and folded for ever.
 *
 * Two fortnights of the simulated year, one about each day on which the clocks change, with a restart each day and a
 * fault of another kind each morning. `scripts/golden.ts` makes them; a file that was released is never made again.
 */
import { join } from 'node:path';
import { dayOf, hoursOf, nextDay, type LocalDay } from '../../../src/programme/calendar.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { logFormat } from '../../../src/store/level/logMarker.ts';
import { beginning, projectEntry, type Projection } from '../../../src/store/projection.ts';
import { alarmsProjection } from '../../../src/store/projections/alarms.ts';
import { deliveriesProjection } from '../../../src/store/projections/deliveries.ts';
import { drEventsProjection, knownDrEvents } from '../../../src/store/projections/drEvents.ts';
import { hourDelivery } from '../../../src/store/projections/hourDelivery.ts';
import { priceAt } from '../../../src/store/projections/priceSlots.ts';
import { pricesProjection } from '../../../src/store/projections/prices.ts';
import { registrationProjection } from '../../../src/store/projections/registration.ts';
import { netUsage, usageProjection } from '../../../src/store/projections/usage.ts';
import { refusedUsageTries } from '../../../src/machines/lifecycle/reporting.ts';
import { machineVersion } from '../../../src/machines/machineVersion.ts';
import type { FaultRule } from '../../../src/vtn/faults/faults.ts';
import { resourceID, timeZone } from '../../scenarios/support/day.ts';
import { liveLong } from '../../simulation/support/year.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';

/** Where golden logs lie. */
export const goldenDirectory = join(import.meta.dirname, '..', 'golden');

/** The stretches of the year that a golden log tells of. */
export const goldenStretches = { spring: '2026-03-01', autumn: '2026-10-25' } as const satisfies Record<
  string,
  LocalDay
>;

export type GoldenStretch = keyof typeof goldenStretches;

/** What the files of a golden log of today would be called, without their endings. */
export const goldenName = (stretch: GoldenStretch): string => `log-${logFormat}-machines-${machineVersion}-${stretch}`;

const days = 14;

const faults: readonly FaultRule[] = [
  { do: 'dropAfter', on: 'oadrUpdateReport' },
  { do: 'schemaInvalid', on: 'oadrPoll' },
  { do: 'hangAfter', on: 'oadrUpdateReport' },
  { do: 'status', status: 503, retryAfterSeconds: 30, on: 'oadrRequestEvent' },
  { do: 'forgetReportRequests', on: 'oadrUpdateReport' },
  { do: 'resetBefore', on: 'oadrCreatePartyRegistration' },
  { do: 'truncated', on: 'oadrRequestEvent' },
  { do: 'empty', on: 'oadrRegisterReport' },
  { do: 'requestReregistration', on: 'oadrPoll' },
  { do: 'cancelRegistration', on: 'oadrPoll' },
  { do: 'responseCode', responseCode: '454', on: 'oadrUpdateReport' },
];

const hourMs = 3_600_000;

const addEvent = ({ vtn, time }: AgentWorld): string =>
  vtn.events.add({
    startAt: time.trueNow() + hourMs,
    lengthMs: hourMs,
    startafterMs: 600_000,
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1', '2'] }],
  });

/** What happens on a morning beside the fault: a kill, a DR event that is cancelled, an outage, a clock that is set. */
const happen = (world: AgentWorld, day: number): void => {
  const rule = faults[day % faults.length];
  // Usage that is refused once goes again under a fresh request: here it stands still in the end.
  const times = rule?.do === 'responseCode' ? refusedUsageTries + 1 : 1;
  if (rule !== undefined) for (let time = 0; time < times; time += 1) world.vtn.faults.next(rule);
  if (day % 4 === 1) world.crashFor(2 * hourMs);
  if (day % 4 === 2) {
    const eventID = addEvent(world);
    if (day % 8 === 2) world.time.ringAt(world.time.now() + 90 * 60_000, () => world.vtn.events.cancel(eventID));
  }
  if (day === 7) world.jump(90_000);
  if (day === 8) world.jump(-90_000);
  if (day % 5 === 3) {
    world.isVtnUp = false;
    world.time.ringAt(world.time.now() + 5 * hourMs, () => (world.isVtnUp = true));
  }
};

/** Lives a stretch, and gives the log of it. */
export const liveGolden = async (stretch: GoldenStretch): Promise<EventLog> =>
  (await liveLong({ from: goldenStretches[stretch], days, pollFreq: 'PT30M', onMorning: happen })).log;

const projected = async <State>(log: EventLog, projection: Projection<State>): Promise<State> => {
  let now = await beginning(log, projection);
  for await (const entry of log.read()) now = projectEntry(projection, now, entry);
  if (now.faults !== null)
    throw new Error(
      `${now.faults.count} entries could not be folded into ${projection.name}, the first at ${now.faults.first.position}.`,
    );
  return now.state;
};

/** What a golden log comes to: what was priced, measured and acknowledged hour by hour, and how all stood at its end. */
export const goldenSummary = async (log: EventLog, from: LocalDay): Promise<unknown> => {
  const [prices, usage, deliveries] = [
    await projected(log, pricesProjection()),
    await projected(log, usageProjection()),
    await projected(log, deliveriesProjection()),
  ];
  const { registrationID, venID, vtnID, status, renewals, run } = await projected(log, registrationProjection());
  const { up, past } = await projected(log, alarmsProjection());
  const drEvents = await projected(log, drEventsProjection());
  const types: Record<string, number> = {};
  for await (const { type } of log.read()) types[type] = (types[type] ?? 0) + 1;
  const spans = [dayOf(Date.parse(`${from}T12:00:00Z`), timeZone)];
  while (spans.length < days) spans.push(nextDay(spans[spans.length - 1] as (typeof spans)[number], timeZone));
  return {
    head: log.head,
    facts: Object.fromEntries(Object.entries(types).sort()),
    registration: { status, registrationID, venID, vtnID, renewals, starts: run?.starts },
    alarms: {
      up: Object.keys(up).sort(),
      past: past.map(({ alarm, raisedAt, clearedAt }) => `${alarm} ${raisedAt} ${clearedAt}`),
    },
    drEvents: knownDrEvents(drEvents).map(
      ({ eventID, modificationNumber, status: standing, answer }) =>
        `${eventID} ${modificationNumber} ${standing} ${answer?.optType}`,
    ),
    days: spans.map((span) => ({
      day: span.day,
      usdPerKwh: hoursOf(span)
        .map((at) => priceAt(prices, at)?.usdPerKwh ?? '-')
        .join(' '),
      wattHours: hoursOf(span)
        .map((at) => netUsage(usage, resourceID, at, hourMs).energyWattHours ?? '-')
        .join(' '),
      delivered: hoursOf(span)
        .map((at) => hourDelivery(deliveries, resourceID, at))
        .map(({ status: standing, energyWattHours }) =>
          standing === 'acknowledged' ? (energyWattHours ?? '-') : standing,
        )
        .join(' '),
    })),
  };
};
