import { join } from 'node:path';
import type { Inspected } from '../src/inspector/history/history.ts';
import { startInspector } from '../src/inspector/server/inspectorServer.ts';
import { openLevelEventLog } from '../src/store/level/levelEventLog.ts';
import { startChild, type Child } from './support/child.ts';
import { withDirectory } from './support/directory.ts';
import { atLeast, atMost, readable, type Figure, type Subject } from './support/figure.ts';
import { measurePair, median } from './support/measure.ts';
import { recordedMonth } from './support/recordedMonth.ts';
import { simulate, type Simulation } from './support/simulation.ts';

const hourMs = 3_600_000;
const rounds = 15;
const hoursARound = 5;
const timeZone = 'America/New_York';
/** Moments a person jumps to, anywhere in the month. */
const jumps = 60;

const lookingAt = ({ hosted: { log, live } }: Simulation): Inspected => ({ log, live, timeZone });

/** Lives on for some hours with the log on disk; counts the inputs. */
const liveOn = async (world: Simulation): Promise<number> => {
  const before = world.hosted.log.head.position;
  await world.runTo(world.time.now() + hoursARound * hourMs);
  return world.hosted.log.head.position - before;
};

/** Does something while the page is open; it stays so, and is quiet while the other agent has its turn. */
const whileOpen = async <Result>(page: Child, body: () => Promise<Result>): Promise<Result> => {
  page.say('open');
  await page.next();
  const result = await body();
  page.say('rest');
  await page.next();
  return result;
};

const percentMore = (ratio: number): string => `${((1 / ratio - 1) * 100).toFixed(1)} %`;

const simulated = (directory: string): Promise<Simulation> =>
  simulate({
    directory,
    settings: { minimumPollFreqMs: 60_000 },
    vtn: { status: { granularity: 'PT1M', reportBackDuration: 'PT1M' } },
  });

/** Waits until every moment up to a position is at hand. */
const untilFolded = async (url: string, position: number): Promise<void> => {
  for (let folded = -1; folded < position;)
    ({ folded } = (await (await fetch(`${url}api/v1/about`)).json()) as { folded: number });
};

/** An agent that is watched beside one that is not: in turns, in one process, each with its log on disk. */
const overhead = (): Promise<readonly Figure[]> =>
  withDirectory(async (directory) => {
    const [seen, unseen] = [await simulated(join(directory, 'seen')), await simulated(join(directory, 'unseen'))];
    const inspector = await startInspector({
      inspected: lookingAt(seen),
      version: 'bench',
      pageDirectory: null,
      port: 0,
    });
    const [bare, idle] = [() => liveOn(unseen), () => liveOn(seen)];
    const unwatched = await measurePair(idle, bare, rounds);
    const page = startChild('openPage', [inspector.url.replace(/\/$/, '')]);
    await whileOpen(page, () => untilFolded(inspector.url, seen.hosted.log.durableHead.position)); // what was recorded before is read once, and is measured below
    const watched = await measurePair(() => whileOpen(page, idle), bare, rounds);
    await page.end();
    await inspector.close();
    await seen.stop();
    await unseen.stop();
    const floor = { name: 'no page', value: `${readable(watched.floorPerSecond)} entries/s` };
    return [
      {
        name: 'entries recorded while a page is open',
        value: `${readable(watched.perSecond)} entries/s`,
        floor,
        ratio: `${percentMore(watched.ratio)} more time`,
        goal: atMost((1 / watched.ratio - 1) * 100, 5, '% more'),
      },
      {
        name: 'with an inspector that nobody looks at',
        value: `${readable(unwatched.perSecond)} entries/s`,
        floor: { name: 'without one', value: `${readable(unwatched.floorPerSecond)} entries/s` },
        ratio: `${percentMore(unwatched.ratio)} more time`,
      },
    ];
  });

/** Anywhere in the month, from one seed. */
const positionsIn = (head: number): readonly number[] => {
  let state = 20_260_610;
  return Array.from({ length: jumps }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % (head + 1);
  });
};

const msOf = async (url: string): Promise<number> => {
  const begunAt = performance.now();
  const response = await fetch(url);
  await response.text();
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
  return performance.now() - begunAt;
};

const scrubbing = async (): Promise<readonly Figure[]> => {
  const { directory } = await recordedMonth();
  const log = await openLevelEventLog(directory, { createdAt: 0, create: false });
  const inspector = await startInspector({
    inspected: { log, live: () => null, timeZone },
    version: 'bench',
    pageDirectory: null,
    port: 0,
  });
  try {
    const head = log.durableHead.position;
    const begunAt = performance.now();
    const firstMs = await msOf(`${inspector.url}api/v1/state`);
    await untilFolded(inspector.url, head);
    const foldedMs = performance.now() - begunAt;
    const jumpsMs: number[] = [];
    for (const position of positionsIn(head)) jumpsMs.push(await msOf(`${inspector.url}api/v1/state?at=${position}`));
    const stepsMs: number[] = [];
    for (let step = 0; step < jumps; step += 1)
      stepsMs.push(await msOf(`${inspector.url}api/v1/state?at=${Math.floor(head / 2) + step}`));
    const timelineMs = await msOf(`${inspector.url}api/v1/timeline?buckets=2000`);
    return [
      {
        name: `a random moment of the month (${head + 1} entries), median`,
        value: `${readable(median(jumpsMs))} ms`,
        goal: atMost(median(jumpsMs), 150, 'ms'),
      },
      { name: 'the slowest of them', value: `${readable(Math.max(...jumpsMs))} ms` },
      { name: 'from one entry to the next, median', value: `${readable(median(stepsMs))} ms` },
      { name: 'the present, on the first question', value: `${readable(firstMs)} ms` },
      {
        name: 'until every moment is at hand',
        value: `${readable(foldedMs)} ms`,
        goal: atLeast((head + 1) / (foldedMs / 1_000), 1_000, 'entries/s'),
      },
      { name: 'the timeline of the month in 2000 parts', value: `${readable(timelineMs)} ms` },
    ];
  } finally {
    await inspector.close();
    await log.close();
  }
};

/** What the inspector costs the agent. */
export const inspector: Subject = {
  name: 'inspector',
  title: 'Inspector: the agent with a page open, as fast as virtual time goes',
  measure: overhead,
};

/** How fast the inspector shows the past. */
export const scrub: Subject = { name: 'scrub', title: 'Inspector: a simulated month to scrub in', measure: scrubbing };
