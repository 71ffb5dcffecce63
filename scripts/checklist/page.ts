import type { Coverage, CoveredRow } from './judge.ts';

const titles: Readonly<Record<string, string>> = {
  1: 'Profile, roles, envelope, identity',
  2: 'Simple HTTP',
  3: 'oadrPoll',
  4: 'TLS and certificates',
  5: 'XML signatures',
  6: 'EiRegisterParty',
  7: 'EiEvent: receiving and validating',
  8: 'EiEvent: execution',
  9: 'EiEvent: answering',
  10: 'EiOpt',
  11: 'EiReport: metadata',
  12: 'EiReport: requests, delivery, cancellation',
  13: 'Always-on checks',
  16: 'Response codes',
  19: 'Tolerance of real VTNs',
};

const sectionOf = ({ row }: CoveredRow): string => row.slice(0, row.indexOf('.'));

const cell = (text: string): string => text.replaceAll('|', '\\|');

const tellers = ({ files, reason }: CoveredRow): string =>
  files.length > 0
    ? files.map((file) => `[${file.slice('test/'.length, -'.test.ts'.length)}](../${file})`).join(', ')
    : `*none*: ${reason ?? ''}`;

const line = (row: CoveredRow): string =>
  `| ${row.row} | ${cell(row.rule)} | ${row.level} | ${cell(row.text)} | ${cell(tellers(row))} |`;

const section = (number: string, rows: readonly CoveredRow[]): string =>
  [
    `## ${number}. ${titles[number] ?? ''}`,
    '',
    '| Row | Rule | Level | What it is about | Told by |',
    '|---|---|---|---|---|',
    ...rows.map(line),
  ].join('\n');

/** The page `docs/coverage.md`. */
export const coveragePage = ({ rows }: Coverage): string => {
  const numbers = [...new Set(rows.map(sectionOf))];
  const told = rows.filter(({ files }) => files.length > 0).length;
  return `${[
    '# Which test tells which rule',
    '<!-- Written by scripts/coverage.ts from the first lines of the tests; change those, then run `npm run docs`. -->',
    'Rows are those of our conformance checklist for a VEN, rules those of the OpenADR 2.0b Profile Specification v1.1 (§: its sections); the words are ours.',
    `${told} of ${rows.length} rows are told by tests; the others say why not.`,
    ...numbers.map((number) =>
      section(
        number,
        rows.filter((row) => sectionOf(row) === number),
      ),
    ),
  ].join('\n\n')}\n`;
};
