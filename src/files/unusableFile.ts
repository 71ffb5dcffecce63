/** A bill or meter file that cannot be relied upon: one sentence that says what is wrong, where, and what to do. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
  /** Where in a file; null when it is not about a place. */
  readonly place: Place | null;

  constructor(message: string, place: Place | null = null) {
    super(message);
    this.place = place;
  }
}

/** A file as it is named to people, and where in it something stands. */
export interface Place {
  /** The file as it was given on the command line. */
  readonly file: string;
  /** Absent when the whole file is meant; from 1. */
  readonly line?: number;
  /** The number of a reading in an XML file, from 1. */
  readonly reading?: number;
  readonly column?: string;
}

/** A place as people read it: `bill.csv, line 14, column "Net kWh"`. */
export const placeText = ({ file, line, reading, column }: Place): string =>
  [
    file,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(reading === undefined ? [] : [`reading ${reading}`]),
    ...(column === undefined ? [] : [`column "${column}"`]),
  ].join(', ');

/** What the items of a file are counted by: lines of text, or readings of XML. */
export type Counted = 'line' | 'reading';

/** The place of an item that is counted so. */
export const placeAt = (file: string, counted: Counted, number: number): Place => ({ file, [counted]: number });

/** Ends the reading of a file. */
export const refuseFile = (place: Place, sentence: string): never => {
  throw new UnusableFile(`${placeText(place)}: ${sentence}`, place);
};

/** A cell as an error shows it: quoted, escaped and short. */
export const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
