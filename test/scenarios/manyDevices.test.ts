/** One VEN with many resources: devices of a list, meters of one folder, usage in parts of which some fail, a restart on the way. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { devicesChosen } from '../../src/cli/many/deviceChoice.ts';
import { pageOf, pagingOf, worstFirst } from '../../src/cli/many/paging.ts';
import { parseArguments, type ParsedArguments } from '../../src/cli/options.ts';
import { FORMAT_OPTIONS, MANY_OPTIONS } from '../../src/cli/optionTables.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { call, objects } from '../cli/support/call.ts';
import { copyLog } from '../cli/support/dayLog.ts';
import { askAhead, loadConfiguration } from '../../src/adapters/config/config.ts';
import { openFiles } from '../../src/devices/files/filesDevice.ts';
import type { ConfiguredAs } from '../../src/shell/settings/deviceKinds.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { hourDelivery } from '../../src/store/projections/hourDelivery.ts';
import { AgentWorld } from '../support/agentWorld.ts';
import { isWhole } from '../support/leftOut.ts';

const hourMs = 3_600_000;
const pumps = (many: number): readonly string[] => Array.from({ length: many }, (_, index) => `pump-${index}`);
/** Half as many in a run that is not whole: parts, pages and turns are as many as in a whole one. */
const count = isWhole(process.env) ? 120 : 60;
const names = pumps(count);
const half = count / 2;

/** Nine in the evening in New Hampshire. */
const startAt = Date.parse('2026-06-11T01:00:00Z');
const midnight = Date.parse('2026-06-11T04:00:00Z');
const metered = Array.from({ length: 3 }, (_, hour) => startAt + hour * hourMs);

const drawn = (index: number, hour: number): number => 100 + ((index * 37 + hour * 11) % 900);

const here = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-many-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** A list of devices, a folder for their hours, and a configuration that names both. */
const fleetFiles = (): string => {
  const directory = here();
  mkdirSync(join(directory, 'readings'));
  const devices = names.map((name, index) => `${name},SN-${index},${index < half ? 'north' : 'south'}`);
  writeFileSync(join(directory, 'devices.csv'), ['resourceID,meter,group', ...devices].join('\n'));
  writeFileSync(
    join(directory, 'ven.config.json'),
    JSON.stringify({
      devices: { from: 'devices.csv', each: { kind: 'files', folder: join(directory, 'readings'), awaitedHours: 3 } },
      reportLimits: { nodes: 15 * count },
      sampleEveryMs: hourMs,
    }),
  );
  return directory;
};

/** The file of an hour of all of them, which lands when that is over: it was whole some minutes before. */
const readingsLand = (directory: string, at: number, hour: number): void => {
  const [from, to] = [at, at + hourMs].map((each) => new Date(each).toISOString());
  const rows = names.map((_, index) => `SN-${index},${from},${to},${drawn(index, hour) / 1000}`);
  const file = join(directory, 'readings', `${at}.csv`);
  writeFileSync(file, ['device,start,end,kwh', ...rows].join('\n'));
  utimesSync(file, at / 1000, at / 1000);
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
      return open.devices.map((configuredDevice) => {
        const device = openFiles({
          device: configuredDevice as ConfiguredAs<'files'>,
          timeZone,
          now: () => time.now(),
          resumeFrom: null,
          resumeSetpoints: [],
          journal,
        });
        // Files are read in real time: the world's stands still until then, so that how busy a machine is changes nothing.
        return {
          resourceID: device.resourceID,
          read: (boundaryAt) => time.hold(device.read(boundaryAt)),
          apply: (setpoint) => device.apply(setpoint),
          release: () => device.release(),
          close: async () => device.close?.(),
        };
      });
    },
  });
};

const dayOf = (index: number): number => metered.reduce((all, _, hour) => all + drawn(index, hour), 0);

/** What a person reads of so many at a terminal: sums first, the worst first, and a line about what is left out. */
const commandsTellOf = async (log: EventLog, now: number): Promise<void> => {
  const directory = join(here(), 'log');
  await copyLog(log, directory);
  const terminal = call.in(80, now);
  const told = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await terminal(...args, '--data', directory);
    expect(stderr).toBe('');
    expect(exitCode).toBe(EXIT.success);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    return stdout;
  };
  const total = (names.reduce((all, _, index) => all + dayOf(index), 0) / 1_000).toFixed(3);
  const south = ['--day', '2026-06-10', '--group', 'south'];
  for (const [command, args, all, head] of [
    ['usage', ['--day', '2026-06-10'], count, `^${count} devices, \\d+ hours: ${total} kWh in`],
    ['deliveries', [], count, `^The hours of ${count} devices:`],
    ['status', [], count, ` devices ${count} devices: .*${count} only read`],
    ['devices', [], count, `^${count} devices: .*${count} only read`],
    // Nothing has a price: all of it is open, and that is said before the rows.
    ['settle', south, half, ` ${half} devices\\. Total: .*USD.* Exceptions: ${24 * half} hours`],
  ] as const) {
    const text = await told(command, ...args);
    expect([...new Set(text.match(/^pump-\d+/gm))], command).toHaveLength(20);
    // A sentence beside a name is broken where the terminal ends.
    const flat = text.replaceAll(/\s+/g, ' ');
    expect(flat).toMatch(new RegExp(head));
    expect(flat).toContain(`${all - 20} of ${all} devices are left out: see --page 2, --limit, --device or --group.`);
  }
  const one = await told('usage', '--device', 'pump-7');
  expect([...new Set(one.match(/pump-\d+/g))]).toEqual(['pump-7']);
  expect(one).not.toContain('left out');
  const whole = await call.at(now)('usage', '--json', '--data', directory);
  expect(new Set(objects(whole.stdout).map(({ resourceID }) => resourceID)).size).toBe(count);
};

/** What was metered is asked for once more, as history: of so many devices it is told a part in a turn, each value once. */
const historyIsToldInTurns = async (world: AgentWorld): Promise<void> => {
  const first = metered[0] ?? 0;
  world.vtn.askReport({
    kind: 'history',
    startInMs: first - world.time.now(),
    lengthMs: metered.length * hourMs,
  });
  await world.runTo(world.time.now() + 5 * 60_000);
  const sent = (await world.entries()).flatMap(({ type, data, cause }) => {
    const { message } = (type === 'SendRequested' ? data : {}) as { readonly message?: OadrMessage };
    const reports = message?.message === 'oadrUpdateReport' ? (message.oadrReport ?? []) : [];
    return reports.filter(({ reportName }) => reportName === 'HISTORY_USAGE').map((report) => ({ cause, report }));
  });
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent.map(({ cause }) => cause)).size).toBe(sent.length);
  const told = sent.flatMap(({ report }) =>
    (report.intervals ?? []).flatMap(({ dtstart, oadrReportPayload }) =>
      (oadrReportPayload ?? []).map(({ rID }) => `${rID} ${dtstart}`),
    ),
  );
  // Energy and power.
  expect(told).toHaveLength(2 * count * metered.length);
  expect(new Set(told).size).toBe(told.length);
};

describe('one VEN with many resources', () => {
  it('given parts of a day’s usage that fail and a restart between them, when the rest is told, then each hour of each device is booked once and acknowledged by itself', async () => {
    const directory = fleetFiles();
    const world = worldOf(directory);
    await world.start();
    for (const [hour, at] of metered.entries()) {
      await world.runTo(at + hourMs - 1_000);
      readingsLand(directory, at, hour);
    }
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
      bookings.map(({ resourceID, startAt: at, energyKilowattHours }) => [`${resourceID} ${at}`, energyKilowattHours]),
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
    await historyIsToldInTurns(world);
    await world.stop();
    const { divergences } = await foldLog(world.log, { verify: true });
    expect(divergences).toEqual([]);
    await commandsTellOf(world.log, world.time.now());
  });
});

describe('a part of many devices at the command line', () => {
  const all = pumps(120);
  const given = (...args: readonly string[]): ParsedArguments =>
    parseArguments({ name: 'ven usage', options: { ...MANY_OPTIONS, ...FORMAT_OPTIONS } }, args);
  const grouped = () =>
    Promise.resolve(all.map((resourceID, index) => ({ resourceID, group: index < 60 ? 'north' : 'south' })));
  const chosen = (...args: readonly string[]) => devicesChosen(given(...args), all, grouped);

  it('given names and groups, then those are chosen that are in both, and what is not known is one sentence', async () => {
    expect(await chosen()).toEqual(all);
    expect(await chosen('--group', 'south', '--device', 'pump-7', '--device', 'pump-77')).toEqual(['pump-77']);
    await expect(chosen('--device', 'pump-x7')).rejects.toThrow(
      /^The log knows no device "pump-x7": it has 120 others\. Did you mean "pump-\d+"\?$/,
    );
    await expect(chosen('--group', 'west')).rejects.toThrow('The log knows no group "west": it has "north", "south".');
  });

  it('given a limit, then the pages have each once, and a page that is none is one sentence', () => {
    const pages = ['1', '2', '3'].map((page) =>
      pageOf(all, pagingOf(given('--limit', '50', '--page', page)), 'devices'),
    );
    expect(pages.flatMap(({ items }) => items)).toEqual(all);
    expect(pages[2]?.leftOut).toMatch(/^100 of 120 devices are left out: see --page 1,/);
    expect(() => pageOf(all, pagingOf(given('--page', '7')), 'devices')).toThrow(
      'There is no page 7: at 20 a page, 120 devices end on page 6.',
    );
    expect(() => pagingOf(given('--limit', '0'))).toThrow('a whole number from 1 on, and "0" is none');
    expect(() => pagingOf(given('--limit', '5', '--json'))).toThrow('are for the table: --json has all of it');
    expect(worstFirst([1, 3, 2, 3], [(each) => each % 2, (each) => each])).toEqual([3, 3, 1, 2]);
  });
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

  it('given a list at an address of this very process, then that has its turn to answer, and what it says is taken or told', async () => {
    const rows = [{ resourceID: 'a', kind: 'simulatedMeter' }, { resourceID: 'b' }];
    let asked = '';
    const server = createServer(({ headers }, answer) => {
      asked = headers.authorization ?? '';
      answer.end(JSON.stringify(rows));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const directory = here();
    writeFileSync(join(directory, 'token'), 'secret of the list');
    const file = join(directory, 'ven.config.json');
    const devices = { from: `http://127.0.0.1:${port}/devices`, tokenFile: 'token' };
    writeFileSync(file, JSON.stringify({ devices }));
    const request = { environment: {}, flags: new Map(), file };
    const { settings } = loadConfiguration({ ...request, ...(await askAhead(request)) });
    expect(asked).toBe('Bearer secret of the list');
    expect(settings.devices.map(({ resourceID }) => resourceID)).toEqual(['a']);
    expect(settings.devicesLeftOut).toHaveLength(1);
    await new Promise((closed) => server.close(closed));
    const ahead = await askAhead(request);
    expect(() => loadConfiguration({ ...request, ...ahead })).toThrow(/could not be had: ECONNREFUSED/);
  });

  it('given no row that can be used, or no column of names, then nothing is read', () => {
    expect(() => listed(['b,simulatedMeter,many'])).toThrow(/no device that can be used/);
    expect(() => listed(['b,simulatedMeter,1'], 'name,kind,maxChargeWatts')).toThrow(/no column "resourceID"/);
  });
});
