import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objects } from './support/call.ts';
import {
  complaintsIn,
  newDirectory,
  startVen,
  startVtn,
  startVtnProcess,
  ven,
  type VenProcess,
} from './support/venProcess.ts';

/** The same VTN under an address that is none of this machine's own names, over a real socket. */
const elsewhere = (url: string): string => url.replace('127.0.0.1', '0.0.0.0');

const startRun = (url: string, data: string, ...args: string[]): Promise<VenProcess> =>
  startVen(['run', '-v', 'my.ven', '-u', url, '-d', data, '--allow-plain-http', ...args]);

interface Listed {
  readonly position: number;
  readonly type: string;
  readonly data: {
    readonly alarm?: string;
    readonly message?: { readonly message: string; readonly oadrReport?: readonly unknown[] };
    readonly because?: string;
  };
}

const listed = async (data: string, from: number): Promise<readonly Listed[]> => {
  const { stdout } = await ven(['log', 'list', '--json', '--from', String(from), '-d', data]);
  return objects<Listed>(stdout);
};

const headOf = async (data: string): Promise<number> =>
  (JSON.parse((await ven(['log', 'stats', '--json', '-d', data])).stdout) as { entries: number }).entries;

const sent = (entries: readonly Listed[], message: string): readonly Listed[] =>
  entries.filter((entry) => entry.type === 'SendRequested' && entry.data.message?.message === message);

const alarmsIn = (entries: readonly Listed[]): readonly string[] =>
  entries
    .filter(({ type, data }) => type.startsWith('Alarm') && data.alarm === 'devicesWithheld')
    .map(({ type }) => type);

/** One run until its prices are known; what it wrote. */
const aRun = async (url: string, data: string, ...args: string[]): Promise<readonly Listed[]> => {
  const from = await headOf(data).catch(() => 0);
  const run = await startRun(url, data, ...args);
  await run.until(/Reports registered:|No report is offered/);
  expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  return listed(data, from);
};

/** A file with the URL of a VTN, as a service has it. */
const urlFile = (url: string): { readonly path: string; readonly write: (url: string) => void } => {
  const path = join(newDirectory(), 'vtn-url');
  const write = (text: string): void => writeFileSync(path, text, { mode: 0o600 });
  write(url);
  return { path, write };
};

describe('a simulated device that nobody named', () => {
  it('meters for a VTN on this machine, and for another one not before that is said on purpose', async () => {
    const { vtn, url } = await startVtnProcess();
    const data = newDirectory();

    // Given a run over loopback, in which the VTN has asked for the usage of the simulated battery.
    const here = await aRun(url, data);
    expect(sent(here, 'oadrRegisterReport')[0]?.data.message?.oadrReport).toHaveLength(3);
    expect(here.map(({ type }) => type)).toContain('ReportRequestAccepted');
    expect(alarmsIn(here)).toEqual([]);

    // When the same log goes on with the VTN somewhere else, then nothing is offered, read or told any more.
    const there = await aRun(elsewhere(url), data);
    expect(alarmsIn(there)).toEqual(['AlarmRaised']);
    expect(there.filter(({ type }) => type === 'ReportRequestEnded').map(({ data: { because } }) => because)).toEqual(
      expect.arrayContaining(['devicesWithheld']),
    );
    for (const { data: registered } of sent(there, 'oadrRegisterReport'))
      expect(registered.message?.oadrReport).toEqual([]);
    expect(sent(there, 'oadrUpdateReport')).toEqual([]);
    expect(there.map(({ type }) => type)).not.toContain('MeterReadRequested');
    expect(there.map(({ type }) => type)).not.toContain('ReportRequestAccepted');

    // And a person hears of it in the log of the process, in the status, and from the doctor.
    const status = await ven(['status', '--data', data]);
    expect(status.stdout).toContain('example-device-001 is simulated');
    const doctor = await ven(['doctor', '-v', 'my.ven', '-u', elsewhere(url), '-d', data, '--allow-plain-http']);
    expect(doctor.stdout).toMatch(/BAD +devices +No device meters: example-device-001 is simulated/);
    expect(doctor.code).toBe(3);

    // When it is said on purpose, then it meters, and the alarm is over.
    const meant = await aRun(elsewhere(url), data, '--simulate');
    expect(alarmsIn(meant)).toEqual(['AlarmCleared']);
    expect(sent(meant, 'oadrRegisterReport').at(-1)?.data.message?.oadrReport).toHaveLength(3);
    expect((await ven(['replay', '--verify', '-d', data])).stdout).toContain('to the letter');
    expect(await vtn.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(complaintsIn(vtn)).toEqual([]);
  });

  it('takes the prices of a VTN elsewhere from the first start on', async () => {
    const { url } = await startVtn();
    const data = newDirectory();
    const run = await startRun(elsewhere(url), data);
    await run.until(/Answered DR event/);
    expect(run.stderr + run.stdout).toMatch(/No usage is reported: example-device-001 is simulated/);
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
    expect((await ven(['prices', '--json', '-d', data])).stdout).toContain('usdPerKwh');
  });

  it('does not follow a URL that is changed under way to another machine', async () => {
    const { url } = await startVtn();
    const file = urlFile(url);
    const run = await startVen(['run', '-v', 'my.ven', '-d', newDirectory(), '--allow-plain-http'], {
      VEN_VTN_URL_FILE: file.path,
    });
    await run.until(/Reports registered:/);
    file.write(elsewhere(url));
    process.kill(run.pid, 'SIGHUP');
    await run.until(/which is not on this machine, and the devices are simulated: it is not taken up/);
    expect(await run.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('that is named in the configuration is meant', async () => {
    const { url } = await startVtn();
    const data = newDirectory();
    const devices = JSON.stringify([{ kind: 'simulatedBattery', resourceID: 'my-battery' }]);
    const written = await aRun(elsewhere(url), data, '--set', `devices=${devices}`);
    expect(sent(written, 'oadrRegisterReport').at(-1)?.data.message?.oadrReport).toHaveLength(3);
    expect(alarmsIn(written)).toEqual([]);
  });
});
