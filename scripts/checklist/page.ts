import type { Coverage, CoveredRow, Teller } from './judge.ts';

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

/** In the place of a file: a case of certification, which `ven conformance` runs. */
export const byCases = 'ven conformance';

const told = ({ file, title }: Teller): string =>
  file === byCases
    ? `\`${byCases}\` ${cell(title)}`
    : `[${file.slice('test/'.length, -'.test.ts'.length)}](../${file}): ${cell(title)}`;

/** What stands in one of the two columns: the tests, or why there is none. */
const side = (tellers: readonly Teller[], otherwise: string): string =>
  tellers.length > 0 ? tellers.map(told).join('<br>') : otherwise;

const line = ({ row, rule, level, text, tellers, reason = '' }: CoveredRow): string => {
  const isUntold = tellers['+'].length + tellers['-'].length === 0;
  const kept = side(tellers['+'], `*none*: ${cell(reason)}`);
  const other = side(tellers['-'], isUntold ? '' : `*none*: ${cell(reason)}`);
  return `| ${row} | ${cell(rule)} | ${level} | ${cell(text)} | ${kept} | ${other} |`;
};

const section = (number: string, rows: readonly CoveredRow[]): string =>
  [
    `## ${number}. ${titles[number] ?? ''}`,
    '',
    '| Row | Rule | Level | What it is about | It is kept | Its other side |',
    '|---|---|---|---|---|---|',
    ...rows.map(line),
  ].join('\n');

/** The page `docs/coverage.md`. */
export const coveragePage = ({ rows }: Coverage): string => {
  const numbers = [...new Set(rows.map(sectionOf))];
  const isTold = ({ tellers }: CoveredRow): boolean => tellers['+'].length + tellers['-'].length > 0;
  const tellers = rows.filter(isTold).length;
  const both = rows.filter((row) => row.tellers['+'].length > 0 && row.tellers['-'].length > 0).length;
  return `${[
    '# Which test tells which rule',
    '<!-- Written by scripts/coverage.ts from what stands above the tests; change that, then run `npm run docs`. -->',
    'Rows are those of our conformance checklist for a VEN, rules those of the OpenADR 2.0b Profile Specification v1.1 (§: its sections); the words are ours.',
    `${tellers} of ${rows.length} rows are told by tests, ${both} of them from both sides: a test in which the rule is kept, and one of what breaks it or lies outside of it. Cases of certification stand beside the tests; \`ven conformance\` runs them. Where a side is not told, it says why.`,
    ...numbers.map((number) =>
      section(
        number,
        rows.filter((row) => sectionOf(row) === number),
      ),
    ),
  ].join('\n\n')}\n`;
};
