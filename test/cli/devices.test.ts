import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { devicesOf } from '../../src/cli/run/devices.ts';
import { initialState, type AgentState } from '../../src/core/state.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { Device, Journal } from '../../src/shell/ports.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';

const {
  vtnUrl: _url,
  tlsKeyPassphrase: _passphrase,
  ...settings
} = settingsSchema.parse({
  dataDirectory: 'data',
  devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }],
});
const nothing = (): void => undefined;
const journal: Journal = { info: nothing, warn: nothing, error: nothing, debug: nothing };
const clock = { now: () => Date.parse('2026-06-10T14:00:00Z') };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Devices, and what they were opened from as far as it is still there. */
const opened = async (): Promise<{
  readonly devices: ReadonlyMap<string, Device>;
  readonly left: readonly WeakRef<object>[];
}> => {
  const state: AgentState = { ...initialState };
  const tail: readonly Entry[] = [];
  const devices = await devicesOf({
    settings,
    log: openMemoryEventLog(),
    state,
    tail,
    clock,
    journal,
    since: null,
  });
  return { devices, left: [new WeakRef(state), new WeakRef(tail)] };
};

it('given devices that were opened from a state and the end of a log, when they live on, then neither is kept with them', async () => {
  const { devices, left } = await opened();
  const areKept = (): readonly boolean[] => {
    collectGarbage();
    return left.map((each) => each.deref() !== undefined);
  };
  await expect.poll(areKept).toEqual([false, false]);
  expect((await devices.get('battery')?.read(clock.now()))?.resourceID).toBe('battery');
});
