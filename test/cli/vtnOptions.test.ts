import { request } from 'node:https';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { securedGiven } from '../../src/cli/vtn/vtnOptions.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import { issue } from '../support/certificates.ts';
import { newDirectory } from './support/venProcess.ts';

const authority = issue({ subject: 'authority', isAuthority: true });
const vtnCertificate = issue({ subject: 'localhost', names: ['localhost'], issuer: authority });
const venCertificate = issue({ subject: 'ven', issuer: authority });

/** What `ven vtn` makes of options that name files. */
const secured = (files: Readonly<Record<string, string>>) => {
  const directory = newDirectory();
  const named = Object.fromEntries(
    Object.entries(files).map(([option, text]) => {
      const file = join(directory, option);
      writeFileSync(file, text);
      return [option, file];
    }),
  );
  return securedGiven({
    operands: [],
    switches: new Set(),
    texts: new Map(Object.entries(named).map(([option, file]) => [option, [file]])),
    text: (option) => named[option],
  });
};

const pair = { 'tls-cert': vtnCertificate.certificate, 'tls-key': vtnCertificate.key };

describe('ven vtn over TLS', () => {
  it('given authorities of VENs, then only who has a certificate of theirs is heard, over a suite of the profile', async () => {
    const server = await startVtnServer(
      createVtn({ clock: { now: () => 0 } }),
      secured({ ...pair, 'tls-ca': authority.certificate }),
    );
    onTestFinished(() => server.close());
    const asked = (own: object): Promise<string> =>
      new Promise((resolve) => {
        const asking = request(`https://localhost:${server.port}/`, {
          ca: authority.certificate,
          agent: false,
          ...own,
        });
        asking.once('error', () => resolve('nothing'));
        asking.once('response', ({ statusCode, socket }) => {
          resolve(`${statusCode} over ${(socket as TLSSocket).getCipher().name}`);
          asking.destroy();
        });
        asking.end();
      });
    expect(await asked({ cert: venCertificate.certificate, key: venCertificate.key })).toBe(
      '404 over ECDHE-ECDSA-AES128-SHA256',
    );
    expect(await asked({})).toBe('nothing');
  });

  it.each([
    [{ 'tls-cert': vtnCertificate.certificate }, '--tls-cert and --tls-key belong together.'],
    [{ 'tls-ca': authority.certificate }, '--tls-ca is for a VTN that listens over TLS: give --tls-cert as well.'],
    [{ 'tls-cert': 'hello', 'tls-key': 'hello' }, 'each must be PEM'],
    [{ ...pair, 'tls-key': venCertificate.key }, 'the certificate must be of that key'],
  ])('given files that do not do (%#), then a sentence says so', (files, sentence) => {
    expect(() => secured(files as Record<string, string>)).toThrow(sentence);
  });

  it('given nothing, then it listens without', () => {
    expect(secured({})).toEqual({});
  });
});
