/** Programs of others that sign and verify: xmlsec1, and OpenLEADR with signxml. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { patienceMs } from '../../support/patience.ts';

const { hasOpenleadr, openleadrPython } = (await import(
  new URL('../../../scripts/openleadr.mjs', import.meta.url).href
)) as { readonly hasOpenleadr: () => boolean; readonly openleadrPython: string };

/** Whether xmlsec1 is there to test with; a test that is skipped for the lack of it says so. */
export const hasXmlsec = spawnSync('xmlsec1', ['--version']).status === 0;
if (!hasXmlsec) console.warn('xmlsec1 is not installed: signatures are not tried against it.');

/** Whether OpenLEADR is there. */
export const openleadrIsPresent = hasOpenleadr();
if (!openleadrIsPresent)
  console.warn('OpenLEADR is not installed: no signing VTN is tried ("node scripts/openleadr.mjs" installs it).');

/** Files that go with the test. */
export const filesOf = <Names extends string>(
  texts: Readonly<Record<Names, string>>,
): Readonly<Record<Names, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-signatures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return Object.fromEntries(
    Object.entries<string>(texts).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return [name, path];
    }),
  ) as Record<Names, string>;
};

const idAttribute = ['--id-attr:Id', 'http://openadr.org/oadr-2.0b/2012/07:oadrSignedObject'];

/** What xmlsec1 says to a signed message: null when the signature holds. */
export const xmlsecVerdict = (xml: string, certificate: string): string | null => {
  const { message, signer } = filesOf({ message: xml, signer: certificate });
  const { status, stderr } = spawnSync('xmlsec1', ['--verify', ...idAttribute, '--pubkey-cert-pem', signer, message], {
    encoding: 'utf8',
  });
  return status === 0 ? null : stderr;
};

/** A template, signed by xmlsec1. */
export const xmlsecSigned = (template: string, key: string, certificate: string): string => {
  const files = filesOf({ template, key, certificate });
  const { status, stdout, stderr } = spawnSync(
    'xmlsec1',
    ['--sign', ...idAttribute, '--privkey-pem', `${files.key},${files.certificate}`, files.template],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

const program = fileURLToPath(new URL('../../support/openleadrVtn.py', import.meta.url));

/** OpenLEADR's own words, as they come: lines of JSON. */
export class Openleadr {
  readonly said: Record<string, unknown>[] = [];
  readonly #child;
  #rest = '';
  #errors = '';
  #look: () => void = () => undefined;

  constructor(given: object, input?: string) {
    this.#child = spawn(openleadrPython, [program, JSON.stringify(given)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.end(input ?? '');
    this.#child.stdout.on('data', (text: Buffer) => {
      const lines = `${this.#rest}${text.toString()}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.startsWith('{')))
        this.said.push(JSON.parse(line) as Record<string, unknown>);
      this.#look();
    });
    this.#child.stderr.on('data', (text: Buffer) => void (this.#errors += text.toString()));
    this.#child.once('close', () => this.#look());
    onTestFinished(async () => {
      if (this.#child.exitCode !== null) return;
      const ended = new Promise((resolve) => this.#child.once('close', resolve));
      this.#child.kill('SIGKILL');
      await ended;
    });
  }

  /** The first line that has these words, as soon as it comes. */
  async until(word: string, count = 1): Promise<Record<string, unknown>> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = this.said.filter((each) => word in each);
      if (found.length >= count) return found[count - 1] as Record<string, unknown>;
      if (this.#child.exitCode !== null || Date.now() > deadline)
        throw new Error(`OpenLEADR did not say "${word}": ${JSON.stringify(this.said)} ${this.#errors}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
