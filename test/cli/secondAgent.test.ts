import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Anchors } from '../../src/adapters/log/anchors.ts';
import { AnchorKeeper, anchorOf } from '../../src/cli/run/anchorage.ts';
import { SecondAgentWatch } from '../../src/cli/run/secondAgent.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { SecondAgentSuspected } from '../../src/facts/input.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { createdAt, draft, drafts, newDirectory } from '../store/support.ts';

/** A second agent that is this VEN is noticed by what the VTN does, and by an anchor that both write. */

const hourMs = 3_600_000;

const watching = () => {
  const world = { now: 0 };
  const told: SecondAgentSuspected[] = [];
  const ports = { clock: { now: () => world.now }, alarms: { ringAt: () => () => undefined } };
  const watch = new SecondAgentWatch(ports, (fact) => told.push(fact));
  const hear = (type: string, data: object): void =>
    watch.hear({ ...draft(data, { type, recordedAt: world.now }), position: 0, hash: '' } as Entry);
  return { world, told, watch, hear };
};

describe('a registration that is taken away', () => {
  it('again and again, between answers, is a sign, which is over some days later', () => {
    const { world, told, watch, hear } = watching();
    for (let count = 0; count < 4; count += 1) {
      hear('Registered', { registrationID: `r${count}`, renewed: false });
      world.now += hourMs;
      hear('RegistrationEnded', { by: 'lost' });
    }
    expect(told.map(({ by, isSuspected }) => [by, isSuspected])).toEqual([['registration', true]]);
    world.now += 73 * hourMs;
    watch.look();
    watch.stop();
    expect(told.map(({ isSuspected }) => isSuspected)).toEqual([true, false]);
  });

  it('given a clock that is set far ahead for an hour between two losses, then these count all the same', () => {
    const { world, told, watch, hear } = watching();
    const set = (jumpMs: number): void => {
      world.now += jumpMs;
      hear('ClockJumped', { jumpMs });
      watch.look();
    };
    for (let count = 0; count < 3; count += 1) {
      hear('Registered', { registrationID: `r${count}`, renewed: false });
      world.now += hourMs;
      hear('RegistrationEnded', { by: 'lost' });
      set(40 * 24 * hourMs);
      world.now += hourMs;
      set(-40 * 24 * hourMs);
    }
    watch.stop();
    expect(told.map(({ by, isSuspected }) => [by, isSuspected])).toEqual([['registration', true]]);
  });

  it('once, by a VTN that was restarted, or by ourselves, is none', () => {
    const { world, told, watch, hear } = watching();
    for (let count = 0; count < 8; count += 1) {
      hear('Registered', { registrationID: `r${count}`, renewed: false });
      hear('RegistrationEnded', { by: count === 3 ? 'lost' : 'ven' });
      world.now += hourMs;
    }
    watch.stop();
    expect(told).toEqual([]);
  });

  it('changes with each renewal: a sign only where the VTN is known to hand the same one out again', () => {
    const signs = [false, true].map((firstRenewed) => {
      const { told, watch, hear } = watching();
      hear('Registered', { registrationID: 'r', renewed: false });
      hear('Registered', { registrationID: firstRenewed ? 'r' : 'r0', renewed: firstRenewed });
      for (let count = 1; count < 4; count += 1) hear('Registered', { registrationID: `r${count}`, renewed: false });
      watch.stop();
      return told.length;
    });
    expect(signs).toEqual([0, 1]);
  });
});

describe('an anchor that two agents share', () => {
  const root = newDirectory();
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('tells each of them of the other', async () => {
    const log = await openLevelEventLog(join(root, 'data'), { createdAt });
    const anchors = Anchors.at(join(root, 'share'));
    const owner = { venID: 'my.ven', vtn: 'https://vtn.example', directory: join(root, 'data') };
    const rivals: string[] = [];
    const maker = { owner, now: () => createdAt };
    const keeper = new AnchorKeeper(anchors, log, { ...maker, runID: 'ours' });
    keeper.onRival(({ runID }) => rivals.push(runID));
    await log.append(drafts(2));
    keeper.keepUp();
    await log.append(drafts(1));
    keeper.keepUp();
    expect(rivals).toEqual([]);
    expect(anchors.all()).toMatchObject([{ runID: 'ours', ...log.durableHead, isRunning: true }]);
    anchors.write(anchorOf(log, { ...maker, runID: 'theirs' }, true));
    keeper.keepUp();
    expect(rivals).toEqual(['theirs']);
    keeper.stop(false);
    expect(anchors.all()).toMatchObject([{ runID: 'ours', isRunning: false }]);
    await log.close();
  });
});
