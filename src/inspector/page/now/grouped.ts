/** Happenings of one kind right after one another, told once. */
import type { Row } from '../server/answers.ts';

/** A happening, and how many more there were of it. */
export interface Happening {
  readonly row: Row;
  readonly alike: number;
  /** The earliest of them. UTC ms. */
  readonly since: number;
}

/** How near they must be; what goes wrong again and again does so at intervals. @unit ms */
const near = { usual: 60_000, faults: 30 * 60_000 } as const;

/** Whether a row tells that the VTN gave no answer: pauses, and the alarm that comes of them, are one thing. */
export const isSilence = ({ type, sentence }: Row): boolean =>
  (type === 'BackoffStarted' && !sentence.includes('did not accept')) ||
  (type === 'AlarmRaised' && /The VTN has not answered|have come to no answer of use/.test(sentence));

const isAlike = (last: Happening, row: Row): boolean =>
  (isSilence(last.row) && isSilence(row) && last.since - row.recordedAt < near.faults) || isOfOneKind(last, row);

const isOfOneKind = (last: Happening, row: Row): boolean =>
  last.row.type === row.type &&
  last.row.stream.split('/')[0] === row.stream.split('/')[0] &&
  last.since - row.recordedAt < (row.lane === 'faults' ? near.faults : near.usual);

/** Rows, latest first, with neighbours of one kind joined. */
export const grouped = (rows: readonly Row[]): readonly Happening[] => {
  const happenings: Happening[] = [];
  for (const row of rows) {
    const last = happenings.at(-1);
    if (last !== undefined && isAlike(last, row))
      happenings[happenings.length - 1] = {
        ...last,
        alike: last.alike + (isSilence(row) && row.type === 'AlarmRaised' ? 0 : 1),
        since: row.recordedAt,
      };
    else happenings.push({ row, alike: 0, since: row.recordedAt });
  }
  return happenings;
};
