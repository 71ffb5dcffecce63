/** Happenings of one kind right after one another, told once. */
import type { Row } from '../server/answers.ts';

/** A happening, and how many more there were of it. */
export interface Happening {
  readonly row: Row;
  readonly alike: number;
}

/** How near they must be. @unit ms */
const nearMs = 60_000;

/** Rows, latest first, with neighbours of one kind joined. */
export const grouped = (rows: readonly Row[]): readonly Happening[] => {
  const happenings: Happening[] = [];
  for (const row of rows) {
    const last = happenings.at(-1);
    const isAlike = last !== undefined && last.row.type === row.type && last.row.lane !== 'faults' && last.row.recordedAt - row.recordedAt < nearMs;
    if (isAlike) happenings[happenings.length - 1] = { ...last, alike: last.alike + 1 };
    else happenings.push({ row, alike: 0 });
  }
  return happenings;
};
