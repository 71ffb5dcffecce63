/** A bill or meter file that cannot be relied upon: one sentence that says what is wrong, where, and what to do. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/** A file as it is named to people, and where in it something stands. */
export interface Place {
  /** The file as it was given on the command line. */
  readonly file: string;
  /** Absent when the whole file is meant; from 1. */
  readonly line?: number;
  readonly column?: string;
}

/** A place as people read it: `bill.csv, line 14, column "Net kWh"`. */
export const placeText = ({ file, line, column }: Place): string =>
  [file, ...(line === undefined ? [] : [`line ${line}`]), ...(column === undefined ? [] : [`column "${column}"`])].join(
    ', ',
  );

/** Ends the reading of a file. */
export const refuseFile = (place: Place, sentence: string): never => {
  throw new UnusableFile(`${placeText(place)}: ${sentence}`);
};

/** A cell as an error shows it: quoted, escaped and short. */
export const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
