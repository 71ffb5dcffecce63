import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { builtVen } from '../cli/support/build.ts';
import { dotNet } from './makes/dotNet.ts';
import { pythonic } from './makes/pythonic.ts';
import { textAt } from './support/element.ts';
import { listen } from './support/listen.ts';
import { opted } from './support/opted.ts';
import { StrangerVtn } from './support/strangerVtn.ts';
import { priceEvent, statusWish, usageWish } from './support/wishes.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** `ven run` as a process of its own, with the flags of the reference client. */
const run = async (url: string, venID: string, data: string): Promise<Run> => {
  const args = [
    await builtVen(),
    'run',
    '-v',
    venID,
    '-u',
    url,
    '-n',
    'a strange ven',
    '--data',
    data,
    '--set',
    'pollJitter=0',
  ];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, VEN_ANCHOR_DIRECTORY: 'none' }, // a test remembers nothing in the home of who runs it
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (text += part.toString()));
  return {
    child,
    said: () => text,
    ended: new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal }))),
  };
};

describe.concurrent.each([pythonic, dotNet])('the process, pointed at a VTN of the make $name', (make) => {
  it('registers, reports and answers; is killed, and goes on; is asked to end, and does', async ({
    expect,
    onTestFinished,
  }) => {
    const vtn = new StrangerVtn({
      make,
      venID: 'bellawatt.example.ven.7',
      tellsMetadata: true,
      wishes: (offers) => [
        statusWish(offers, 'status', { reportBackDuration: 'PT30S' }),
        usageWish(offers, 'usage', { granularity: 'PT1H', reportBackDuration: 'P1D' }),
      ],
    });
    const { url, close } = await listen(vtn);
    const data = mkdtempSync(join(tmpdir(), 'ven-process-'));
    const first = await run(url, vtn.venID, data);
    let last = first;
    onTestFinished(() => {
      last.child.kill('SIGKILL');
      close();
      rmSync(data, { recursive: true, force: true });
    });

    const registration = await vtn.next('oadrCreatePartyRegistration');
    expect(textAt(registration.message, 'oadrVenName')).toBe('a strange ven');
    await vtn.next('oadrCreatedReport');
    await vtn.next('oadrUpdateReport');
    await vtn.next('oadrRegisteredReport');
    vtn.tellEvents(priceEvent('tomorrow'));
    expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['tomorrow/0 200 optIn']);

    first.child.kill('SIGKILL');
    await first.ended;
    vtn.lookAhead();
    last = await run(url, vtn.venID, data);
    const renewal = await vtn.next('oadrCreatePartyRegistration');
    expect(textAt(renewal.message, 'registrationID')).toBe(vtn.registrationID);
    expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['tomorrow/0 200 optIn']);
    await vtn.next('oadrPoll');

    last.child.kill('SIGTERM');
    expect(await last.ended).toEqual({ code: 0, signal: null });
    expect(first.said() + last.said()).not.toContain('a-token');
    expect(vtn.faults).toEqual([]);
  });
});
