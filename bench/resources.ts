import { daySpan } from '../src/programme/calendar.ts';
import { hourDelivery } from '../src/store/projections/hourDelivery.ts';
import { netUsage } from '../src/store/projections/usage.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, percent, readable, type Figure, type Subject } from './support/figure.ts';
import { liveMB } from './support/heap.ts';
import { eveningBefore, startManyResources, type ManyResources } from './support/manyResources.ts';
import { measurePair, type Work } from './support/measure.ts';

const pollMs = 10_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const livedDay = '2026-06-10';
const timeZone = 'America/New_York';
const few = 100;
const some = 1_000;
const many = 10_000;
const rounds = 5;
const pollsPerRound = 100;
const tellingsPerRound = 200;

const limits = { maxChargeWatts: 24_000, maxDischargeWatts: 24_000 } as const;

/** A device of those that are there says that its power is another; the device of before has said it a round ago. */
const stateTold = ({ hosted, time }: ManyResources): Work => {
  let power = 0;
  const devices = hosted.settings.devices.slice(0, tellingsPerRound);
  return async () => {
    power += 1;
    for (let told = 0; told < tellingsPerRound; told += 1) {
      const { resourceID } = devices[told % devices.length] ?? { resourceID: '' };
      const status = { online: true, manualOverride: false, powerWatts: power, ...limits };
      const data = { resourceID, readAt: time.now(), importWattHours: 0, exportWattHours: 0, status, isInTurn: false };
      hosted.agent.take({ stream: `device/${resourceID}`, input: { type: 'DeviceStateRead', data } });
    }
    await time.settle();
    return tellingsPerRound;
  };
};

const polled =
  ({ runTo, time }: ManyResources): Work =>
  async () => {
    await runTo(time.now() + pollsPerRound * pollMs);
    return pollsPerRound;
  };

/** Started, registered, its reports offered, and left to itself by the VTN. */
const settledDown = async (directory: string, count: number): Promise<ManyResources> => {
  const ven = await startManyResources(directory, count);
  await ven.runTo(eveningBefore + 120_000);
  ven.letGoOfVtn();
  return ven;
};

/** What a step costs among many, and what it costs among few. */
const stepFigures = async (crowd: ManyResources, handful: ManyResources): Promise<readonly Figure[]> => {
  const figure = async (name: string, work: (ven: ManyResources) => Work): Promise<Figure> => {
    const { perSecond, floorPerSecond, ratio } = await measurePair(work(crowd), work(handful), rounds);
    return {
      name: `${name} of a VEN with ${many} devices`,
      value: `${readable(perSecond)} /s`,
      floor: { name: `with ${few}`, value: `${readable(floorPerSecond)} /s` },
      ratio: percent(1 / ratio),
      goal: atMost(100 / ratio, 130, '% of the time'),
    };
  };
  return [await figure('quiet polls', polled), await figure('one device’s state is another', stateTold)];
};

const standingFigures = (): Promise<readonly Figure[]> =>
  withDirectory((here) =>
    withDirectory((there) =>
      withDirectory(async (elsewhere) => {
        const handful = await settledDown(here, few);
        const before = liveMB();
        const thousand = await settledDown(there, some);
        const between = liveMB();
        await thousand.stop();
        const baseMB = liveMB();
        const crowd = await settledDown(elsewhere, many);
        const perDevice = ((liveMB() - baseMB) * 1_000) / many;
        const memory: Figure = {
          name: `heap for each of ${many} devices of a VEN, started and registered`,
          value: `${readable(perDevice)} kB`,
          floor: { name: `for each of ${some}`, value: `${readable(((between - before) * 1_000) / some)} kB` },
          goal: atMost(perDevice, 6, 'kB'),
        };
        const figures = [memory, ...(await stepFigures(crowd, handful))];
        await crowd.stop();
        await handful.stop();
        return figures;
      }),
    ),
  );

/** Many devices whose state is told and whose polls are quiet cost no more than few. */
export const resources: Subject = {
  name: 'resources',
  title: `One VEN with ${many} devices in a list beside ${few}: CPU time in virtual time, without sockets; heap without the VTN`,
  measure: standingFigures,
};

/** How many devices live through the day; more take as many minutes as there are thousands. */
const dayDevices = Number(process.env['TER_VEN_BENCH_DEVICES'] ?? some);

/** Every hour of every device in the books of the VTN as the agent's own record has it, and acknowledged; what is not, in words. */
const differencesOf = ({ hosted, vtn }: ManyResources): readonly string[] => {
  const { usage, deliveries } = hosted.agent.state.views;
  const booked = new Map(
    vtn()
      .bookings()
      .map((each) => [`${each.resourceID} ${each.startAt}`, each]),
  );
  const { startAt, endAt } = daySpan(livedDay, timeZone);
  const found: string[] = [];
  for (const { resourceID } of hosted.settings.devices)
    for (let at = startAt; at < endAt; at += hourMs) {
      const ours = netUsage(usage, resourceID, at, hourMs).energyWattHours;
      const theirs = booked.get(`${resourceID} ${at}`);
      const isSame = ours !== null && Number(theirs?.energyKilowattHours) === ours / 1_000 && theirs?.told.length === 1;
      if (!isSame || hourDelivery(deliveries, resourceID, at).status !== 'acknowledged')
        found.push(
          `${resourceID} at ${new Date(at).toISOString()}: ${ours} Wh here, ${theirs?.energyKilowattHours} kWh there`,
        );
    }
  return found;
};

/** What a stretch of the day took of this process: how much in all, and its longest turn. @unit ms */
const taken = async ({ stalls, runTo }: ManyResources, until: number) => {
  stalls.begin();
  await runTo(until);
  return stalls.end();
};

const dayFigures = (): Promise<readonly Figure[]> =>
  withDirectory(async (directory) => {
    const ven = await startManyResources(directory, dayDevices, { differ: true });
    const started = await taken(ven, eveningBefore + 120_000);
    const { endAt } = daySpan(livedDay, timeZone);
    // Polls alone, from one full hour to the next; then the last but one full hour of the day, and the report after the last.
    await ven.runTo(endAt - 2 * hourMs + 30 * minuteMs);
    const quiet = await taken(ven, endAt - hourMs - 10 * minuteMs);
    await ven.runTo(endAt - hourMs - minuteMs);
    const read = await taken(ven, endAt - hourMs + minuteMs);
    await ven.runTo(endAt + 20_000);
    const told = await taken(ven, endAt + 20 * minuteMs);
    const quietMs = quiet.sumMs; // of twenty minutes as well
    const differences = differencesOf(ven);
    const reports = ven
      .vtn()
      .bookings()
      .flatMap((each) => each.told.map(({ requestID }) => requestID));
    const heldMB = liveMB();
    ven.letGoOfVtn();
    const figures: readonly Figure[] = [
      {
        name: 'hours that the books of the VTN and the record tell alike, once and acknowledged',
        value: readable(dayDevices * 24 - differences.length),
        floor: { name: 'hours metered', value: readable(dayDevices * 24) },
        goal: { text: 'all', isReached: differences.length === 0 },
      },
      {
        name: `the day’s usage gathered, encoded and acknowledged in ${new Set(reports).size} reports`,
        value: `${readable((told.sumMs - quietMs) / 1_000)} s`,
        goal: atMost((told.sumMs - quietMs) / 1_000, 10, 's'),
      },
      turnFigure('the longest turn while it is told', told.longestMs),
      turnFigure('the longest turn at a full hour', read.longestMs),
      { name: 'a reading at a full hour', value: `${readable(read.sumMs / dayDevices)} ms` },
      { name: 'the longest turn of a start', value: `${readable(started.longestMs)} ms` },
      { name: 'heap at the end, the VTN’s books among it', value: `${readable(heldMB)} MB` },
      { name: 'heap at the end, without them', value: `${readable(liveMB())} MB` },
    ];
    for (const difference of differences.slice(0, 5)) console.log(difference);
    await ven.stop();
    return figures;
  });

const turnFigure = (name: string, longestMs: number): Figure => ({
  name,
  value: `${readable(longestMs)} ms`,
  goal: atMost(longestMs, 50, 'ms'),
});

/** A whole day, metered and reported. */
export const day: Subject = {
  name: 'day',
  title: `One VEN with ${dayDevices} devices lives a day against the embedded VTN: CPU time of the whole process, the VTN’s left out`,
  measure: dayFigures,
};
