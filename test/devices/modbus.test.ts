import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import { numberIn, type RegisterPlace, registersOf } from '../../src/devices/modbus/registers.ts';
import { openedDevice, type OpenedDevice } from '../support/openedDevice.ts';
import { hasSunspec, type SunspecSimulator, startSunspec } from '../support/sunspec.ts';

/** A store whose registers are told one by one: it lies where a SunSpec store lies, and is spoken with as if it were none. */
const models = [
  [1, { Mn: 'Acme', Md: 'Store 5', SN: 'S-1', Vr: '1.0' }],
  [701, { W: 0, W_SF: 0, TotWhInj: 8_000, TotWhAbs: 12_345, TotWh_SF: 1, St: 1 }],
  [704, { WSetEna: 0, WSetMod: 0, WSet: 0, WSet_SF: 1, WSetRvrtTms: 0, WSetEnaRvrt: 0 }],
  [713, { SoC: 640 }],
] as const;

const mapOf = async (simulator: SunspecSimulator) => {
  const at = (model: number, point: string): Promise<number> => simulator.where(model, point);
  return {
    registers: {
      power: { address: await at(701, 'W'), type: 'int16', factor: -1, table: 'input' },
      stateOfCharge: { address: await at(713, 'SoC'), factor: 0.001 },
      importRegister: { address: await at(701, 'TotWhAbs'), type: 'uint64', factor: 10 },
      exportRegister: { address: await at(701, 'TotWhInj'), type: 'uint64', factor: 10 },
    },
    control: {
      revertAfter: { address: await at(704, 'WSetRvrtTms'), type: 'uint32' },
      power: { address: await at(704, 'WSet'), type: 'int32', factor: 10, charging: 'negative' },
      enable: { address: await at(704, 'WSetEna'), value: 1 },
      release: { address: await at(704, 'WSetEna'), value: 0 },
    },
  };
};

const opened = (simulator: SunspecSimulator, map: object): Promise<OpenedDevice> =>
  openedDevice({
    kind: 'modbus',
    resourceID: 'store',
    host: '127.0.0.1',
    port: simulator.port,
    replyTimeoutMs: 10_000, // the longest that there is
    readOnly: false,
    ...map,
  });

const inFuture = (seconds: number): number => Date.now() + seconds * 1_000;

describe('a number in registers', () => {
  const place = fc.record({
    address: fc.constant(0),
    type: fc.constantFrom('uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float32'),
    wordOrder: fc.constantFrom('big', 'little'),
    factor: fc.constantFrom(1, -1, 10, 0.1, 0.001, 1000),
  }) as fc.Arbitrary<RegisterPlace>;

  it('is read as it was written, as near as its factor allows, or does not fit', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: -30_000, max: 30_000 }), (at, value) => {
        const words = registersOf(value, at);
        if (words === undefined) return at.type !== 'float32';
        const back = numberIn(words, at) ?? Number.NaN;
        const tolerance = at.type === 'float32' ? Math.abs(value) * 1e-6 : Math.abs(at.factor) / 2;
        return Math.abs(back - value) <= tolerance + 1e-9;
      }),
      { seed: 74, numRuns: 500 },
    );
  });

  it('is none where the maker says so', () => {
    const at: RegisterPlace = { address: 0, type: 'int16', wordOrder: 'big', factor: 1, absent: -32_768 };
    expect(numberIn([0x8000], at)).toBeUndefined();
    expect(numberIn([0xffff], at)).toBe(-1);
    expect(numberIn([0x7fc0, 0], { ...at, type: 'float32' })).toBeUndefined();
  });
});

describe.skipIf(!hasSunspec)('a device over Modbus TCP, register by register', () => {
  it('tells what the map says, follows what it is told, and reverts by itself', async () => {
    const simulator = await startSunspec(models);
    const { device, lines } = await opened(simulator, await mapOf(simulator));
    expect(await device.read(Date.now())).toMatchObject({
      importWattHours: 123_450,
      exportWattHours: 80_000,
      status: { stateOfCharge: 0.64, powerWatts: 0 },
    });
    await device.apply({ demandWatts: -3_000, validUntil: inFuture(600) });
    expect((await device.read(Date.now())).status.powerWatts).toBe(-3_000);
    await device.apply({ demandWatts: 2_000, validUntil: inFuture(2) });
    await expect.poll(async () => (await device.read(Date.now())).status.powerWatts).toBe(0);
    await device.apply({ demandWatts: 2_000, validUntil: inFuture(600) });
    await device.release();
    expect((await device.read(Date.now())).status.powerWatts).toBe(0);
    expect(lines.join()).not.toContain('keeps its last order');
  });

  it('that takes nothing, is silent, or has no such register says so', async () => {
    const simulator = await startSunspec(models);
    const map = await mapOf(simulator);
    const { device } = await opened(simulator, map);
    const { device: impatient } = await opened(simulator, { ...map, replyTimeoutMs: 500 });
    await simulator.fault('deaf');
    await expect(device.apply({ demandWatts: -3_000, validUntil: inFuture(600) })).rejects.toThrow(
      /store took revertAfter at \d+ and does not say so/,
    );
    await simulator.fault('normal');
    const lost = await opened(simulator, {
      ...map,
      registers: { power: { address: 5 } },
      control: { power: map.control.power },
    });
    await expect(lost.device.read(Date.now())).rejects.toMatchObject({ quality: 'Device Failure' });
    expect(lost.lines.join()).toContain(
      'store keeps its last order if we die, because its control names no revertAfter',
    );
    await simulator.fault('silent');
    await expect(impatient.read(Date.now())).rejects.toMatchObject({ quality: 'Comm Failure' });
  });
});

describe('an entry of the kind modbus', () => {
  it.each([[{ registers: { stateOfCharge: { address: 1 } } }, 'names no register of power or energy']])(
    '%j is refused in a sentence',
    (changes, sentence) => {
      const data = mkdtempSync(join(tmpdir(), 'ven-modbus-'));
      onTestFinished(() => rmSync(data, { recursive: true, force: true }));
      const devices = [{ kind: 'modbus', resourceID: 'store', host: 'store.local', ...changes }];
      writeFileSync(join(data, 'ven.config.json'), JSON.stringify({ devices }), { mode: 0o600 });
      expect(() => loadConfiguration({ environment: { VEN_DATA: data }, flags: new Map() })).toThrow(
        `devices[0] (store) ${sentence}`,
      );
    },
  );
});
