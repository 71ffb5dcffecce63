import type { ChecklistRow } from './rows.ts';
import type { Declaration } from './declarations.ts';

/** A row that no test tells: what it is about, and why nobody tells it. */
export interface Untold {
  readonly text: string;
  readonly reason: string;
}

/** A row of the page. */
export interface CoveredRow {
  readonly row: string;
  readonly rule: string;
  readonly level: string;
  readonly text: string;
  readonly files: readonly string[];
  /** Only for rows that no test tells. */
  readonly reason?: string;
}

/** What the page says, and what is wrong with what it is made from. */
export interface Coverage {
  readonly rows: readonly CoveredRow[];
  readonly problems: readonly string[];
}

const textsOf = (declarations: readonly Declaration[]): readonly string[] => [
  ...new Set(declarations.flatMap(({ text }) => (text === undefined ? [] : [text]))),
];

const filesOf = (declarations: readonly Declaration[]): readonly string[] => [
  ...new Set(declarations.map(({ file }) => file)),
];

const problemsOfRow = (
  row: string,
  declared: readonly Declaration[],
  untold: Untold | undefined,
): readonly string[] => {
  const texts = textsOf(declared);
  const files = filesOf(declared).join(', ');
  if (declared.length === 0) {
    return untold === undefined
      ? [`Row ${row} is told by no test; declare it in a test, or give the reason in scripts/checklist/none.ts.`]
      : [];
  }
  return [
    ...(untold === undefined ? [] : [`Row ${row} is told by ${files}; take it out of scripts/checklist/none.ts.`]),
    ...(texts.length === 0
      ? [`Row ${row} is told by ${files} without a word of what it is about; add "| text" to one.`]
      : []),
    ...(texts.length > 1
      ? [
          `Row ${row} is told in different words by ${files}: ${texts.map((text) => `"${text}"`).join(', ')}; keep one text.`,
        ]
      : []),
    ...texts
      .filter((text) => text === '' || text.includes('|'))
      .map((text) => `Row ${row} has a text that cannot stand in a table: "${text}".`),
  ];
};

/** Holds the declarations of all tests against the checklist. */
export const coverageOf = (
  checklist: readonly ChecklistRow[],
  declarations: readonly Declaration[],
  none: Readonly<Record<string, Untold>>,
): Coverage => {
  const known = new Set(checklist.map(([row]) => row));
  const strangers = declarations
    .filter(({ row }) => !known.has(row))
    .map(({ row, file }) => `${file} tells row ${row}, which the checklist does not have.`);
  const idle = Object.keys(none)
    .filter((row) => !known.has(row))
    .map((row) => `scripts/checklist/none.ts names row ${row}, which the checklist does not have.`);
  const problems = [...strangers, ...idle];
  const rows = checklist.map(([row, rule, level]): CoveredRow => {
    const declared = declarations.filter((declaration) => declaration.row === row);
    problems.push(...problemsOfRow(row, declared, none[row]));
    const text = textsOf(declared)[0] ?? none[row]?.text ?? '';
    const reason = declared.length > 0 ? undefined : none[row]?.reason;
    return { row, rule, level, text, files: filesOf(declared), ...(reason === undefined ? {} : { reason }) };
  });
  return { rows, problems };
};
