/** One VEN with many resources: devices of a list, meters of one folder, usage in parts of which some fail, a restart on the way. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config.ts';
import { openFiles } from '../../src/devices/files/filesDevice.ts';
import type { ConfiguredAs } from '../../src/shell/deviceKinds.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { venSettingsOf } from '../../src/shell/settings.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { AgentWorld } from '../support/agentWorld.ts';

const hourMs = 3_600_000;
const count = 120;
const names = Array.from({ length: count }, (_, index) => `pump-${index}`);

/** Seven in the evening in New Hampshire. */
const startAt = Date.parse('2026-06-10T23:00:00Z');
const midnight = Date.parse('2026-06-11T04:00:00Z');
const metered = Array.from({ length: 5 }, (_, hour) => startAt + hour * hourMs);

const drawn = (index: number, hour: number): number => 100 + ((index * 37 + hour * 11) % 900);

const here = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-many-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** A list of devices, one file of all their hours, and a configuration that names both. */
const fleetFiles = (): string => {
  const directory = here();
  mkdirSync(join(directory, 'readings'));
  const devices = names.map((name, index) => `${name},SN-${index},${index < 60 ? 'north' : 'south'}`);
  writeFileSync(join(directory, 'devices.csv'), ['resourceID,meter,group', ...devices].join('\n'));
  const rows = names.flatMap((_, index) =>
    metered.map(
      (at, hour) =>
        `SN-${index},${new Date(at).toISOString()},${new Date(at + hourMs).toISOString()},${drawn(index, hour) / 1000}`,
    ),
  );
  const readings = join(directory, 'readings', 'today.csv');
  writeFileSync(readings, ['device,start,end,kwh', ...rows].join('\n'));
  utimesSync(readings, startAt / 1000 - 600, startAt / 1000 - 600);
  writeFileSync(
    join(directory, 'ven.config.json'),
    JSON.stringify({
      devices: { from: 'devices.csv', each: { kind: 'files', folder: join(directory, 'readings'), awaitedHours: 3 } },
      reportLimits: { nodes: 3_000 },
      sampleEveryMs: hourMs,
    }),
  );
  return directory;
};

const configured = (directory: string) =>
  loadConfiguration({ environment: {}, flags: new Map(), file: join(directory, 'ven.config.json') }).settings;

const worldOf = (directory: string): AgentWorld => {
  const open = configured(directory);
  const { timeZone } = open;
  return new AgentWorld({
    startAt,
    vtn: { status: 'never', resources: count, prices: { unit: 'usd_per_kwh', pricesOf: () => undefined } },
    settings: { ...venSettingsOf({ ...open, vtnUrl: '' }), pollJitter: 0, backoffJitter: 0 },
    devices: (time) => {
      const journal = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
      return open.devices.map((device) =>
        openFiles({
          device: device as ConfiguredAs<'files'>,
          timeZone,
          now: () => time.now(),
          resumeFrom: null,
          resumeSetpoints: [],
          journal,
        }),
      );
    },
  });
};

describe('one VEN with many resources', () => {
  it(
    'given parts of a day’s usage that fail and a restart between them, when the rest is told, then each hour of each device is booked once and acknowledged by itself',
    { timeout: 120_000 },
    async () => {
      const world = worldOf(fleetFiles());
      await world.start();
      await world.runTo(midnight + 60_000);
      world.vtn.faults.next({ do: 'status', status: 500, processed: false, on: 'oadrUpdateReport' });
      await world.runTo(midnight + 62_000);
      world.vtn.faults.next({ do: 'status', status: 500, processed: true, on: 'oadrUpdateReport' });
      await world.runTo(midnight + 65_000);
      await world.restart();
      await world.runTo(midnight + 2 * hourMs);

      const bookings = world.vtn.bookings();
      expect(bookings).toHaveLength(count * metered.length);
      // What may have been counted goes out again as it was, under its requestID; nothing else is told twice.
      expect(world.vtn.totals().conflicts).toBe(0);
      for (const { told } of bookings) expect(new Set(told.map(({ requestID }) => requestID)).size).toBe(1);
      const booked = new Map(
        bookings.map(({ resourceID, startAt: at, energyKilowattHours }) => [
          `${resourceID} ${at}`,
          energyKilowattHours,
        ]),
      );
      names.forEach((name, index) =>
        metered.forEach((at, hour) => expect(Number(booked.get(`${name} ${at}`))).toBe(drawn(index, hour) / 1000)),
      );
      const { deliveries } = world.agent!.state.views;
      for (const name of names)
        for (const at of metered) expect(hourDelivery(deliveries, name, at).status).toBe('acknowledged');
      expect(world.vtn.complaints).toEqual([]);

      const parts = (await world.entries()).filter(({ type }) => type === 'UsageDue');
      expect(parts.length).toBeGreaterThan(5);
      await world.stop();
      const { divergences } = await foldLog(world.log, { verify: true });
      expect(divergences).toEqual([]);
    },
  );
});

describe('a list of devices', () => {
  const listed = (
    rows: readonly string[],
    header = 'resourceID,kind,maxChargeWatts',
  ): ReturnType<typeof configured> => {
    const directory = here();
    writeFileSync(join(directory, 'devices.csv'), [header, ...rows].join('\n'));
    writeFileSync(join(directory, 'ven.config.json'), JSON.stringify({ devices: { from: 'devices.csv' } }));
    return configured(directory);
  };

  it('given rows that are wrong in one way each, then each is one sentence with its line, and the right ones are used', () => {
    const { devices, devicesLeftOut } = listed([
      'a,simulatedMeter,5000',
      'b,simulatedMeter,many',
      'c,simulatedMetre,5000',
      'a,simulatedMeter,5000',
      'd,simulatedMeter,5000,more',
      'e,simulatedMeter,',
    ]);
    expect(devices.map(({ resourceID }) => resourceID)).toEqual(['a', 'e']);
    expect(devicesLeftOut?.map((text) => text.replace(/of \S*devices\.csv/, 'of it'))).toEqual([
      'Line 3 of it: maxChargeWatts is "many", but must be a number of watts, 0 or more.',
      expect.stringMatching(/^Line 4 of it: .*kind.*"simulatedMetre"/) as string,
      'Line 5 of it: the resourceID "a" stands in line 2 already, and each device is billed by itself.',
      expect.stringMatching(/^Line 6 of it: it has 4 cells, and the header has 3/) as string,
    ]);
  });

  it('given no row that can be used, or no column of names, then nothing is read', () => {
    expect(() => listed(['b,simulatedMeter,many'])).toThrow(/no device that can be used/);
    expect(() => listed(['b,simulatedMeter,1'], 'name,kind,maxChargeWatts')).toThrow(/no column "resourceID"/);
  });
});
