import type { ReportAsk } from '../../../src/vtn/settings.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { createRandom, type Random } from '../../../src/vtn/random.ts';
import { AgentWorld } from '../../support/agentWorld.ts';
import { Meter, wavyRegister } from '../../support/meter.ts';
import { at } from './day.ts';

/**
 * A VTN that asks for usage in one way after the other, and what befalls it, drawn from a seed; and what is looked at on its side: every
 * stretch since it first asked stands in its book once, with the meter's value, and under a request that was in force.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Ways of asking for usage. */
export const asks: Readonly<Record<string, ReportAsk>> = {
  minutes: { granularity: 'PT1M', reportBackDuration: 'PT5M' },
  fives: { granularity: 'PT5M', reportBackDuration: 'PT15M' },
  quarters: { granularity: 'PT15M', reportBackDuration: 'PT15M' },
  sevens: { granularity: 'PT7M', reportBackDuration: 'PT21M' },
  fromNow: { granularity: 'PT15M', reportBackDuration: 'PT30M', withReportInterval: true },
  halves: { granularity: 'PT30M', reportBackDuration: 'PT2H' },
  hours: { granularity: 'PT1H', reportBackDuration: 'PT1H' },
  ninety: { granularity: 'PT90M', reportBackDuration: 'PT3H' },
  daily: { granularity: 'PT1H', reportBackDuration: 'PT24H' },
  dailyQuarters: { granularity: 'PT15M', reportBackDuration: 'P1D' },
};

/** What may befall the asker. */
export const troubles = [
  'asksAnew',
  'asksOtherwise',
  'refusesOnce',
  'failsOnce',
  'losesAnAnswer',
  'restarts',
  'venRestarts',
  'venDies',
] as const;
export type Trouble = (typeof troubles)[number] | 'asksByPoll' | 'cancels' | 'asksHistory';

/** What may befall one who asks by polls: the reports are not registered anew by themselves, so it asks once more after that. */
export const troublesOfPolls = ['asksByPoll', 'asksByPoll', 'cancels', 'asksHistory', ...troubles.slice(2)] as const;

export interface AskerOptions {
  readonly seed: number;
  readonly day: `${number}-${number}-${number}`;
  readonly ways: readonly string[];
  readonly troubles: readonly Trouble[];
  readonly hours: number;
  /** Whether it asks by polls, and not when the reports are registered. */
  readonly byPoll?: boolean;
  readonly settings?: Partial<VenSettings>;
}

const askIn = (world: AgentWorld, way: string): void => {
  const ask = asks[way];
  if (ask === undefined) throw new Error(`Nobody asks ${way}.`);
  (world.vtn.settings as { usage: ReportAsk }).usage = ask;
};

const refusal = (world: AgentWorld) => ({
  message: 'oadrUpdatedReport' as const,
  eiResponse: { responseCode: '459', responseDescription: 'not now', requestID: '' },
  venID: world.settings.venID,
});

/** Has the VEN register anew at its next poll; one that the VTN has forgotten does so anyway. */
const asksToRegister = (world: AgentWorld): void => {
  if (world.vtn.registrations().length > 0)
    world.vtn.queue({ message: 'oadrRequestReregistration', venID: world.settings.venID });
};

/** Well after a report was due, and well before the next one: what crosses a cancellation on its way is lost on the VTN’s side. */
const quietMoment = async (world: AgentWorld): Promise<void> => {
  const fiveMs = 5 * minuteMs;
  await world.runTo((Math.floor(world.time.now() / fiveMs) + 1) * fiveMs + 2 * minuteMs);
};

/** Asks by a poll: again under the same name, with other contents; or under another, and then the former is cancelled. */
const asksByPoll = async (world: AgentWorld, random: Random, ways: readonly string[]): Promise<void> => {
  const ask = asks[random.pick(ways as [string, ...string[]])];
  await quietMoment(world);
  if (ask === undefined || world.vtn.registrations().every(({ dataPoints }) => dataPoints.length === 0)) return;
  const reportRequestID = random.pick(['one', 'one', 'two', 'three']);
  const others = world.vtn
    .registrations()
    .flatMap(({ reportRequests }) => [...reportRequests.keys()])
    .filter((id) => id !== reportRequestID && !id.startsWith('history'));
  if (others.length > 0) world.vtn.cancelReports(false, others);
  const ended = random.chance(0.4) ? { startInMs: random.pick([0, 20 * minuteMs]), lengthMs: 2 * hourMs } : {};
  world.vtn.askReport({
    kind: 'periodic',
    granularity: ask.granularity,
    reportBackDuration: ask.reportBackDuration,
    startInMs: 0,
    ...ended,
    reportRequestID,
    rIDs: world.vtn
      .registrations()
      .flatMap(({ dataPoints }) =>
        dataPoints
          .filter(({ reportName, itemBase }) => reportName === 'TELEMETRY_USAGE' && itemBase?.element === 'energyReal')
          .map(({ rID }) => rID),
      ),
  });
};

const asksHistory = (world: AgentWorld, random: Random): void => {
  if (world.vtn.registrations().every(({ dataPoints }) => dataPoints.length === 0)) return;
  const startInMs = -random.pick([0, 1, 30, 300, 20_000]) * minuteMs;
  const lengthMs = random.pick([0, 20, 600]) * minuteMs;
  const reportRequestID = `history-${world.time.now()}`;
  world.vtn.askReport({ kind: 'history', startInMs, lengthMs, reportRequestID });
};

/** What a trouble does, now. */
const befall = async (world: AgentWorld, trouble: Trouble, random: Random, ways: readonly string[]): Promise<void> => {
  const { faults } = world.vtn;
  switch (trouble) {
    case 'asksAnew':
      return asksToRegister(world);
    case 'asksOtherwise':
      askIn(world, random.pick(ways as [string, ...string[]]));
      return asksToRegister(world);
    case 'refusesOnce':
      return faults.next({ do: 'answer', message: refusal(world), on: 'oadrUpdateReport' });
    case 'failsOnce':
      return faults.next({ do: 'status', status: 500, on: 'oadrUpdateReport' });
    case 'losesAnAnswer':
      return faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
    case 'restarts':
      return world.vtn.restart({ registrations: 'forgotten', events: 'kept' });
    case 'venRestarts':
      return world.restart();
    case 'asksByPoll':
      return asksByPoll(world, random, ways);
    case 'cancels':
      await quietMoment(world);
      return world.vtn.registrations().length > 0 ? world.vtn.cancelReports(random.chance(0.5)) : undefined;
    case 'asksHistory':
      return asksHistory(world, random);
    case 'venDies':
      return world.crashFor(random.pick([500, 40_000, 20 * minuteMs]));
  }
};

/** What is wrong with the book of a device, from an instant on up to another; nothing where each stretch is there once. */
const faultsOfBook = (world: AgentWorld, meter: Meter, fromAt: number, toAt: number): readonly string[] => {
  const time = (instant: number): string => new Date(instant).toISOString().slice(5, 16);
  const booked = world.vtn
    .bookings()
    .filter(({ resourceID }) => resourceID === meter.resourceID)
    // A history says what was told before as well.
    .map((each) => ({
      ...each,
      told: each.told.filter(({ reportRequestID }) => !reportRequestID.startsWith('history')),
    }))
    .filter(({ told }) => told.length > 0);
  const faults: string[] = [];
  let until: number | null = null;
  for (const { startAt, lengthMs, energyKilowattHours, told } of booked) {
    const endAt = startAt + lengthMs;
    if (endAt <= fromAt) continue;
    const name = `${meter.resourceID} ${time(startAt)}/${lengthMs / minuteMs}`;
    if (new Set(told.map(({ requestID }) => requestID)).size > 1) faults.push(`${name} was told twice`);
    const value = Math.round(Number(energyKilowattHours ?? NaN) * 1_000);
    if (value !== meter.netBetween(startAt, endAt))
      faults.push(`${name} was told as ${value} and is ${meter.netBetween(startAt, endAt)}`);
    if (until !== null && startAt < until) faults.push(`${name} overlaps what ends at ${time(until)}`);
    if (startAt > (until ?? fromAt)) faults.push(`${time(until ?? fromAt)} to ${time(startAt)} was not told`);
    until = Math.max(until ?? 0, endAt);
  }
  if ((until ?? 0) < toAt) faults.push(`from ${time(until ?? fromAt)} on nothing was told`);
  return faults;
};

/** Lives through a seed, and says what is wrong with it; `story`: what befell, for whoever looks. */
export const lifeOfAsker = async (
  options: AskerOptions,
): Promise<{ readonly faults: readonly string[]; readonly story: readonly string[]; readonly world: AgentWorld }> => {
  const { seed, day, ways, hours, settings = {} } = options;
  const random = createRandom('asker', seed);
  const startAt = at(day, 6, random.integer(0, 59));
  const names = ['battery', 'heater'];
  const meters: Meter[] = [];
  const world = new AgentWorld({
    startAt,
    seed,
    vtn: { pollFreq: 'PT2M', status: 'never', venIDs: 'any' },
    settings: {
      reregisterAt: '16:45',
      ...settings,
      devices: names.map((resourceID) => ({ resourceID, maxChargeWatts: 5_000, maxDischargeWatts: 5_000 })),
    } as Partial<VenSettings>,
    devices: (time) => {
      for (const [index, name] of names.entries())
        meters.push(
          new Meter(name, time, wavyRegister(4_000, 3 + index, at(day, 0)), wavyRegister(5_000, 7, at(day, 0))),
        );
      return meters;
    },
  });
  const story: string[] = [];
  const [first = 'quarters'] = ways;
  if (options.byPoll === true) (world.vtn.settings as { usage: 'never' }).usage = 'never';
  else askIn(world, seed % 2 === 0 ? first : random.pick(ways as [string, ...string[]]));
  await world.start();
  await world.runTo(startAt + 2 * hourMs);
  const endAt = startAt + hours * hourMs;
  // What is refused four times stands still until a person lets it go.
  let refusals = 0;
  while (world.time.now() < endAt) {
    await world.runTo(world.time.now() + random.integer(1, 50) * minuteMs + random.integer(0, 59) * 1_000);
    const trouble = random.pick(options.troubles as [Trouble, ...Trouble[]]);
    if (world.agent === null || (trouble === 'refusesOnce' && (refusals += 1) > 2)) continue;
    story.push(`${new Date(world.time.now()).toISOString().slice(5, 19)} ${trouble}`);
    await befall(world, trouble, random, ways);
    story.push(`  asks ${JSON.stringify(world.vtn.settings.usage)}`);
  }
  world.vtn.faults.heal();
  // In the end it asks for days: what was left by whatever it asked before is told at midnight.
  askIn(world, 'daily');
  asksToRegister(world);
  const tomorrow = at(day, 24);
  await world.runTo(Math.max(tomorrow, endAt) + 2 * hourMs);
  await world.stop();
  const fromAt = Math.ceil(startAt / hourMs + 1) * hourMs;
  const faults = meters.flatMap((meter) => faultsOfBook(world, meter, fromAt, tomorrow));
  const vanished = world.vtn.vanished
    .filter(({ reason }) => reason === 'unknownReportRequestID')
    .map(
      ({ reportRequestID, dtstart = '', rID = '' }) =>
        `${rID} ${dtstart} was told under ${reportRequestID}, which is void`,
    );
  return { faults: [...faults, ...new Set(vanished), ...world.vtn.complaints.map(({ text }) => text)], story, world };
};
