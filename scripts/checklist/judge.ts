import type { ChecklistRow } from './rows.ts';
import type { Declaration, Side } from './declarations.ts';

/** Sentences by row: why no test tells it, or why only one side of it is told. */
export type Reasons = Readonly<Record<string, string>>;

/** A test that tells one side of a row. */
export type Teller = Pick<Declaration, 'file' | 'title'>;

/** A row of the page. */
export interface CoveredRow {
  readonly row: string;
  readonly rule: string;
  readonly level: string;
  readonly text: string;
  readonly tellers: Readonly<Record<Side, readonly Teller[]>>;
  /** Only for rows that no test tells, or whose one side none tells. */
  readonly reason?: string;
}

/** What the page says, and what is wrong with what it is made from. */
export interface Coverage {
  readonly rows: readonly CoveredRow[];
  readonly problems: readonly string[];
}

/** Where the sentences stand. */
export interface Excuses {
  /** Rows that no test tells. */
  readonly none: Reasons;
  /** Rows of which tests tell one side. */
  readonly oneSided: Reasons;
}

const places = { none: 'scripts/checklist/none.ts', oneSided: 'scripts/checklist/oneSided.ts' } as const;

/** Which sentence a row needs. */
const neededBy = (tellers: CoveredRow['tellers']): keyof Excuses | undefined => {
  const sides = [tellers['+'], tellers['-']].filter((each) => each.length > 0).length;
  return sides === 0 ? 'none' : sides === 1 ? 'oneSided' : undefined;
};

const missing: Readonly<Record<keyof Excuses, (row: string, tellers: CoveredRow['tellers']) => string>> = {
  none: (row) => `Row ${row} is told by no test; write "// @row +${row}" above one, or the reason in ${places.none}.`,
  oneSided: (row, tellers) => {
    const side = tellers['+'].length === 0 ? '+' : '-';
    return `Row ${row} has no test of its other side; write "// @row ${side}${row}" above one, or why there is none in ${places.oneSided}.`;
  },
};

const problemsOfRow = ({ row, text, tellers }: CoveredRow, excuses: Excuses): readonly string[] => {
  const needed = neededBy(tellers);
  const superfluous = (['none', 'oneSided'] as const).filter(
    (each) => each !== needed && excuses[each][row] !== undefined,
  );
  return [
    ...(needed !== undefined && excuses[needed][row] === undefined ? [missing[needed](row, tellers)] : []),
    ...superfluous.map((each) => `Row ${row} is told by tests otherwise than ${places[each]} says; take it out there.`),
    ...(text === '' || text.includes('|') ? [`Row ${row} has a text that cannot stand in a table: "${text}".`] : []),
  ];
};

/** Holds the declarations of all tests against the checklist. */
export const coverageOf = (
  checklist: readonly ChecklistRow[],
  declarations: readonly Declaration[],
  excuses: Excuses,
): Coverage => {
  const known = new Set(checklist.map(([row]) => row));
  const strangers = declarations
    .filter(({ row }) => !known.has(row))
    .map(({ row, file, title }) => `${file} tells row ${row} ("${title}"), which the checklist does not have.`);
  const idle = (['none', 'oneSided'] as const).flatMap((each) =>
    Object.keys(excuses[each])
      .filter((row) => !known.has(row))
      .map((row) => `${places[each]} names row ${row}, which the checklist does not have.`),
  );
  const rows = checklist.map(([row, rule, level, text]): CoveredRow => {
    const declared = declarations.filter((declaration) => declaration.row === row);
    const tellersOf = (side: Side): readonly Teller[] =>
      declared.filter((each) => each.side === side).map(({ file, title }) => ({ file, title }));
    const tellers = { '+': tellersOf('+'), '-': tellersOf('-') };
    const needed = neededBy(tellers);
    const reason = needed === undefined ? undefined : excuses[needed][row];
    return { row, rule, level, text, tellers, ...(reason === undefined ? {} : { reason }) };
  });
  return { rows, problems: [...strangers, ...idle, ...rows.flatMap((row) => problemsOfRow(row, excuses))] };
};
