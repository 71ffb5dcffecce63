/** A `ven run` as a service has it: commanded over HTTP, and its configuration read again on SIGHUP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from '../inspector/support/inspecting.ts';
import { objects } from './support/call.ts';
import { newDirectory, startVen, startVtn, ven } from './support/venProcess.ts';

const token = 'a-token-that-nobody-guesses';

interface Listed {
  readonly position: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

it('takes a command and another configuration while it runs, and tells its token nowhere', async () => {
  const { url } = await startVtn();
  const data = newDirectory();
  const tokenFile = join(newDirectory(), 'commands.token');
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  const configure = (reserve: number): void =>
    writeFileSync(
      join(data, 'ven.config.json'),
      JSON.stringify({
        venID: 'my.ven',
        devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }],
        preferences: { reserve },
        commands: { address: '127.0.0.1:0', tokenFile },
      }),
    );
  configure(0.2);
  const run = await startVen(['run', '-d', data], { VEN_VTN_URL: url });
  const [, port = ''] = await run.until(/Commands are taken at http:\/\/127\.0\.0\.1:(\d+)\//);

  // Given a command without the token, and one with it.
  const body = JSON.stringify({ action: 'hold', forMs: 3_600_000 });
  const json = { 'Content-Type': 'application/json' };
  expect((await ask(Number(port), '/api/v1/override', json, 'POST', body)).status).toBe(401);
  const granted = await ask(
    Number(port),
    '/api/v1/override',
    { ...json, Authorization: `Bearer ${token}` },
    'POST',
    body,
  );
  expect(granted.status).toBe(200);
  const { position } = granted.json<{ position: number }>();

  // When the configuration is another, and a SIGHUP says so.
  configure(0.5);
  process.kill(run.pid, 'SIGHUP');
  await run.until(/preferences\.reserve/);
  // And then is one that cannot be used.
  configure(5);
  process.kill(run.pid, 'SIGHUP');
  await run.until(/The configuration is left as it was: .*reserve/);
  // Then it runs on, with the command in force, until it is stopped.
  expect(run.hasEnded).toBe(false);
  expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });

  configure(0.5); // whoever reads the log reads the configuration too
  const { stdout } = await ven(['log', 'list', '--json', '--from', '0', '-d', data], { VEN_VTN_URL: url });
  const entries = objects<Listed>(stdout);
  expect(entries.find((each) => each.position === position)).toMatchObject({
    type: 'OperatorInstructed',
    data: { resourceID: 'battery', instruction: { kind: 'override', action: 'hold' }, by: 'http' },
  });
  expect(entries.filter(({ type }) => type === 'AgentStarted')).toHaveLength(1);
  expect(entries.filter(({ type }) => type === 'SettingsChanged').map(({ data: { changed } }) => changed)).toEqual([
    ['preferences.reserve'],
  ]);
  expect(entries.filter(({ type }) => type === 'SettingsRefused')).toHaveLength(1);
  for (const text of [run.stdout, run.stderr, stdout]) expect(text).not.toContain(token);
});
