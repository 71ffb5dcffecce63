import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const { nodeRedProgram } = (await import(new URL('../../scripts/nodeRed.mjs', import.meta.url).href)) as {
  readonly nodeRedProgram: string;
};

/** Whether Node-RED is there to test with; a test that is skipped for the lack of it says so. */
export const hasNodeRed = existsSync(nodeRedProgram);
if (!hasNodeRed)
  console.warn('Node-RED is not installed: no flow of it is tried ("node scripts/nodeRed.mjs" installs it).');

/** A Node-RED without an editor, with one flow; it ends with the test. Resolves when the flow runs. */
export const startNodeRed = async (flow: readonly object[]): Promise<ChildProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-node-red-'));
  writeFileSync(join(folder, 'flow.json'), JSON.stringify(flow));
  const settings = {
    flowFile: 'flow.json',
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    credentialSecret: false,
    telemetry: { enabled: false },
  };
  writeFileSync(
    join(folder, 'settings.js'),
    `module.exports = { ...${JSON.stringify(settings)}, uiHost: '127.0.0.1', uiPort: 0 };`,
  );
  const child = spawn(process.execPath, [nodeRedProgram, '--userDir', folder, '-s', join(folder, 'settings.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      said += text.toString();
      if (said.includes('Connected to broker')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`Node-RED ended with ${code}: ${said}`)));
  });
  return child;
};
