/** A day of many VENs before the embedded VTN, in one process: at its end their ledgers are held against its books. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRedactor, secretsOf } from '../../adapters/redact.ts';
import { KeptByName } from '../../adapters/holdsFile.ts';
import { veilVersion } from '../../adapters/messageVeil.ts';
import { systemChance } from '../../adapters/systemChance.ts';
import { TimeLapse } from '../../adapters/timeLapse.ts';
import { parseVtnUrl } from '../../adapters/vtnUrl.ts';
import type { FleetFile, ListedVen } from '../../adapters/fleetFile.ts';
import { Host, usualLimits } from '../../fleet/host.ts';
import { Pacer } from '../../fleet/pacer.ts';
import type { FleetVen } from '../../fleet/fleetVen.ts';
import type { VenHold } from '../../fleet/member.ts';
import { phaseOf } from '../../fleet/phase.ts';
import { machineVersion } from '../../machines/machines.ts';
import { dayOf, hourMs, localText, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';
import { moneyWords } from '../../programme/moneyWords.ts';
import { comingToYou, sumOf } from '../../programme/money.ts';
import type { Journal } from '../../shell/ports.ts';
import { openLevelLogStore } from '../../store/levelLogStore.ts';
import { counted } from '../../telling/words.ts';
import type { BookedAmount } from '../../vtn/booking.ts';
import { createVtn, type Vtn } from '../../vtn/vtn.ts';
import { startVtnServer } from '../../vtn/vtnServer.ts';
import { areSame } from '../demo/ledger.ts';
import { hourLines, kilowattHoursText, toYouText, totalOf } from '../dayTable.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { heldLog } from '../run/heldLog.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { VERSION } from '../version.ts';
import { numberGiven } from '../vtn/vtnOptions.ts';
import { membersOf } from './members.ts';
import { Ways } from './ways.ts';

const timeZone = 'America/New_York';

/** How many times faster than the wall the demo's time passes while nobody waits. */
const usualLapse = 2_400;

/** How often each VEN polls: thirty-two times. */
const pollFreq = 'PT1H';

/** How long after midnight the last report is waited for. @unit ms */
const longestWaitMs = 6 * hourMs;
const lookEveryMs = 15 * 60_000;

const resourceOf = (venID: string): string => `${venID}-battery`;

/** Batteries of three sizes and habits, so that no two neighbours tell the same. */
const batteryOf = (venID: string): object => {
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
    timeZone,
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

const silent: Journal = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/** What the day of one VEN came to. */
interface VenDay {
  readonly venID: string;
  readonly hours: number;
  readonly energyWattHours: number | null;
  readonly amountUsd: string;
  readonly agrees: boolean;
}

const linesOf = (ven: FleetVen, span: DaySpan) =>
  ven.state === null ? [] : hourLines(ven.state.views, [resourceOf(ven.member.venID)], span, timeZone);

const isDelivered = (ven: FleetVen, span: DaySpan): boolean => {
  const lines = linesOf(ven, span);
  return lines.length > 0 && lines.every(({ delivery }) => delivery === 'acknowledged');
};

const dayOfVen = (ven: FleetVen, span: DaySpan, booked: readonly BookedAmount[]): VenDay => {
  const lines = linesOf(ven, span);
  const total = totalOf(lines);
  return {
    venID: ven.member.venID,
    hours: lines.filter(({ delivery }) => delivery === 'acknowledged').length,
    energyWattHours: total.energyWattHours,
    amountUsd: total.amountUsd,
    agrees: lines.length > 0 && areSame(lines, booked),
  };
};

const bookedByResource = (vtn: Vtn, span: DaySpan): ReadonlyMap<string, readonly BookedAmount[]> => {
  const found = new Map<string, BookedAmount[]>();
  for (const hour of vtn.bookingOf(span.day).hours) {
    const known = found.get(hour.resourceID);
    if (known === undefined) found.set(hour.resourceID, [hour]);
    else known.push(hour);
  }
  return found;
};

/** @limit VENs that are shown one by one; the rest is summed up. */
const shown = 5;

const tell = (days: readonly VenDay[], vtn: Vtn, span: DaySpan, { stdout }: Surroundings): ExitCode => {
  const worst = [...days].sort((one, other) => Number(one.agrees) - Number(other.agrees) || one.hours - other.hours);
  const agreeing = days.filter(({ agrees }) => agrees).length;
  const { totals } = vtn.bookingOf(span.day);
  const row = ({ venID, hours, energyWattHours, amountUsd, agrees }: VenDay): readonly string[] => [
    venID,
    String(hours),
    kilowattHoursText(energyWattHours),
    toYouText(amountUsd),
    agrees ? 'the same' : 'SOMETHING ELSE',
  ];
  const sum = {
    hours: days.reduce((all, { hours }) => all + hours, 0),
    energy: days.reduce((all, { energyWattHours }) => all + (energyWattHours ?? 0), 0),
    amountUsd: sumOf(days.map(({ amountUsd }) => amountUsd)),
  };
  const rest = days.length - shown;
  const rows = [
    ...worst.slice(0, shown).map(row),
    ...(rest > 0 ? [[`and ${rest} more`, '', '', '', '']] : []),
    [
      'all',
      String(sum.hours),
      kilowattHoursText(sum.energy),
      toYouText(sum.amountUsd),
      `VTN: ${toYouText(totals.amountUsd)}`,
    ],
  ];
  stdout.write(`\n${span.day}; kWh: + is drawn, − is delivered. USD: + comes to you.\n\n`);
  stdout.write(
    tableText(['VEN', 'hours', 'kWh net', 'USD', 'VTN’s books'], rows, { rightFrom: 1, ruleBeforeLast: true }),
  );
  const isWhole =
    agreeing === days.length && toYouText(totals.amountUsd) === toYouText(sum.amountUsd) && totals.toldTwice === 0;
  stdout.write(
    isWhole
      ? `\nThe ledgers of all ${counted(days.length, 'VEN')} are equal to the VTN’s books, hour by hour: ${sum.hours} hours, none lost and none told twice, ${moneyWords(comingToYou(sum.amountUsd))} in all.\n`
      : `\nThe ledgers of ${days.length - agreeing} of ${counted(days.length, 'VEN')} differ from the VTN’s books, which have ${totals.intervals} hours, ${totals.toldTwice} of them told twice.\n`,
  );
  return isWhole ? EXIT.success : EXIT.failure;
};

/** The body of `ven fleet demo`. */
export const demoFleet = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const stop = surroundings.stopSignal();
  const count = numberGiven(given, 'vens', 1, 20_000, 1_000);
  const lapse = numberGiven(given, 'lapse', 1, 100_000, usualLapse);
  const now = surroundings.now();
  const directory = resolve(
    given.text('data') ?? join('.demo', `fleet-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`),
  );
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const today = dayOf(now, timeZone);
  const eve = dayOf(dayOf(today.startAt - 1, timeZone).startAt - 1, timeZone);
  const span = nextDay(eve, timeZone);
  const startAt = timeOnDay(eve, '16:40', timeZone);
  const time = new TimeLapse(startAt, lapse);
  const vtn = createVtn({
    clock: time,
    seed: given.text('seed') ?? String(systemChance.uint32()),
    timeZone,
    pollFreq,
    status: 'never',
    remembers: 1_000,
  });
  const server = await startVtnServer(vtn, { token: systemChance.runID(), timeLapse: lapse });
  surroundings.hide(createRedactor(secretsOf(parseVtnUrl(server.url))));
  const { stderr } = surroundings;
  const say = (sentence: string): void => stderr.write(`${sentence}\n`);
  say(
    `${counted(count, 'VEN')} in one process, one LevelDB in ${directory}, each polling the embedded VTN every hour; it is ${localText(startAt, timeZone)}.`,
  );
  const ways = new Ways({ clock: time, alarms: time, turns: new Pacer(usualLimits.startsPerSecond) }, 32);
  const vens = Array.from({ length: count }, (_, index) =>
    listed(`ven-${String(index + 1).padStart(5, '0')}`, server.url),
  );
  const members = membersOf({ dataDirectory: directory, vens } satisfies Pick<FleetFile, 'dataDirectory' | 'vens'>, {
    clock: time,
    environment: {},
    journalOf: () => silent,
    transportOf: (configuration) => {
      const way = ways.of(configuration);
      return { exchange: (request) => time.hold(way.exchange(request)), close: () => way.close() };
    },
    // A day is over before anything is old.
    tidyOf: () => () => Promise.resolve(),
    optimiser: { plan: () => Promise.reject(new Error('The devices of the demo follow schedules.')) },
    devicesSince: eve.startAt,
  });
  const holds = new KeptByName<VenHold>(directory);
  const store = await openLevelLogStore(directory, { createdAt: () => time.now() });
  const host = new Host({
    clock: time,
    alarms: time,
    chance: systemChance,
    monotonicMs: () => performance.now(),
    store: {
      venIDs: () => store.venIDs(),
      open: async (venID, options) => heldLog(await store.open(venID, options), (happening) => time.hold(happening)),
      close: () => store.close(),
    },
    holds: { all: () => holds.all(), keep: (venID, hold) => holds.keep(venID, hold) },
    versions: {
      agent: VERSION,
      machines: machineVersion,
      node: process.version,
      timeZoneData: process.versions.tz ?? 'unknown',
      veil: veilVersion,
    },
    runID: () => systemChance.runID(),
    journalOf: () => silent,
    limits: { spreadMs: 5 * 60_000 },
  });
  try {
    await time.hold(host.take(members));
    const hourly = (at: number): void =>
      void time.ringAt(at, () => {
        const running = [...host.vens.values()].filter(({ phase }) => phase === 'running').length;
        say(`${localText(at, timeZone)}: ${running} run, ${vtn.registrations().length} are registered.`);
        if (at < span.endAt) hourly(at + 4 * hourMs);
      });
    hourly(startAt + hourMs / 3);
    const ended = await Promise.race([dayIsOver(host, time, span), stopAsked(stop)]);
    if (ended !== 'over') {
      await time.hold(host.stop(ended));
      surroundings.stdout.write(`Stopped in good order. The logs are in ${directory}.\n`);
      return EXIT.success;
    }
    const booked = bookedByResource(vtn, span);
    const days = [...host.vens.values()].map((ven) =>
      dayOfVen(ven, span, booked.get(resourceOf(ven.member.venID)) ?? []),
    );
    await time.hold(host.stop('the demo is over'));
    return tell(days, vtn, span, surroundings);
  } finally {
    time.close();
    await ways.close();
    await server.close();
  }
};

/** Resolves when every VEN has delivered its day, or when that will not be any more. */
const dayIsOver = (host: Host, time: TimeLapse, span: DaySpan): Promise<'over'> =>
  new Promise((done) => {
    const latestAt = span.endAt + longestWaitMs;
    const lookAt = (at: number): void =>
      void time.ringAt(at, () => {
        if (at >= latestAt || [...host.vens.values()].every((ven) => isDelivered(ven, span))) done('over');
        else lookAt(at + lookEveryMs);
      });
    lookAt(span.endAt + 10 * 60_000);
  });
