import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { earnedSentence, endingText } from '../../src/cli/demo/ending.ts';
import { offerPage } from '../../src/cli/demo/keepOpen.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import { shareOf } from '../support/leftOut.ts';
import { objects } from './support/call.ts';
import { newDirectory, startVen, ven } from './support/venProcess.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly time: string;
}

/** A person at the terminal who presses a key, and what is said to them. */
const personWho = (key: string) => {
  const said = { text: '' };
  const stopping = new AbortController();
  const output = { write: (text: string) => (said.text += text) };
  const surroundings = surroundingsOf({
    args: [],
    environment: {},
    stdout: output,
    stderr: output,
    stopSignal: () => stopping.signal,
    pressedKey: async () => key,
  });
  return { surroundings, said, stop: () => stopping.abort('SIGINT') };
};

/** Given the log of a day, its page is kept open for whoever wants that, until it is stopped. */
const staysOpen = async (directory: string): Promise<void> => {
  const { surroundings, said, stop } = personWho('p');
  const open = offerPage(directory, 'America/New_York', '127.0.0.1:0', surroundings);
  await expect.poll(() => said.text).toContain('Ctrl-C ends.');
  const [url = ''] = /http:\S+/.exec(said.text) ?? [];
  expect((await fetch(`${url}api/v1/state`)).status).toBe(200);
  stop();
  await open;
  await expect(fetch(url)).rejects.toThrow();
};

describe('the end of a demo', () => {
  it('says in one sentence what the day earned and what was possible', () => {
    expect(earnedSentence('Sat 28 Nov', '0.956', '0.991')).toMatch(/^Sat 28 Nov earned \+\$0\.96 .* of \+\$0\.99 /);
    expect(earnedSentence('Sat 28 Nov', '-0.2', '0')).toMatch(/ earned −\$0\.20 .* of \$0\.00 /);
  });

  it('takes what was earned for possible, and says nothing of what nobody knows', () => {
    expect(earnedSentence('Sat 28 Nov', '0.96', '0.95')).toContain('of +$0.96');
    expect(earnedSentence('Sat 28 Nov', '0.96', null)).toBe('Sat 28 Nov earned +$0.96 on the bill (+ comes to you).');
  });

  it('fits 80 columns, and names three commands', () => {
    const text = endingText(earnedSentence('Sat 28 Nov', '0.956', '0.991'), '.demo/2026-11-28T12-00-00');
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(text.match(/npm start -- /g)).toHaveLength(3);
  });

  it('keeps no page open for whoever does not want it, or is not there', async () => {
    const { surroundings, said } = personWho('q');
    await offerPage('/nowhere', 'America/New_York', undefined, surroundings);
    expect(said.text).toContain('Press p to keep its page open');
    await offerPage('/nowhere', 'America/New_York', undefined, { ...surroundings, pressedKey: null });
    expect(said.text.match(/Press p/g)).toHaveLength(1);
  });
});

describe('ven demo', () => {
  it('lives through a day, ends with ledgers that agree, and leaves a log like any other', async () => {
    const directory = join(newDirectory(), 'log');
    const demo = await startVen(['demo', '--lapse', '20000', '--seed', '7', '--data', directory]);
    const ended = await demo.ended;
    expect({ ...ended, told: demo.stdout }).toMatchObject({ code: 0, signal: null });
    expect(demo.stdout).toContain('The VTN has booked the same, hour by hour.');
    expect(demo.stdout.match(/ acknowledged /g)).toHaveLength(24);
    const words = demo.stdout.replaceAll(/\s+/g, ' ');
    const [, sum] = /total \S+ (\S+) /.exec(words) ?? [];
    const [, earned = '', possible = ''] = /earned (\S+) on the bill, of (\S+) that were possible/.exec(words) ?? [];
    const usd = (text: string): number => Number(text.replace('$', '').replace('−', '-'));
    expect(earned.replace('$', '')).toBe(sum);
    expect(usd(earned)).toBeGreaterThan(0);
    expect(usd(possible)).toBeGreaterThanOrEqual(usd(earned));
    expect(demo.stdout.match(/npm start -- /g)).toHaveLength(3);
    expect(demo.stdout).not.toContain('Press p');

    const lines = objects<Line>(demo.stderr);
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
    const texts = lines.map(({ message }) => message.replace(/[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}/, 'DAY'));
    const story = [
      'Registering',
      'Registered with',
      'Reports registered',
      'The VTN asks for usage',
      'Prices for DAY',
      'Answered: optIn',
      'Metered',
      'The usage report of DAY is due',
      'Registered anew, so that the VTN surely knows us when usage is sent',
      'Usage of DAY delivered and acknowledged (200)',
    ];
    const places = story.map((beginning) => texts.findIndex((text) => text.startsWith(beginning)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const metered = texts.filter((text) => text.startsWith('Metered'));
    expect(metered.length).toBeGreaterThanOrEqual(24);
    // One sign before each energy, and none before nothing.
    for (const text of metered)
      expect(text).toMatch(/^Metered \d\d:00–\d\d:00 +(?:0\.000|[+−](?!0\.000)\d+\.\d{3}) kWh/);
    expect(lines.length).toBeLessThan(70);

    await staysOpen(directory);

    const on = (...args: string[]) => ven([...args, '--data', directory]);
    const usage = await on('usage', '--json');
    expect(objects(usage.stdout)).toHaveLength(24);
    expect(await on('replay', '--verify')).toMatchObject({ code: 0 });
    expect(await on('log', 'verify')).toMatchObject({ code: 0 });
    expect(await on('prices')).toMatchObject({ code: 0 });
    expect(
      objects<{ acknowledged: number }>((await on('deliveries', '--json')).stdout)
        .map(({ acknowledged }) => acknowledged)
        .slice(0, 2),
    ).toEqual([24, 24]);
  });

  const stops = [
    ['at its first word', /It is/, 'SIGINT'],
    ['while it registers', /Registering/, 'SIGTERM'],
    ['in the middle of the day', /Metered/, 'SIGINT'],
  ] as const;
  it.each(shareOf(stops, ([when]) => when !== 'while it registers'))(
    'stopped %s ends well, with a log that can be read',
    async (_when, pattern, signal) => {
      const directory = join(newDirectory(), 'log');
      const demo = await startVen(['demo', '--lapse', '20000', '--data', directory]);
      await demo.until(pattern);
      expect(await demo.kill(signal)).toEqual({ code: 0, signal: null });
      expect(demo.stdout).toContain('Stopped in good order.');
      expect(existsSync(directory)).toBe(true);
      expect(await ven(['replay', '--verify', '--data', directory])).toMatchObject({ code: 0 });
    },
  );

  // It takes a whole day to get there.
  const tables = shareOf([50_000], () => false);
  it.each(tables)('stopped while the table is being made at lapse %i ends well too', async (lapse) => {
    const directory = join(newDirectory(), 'log');
    const demo = await startVen(['demo', '--lapse', String(lapse), '--data', directory]);
    await demo.until(/Usage of [^"]* delivered[\s\S]*Usage of [^"]* delivered/);
    expect(await demo.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(await ven(['log', 'verify', '--data', directory])).toMatchObject({ code: 0 });
  });
});
