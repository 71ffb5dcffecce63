/** A TLS server that is not made with Node: one that looks at client certificates and says by an alert what it finds. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Issued } from './certificates.ts';
import { closedPort } from './servers.ts';

/** Whether there is one on this machine. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** What it is given. */
export interface OpensslOptions {
  readonly shows: Issued;
  readonly trusts: Issued;
  readonly version: 'TLSv1.2' | 'TLSv1.3';
}

/** Starts one that wants a client certificate; gives its origin. */
export const opensslServer = async ({ shows, trusts, version }: OpensslOptions): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-openssl-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const port = await closedPort();
  const server = spawn(
    'openssl',
    [
      ...['s_server', '-accept', String(port), '-www', version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3'],
      ...['-cert', file('server.pem', shows.certificate), '-key', file('server.key', shows.key)],
      ...['-CAfile', file('ca.pem', trusts.certificate), '-Verify', '3', '-verify_return_error'],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  onTestFinished(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('ACCEPT')) resolve();
    });
    server.once('exit', () => reject(new Error(`openssl did not begin to listen: ${said}`)));
  });
  return `https://localhost:${port}`;
};
