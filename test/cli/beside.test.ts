/** What a person told a device, what is wished of it once, and that one is in shadow: told wherever the device or its plan is. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { instructionArrival, type InstructionAsked } from '../../src/shell/instructions.ts';
import { aBattery, siteWorld } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';
import { call } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const day = '2026-11-27';
const hourMs = 3_600_000;
const now = at(day, 9, 40);
let data = '';

beforeAll(async () => {
  const devices = [aBattery('first'), aBattery('second')];
  const world = siteWorld(day, 8, devices, { reserve: 0.2 }, { shadowed: ['second'] });
  await world.start();
  const say = (asked: InstructionAsked): void => {
    if (world.agent === null) throw new Error('No agent runs.');
    world.agent.take(instructionArrival(world.agent.state, world.time.now(), { ...asked, by: 'ven' }));
  };
  // Given an override that is over, one that holds, a wish for once, and a battery that nobody trusts
  await world.runTo(at(day, 8, 10));
  say({ resourceID: 'first', action: 'charge', powerWatts: 1_000, forMs: hourMs / 2 });
  await world.runTo(at(day, 9, 30));
  say({ resourceID: 'first', action: 'hold', forMs: 2 * hourMs });
  say({ resourceID: 'second', kind: 'keep', stateOfCharge: 0.4, endAt: at(day, 20) });
  await world.runTo(at(day, 9, 35));
  await world.stop();
  data = mkdtempSync(join(tmpdir(), 'beside-'));
  await copyLog(world.log, data);
});

const told = async (...args: readonly [string, ...string[]]): Promise<string> => {
  const [command, ...rest] = args;
  const { stdout } = await call.at(now)(command, '--data', data, ...rest);
  return stdout.replaceAll(/\s+/g, ' ');
};

describe('what goes beside the plan', () => {
  it('stands in ven status with how long it holds still', async () => {
    const stdout = await told('status');
    expect(stdout).toMatch(/OVERRIDDEN by a person: hold until 2026-11-27 11:30 -05:00 \(in 1 h 5\d min\)/);
    expect(stdout).toMatch(/wished once to keep 40 %, until 2026-11-27 20:00 -05:00 \(in 10 h \d+ min\)/);
    expect(stdout).toContain('in shadow, told nothing');
  });

  it('stands in ven override list, which "ven override" names to who writes another word', async () => {
    const until = 'until 2026-11-27 11:30 -05:00 (in 1 h 50 min)';
    const listed = async (...args: readonly string[]): Promise<string> =>
      (await call.at(now)('override', 'list', '--data', data, ...args)).stdout;
    expect(await listed()).toBe(`first: hold ${until}.\n`);
    expect(JSON.parse(await listed('--json'))).toMatchObject({
      resourceID: 'first',
      action: 'hold',
      powerWatts: null,
      until: '2026-11-27T16:30:00.000Z',
      remainingMs: at(day, 11, 30) - now,
      by: 'ven',
    });
    const { stderr } = await call('override', '--data', data, 'dischrge', '--for', '2h');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      'A device cannot "dischrge": write charge, discharge or hold. Did you mean "discharge"? "ven override list" tells',
    );
  });

  it('stands in ven plan, and beside the reasons of the hours concerned', async () => {
    const held = 'A person overrides it: hold, until 2026-11-27 11:30 -05:00 (in 1 h 50 min).';
    expect(await told('plan')).toContain(`first: ${held}`);
    expect(await told('plan', '--why', '11:00')).toContain(held);
    // It is over by then.
    expect(await told('plan', '--why', '14:00')).not.toContain('A person');
    const second = await told('plan', '--device', 'second', '--why', '14:00');
    expect(second).toContain('In shadow: second would do this, and is told nothing.');
    expect(second).toContain('A person wishes it to keep 40 %, until 2026-11-27 20:00 -05:00 (in 10 h 20 min).');
  });

  it('stands in ven wish list, with what becomes of it', async () => {
    const until = 'until 2026-11-27 20:00 -05:00 (in 10 h 20 min)';
    const listed = async (...args: readonly string[]): Promise<string> =>
      (await call.at(now)('wish', 'list', '--data', data, ...args)).stdout;
    expect(await listed()).toBe(`second is to keep 40 %, ${until}; it is in shadow, and told nothing.\n`);
    expect(JSON.parse(await listed('--json'))).toMatchObject({
      isMet: false,
      reachedStateOfCharge: null,
    });
  });

  it('of a battery of which nobody knows how full it is, is not planned for, which ven wish list says', async () => {
    const world = siteWorld(day, 8, [aBattery('silent')], {}, { silent: ['silent'], silentFromAt: at(day, 8, 20) });
    await world.start();
    await world.runTo(at(day, 9));
    const { agent } = world;
    if (agent === null) throw new Error('No agent runs.');
    for (const wished of [
      { resourceID: 'silent', kind: 'keep', stateOfCharge: 0.4, endAt: at(day, 20) },
      { resourceID: 'silent', kind: 'leave', stateOfCharge: 0.8, endAt: at(day, 18) },
    ] as const) {
      agent.take(instructionArrival(agent.state, world.time.now(), { ...wished, by: 'ven' }));
      await world.runTo(world.time.now() + 120_000);
    }
    await world.stop();
    const unknown = mkdtempSync(join(tmpdir(), 'beside-'));
    await copyLog(world.log, unknown);
    const { stdout } = await call.at(now)('wish', 'list', '--data', unknown);
    expect(stdout).toMatch(
      /^silent is to keep 40 %, .*; nobody knows how full it is, so nothing is planned for that\.$/m,
    );
    expect(stdout).toMatch(
      /^silent is to be 80 % full when it leaves, .*; nobody knows how full it is, so nothing is planned for that\.$/m,
    );
  });

  it('stands in ven explain, of an hour to come and of one that is over', async () => {
    const ahead = await told('explain', `${day} 11:00`);
    expect(ahead).toContain('A person overrides it: hold, until 2026-11-27 11:30 -05:00 (in 1 h 50 min).');
    expect(ahead).toMatch(/In shadow it is told nothing\. The plan in force, made \S+ \S+ \S+, says: At 11:00/);
    expect(ahead).toContain('A person wishes it to keep 40 %');
    const over = await told('explain', `${day} 08:00`, '--device', 'first');
    expect(over).toContain('A person had overridden it: charge with 1000 W, until 2026-11-27 08:40 -05:00.');
    expect(over).not.toContain('hold, until');
  });
});
