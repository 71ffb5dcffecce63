import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { staleFiles } from '../../scripts/docs.ts';
import { filesBelow, repository } from './support/files.ts';

const textOf = (path: string): string => readFileSync(join(repository, path), 'utf8');

const documents: readonly string[] = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** The anchor that a heading gets: as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsOf = (path: string): ReadonlySet<string> =>
  new Set(
    [
      ...textOf(path)
        .replace(/```[\s\S]*?```/g, '')
        .matchAll(/^#+ (.*)$/gm),
    ].map(([, heading = '']) => anchorOf(heading)),
  );

/** The links of a document that lead nowhere. */
const deadLinksOf = (document: string): readonly string[] =>
  [...withoutCode(textOf(document)).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].flatMap(([, link = '']) => {
    if (/^(https?|mailto):/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? document : normalize(join(dirname(document), decodeURIComponent(file)));
    const isDead =
      !existsSync(join(repository, path)) ||
      (anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).has(anchor));
    return isDead ? [`${document}: ${link}`] : [];
  });

/** @limit The longest line of prose. @unit characters */
const longestLine = 120;

const isGenerated = (text: string): boolean => /^<!-- (Generated|Written) by /m.test(text);

/** Lines of prose that could have been broken earlier: what is in code, tables and pictures stands as it is. */
const longLinesOf = (document: string): readonly string[] =>
  textOf(document)
    .replace(/^ *```[\s\S]*?^ *```/gm, (code) => code.replace(/[^\n]/g, ''))
    .split('\n')
    .map((line) => line.replace(/`[^`]*`/g, (code) => code.replaceAll(' ', '_')))
    .flatMap((line, index) => {
      const isProse = !/^\s*(\||<|!\[)/.test(line);
      return isProse && line.trimEnd().lastIndexOf(' ') > longestLine ? [`${document}:${index + 1}`] : [];
    });

describe('documents', () => {
  it('that are generated say what the source says (npm run docs)', async () => {
    const withATestOfItsOwn = 'docs/coverage.md';
    expect((await staleFiles(repository)).filter((path) => path !== withATestOfItsOwn)).toEqual([]);
  });

  it('link to what is there', () => {
    expect(documents.flatMap(deadLinksOf)).toEqual([]);
  });

  it('are written in lines that fit', () => {
    const written = documents.filter((path) => !isGenerated(textOf(path)));
    expect(written.flatMap(longLinesOf)).toEqual([]);
  });

  it('that everybody looks for are there', () => {
    const expected = [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'SECURITY.md',
      'docs/glossary.md',
      'docs/facts.md',
      'docs/statecharts/README.md',
    ];
    expect(expected.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });
});

describe('decisions', () => {
  const records = readdirSync(join(repository, 'docs', 'decisions')).filter((name) => /^\d{4}-/.test(name));

  it('are numbered without a gap', () => {
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, place) => place + 1));
  });

  it('are in the index, each by its title', () => {
    const index = textOf('docs/decisions/README.md').replaceAll(/\s+/g, ' ');
    const missing = records.filter((name) => {
      const title = /^# (.*)$/m.exec(textOf(`docs/decisions/${name}`))?.[1] ?? '';
      return !index.includes(`[${title}](${name})`);
    });
    expect(missing).toEqual([]);
  });

  it('say why they were taken and what follows', () => {
    const parts = ['## Context', '## Decision', '## Consequence'];
    expect(records.filter((name) => parts.some((part) => !textOf(`docs/decisions/${name}`).includes(part)))).toEqual(
      [],
    );
  });
});
