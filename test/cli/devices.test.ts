import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { devicesOf } from '../../src/cli/run/devices.ts';
import { initialState, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { Device, Journal } from '../../src/shell/ports.ts';
import { factVersions } from '../../src/facts/fact.ts';
import type { MeterRead } from '../../src/facts/input.ts';
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

/** A log in which the battery was told to charge, was read later, and many other things happened between. */
const chargingBattery = async (between: number) => {
  const at = clock.now() - 3_600_000;
  const log = openMemoryEventLog();
  const put = async (type: keyof typeof factVersions, data: object, recordedAt: number): Promise<void> => {
    const draft = {
      recordedAt,
      runID: 'run',
      direction: 'in' as const,
      stream: 'device/battery',
      cause: null,
      chance: 1,
    };
    await log.append([{ ...draft, type, version: factVersions[type], data }]);
  };
  const setpoint = { resourceID: 'battery', demandWatts: 2_000 };
  await put('SetpointRequested', { ...setpoint, validUntil: at + 7_200_000 }, at);
  await put('SetpointApplied', setpoint, at);
  for (let told = 0; told < between; told += 1) await put('ClocksCompared', { offsetMs: 0 }, at + told);
  const status = { online: true, manualOverride: false, powerWatts: 2_000, stateOfCharge: 0.5 };
  const reading = { importWattHours: 1_000, exportWattHours: 0, status };
  await put(
    'MeterRead',
    { resourceID: 'battery', boundaryAt: at + 1_800_000, readAt: at + 1_800_000, ...reading },
    at + 1_800_000,
  );
  let usage = viewFolds.usage.initial;
  for await (const entry of log.read()) usage = viewFolds.usage.apply(usage, entry);
  return { log, state: { ...initialState, views: { ...initialState.views, usage } } };
};

it.each([3, 200])(
  'given %i entries since a battery was told to charge, when it is opened again, then it has charged on meanwhile',
  async (between) => {
    const { log, state } = await chargingBattery(between);
    const devices = await devicesOf({ settings, log, state, clock, journal, since: null });
    const { importWattHours } = (await devices.get('battery')!.read(clock.now())) as MeterRead;
    expect(importWattHours).toBe(2_000);
  },
);
