/**
 * Every machine and every room in every state, in one on a phone and in the next wide, so that each place is seen at each width:
 * nothing fails, nothing is wider or longer than the page.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import type { Inspector } from '../../../src/inspector/server/inspectorServer.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { at, worldOn } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { atRest, living } from '../support/inspecting.ts';
import { describeInBrowser, type Browsing, type Watched } from './support/browser.ts';
import { builtPage, dayLived, serve } from './support/inspected.ts';

const rooms = ['now', 'plan', 'energy', 'log'] as const;

const phone = 390;

const wider = [1400, 1280, 1100, 800, 760] as const;

/** On a phone every other time, and otherwise at the next of two other widths. */
const widthsIn = (turn: number): readonly number[] =>
  turn % 2 === 0 ? [phone] : [wider[turn % wider.length] ?? phone, wider[(turn + 2) % wider.length] ?? phone];

/** How many states there were so far: in each the same place is seen at the next width. */
let states = 0;

const json = async <Answer>(inspector: Inspector, path: string): Promise<Answer> =>
  (await (await fetch(`${inspector.url}api/v1/${path}`)).json()) as Answer;

/** Every room, every machine that there is, every stream of the moment, and one that is not there. */
const placesOf = async (inspector: Inspector, position: number): Promise<readonly string[]> => {
  const { machines } = await json<ApiAnswer<'machines'>>(inspector, 'machines');
  const { streams } = await json<ApiAnswer<'state'>>(inspector, position < 0 ? 'state' : `state?at=${position}`);
  const charts = new Set([...machines.map(({ machine }) => machine), ...streams.map(({ stream }) => stream)]);
  return [
    ...rooms,
    ...[...charts].map((each) => `charts/${encodeURIComponent(each)}`),
    'energy/2026-11-01',
    'energy/2026-03-08',
    ...(position < 0 ? [] : [`log/${position}`]),
  ];
};

/** What is wrong with how a page lies there. */
const misfitsOf = ({ page }: Watched): Promise<readonly string[]> =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    const room = document.querySelector('main');
    const names = document.querySelector('nav');
    /** What cannot be seen: beyond the edge of its card or its picture, and of nothing that can be scrolled. */
    const isCut = (each: Element): boolean => {
      const { right, width } = each.getBoundingClientRect();
      if (width === 0 || each.closest('.unseen') !== null) return false;
      const picture = each.closest('svg:not(.drawing svg)');
      if (picture !== null) return right > picture.getBoundingClientRect().right + 1;
      for (let around = each.parentElement; around !== null && around !== room; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== 'visible') return false;
        if (around.matches('.card')) return right > around.getBoundingClientRect().right + 1;
      }
      return false;
    };
    const written = [...document.querySelectorAll('main .card *')].filter((each) =>
      [...each.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== ''),
    );
    return [
      ...new Set(written.filter(isCut).map(({ textContent }) => `"${(textContent ?? '').slice(0, 40)}" is cut`)),
      names !== null && names.scrollWidth > names.clientWidth ? 'the names of the rooms are cut' : '',
      scrollWidth > innerWidth ? `the page is ${scrollWidth - innerWidth} px too wide` : '',
      scrollHeight > innerHeight ? `the page is ${scrollHeight - innerHeight} px too long` : '',
      room !== null && room.scrollWidth > room.clientWidth
        ? `the room is ${room.scrollWidth - room.clientWidth} px too wide`
        : '',
      document.querySelector('[data-failed]')?.textContent ?? '',
      (room?.textContent ?? '').trim() === '' ? 'the room is empty' : '',
    ].filter((each) => each !== '');
  });

/** Goes everywhere, and tells what went wrong where. */
const wrongEverywhere = async (
  browsing: Browsing,
  inspector: Inspector,
  positions: readonly number[],
): Promise<readonly string[]> => {
  const wrong: string[] = [];
  const watched = await browsing.open(inspector.url);
  for (const position of positions) {
    states += 1;
    for (const [index, place] of (await placesOf(inspector, position)).entries()) {
      await watched.page.evaluate((hash) => (location.hash = hash), position < 0 ? place : `${place}@${position}`);
      for (const width of widthsIn(states + index)) {
        await watched.page.setViewportSize({ width, height: width < 760 ? 844 : 800 });
        await watched.settled();
        const where = `#${place} at ${position}, ${width} px`;
        wrong.push(...(await misfitsOf(watched)).map((each) => `${where}: ${each}`));
      }
    }
  }
  return [...wrong, ...watched.errors];
};

describeInBrowser('everywhere on the page', (browsing) => {
  const worlds: AgentWorld[] = [];
  let rest: AgentWorld;

  const livingFrom = async (isVtnUp: boolean, hour: number): Promise<AgentWorld> => {
    const { world } = worldOn({ day: '2026-11-23', hour: 16, vtn: { pollFreq: 'PT10M' } });
    worlds.push(world);
    await world.start();
    await world.runTo(at('2026-11-23', 17, 30));
    world.isVtnUp = isVtnUp;
    await world.runTo(at('2026-11-23', hour));
    return world;
  };
  const looked = async (served: Parameters<typeof serve>[0], positions: readonly number[]): Promise<void> => {
    const inspector = await serve(served);
    try {
      expect(await wrongEverywhere(browsing, inspector, positions)).toEqual([]);
    } finally {
      await inspector.close();
    }
  };

  beforeAll(async () => {
    await builtPage();
    rest = await dayLived('2026-11-01', '2026-10-31');
  });
  afterEach(() => browsing.closeAll());
  afterAll(async () => {
    for (const world of worlds) await world.stop();
  });

  it('is right on a log at rest, at its end and in its past', async () => {
    const { position } = rest.log.head;
    await looked(atRest(rest.log), [-1, Math.floor(position / 3)]);
  });

  it('is right beside an agent that runs', async () => looked(living(await livingFrom(true, 18)), [-1]));

  it.each([
    ['just now', 17.75],
    ['for hours', 30],
  ])('is right while the VTN is gone, %s', async (_since, hour) => looked(living(await livingFrom(false, hour)), [-1]));

  it('is right on a log in which nothing happened yet', async () => looked(atRest(openMemoryEventLog()), [-1]));

  it('shows the rest when a part fails', async () => {
    const inspector = await serve(atRest(rest.log));
    try {
      const { page, errors, settled } = await browsing.open(inspector.url);
      await page.route('**/api/v1/days/**', async (route) => {
        const answer = (await (await route.fetch()).json()) as object;
        await route.fulfill({ json: { ...answer, prices: null } });
      });
      await page.evaluate(() => (location.hash = '#energy/2026-11-01'));
      await page.waitForSelector('[data-failed="Prices and energy"]');
      expect(errors.length).toBeGreaterThan(0);
      await page.waitForSelector('.track');
      await page.click('nav .tab:has-text("Log")');
      await page.waitForSelector('.row[data-position]');
      await page.unroute('**/api/v1/days/**');
      await page.click('nav .tab:has-text("Prices")');
      await settled();
      expect(await page.$('[data-failed]')).toBeNull();
    } finally {
      await inspector.close();
    }
  });
});
