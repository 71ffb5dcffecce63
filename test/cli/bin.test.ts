import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { freePort } from '../support/freePort.ts';
import { builtVen } from './support/build.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The real process. */
const ven = async (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const program = await builtVen();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: repository,
      env: { ...process.env, ...environment },
    });
    const written = { stdout: '', stderr: '' };
    child.stdout.on('data', (text: Buffer) => (written.stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (written.stderr += text.toString()));
    child.on('close', (code) => resolve({ code, ...written }));
  });
};

describe('the process', () => {
  it('shows its help and ends well', async () => {
    expect(await ven(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('ven COMMAND'),
    });
  });

  it('ends with 2 for a wrong command line, 3 for a wrong setting, 5 without a VTN, and shows no secret', async () => {
    const [usage, configuration, vtn] = await Promise.all([
      ven(['doctor', canaryUrl()]),
      ven(['doctor'], { VEN_VTN_URL: `ftp://vtn.example/${CANARY_PATH}` }),
      freePort().then((port) => ven(['doctor', '-u', canaryUrl(`http://127.0.0.1:${port}`)])),
    ]);
    expect([usage.code, configuration.code, vtn.code]).toEqual([2, 3, 5]);
    for (const { stdout, stderr } of [usage, configuration, vtn]) expectNoCanary(stdout + stderr);
  });
});
