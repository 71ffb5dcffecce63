import { describe, expect, it } from 'vitest';
import { settingsSchema, type Settings } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { settingsChangedOf, settingsTakenUp } from '../../src/shell/settings/settingsChange.ts';
import { ConfigurationError } from '../../src/adapters/configurationError.ts';
import { Reload } from '../../src/cli/run/reload.ts';
import type { Device } from '../../src/shell/ports.ts';
import { SimulatedBattery } from '../../src/devices/simulatedBattery.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { at } from '../scenarios/support/day.ts';

const today = '2026-06-10';
const battery = (resourceID: string, more: object = {}) => ({ kind: 'simulatedBattery', resourceID, ...more });
const configured = (values: object): Settings => settingsSchema.parse({ dataDirectory: 'unused', ...values });
const first = configured({ devices: [battery('one'), battery('two')], preferences: { reserve: 0.2 } });

/** An agent with two batteries, whose configuration is a value that the test sets. */
const living = async () => {
  let configuration: Settings | Error = first;
  const closed: string[] = [];
  const there = new AgentWorld({
    startAt: at(today, 10),
    vtn: { pollFreq: 'PT1M' },
    planner: fixedSchedule(),
    storage: memoryStorage(),
    settings: venSettingsOf(first),
    devices: (time) => ['one', 'two'].map((resourceID) => opened(resourceID, () => time.now(), closed)),
  });
  await there.start();
  if (there.agent === null) throw new Error('It did not start.');
  const lines: string[] = [];
  const devices = there.ports.devices as Map<string, Device>;
  const reload = new Reload({
    agent: there.agent,
    settings: first,
    devices,
    opener: () =>
      Promise.resolve((device) => {
        if (device.resourceID === 'broken') return Promise.reject(new Error('devices: broken cannot be opened.'));
        return Promise.resolve(opened(device.resourceID, () => there.time.now(), closed));
      }),
    taken: () => undefined,
    venSettingsOf: (settings) => venSettingsOf({ ...settings, vtnUrl: '' }),
    read: () => (configuration instanceof Error ? Promise.reject(configuration) : Promise.resolve(configuration)),
    journal: { info: (text) => void lines.push(text), warn: (text) => void lines.push(text) },
  });
  const again = async (read: Settings | Error) => {
    configuration = read;
    return reload.again();
  };
  return { there, devices, again, lines, closed };
};

const opened = (resourceID: string, now: () => number, closed: string[]): Device => {
  const device = new SimulatedBattery({
    resourceID,
    now,
    capacityWattHours: 13_500,
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    roundTripEfficiency: 0.9,
  });
  return {
    resourceID,
    read: (boundaryAt) => device.read(boundaryAt),
    apply: (setpoint) => device.apply(setpoint),
    release: () => device.release(),
    close: () => {
      closed.push(resourceID);
      return Promise.resolve();
    },
  };
};

const entriesOf = async (there: AgentWorld) => (await there.entries()).map(upcast);

describe('a configuration that is read again', () => {
  it('given another reserve, then it holds from now on, is told by its name, makes one plan, and costs no poll', async () => {
    const { there, again } = await living();
    await there.runTo(at(today, 10, 20));
    const before = there.time.now();
    const { sentences } = await again(
      configured({ devices: [battery('one'), battery('two')], preferences: { reserve: 0.5 } }),
    );
    expect(sentences).toEqual(['These are others now: preferences.reserve.']);
    await there.runTo(at(today, 10, 40));
    const entries = await entriesOf(there);
    const since = entries.filter(({ recordedAt }) => recordedAt >= before);
    expect(since.filter(({ type }) => type === 'PlanRequested').map(({ data }) => data)).toMatchObject([
      { because: 'the settings changed' },
    ]);
    expect(there.agent?.state.settings?.preferences).toEqual({ reserve: 0.5 });
    expect(since.filter(({ type }) => type === 'RegistrationEnded' || type === 'ReportsRegistered')).toEqual([]);
    const { state, divergences } = await foldLog(there.log, { verify: true });
    expect(divergences).toEqual([]);
    expect(state.settings).toEqual(there.agent?.state.settings);
  });

  it('given devices that are new, others and gone, then each is opened, opened anew and let go, and the VTN is offered what is there', async () => {
    const { there, devices, again, closed } = await living();
    await there.runTo(at(today, 10, 20));
    const { sentences } = await again(
      configured({
        devices: [battery('one', { maxChargeWatts: 3_000 }), battery('three')],
        preferences: { reserve: 0.2 },
      }),
    );
    expect(sentences).toEqual(['These are others now: devices.one.maxChargeWatts, devices.two, devices.three.']);
    expect([...devices.keys()].sort()).toEqual(['one', 'three']);
    expect(closed).toEqual(['one', 'two']);
    await there.runTo(at(today, 11, 5));
    const entries = await entriesOf(there);
    expect(entries.findLast(({ type }) => type === 'SettingsChanged')?.data).toMatchObject({
      reopened: ['one', 'three'],
      isOfferAnother: true,
    });
    expect(entries.at(-1)?.position).toBeGreaterThan(
      entries.findLast(({ type }) => type === 'SettingsChanged')?.position ?? Infinity,
    );
    // The world of the test hands its agent a copy of the devices: that it asks is what can be seen here.
    const asked = entries.filter((entry) => entry.type === 'MeterReadRequested').map(({ data }) => data.resourceID);
    expect(asked).toContain('three');
    expect(there.agent?.state.streams.get('device/two')).toBeUndefined();
    const { divergences } = await foldLog(there.log, { verify: true });
    expect(divergences).toEqual([]);
  });

  it('given a file that cannot be used, or a device that cannot be opened, then nothing changes, and that is told and recorded', async () => {
    const { there, devices, again, lines } = await living();
    await there.runTo(at(today, 10, 20));
    const before = there.agent?.state.settings;
    expect(await again(new ConfigurationError(['File: preferences.reserve is 5, but must be 0 to 1.']))).toMatchObject({
      problems: ['File: preferences.reserve is 5, but must be 0 to 1.'],
    });
    expect(await again(configured({ devices: [battery('broken')] }))).toMatchObject({
      problems: ['devices: broken cannot be opened.'],
    });
    await there.runTo(at(today, 10, 21));
    expect(there.agent?.state.settings).toBe(before);
    expect([...devices.keys()]).toEqual(['one', 'two']);
    expect(lines).toContain('The configuration is left as it was: File: preferences.reserve is 5, but must be 0 to 1.');
    expect((await entriesOf(there)).filter(({ type }) => type === 'SettingsRefused')).toHaveLength(2);
  });

  it('given what holds for a whole run, then it is left as it was, and told by its name', async () => {
    const { again, there } = await living();
    const { sentences } = await again({ ...first, venID: 'another', timeZone: 'America/Denver' });
    expect(sentences).toEqual([
      'venID is another now, and holds only from the next start on: it is left as it was.',
      'timeZone is another now, and holds only from the next start on: it is left as it was.',
      'The configuration was read again: nothing of it that can be taken up has changed.',
    ]);
    expect(there.agent?.state.settings?.timeZone).toBe('America/New_York');
  });
});

describe('what of settings is another', () => {
  it('is named as deep as there are names, and never by its value', () => {
    const now = configured({
      devices: [battery('two', { capacityWattHours: 9_000 }), battery('one')],
      preferences: { reserve: 0.2, devices: { one: { reserve: 0.9 } } },
      shadow: true,
    });
    expect(settingsTakenUp(first, now)).toMatchObject({
      changed: ['devices.two.capacityWattHours', 'preferences.devices', 'shadow'],
      kept: [],
    });
  });

  it('is offered anew to the VTN only where devices are others', () => {
    const [before, after] = [first, { ...first, preferences: { reserve: 0.9 } }].map((each) => venSettingsOf(each));
    if (before === undefined || after === undefined) throw new Error('unreachable');
    expect(settingsChangedOf(before, after, ['preferences.reserve'], []).isOfferAnother).toBe(false);
  });
});
