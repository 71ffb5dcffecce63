import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './support/files.ts';

/** Files under version control; null where this is no clone. */
const trackedFiles = (): readonly string[] | null => {
  try {
    return execFileSync('git', ['ls-files', '-z'], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(repository, path)) && statSync(join(repository, path)).isFile());
  } catch {
    console.warn('This is no git clone: what is under version control is not looked through.');
    return null;
  }
};

const tracked = trackedFiles();

/** Written in two parts, so that this file does not find itself. */
const keyHeader = ['-----BEGIN', '(?:[A-Z]+ )*PRIVATE KEY-----\\s+[A-Za-z0-9+/=]{40}'].join(' ');

/** Credentials by the form their issuers give them. */
const secretForms: readonly RegExp[] = [
  new RegExp(keyHeader),
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /_authToken\s*=\s*\S/,
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The folder this clone stands in, and the registry its packages came from: both say something about a machine, not about the program. */
const machineForms = (): readonly RegExp[] => {
  const registry = process.env['npm_config_registry'] ?? '';
  const host = URL.canParse(registry) ? new URL(registry).hostname : '';
  const folders = ['work', 'home/[a-z]\\w*', 'Users/[A-Za-z]\\w*', 'root'].map(
    (folder) => new RegExp(`(?:^|[\\s"'\`(=:])/${folder}/\\w`, 'm'),
  );
  return [
    ...folders,
    ...(repository.split('/').length > 2 ? [new RegExp(`(?:^|[\\s"'\`(=:])${escaped(repository)}\\b`, 'm')] : []),
    ...(host === '' || host === 'registry.npmjs.org' ? [] : [new RegExp(escaped(host))]),
  ];
};

describe.skipIf(tracked === null)('what is under version control', () => {
  const texts = (tracked ?? []).map((path) => [path, readFileSync(join(repository, path), 'utf8')] as const);
  const matching = (forms: readonly RegExp[]): readonly string[] =>
    texts.flatMap(([path, text]) =>
      forms.filter((form) => form.test(text)).map((form) => `${path} matches ${form.source}`),
    );

  it('holds no secret', () => {
    expect(matching(secretForms)).toEqual([]);
  });

  it('says nothing about the machine it was written on', () => {
    expect(matching(machineForms())).toEqual([]);
  });

  it('holds nothing that is made from it', () => {
    expect(
      tracked?.filter((path) => /^(dist|node_modules|coverage|\.demo)\//.test(path) || path.endsWith('.tgz')),
    ).toEqual([]);
  });
});

describe('package.json', () => {
  interface Manifest {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  }
  const read = (name: string): unknown => JSON.parse(readFileSync(join(repository, name), 'utf8'));
  const manifest = read('package.json') as Manifest;
  const lock = read('package-lock.json') as {
    readonly packages: Readonly<Record<string, Manifest & { readonly version: string; readonly resolved?: string }>>;
  };
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };

  it('pins every version exactly', () => {
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('agrees with the lock', () => {
    expect(
      Object.entries(wanted).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version),
    ).toEqual([]);
    expect(lock.packages['']?.dependencies).toEqual(manifest.dependencies);
    expect(lock.packages['']?.devDependencies).toEqual(manifest.devDependencies);
  });

  // Without its place npm asks about each package first, which takes twice as long as to install it. Another registry takes its place.
  it('names the place of each package, and none but the public registry', () => {
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.filter(([, { resolved }]) => resolved?.startsWith('https://registry.npmjs.org/') !== true)).toEqual(
      [],
    );
  });
});
