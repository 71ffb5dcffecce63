import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileLags } from '../../src/devices/files/lags.ts';
import { stillWrittenMs } from '../../src/devices/files/folder.ts';
import { openDevice } from '../../src/devices/registry.ts';
import type { MeterRead } from '../../src/facts/input.ts';
import { deviceSchema } from '../../src/shell/settings/deviceKinds.ts';
import { foldersFindings } from '../../src/cli/doctor/foldersFindings.ts';
import type { Device } from '../../src/shell/ports.ts';
import { feed, intervalEnergy } from '../files/support/greenButton.ts';

const hourMs = 3_600_000;
const midnight = Date.parse('2026-11-02T05:00:00Z');
const now = midnight + 30 * hourMs;
const at = (hour: number): number => midnight + hour * hourMs;

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** Puts a file as it was whole so long ago. */
const put = (path: string, name: string, text: string, agoMs = 2 * stillWrittenMs): void => {
  writeFileSync(join(path, name), text);
  const seconds = (now - agoMs) / 1000;
  utimesSync(join(path, name), seconds, seconds);
};

/** Energy of hours from one on; in kWh. */
const table = (from: number, kwh: readonly number[]): string =>
  ['Start,End,kWh']
    .concat(kwh.map((value, index) => `${iso(at(from + index))},${iso(at(from + index + 1))},${value}`))
    .join('\n') + '\n';
const iso = (instant: number): string => new Date(instant).toISOString();

interface Opened {
  readonly device: Device;
  readonly lines: readonly string[];
}

const opened = async (path: string, more: object = {}, resumeFrom: MeterRead | null = null): Promise<Opened> => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const device = await openDevice({
    device: deviceSchema.parse({ kind: 'files', resourceID: 'house', folder: path, ...more }),
    timeZone: 'America/New_York',
    now: () => now,
    resumeFrom,
    resumeSetpoints: [],
    journal: { info: write, warn: write, error: write, debug: write },
  } as Parameters<typeof openDevice>[0]);
  return { device, lines };
};

const drawnBetween = async (device: Device, from: number, to: number): Promise<number> => {
  const [before, after] = [await device.read(at(from)), await device.read(at(to))];
  expect(after.registersSince).toBe(before.registersSince);
  return after.importWattHours - before.importWattHours;
};

describe('a meter by files in a folder', () => {
  it('given a file, when its boundaries are asked for in any order, then the registers grow by its intervals', async () => {
    const path = folder();
    put(path, 'monday.csv', table(0, [1, 2, 0.5]));
    const { device } = await opened(path);
    expect(await device.read(at(3))).toMatchObject({ importWattHours: 3_500, isIntegrated: true, readAt: at(3) });
    expect(await drawnBetween(device, 0, 1)).toBe(1_000);
    expect(await drawnBetween(device, 1, 2)).toBe(2_000);
    expect(await drawnBetween(device, 2, 3)).toBe(500);
  });

  it('given no file tells of a boundary yet, then the reading fails and says so, and is there once a file comes', async () => {
    const path = folder();
    const { device } = await opened(path);
    await expect(device.read(at(1))).rejects.toMatchObject({
      quality: 'Not Connected',
      message: expect.stringMatching(/no file .* yet/) as string,
    });
    put(path, 'a.csv', table(0, [1, 1]));
    expect(await drawnBetween(device, 0, 2)).toBe(2_000);
    await expect(device.read(at(3))).rejects.toMatchObject({
      quality: 'Not Connected',
      message: expect.stringMatching(/not yet of/) as string,
    });
    put(path, 'b.csv', table(2, [4]));
    expect(await drawnBetween(device, 2, 3)).toBe(4_000);
  });

  it('given energy delivered, then the other register grows', async () => {
    const path = folder();
    put(path, 'a.csv', table(0, [1, -2]));
    const { device } = await opened(path);
    expect(await device.read(at(2))).toMatchObject({ importWattHours: 1_000, exportWattHours: 2_000 });
  });

  it('given a file that is still written, then it waits', async () => {
    const path = folder();
    put(path, 'a.csv', table(0, [1, 1]), stillWrittenMs / 2);
    put(path, 'b.csv.part', table(0, [1, 1]));
    const { device, lines } = await opened(path);
    await expect(device.read(at(1))).rejects.toThrow(/no file/);
    expect(lines).toEqual([]);
    put(path, 'a.csv', table(0, [1, 1]));
    expect(await drawnBetween(device, 0, 1)).toBe(1_000);
  });

  it('given the same file twice and one that overlaps, then each hour counts once; what differs is told, and the first stays', async () => {
    const path = folder();
    put(path, 'a.csv', table(0, [1, 2]), 9 * stillWrittenMs);
    put(path, 'copy of a.csv', table(0, [1, 2]), 8 * stillWrittenMs);
    put(path, 'b.csv', table(1, [2, 3]), 7 * stillWrittenMs);
    put(path, 'c.csv', table(2, [30, 4]), 6 * stillWrittenMs);
    const { device, lines } = await opened(path);
    expect(await drawnBetween(device, 0, 4)).toBe(10_000);
    expect(lines.filter((line) => line.includes('counted once'))).toHaveLength(1);
    const different = lines.filter((line) => line.includes('differs'));
    expect(different).toHaveLength(1);
    expect(different[0]).toMatch(/30000 Wh .*\(c\.csv, 2\) differs from 3000 Wh .*\(b\.csv, 3\)/);
  });

  it('given a bad file among good ones, then it is told once with its place and kept, and the others count', async () => {
    const path = folder();
    put(path, 'bad.csv', 'Start,End,kWh\n2026-11-02T05:00:00Z,2026-11-02T06:00:00Z,much\n');
    put(path, 'good.csv', table(0, [1, 1]));
    mkdirSync(join(path, 'archive'));
    const { device, lines } = await opened(path);
    expect(await drawnBetween(device, 0, 1)).toBe(1_000);
    const told = lines.filter((line) => line.includes('not counted'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/bad\.csv, line 2/);
    expect(readdirSync(path).sort()).toEqual(['archive', 'bad.csv', 'good.csv']);
    put(path, 'bad.csv', table(2, [5]), 3 * stillWrittenMs);
    expect(await drawnBetween(device, 2, 3)).toBe(5_000);
  });

  it('given a hole between two files, then the registers begin anew after it, and no energy is made of it', async () => {
    const path = folder();
    put(path, 'a.csv', table(0, [1, 1]));
    put(path, 'b.csv', table(4, [1, 1]));
    const { device } = await opened(path);
    const [before, after] = [await device.read(at(2)), await device.read(at(4))];
    expect(after.registersSince).not.toBe(before.registersSince);
    await expect(device.read(at(3))).rejects.toThrow(/begins or ends/);
  });

  it('given a restart after older files were taken away, then the registers go on from the last reading', async () => {
    const path = folder();
    put(path, 'a.csv', table(0, [1, 2]));
    const last = await (await opened(path)).device.read(at(2));
    rmSync(join(path, 'a.csv'));
    put(path, 'b.csv', table(2, [3]));
    const { device } = await opened(path, {}, last);
    const next = await device.read(at(3));
    expect(next.importWattHours - last.importWattHours).toBe(3_000);
    expect(next.registersSince).toBe(last.registersSince);
  });

  it('given registers in a file, then they are no uncertain energy', async () => {
    const path = folder();
    const lines = ['Time,Reading', `${iso(at(0))},100`, `${iso(at(1))},101`, `${iso(at(2))},103`];
    put(path, 'a.csv', lines.join('\n') + '\n');
    const { device } = await opened(path, { columns: 'time=Time,kwhInRegister=Reading' });
    const read = await device.read(at(2));
    expect(read).not.toHaveProperty('isIntegrated');
    expect(await drawnBetween(device, 1, 2)).toBe(2_000);
  });

  it('given Green Button, then its hours are read', async () => {
    const path = folder();
    const block = [700, 800].map((value, hour) => ({ start: at(hour) / 1000, value }));
    put(path, 'a.xml', feed([{ type: intervalEnergy(1), blocks: [block] }]));
    const { device, lines } = await opened(path);
    expect(await drawnBetween(device, 0, 2), lines.join('\n')).toBe(1_500);
  });

  it('given a file of several meters, then it says which one is meant with fileDevice', async () => {
    const path = folder();
    const rows = ['a', 'b'].map((name, index) => `${name},${iso(at(0))},${iso(at(1))},${index + 1}`);
    put(path, 'a.csv', ['Meter,Start,End,kWh', ...rows].join('\n') + '\n');
    const columns = 'device=Meter,time=Start,end=End,kwh=kWh';
    const { device, lines } = await opened(path, { columns });
    await expect(device.read(at(1))).rejects.toThrow();
    expect(lines.join()).toContain('fileDevice');
    const { device: b } = await opened(path, { columns, fileDevice: 'b' });
    expect(await drawnBetween(b, 0, 1)).toBe(2_000);
  });

  it('given a folder that is not there, or columns that are none, then that is said', async () => {
    const { device } = await opened('/nowhere/at/all');
    await expect(device.read(at(1))).rejects.toMatchObject({
      quality: 'Configuration Error',
      message: expect.stringMatching(/ENOENT/) as string,
    });
    await expect(opened(folder(), { columns: 'nonsense' })).rejects.toThrow(/columns of house/);
  });

  it('given intervals that lie ahead, then those are not counted, and that is told; what comes later of them is', async () => {
    const path = folder();
    put(path, 'today.csv', table(27, [1, 2, 4, 0, 0]));
    const { device, lines } = await opened(path);
    await expect(device.read(at(32))).rejects.toThrow(/not yet of/);
    expect(lines.filter((line) => line.includes('lie ahead'))).toEqual([
      expect.stringContaining('2 of its intervals lie ahead and are not counted'),
    ]);
    expect(await drawnBetween(device, 28, 30)).toBe(6_000);
    put(path, 'tomorrow.csv', table(40, [1]));
    await expect(device.read(at(32))).rejects.toThrow(/not yet of/);
  });

  it('given files each hour that always end as far back as local time called UTC, or a day, then that is told once', () => {
    const lagsOf = (lagMs: number, everyMs = hourMs) => {
      const lags = new FileLags();
      return Array.from({ length: 6 }, (_, file) => {
        const readAt = now + file * everyMs;
        return lags.hear(readAt, readAt - lagMs - (file % 2) * 240_000, 'America/New_York');
      });
    };
    expect(lagsOf(5 * hourMs - 120_000).filter((lag) => lag !== null)).toHaveLength(1);
    expect(lagsOf(24 * hourMs).filter((lag) => lag !== null)).toHaveLength(1);
    expect(lagsOf(2 * hourMs).filter((lag) => lag !== null)).toEqual([]);
    // A file a day tells of the day before by right.
    expect(lagsOf(24 * hourMs, 24 * hourMs).filter((lag) => lag !== null)).toEqual([]);
  });

  it('is told nothing', async () => {
    const { device } = await opened(folder());
    await expect(device.apply({ demandWatts: 1, validUntil: now })).rejects.toThrow(/never told/);
  });

  it('is examined by the doctor: the folder that is missing, that is empty, and that has files', async () => {
    const path = folder();
    const findings = (of: string) =>
      foldersFindings([deviceSchema.parse({ kind: 'files', resourceID: 'house', folder: of })]);
    expect(await findings(path)).toMatchObject([
      { verdict: 'warning', finding: expect.stringMatching(/no file has come/) as string },
    ]);
    put(path, 'a.csv', table(0, [1]));
    expect(await findings(path)).toMatchObject([
      { verdict: 'good', finding: expect.stringMatching(/1 file has come/) as string },
    ]);
    expect(await findings(join(path, 'a.csv'))).toMatchObject([
      { verdict: 'bad', finding: expect.stringMatching(/that is no folder/) as string },
    ]);
    expect(await findings(join(path, 'none'))).toMatchObject([
      { verdict: 'bad', finding: expect.stringMatching(/there is no such folder/) as string },
    ]);
  });
});
