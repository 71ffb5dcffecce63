/** The page on a log at rest, in a real browser: the Sunday on which the clock is set back, and its eve. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import type { Inspector } from '../../../src/inspector/server/inspectorServer.ts';
import { shareOf } from '../../support/leftOut.ts';
import { atRest } from '../support/inspecting.ts';
import { axeFaults, faultsOfColours } from './support/axe.ts';
import { describeInBrowser, positionOf } from './support/browser.ts';
import { dayLived, logWith, serve } from './support/inspected.ts';
import { differingPixels } from './support/pictures.ts';

const rooms = ['now', 'plan', 'charts', 'energy', 'log'] as const;

describeInBrowser('the page on a log at rest', (browsing) => {
  let inspector: Inspector;
  let head: number;

  const api = async <Name extends 'state' | 'transitions' | 'entries' | 'entry' | 'machines'>(
    _name: Name,
    path: string,
  ): Promise<ApiAnswer<Name>> => (await (await fetch(`${inspector.url}api/v1/${path}`)).json()) as ApiAnswer<Name>;
  const open = async (hash = '', options = {}): Promise<Page> =>
    (await browsing.open(`${inspector.url}${hash}`, options)).page;

  /** A moment is shown once the page says its time. */
  const shows = async (page: Page, position: number): Promise<void> => {
    const { asOf } = await api('state', `state?at=${position}`);
    await page.waitForSelector(`time[data-moment][datetime="${new Date(asOf).toISOString()}"]`);
  };

  beforeAll(async () => {
    const { log } = await dayLived('2026-11-01', '2026-10-31');
    inspector = await serve(atRest(log));
    head = log.head.position;
  });
  afterEach(() => browsing.closeAll());
  afterAll(() => inspector.close());

  it('tells at one glance whether all is well, and what the numbers are', async () => {
    const page = await open();
    const { verdict, hours, prices } = await api('state', 'state');
    expect(verdict.level).toBe('well');
    expect(await page.getAttribute('[data-verdict]', 'data-verdict')).toBe('well');
    expect(await page.textContent('.tile >> nth=0')).toContain(
      `${(Number(prices.now?.usdPerKwh) * 100).toFixed(1)}\u202f¢ per kWh`,
    );
    expect(await page.textContent('[data-tile="VTN"]')).toContain(
      `${hours.acknowledged} of ${hours.acknowledged} hours delivered`,
    );
    expect(await page.textContent('[data-verdict]')).toBe(verdict.headline);
    expect(await page.getAttribute('[data-live]', 'data-live')).toBe('At rest');
    expect(await page.textContent('.happened')).toContain('Usage report delivered and acknowledged');
  });

  it('opens a log at rest on its last full day, and says that nothing lives', async () => {
    const page = await open('', { viewport: { width: 1280, height: 800 } });
    const { shownDay, agent } = await api('state', 'state');
    expect(shownDay).toBe('2026-11-01'); // it ended in the morning after
    expect(agent.isRunning).toBe(false);
    await page.waitForSelector('#today-title >> text=Sunday 1 November 2026');
    expect(await page.textContent('.controls .live')).toBe('End');
    expect(await page.getAttribute('.controls .live', 'aria-pressed')).toBe('false');
    expect(await page.textContent('[data-clause="Doing"]')).toContain('The agent has not run since Mon 2 Nov');
    expect(await page.textContent('[data-rest]')).toMatch(/^The agent has not run since .*2 Nov/);
    // The whole chart is in view: the timeline leaves it its room until it is opened.
    const [chart, timeline] = await Promise.all(
      ['.today .strip', '.timeline'].map(async (each) => (await page.waitForSelector(each)).boundingBox()),
    );
    expect((chart?.y ?? 0) + (chart?.height ?? 0)).toBeLessThanOrEqual(timeline?.y ?? 0);
    await page.click('.toggle');
    await page.waitForSelector('.lanenames >> text=Polls');
  });

  it('shows every machine whole within its pane, with names that can be read, none over another', async () => {
    const { machines } = await api('machines', 'machines');
    const page = await open('', { viewport: { width: 1280, height: 800 } });
    for (const { machine } of machines) {
      await page.evaluate((name) => (location.hash = `#charts/${name}`), machine);
      await page.waitForSelector(`[aria-label="Picture of ${machine}"] .name`);
      await page.click('button:has-text("Whole")');
      const misfit = await page.evaluate(() => {
        const frame = document.querySelector('.drawing') as HTMLElement;
        const names = [...frame.querySelectorAll('.name')].map((each) => ({
          text: each.textContent,
          box: each.getBoundingClientRect(),
        }));
        const isOver = (one: DOMRect, other: DOMRect): boolean =>
          Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
          Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4;
        return {
          tooLong: Math.max(0, frame.scrollHeight - frame.clientHeight),
          tooWide: Math.max(0, frame.scrollWidth - frame.clientWidth),
          small: names.filter(({ box }) => box.height < 10).map(({ text }) => text),
          over: names.flatMap((one, place) =>
            names
              .slice(place + 1)
              .flatMap((other) => (isOver(one.box, other.box) ? [`${one.text} ${other.text}`] : [])),
          ),
        };
      });
      expect({ machine, ...misfit }).toEqual({ machine, tooLong: 0, tooWide: 0, small: [], over: [] });
    }
  });

  it('leads from an entry to the message it is about', async () => {
    const { entries } = await api('entries', 'entries?type=DrEventAccepted&limit=1');
    const accepted = entries[0]?.position ?? 0;
    const { exchange } = await api('entry', `entries/${accepted}`);
    expect(exchange?.reply?.message).toBe('oadrDistributeEvent');
    const page = await open(`#log/${accepted}`);
    await page.click('.messages >> text=oadrDistributeEvent');
    await page.waitForSelector(`[aria-label="Entry ${exchange?.reply?.position ?? ''}"] >> text=MessageReceived`);
  });

  it('steps with the arrows, and everything shows that moment', async () => {
    const page = await open();
    await page.keyboard.press('ArrowLeft');
    expect(await positionOf(page)).toBe(head - 1);
    await page.keyboard.press('Shift+ArrowLeft');
    expect(await positionOf(page)).toBe(head - 21);
    await shows(page, head - 21);
    expect(await page.getAttribute('[data-live]', 'data-live')).toBe('Past');
    expect(page.url()).toContain(`@${head - 21}`);
    await page.keyboard.press('Home');
    await shows(page, 0);
    await page.waitForSelector('text=Not registered');
    expect(await page.textContent('.tile >> nth=0')).toContain('No price is known');
    await page.keyboard.press('l');
    expect(await positionOf(page)).toBe(head);
  });

  it('goes where the scrubber is dragged', async () => {
    const page = await open();
    const box = await (await page.waitForSelector('.track')).boundingBox();
    if (box === null) throw new Error('The scrubber has no size.');
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const position = await positionOf(page);
    await shows(page, position);
    const [first, , last] = await Promise.all([0, position, head].map((each) => api('state', `state?at=${each}`)));
    const { asOf } = await api('state', `state?at=${position}`);
    const share = (asOf - (first?.asOf ?? 0)) / ((last?.asOf ?? 1) - (first?.asOf ?? 0));
    expect(share).toBeGreaterThan(0.37);
    expect(share).toBeLessThan(0.41);
  });

  it('replays at speed, and pauses', async () => {
    const page = await open('#now@10');
    await page.click('.toggle');
    await page.selectOption('.pace select', '64');
    await page.keyboard.press('Escape');
    await page.locator('.track').focus();
    await page.keyboard.press(' ');
    await page.waitForFunction(() => Number(document.querySelector('[data-shown]')?.getAttribute('data-shown')) > 40);
    await page.keyboard.press(' ');
    const paused = await positionOf(page);
    await page.waitForTimeout(400);
    expect(await positionOf(page)).toBe(paused);
  });

  it('lights the states that are active, and the transition just taken', async () => {
    const { transitions } = await api('transitions', `transitions?stream=ven&limit=200`);
    const taken = transitions.find(({ entered }) => entered.includes('ven.registered.polling.awaitingPollReply'));
    if (taken === undefined) throw new Error('The log has no poll.');
    const page = await open(`#charts/ven@${taken.position}`);
    await page.waitForSelector('.drawing .state.leaf');
    const { streams } = await api('state', `state?at=${taken.position}`);
    const lit = await page.$$eval('.drawing .state.lit', (groups) => groups.map(({ id }) => id).sort());
    expect(lit).toEqual([...(streams.find(({ stream }) => stream === 'ven')?.activeStateIDs ?? [])].sort());
    await page.waitForSelector('.drawing .transition.taken');
    const shone = await page.$$eval('.drawing .transition.taken', (groups) => groups.map(({ id }) => id));
    expect(shone).toEqual(expect.arrayContaining([...taken.transitionIDs]));
    expect(await page.$$eval('.drawing .connection.glows', (groups) => groups.length)).toBeGreaterThan(0);
  });

  it('counts down the delays of the stream that is picked, and says what its states mean', async () => {
    const waiting = (await api('transitions', 'transitions?stream=ven&limit=200')).transitions.find(({ entered }) =>
      entered.includes('ven.registered.polling.waiting'),
    );
    const page = await open(`#charts/ven@${waiting?.position ?? head}`);
    await page.waitForSelector('[data-countdown="oadrRequestedOadrPollFreq"] >> text=/^in \\d+ (min|s)|^due$/');
    await page.click('[data-stream^="device/"]');
    await page.waitForSelector('[data-countdown="sampling"]');
    expect(await page.textContent('.side')).toContain('Until the next boundary.');
    await page.click('[data-stream="ven"]');
    await page.click('[aria-label="Smaller"]');
    await page.hover('.drawing [id="ven.registering.awaitingRegisteredReport"] > .name', { force: true });
    expect(await page.textContent('.pointed')).toMatch(
      /The VTN is to take our report metadata.*\(rule 2\.0b 301, 344\)/,
    );
  });

  it('goes back to a step of the history', async () => {
    const page = await open('#charts/ven');
    const step = Number(await page.getAttribute('.history li:nth-child(4) button', 'data-step'));
    await page.click('.history li:nth-child(4) button');
    expect(await positionOf(page)).toBe(step);
    const { transitions } = await api('transitions', 'transitions?stream=ven&limit=30');
    expect(transitions.map(({ position }) => position)).toContain(step);
    await page.waitForSelector(`.history li:first-child button[data-step="${step}"]`);
  });

  it('filters the log by lane, by fact and by stream', async () => {
    const page = await open('#log');
    await page.click('.chip:has-text("Faults")');
    await page.click('.chip:has-text("DR events")');
    const lanes = async (): Promise<readonly string[]> =>
      page.$$eval('.row[data-position]', (rows) => [
        ...new Set(rows.map((row) => /lane-(\w+)/.exec(row.className)?.[1] ?? '')),
      ]);
    await page.waitForFunction(() => document.querySelectorAll('.row.lane-devices').length === 0);
    expect((await lanes()).filter((lane) => !['faults', 'drEvents'].includes(lane))).toEqual([]);
    await page.click('button:has-text("Clear")');
    await page.selectOption('select[aria-label="Every fact"]', 'UsageDeliveryAcknowledged');
    const { total } = await api('entries', 'entries?type=UsageDeliveryAcknowledged&limit=1');
    await page
      .waitForSelector(`.entries .state >> text=${total} entries found`)
      .catch(() => page.waitForSelector(`.entries .state >> text=${total} entry found`));
    expect(
      await page.$$eval('.row .type', (cells) => [...new Set(cells.map(({ textContent }) => textContent))]),
    ).toEqual(['UsageDeliveryAcknowledged']);
  });

  it('searches data and, when asked, XML', async () => {
    const page = await open('#now');
    await page.keyboard.press('/');
    await page.waitForSelector('#search:focus');
    await page.keyboard.type('2026-11-01T21:00:00Z load');
    await page.waitForSelector('.entries .state >> text=/found$/');
    await page.fill('#search', 'xcal:dtstart');
    await page.waitForSelector('text=No entry is like that.');
    await page.check('text=XML too');
    await page.waitForSelector('.row[data-position] >> text=MessageReceived');
  });

  it('opens an entry to its data, its causes, and its XML beside the message before it', async () => {
    const { entries } = await api('entries', 'entries?search=oadrUpdateReport&type=SendRequested&limit=50');
    const sent = entries.at(-1);
    if (sent === undefined) throw new Error('The log has no report.');
    const whole = await api('entry', `entries/${sent.position}`);
    const page = await open(`#log/${sent.position}`);
    await page.waitForSelector('.entry .tree >> text=exchangeID');
    expect(await page.textContent('.entry')).toContain(whole.entry.hash);
    await page.click('[role=tab]:has-text("Why")');
    expect(await page.textContent('[aria-label="Cause chain"]')).toContain(whole.causes.at(-1)?.type ?? '?');
    await page.click('[role=tab]:has-text("XML")');
    const lines = await page.$$eval('.wire >> nth=0 >> .xml > div', (all) =>
      all.map(({ className, textContent }) => [className, textContent ?? ''] as const),
    );
    const now = lines
      .filter(([kind]) => kind !== 'removed')
      .map(([, text]) => text.slice(1))
      .join('');
    const before = lines
      .filter(([kind]) => kind !== 'added')
      .map(([, text]) => text.slice(1))
      .join('');
    const solid = (xml: string | undefined): string => (xml ?? '').replace(/\s/g, '');
    expect(solid(now)).toBe(solid(whole.wire?.xml));
    expect(solid(before)).toBe(solid(whole.previous?.wire?.xml));
    expect(lines.some(([kind, text]) => kind === 'added' && text.includes('requestID'))).toBe(true);
    expect(await page.textContent('.wire >> nth=1')).toContain('Received: oadrUpdatedReport');
  });

  it('moves through the list with ↑ and ↓, and leaves the moment where it is', async () => {
    const page = await open(`#log/50@60`);
    await page.waitForSelector('.row.opened');
    await page.locator('.list').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('.row.opened[data-position="52"]');
    expect(await positionOf(page)).toBe(60);
    expect(
      await page.$$eval('.row.later', (rows) => rows.every((row) => Number(row.getAttribute('data-position')) > 60)),
    ).toBe(true);
  });

  it('stays a short list however long the log is', async () => {
    const page = await open('#now');
    await page.route('**/api/v1/entries?**', async (route) => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset') ?? Number.NaN);
      if (Number.isNaN(offset)) return route.continue();
      const answer = (await (await fetch(`${inspector.url}api/v1/entries?limit=100`)).json()) as ApiAnswer<'entries'>;
      const entries = answer.entries.map((entry, place) => ({ ...entry, position: offset + place }));
      return route.fulfill({ json: { ...answer, entries, total: 1_000_000 } });
    });
    await page.keyboard.press('5');
    await page.waitForSelector('text=1,000,000 entries');
    const list = page.locator('.list');
    await list.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await page.waitForSelector('.row[data-position="999999"]');
    await list.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    await page.waitForFunction(
      () =>
        Math.abs(Number(document.querySelector('.row[data-position]')?.getAttribute('data-position')) - 500_000) < 40,
    );
    expect(await page.$$eval('.row', (rows) => rows.length)).toBeLessThan(80);
  });

  it('draws both days on which the clock is changed right', async () => {
    const page = await open('#energy/2026-11-01');
    await page.waitForSelector('text=25 hours, EDT becomes EST');
    const hours = await page.$$eval('.hours tbody th', (cells) => cells.map(({ textContent }) => textContent));
    expect(hours).toHaveLength(25);
    expect(hours.slice(0, 4)).toEqual(['00:00 EDT', '01:00 EDT', '01:00 EST', '02:00 EST']);
    await page.waitForSelector('[data-day="2026-11-01"] .column'); // the month is answered by itself
    expect(
      await page.$$eval('[data-day="2026-11-01"] .column', (columns) =>
        columns.map(({ children }) => children.length).slice(0, 3),
      ),
    ).toEqual([1, 2, 1]);
    expect(await page.$$eval('.daychart svg', (charts) => charts.length)).toBe(1);
    await page.fill('input[type=date]', '2026-03-08');
    await page.waitForSelector('text=23 hours, EST becomes EDT');
    await page.waitForSelector('[data-day="2026-03-08"] .column');
    expect(await page.$$eval('[data-day="2026-03-08"] .column.skipped', (columns) => columns.length)).toBe(1);
  });

  it('has a key for every room and for the look, which leaves fields alone', async () => {
    const page = await open();
    for (const [place, room] of rooms.entries()) {
      await page.keyboard.press(String(place + 1));
      await page.waitForSelector(`main.${room}`);
    }
    const paper = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    expect(await paper()).not.toBe(light);
    await page.keyboard.press('/');
    await page.waitForSelector('#search:focus');
    await page.keyboard.type('tl1?');
    expect(await page.inputValue('#search')).toBe('tl1?');
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
  });

  it('is dark where the system is', async () => {
    const page = await open('', { colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(13, 16, 22)',
    );
  });

  it('fits a phone in every room', async () => {
    const page = await open('', { viewport: { width: 390, height: 844 }, hasTouch: true });
    for (const room of rooms) {
      await page.evaluate((hash) => (location.hash = hash), `#${room}@${head - 40}`);
      await page.waitForSelector(`main.${room}`);
      await page.waitForTimeout(250);
      const wide = await page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        room: document.querySelector('main')?.scrollWidth ?? 0,
      }));
      expect(wide, room).toEqual({ page: 390, room: 390 });
    }
  });

  it('has no fault that axe finds, in any room, light or dark', async () => {
    const page = await open();
    const hashes = ['#now', `#charts/ven@${head - 40}`, '#energy/2026-11-01', `#log/${head - 40}@${head - 42}`];
    // The same rooms with less in them.
    const barer = [`#now@${head - 40}`, '#charts', '#log'];
    for (const [scheme, faults] of [
      ['light', axeFaults],
      ['dark', faultsOfColours],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const hash of [...hashes, ...shareOf(barer, () => false)]) {
        await page.evaluate((each) => (location.hash = each), hash);
        await page.waitForTimeout(350);
        expect(await faults(page), `${scheme} ${hash}`).toEqual([]);
      }
    }
  });

  it('asks its own server and nobody else, and breaks no rule of its policy', async () => {
    const { page, errors, requests } = await browsing.open(inspector.url);
    for (const room of rooms) {
      await page.evaluate((hash) => (location.hash = hash), `#${room}@${head - 10}`);
      await page.waitForTimeout(250);
    }
    expect(requests.filter((address) => !address.startsWith(inspector.url))).toEqual([]);
    expect(requests.length).toBeGreaterThan(10);
    expect(errors).toEqual([]);
  });

  it('does not jump while moments change', async () => {
    const { page, settled } = await browsing.open(inspector.url);
    /** Where all stands that is there at every moment; what happened is a list, and goes with the moment. */
    const places = (): Promise<readonly string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('header, nav, nav .tab, main, [data-verdict], .tile, main h2, .scrubber')].map(
          (element) => {
            const { x, y } = element.getBoundingClientRect();
            return `${element.tagName} ${element.className}: ${Math.round(x)}, ${Math.round(y)}`;
          },
        ),
      );
    const before = await places();
    expect(before.length).toBeGreaterThan(10);
    const moments = new Set([await positionOf(page)]);
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Shift+ArrowLeft');
      await settled();
      moments.add(await positionOf(page));
      expect(await places()).toEqual(before);
    }
    expect(moments.size).toBeGreaterThan(10);
  });

  it('is painted before anything is answered', async () => {
    const { page } = await browsing.open(inspector.url);
    await page.route('**/api/**', () => new Promise(() => undefined));
    await page.reload();
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    expect(await page.textContent('body')).toContain('Asking the agent');
    expect(await page.$('[data-shown]')).toBeNull();
  });

  it('looks the same however a moment was reached', async () => {
    const moment = head - 50;
    const [direct, stepped] = await Promise.all([open(`#now@${moment}`), open(`#now@${moment + 2}`)]);
    await shows(stepped, moment + 2);
    await stepped.keyboard.press('ArrowLeft');
    await stepped.keyboard.press('ArrowLeft');
    await Promise.all([shows(direct, moment), shows(stepped, moment)]);
    await direct.waitForTimeout(700);
    const pictures = await Promise.all([direct.screenshot(), stepped.screenshot()]);
    const other = await open(`#now@${moment - 200}`);
    await other.waitForTimeout(500);
    const { page: desk } = { page: await other.context().newPage() };
    expect(await differingPixels(desk, pictures[0] as Buffer, pictures[1] as Buffer)).toBeLessThan(0.001);
    expect(await differingPixels(desk, pictures[0] as Buffer, await other.screenshot())).toBeGreaterThan(0.01);
  });

  it('lets two pages be at two moments', async () => {
    const [one, other] = await Promise.all([open('#now@20'), open('#charts@300')]);
    await one.keyboard.press('ArrowRight');
    expect([await positionOf(one), await positionOf(other)]).toEqual([21, 300]);
    await Promise.all([shows(one, 21), shows(other, 300)]);
  });
});

describeInBrowser('text of strangers on the page', (browsing) => {
  afterEach(() => browsing.closeAll());

  it('is text and nothing else', async () => {
    const { log } = await dayLived('2026-10-31', '2026-10-30');
    const evil =
      '<img src=x onerror="globalThis.harmed=1"><script>globalThis.harmed=1</script>"\'><svg onload=globalThis.harmed=1>\u202e';
    const alarm = { alarm: 'messageUnreadable', text: evil, advice: evil };
    const hostile = await logWith(
      log,
      [
        { direction: 'out', stream: 'ven', type: 'AlarmRaised', data: alarm },
        {
          direction: 'in',
          stream: 'exchange',
          type: 'MessageRejected',
          data: { exchangeID: evil, kind: 'malformed', path: evil, text: evil },
        },
      ],
      `<a b="${evil.replaceAll('"', '&quot;')}">${evil}</a>`,
    );
    const inspector = await serve(atRest(hostile));
    try {
      const { page, errors } = await browsing.open(inspector.url);
      // What would turn the reading direction around is shown by its name.
      expect(await page.textContent('[data-clause="Cause"] dd')).toContain(evil.replace('\u202e', '\\u202e'));
      const last = hostile.head.position;
      for (const hash of [
        `#log/${last}`,
        `#log/${last - 1}`,
        `#energy/${encodeURIComponent(evil)}`,
        `#charts/${encodeURIComponent(evil)}`,
        '#now',
      ]) {
        await page.evaluate((each) => (location.hash = each), hash);
        await page.waitForTimeout(200);
        for (const tab of await page.$$('[role=tab]')) await tab.click();
      }
      expect(
        await page.evaluate(() => [...document.querySelectorAll('img, #page script, [onerror], [onload]')].length),
      ).toBe(0);
      expect(await page.evaluate(() => 'harmed' in globalThis)).toBe(false);
      expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
    } finally {
      await inspector.close();
    }
  });
});
