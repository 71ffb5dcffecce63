import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objects } from './support/call.ts';
import { newDirectory, startVen, ven } from './support/venProcess.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly time: string;
}

describe('ven demo', () => {
  it(
    'lives through a day, ends with ledgers that agree, and leaves a log like any other',
    { timeout: 200_000 },
    async () => {
      const directory = join(newDirectory(), 'log');
      const demo = await startVen(['demo', '--lapse', '20000', '--seed', '7', '--data', directory]);
      expect(await demo.ended).toEqual({ code: 0, signal: null });
      expect(demo.stdout).toContain('The VTN has booked the same, hour by hour.');
      expect(demo.stdout.match(/ acknowledged /g)).toHaveLength(24);

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
      expect(texts.filter((text) => text.startsWith('Metered')).length).toBeGreaterThanOrEqual(24);
      expect(lines.length).toBeLessThan(70);

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
    },
  );

  it.each([
    ['at its first word', /It is/, 'SIGINT'],
    ['while it registers', /Registering/, 'SIGTERM'],
    ['in the middle of the day', /Metered/, 'SIGINT'],
  ] as const)(
    'stopped %s ends well, with a log that can be read',
    { timeout: 90_000 },
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

  it('stopped while the table is being made ends well too', { timeout: 200_000 }, async () => {
    const directory = join(newDirectory(), 'log');
    const demo = await startVen(['demo', '--lapse', '50000', '--data', directory]);
    await demo.until(/Usage of [^"]* delivered[\s\S]*Usage of [^"]* delivered/, 150_000);
    expect(await demo.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(await ven(['log', 'verify', '--data', directory])).toMatchObject({ code: 0 });
  });
});
