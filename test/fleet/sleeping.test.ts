import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/openBundle.ts';
import { toPlain } from '../../src/core/plainState.ts';
import { isAsleep } from '../../src/core/sleeping.ts';
import { type AgentState, viewFolds, viewHears, viewNames } from '../../src/core/state.ts';
import { nextTimer } from '../../src/core/timers.ts';
import type { Host } from '../../src/fleet/host.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { asJson, Fold, foldLog } from '../../src/shell/fold.ts';
import { canonicalJson } from '../../src/store/canonicalJson.ts';
import { stateCheckpoint } from '../../src/store/checkpointNames.ts';
import type { Projection } from '../../src/store/projection.ts';
import { StatePacking } from '../../src/shell/statePacking.ts';
import { memorySource } from '../bundle/support/cutting.ts';
import { goldenDirectory, goldenName } from '../replay/support/golden.ts';
import { ended, fleet } from './support/fleetWorld.ts';

const name = `${goldenName('autumn')}.bundle.gz`;
const golden = () => openBundle(memorySource(readFileSync(join(goldenDirectory, name)), name));

const contactsOf = (host: Host) => [...host.vens.values()].map((ven) => ven.lastContactAt);

describe('a state that sleeps', () => {
  it('given weeks with faults, when the state is put to sleep again and again, then everything follows as it followed', async () => {
    const log = await golden();
    const fold = await Fold.of(log, { verify: true });
    const awake = await Fold.of(log);
    let now = 0;
    const packing = new StatePacking(() => (now += 10_000));
    let sleeps = 0;
    for await (const entry of log.read()) {
      if (entry.direction === 'in' && entry.position % 7 === 0 && fold.state.settings !== null) {
        fold.state = packing.sleep(fold.state);
        const isSame = isDeepStrictEqual(nextTimer(fold.state), nextTimer(awake.state));
        if (!isSame || !isAsleep(fold.state)) expect.fail(`At ${entry.position} another timer is next.`);
        sleeps += 1;
      }
      fold.take(entry);
      awake.take(entry);
    }
    expect(sleeps).toBeGreaterThan(200);
    expect(fold.finish().divergences).toEqual([]);
    expect(canonicalJson(asJson(toPlain(fold.state))) === canonicalJson(asJson(toPlain(awake.state)))).toBe(true);
    const shelvesOf = ({ streams, timers }: AgentState) => [...streams.shelves.keys(), ...timers.shelves.keys()];
    expect(shelvesOf(fold.state)).toEqual(shelvesOf(awake.state));
  });

  it('given facts of all kinds, when a view is not said to hear of one, then it makes nothing of it', async () => {
    const heard = new Set<string>();
    const views: Record<string, unknown> = {};
    for await (const recorded of (await golden()).read()) {
      const entry = upcast(recorded);
      for (const view of viewNames) {
        const { initial, apply } = viewFolds[view] as Projection<unknown>;
        const before = views[view] ?? initial;
        views[view] = apply(before, entry);
        if (views[view] === before) continue;
        heard.add(entry.type);
        if (!viewHears[view].has(entry.type)) expect.fail(`${view} makes something of ${entry.type}.`);
      }
    }
    expect(heard.size).toBeGreaterThan(10);
  });

  it('given VENs of a host that only poll, when minutes pass, then what they know sleeps, polls do not wake it', async () => {
    const { host, members, time, vtn } = fleet(['a', 'b', 'c']);
    await host.take(members);
    await time.runTo(time.now() + 10 * 60_000);
    const states = () => [...host.vens.values()].map((ven) => ven.state!);
    expect(states().map(isAsleep)).toEqual([true, true, true]);
    const polled = vtn.registrations().length;
    expect(polled).toBe(3);
    // Whoever was woken sleeps in views that were made anew.
    const [views, contacts] = [states().map((state) => state.views), contactsOf(host)];
    await time.runTo(time.now() + 3 * 60_000);
    expect(states().map((state, index) => state.views === views[index])).toEqual([true, true, true]);
    expect(contactsOf(host).map((at, index) => at! > contacts[index]!)).toEqual([true, true, true]);
    await ended(time, host.stop('the test is over'));
  });

  it('given VENs that poll between what happens, when they fall asleep, then they keep what the log says, and little comes after it', async () => {
    const { host, members, time } = fleet(['a', 'b']);
    await host.take(members);
    const kept = new Set<number>();
    for (let times = 0; times < 5; times += 1) {
      await time.runTo(time.now() + 6 * 3_600_000);
      for (const { log } of host.vens.values()) {
        const { position = -1, state } = (await time.hold(log!.loadCheckpoint(stateCheckpoint))) ?? {};
        expect(log!.head.position - position).toBeLessThan(2 * 16);
        const { state: folded } = await time.hold(foldLog(log!, { until: position }));
        expect(canonicalJson(asJson(state))).toBe(canonicalJson(asJson(toPlain(folded))));
        kept.add(position);
      }
    }
    expect(kept.size).toBeGreaterThan(2);
    await ended(time, host.stop('the test is over'));
  });
});
