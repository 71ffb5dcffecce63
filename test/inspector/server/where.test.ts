/** Where in the log something holds, as the inspector answers it. */
import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiPaths, type ApiAnswer } from '../../../src/inspector/api/paths.ts';
import type { Inspected } from '../../../src/inspector/history/history.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest, inspecting, living } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';

type Where = ApiAnswer<'where'>;

const day = '2026-11-27';

const lived = async (until = 18.5) => {
  const world = siteWorld(day, 12, [aBattery('battery')]);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(day, until));
  return world;
};

const path = (q: string, more = ''): string => `/api/v1/where?q=${encodeURIComponent(q)}${more}`;

describe('where', () => {
  it('tells of each stretch what the states around its ends say as well', async () => {
    const { get } = await inspecting(atRest((await lived()).log));
    const told = (await get(path('power < -1 or power > 1'))).json<Where>();
    expect(apiPaths.where.answer.parse(told)).toEqual(told);
    expect(told).toMatchObject({ kind: 'stretches', isComplete: true, searchedTo: told.head });
    expect(told.places.length).toBeGreaterThan(0);
    const powerAt = async (position: number): Promise<number> =>
      (await get(`/api/v1/state?at=${position}`)).json<ApiAnswer<'state'>>().devices[0]?.powerWatts ?? 0;
    for (const { position, endedPosition, isBegun } of told.places) {
      expect(Math.abs(await powerAt(position))).toBeGreaterThan(1_000);
      if (isBegun) expect(Math.abs(await powerAt(position - 1))).toBeLessThanOrEqual(1_000);
      if (endedPosition !== null) expect(Math.abs(await powerAt(endedPosition))).toBeLessThanOrEqual(1_000);
    }
  });

  it('comes to the same in portions as in one', async () => {
    const { get } = await inspecting(atRest((await lived()).log));
    for (const q of [
      'fact = MeterRead or fact = SetpointRequested and power < 0',
      'planned != unknown and hour < 16',
    ]) {
      const whole = (await get(path(q))).json<Where>().places;
      const found: Where['places'] = [];
      for (let from = 0; ;) {
        const part = (await get(path(q, `&limit=1&from=${from}`))).json<Where>();
        found.push(...part.places);
        expect(part.searchedTo).toBeGreaterThanOrEqual(from - 1);
        if (part.isComplete) break;
        from = part.searchedTo + 1;
      }
      expect(found).toEqual(whole);
      expect(whole.length).toBeGreaterThan(0);
    }
    const { places } = (await get(path('fact = MeterRead', '&from=100&to=140'))).json<Where>();
    for (const { position } of places) expect([position >= 100, position <= 140]).toEqual([true, true]);
  });

  it('goes on with a log that is being written', async () => {
    const world = await lived(14);
    const { get } = await inspecting(living(world));
    const first = (await get(path('fact = MeterRead'))).json<Where>();
    await world.runTo(at(day, 15.1));
    const next = (await get(path('fact = MeterRead', `&from=${first.searchedTo + 1}`))).json<Where>();
    expect(next.places.length).toBeGreaterThan(2);
    for (const { position } of next.places) expect(position).toBeGreaterThan(first.searchedTo);
  });

  it('says what is wrong with a predicate, and where', async () => {
    const { get } = await inspecting(atRest((await lived(13)).log));
    const refused = await get(path('soc < '));
    expect([refused.status, refused.json()]).toEqual([
      400,
      {
        error: {
          code: 'badPredicate',
          message: 'In "soc < ", at character 7: After "soc <" a value is expected, such as soc < 20.',
        },
      },
    ]);
    expect((await get('/api/v1/where')).status).toBe(400);
    expect((await get(path('soc < 3', '&from=noon'))).status).toBe(400);
    expect((await get(path('soc < 3', '&to=999999'))).status).toBe(404);
  });

  it('is given up when whoever asked has gone', async () => {
    const { log } = await lived();
    let given = 0;
    let asked: ReturnType<typeof request> | null = null;
    // A log that counts what is read of it; its reader goes away in the middle.
    const counting: Inspected = {
      ...atRest(
        new Proxy(log, {
          get: (target, name) => {
            if (name !== 'read') {
              const value: unknown = Reflect.get(target, name);
              return typeof value === 'function' ? (value.bind(target) as unknown) : value;
            }
            return async function* (range?: { from?: number; to?: number }) {
              for await (const entry of target.read(range)) {
                if (asked !== null) {
                  given += 1;
                  if (given === 20) asked.destroy();
                  await new Promise((resolve) => setTimeout(resolve, given >= 20 ? 2 : 0));
                }
                yield entry;
              }
            };
          },
        }),
      ),
    };
    const { inspector, get } = await inspecting(counting);
    const { head } = (await get(path('fact = AlarmRaised'))).json<Where>();
    // Nobody else reads the log any more.
    await expect.poll(async () => (await get('/api/v1/about')).json<ApiAnswer<'about'>>().folded).toBe(head);
    given = 0;
    await new Promise<void>((resolve) => {
      asked = request({ host: '127.0.0.1', port: inspector.port, path: path('fact = AlarmRaised'), agent: false });
      asked.on('close', resolve);
      asked.on('error', () => undefined);
      asked.end();
    });
    await expect
      .poll(async () => {
        const before = given;
        await new Promise((resolve) => setTimeout(resolve, 60));
        return given === before;
      })
      .toBe(true);
    expect(given).toBeLessThan(head / 2);
  });
});
