/** A TLS server that is not made with Node: one that looks at client certificates and says by an alert what it finds. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether there is one on this machine. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

interface Shown {
  readonly certificate: string;
  readonly key: string;
}

/** What it is given. */
export interface OpensslOptions {
  readonly shows: Shown;
  /** Sent along with what it shows. */
  readonly chain?: string;
  /** The authority that a client certificate must come from; none is wanted if absent. */
  readonly trusts?: Pick<Shown, 'certificate'>;
  readonly version?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Its suites, as OpenSSL calls them. */
  readonly ciphers?: string;
  /** Told what it reads in another handshake, with a certificate, that it wants once it has a request. */
  readonly asksOnRequest?: (state: string) => void;
}

const flags = { 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;

const answer = '<oadrPayload/>';
const answerHead = `HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: ${answer.length}\r\n\r\n`;

/** Starts one, which answers each request that gets through with a little XML; gives its origin. */
export const opensslServer = async (options: OpensslOptions): Promise<string> => {
  const { shows, chain, trusts, version, ciphers, asksOnRequest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ven-openssl-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const server = spawn(
    'openssl',
    [
      ...['s_server', '-accept', '127.0.0.1:0'],
      ...(version === undefined ? [] : [flags[version]]),
      ...(asksOnRequest === undefined ? [] : ['-state', '-no_resumption_on_reneg']),
      ...(ciphers === undefined ? [] : ['-cipher', ciphers]),
      ...['-cert', file('server.pem', shows.certificate), '-key', file('server.key', shows.key)],
      ...(chain === undefined ? [] : ['-cert_chain', file('chain.pem', chain)]),
      ...(trusts === undefined
        ? []
        : ['-CAfile', file('ca.pem', trusts.certificate), '-Verify', '3', '-verify_return_error']),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  server.stderr.on('data', (text: Buffer) => {
    for (const [, state = ''] of text.toString().matchAll(/:SSLv3\/TLS (read .*certificate.*)/g))
      asksOnRequest?.(state);
  });
  onTestFinished(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const port = await new Promise<string>((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const listening = /ACCEPT \S*:(\d+)/.exec(said)?.[1];
      if (listening !== undefined) resolve(listening);
      // It writes what it is sent, and sends what is written to it, but for a letter that is an order.
      if (!said.includes('POST ') || !said.includes(answer)) return;
      if (asksOnRequest !== undefined && !said.includes('SSL_do_handshake')) {
        server.stdin.write('R\n');
      } else {
        said = '';
        server.stdin.write(answerHead + answer);
      }
    });
    server.once('exit', () => reject(new Error(`openssl did not begin to listen: ${said}`)));
  });
  return `https://localhost:${port}`;
};
