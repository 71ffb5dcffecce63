import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { httpServer } from '../support/servers.ts';
import { objects } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

/** What the doctor says of a VEN that has lived through a day with such a VTN, on the evening of that day. */
const doctorAfterDay = async (vtn: Partial<VtnOptions>, at: string, ...args: string[]) => {
  const { directory } = await dayLog('2026-06-10', '2026-06-09', vtn);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const origin = await httpServer((_request, response) => response.end());
  let written = '';
  const surroundings = surroundingsOf({
    args: [
      'doctor',
      '--json',
      '-d',
      directory,
      '--set',
      'priceUnit=usd_per_kwh',
      '-v',
      'bellawatt.example.ven.123',
      ...args,
    ],
    environment: { VEN_VTN_URL: `${origin}/t/OpenADR2/Simple/2.0b` },
    stdout: { write: (text) => (written += text) },
    stderr: { write: () => undefined },
    stopSignal: () => new AbortController().signal,
    now: () => Date.parse(at),
  });
  const exitCode = await main(surroundings, COMMANDS);
  const findings = objects<Finding>(written);
  return { exitCode, of: (check: string) => findings.filter((each) => each.check === check) };
};

describe('the doctor, given the log of a VEN that is well', () => {
  it('finds log, registration, report requests, prices and deliveries good', async () => {
    const { of } = await doctorAfterDay({}, '2026-06-10T12:00:00-04:00');
    for (const check of [
      'log',
      'disk',
      'registration',
      'identifiers',
      'reports',
      'recorded clock',
      'prices',
      'deliveries',
    ]) {
      expect([check, ...new Set(of(check).map(({ verdict }) => verdict))]).toEqual([check, 'good']);
    }
    expect(of('reports')).toMatchObject([{ finding: 'The VTN asks for usage by 1 h every 24 h.' }]);
    expect(of('agent')).toMatchObject([{ verdict: 'warning', finding: 'No agent runs.' }]);
    expect(of('alarm')).toEqual([]);
  });

  it('says which prices are late', async () => {
    const { of } = await doctorAfterDay({}, '2026-06-12T18:00:00-04:00');
    expect(of('prices')).toMatchObject([
      { verdict: 'warning', finding: 'The prices of today (2026-06-12) are not all in hand.' },
      { verdict: 'warning', finding: 'The prices of tomorrow (2026-06-13) are late: they were expected by 17:30.' },
    ]);
  });

  it('notices another venID than the one the log is of', async () => {
    const { of } = await doctorAfterDay({}, '2026-06-10T12:00:00-04:00', '-v', 'another.ven');
    expect(of('registration')).toMatchObject([
      { verdict: 'good' },
      { verdict: 'warning', finding: expect.stringContaining('another.ven') as string },
    ]);
    expect(of('identifiers').map(({ verdict }) => verdict)).toEqual(['good', 'warning']);
  });
});

describe('the doctor, given a VTN that', () => {
  it('asks for no usage, says that nobody is paid, and ends with the code of a VTN that does not know us', async () => {
    const { exitCode, of } = await doctorAfterDay({ usage: 'never' }, '2026-06-10T12:00:00-04:00');
    expect(of('reports')).toMatchObject([
      { verdict: 'bad', finding: 'The VTN asks for no usage although it answers, so no hour is paid.' },
    ]);
    expect(of('alarm')).toMatchObject([
      { verdict: 'warning', finding: expect.stringContaining('usageRequestMissing') as string },
    ]);
    expect(exitCode).toBe(EXIT.vtn);
  });

  it('asks at another pace than the programme, says so', async () => {
    const { of } = await doctorAfterDay(
      { usage: { granularity: 'PT30M', reportBackDuration: 'PT1H' } },
      '2026-06-10T12:00:00-04:00',
    );
    expect(of('reports')).toMatchObject([
      { verdict: 'good' },
      {
        verdict: 'warning',
        finding: 'The VTN asks for usage by 30 min every 1 h, the programme bills by the hour and asks once a day.',
      },
    ]);
  });
});
