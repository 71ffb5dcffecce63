import { isTimeZone, zoneNameAt } from '../../programme/calendar.ts';
import type { Columns } from '../cells/columns.ts';
import { isInUtc } from '../headers/knownHeaders.ts';
import type { Layout } from '../layout.ts';
import { timeKeys } from './rowTimes.ts';
import type { ClockNotes } from './wallClock.ts';

/** In which zone times without an offset are read: that of the programme, or the one that their header names. */
export interface FileZone {
  readonly timeZone: string;
  /** What its name leaves open, for the end of a sentence; null where nothing is. */
  readonly doubt: string | null;
}

/** The zones of North America by the first letters of their names. */
const namedZones: Readonly<Record<string, string>> = {
  E: 'America/New_York',
  C: 'America/Chicago',
  M: 'America/Denver',
  P: 'America/Los_Angeles',
  AK: 'America/Anchorage',
  H: 'Pacific/Honolulu',
};

const letters = /(?:^|[^A-Z])((E|C|M|P|AK|H)([SDP]?)T)[^A-Z]*$/;

/** A winter in which every zone kept its standard time. */
const winter = Date.UTC(2000, 0, 1);

/** The zone that letters name: the programme's own where it is called so. `EST` may be meant for all of the year, or is what people call the time of the east. */
const byLetters = (header: string, programmeZone: string, isStandard: boolean): FileZone | null => {
  const [, name, zone, season] = letters.exec(header.toUpperCase()) ?? [];
  if (name === undefined || zone === undefined) return null;
  const timeZone = zoneNameAt(winter, programmeZone).startsWith(zone) ? programmeZone : namedZones[zone];
  if (timeZone === undefined) return null;
  const isOpen = season === 'S' && !isStandard;
  return {
    timeZone,
    doubt: isOpen
      ? `its header says ${name}: if it keeps standard time in summer too, add times=standard to the declared columns`
      : null,
  };
};

/** The zone of a file's times. */
export const fileZone = (
  { headers, at }: Columns,
  { isUtc, isStandardTime }: Pick<Layout, 'isUtc' | 'isStandardTime'>,
  programmeZone: string,
): FileZone => {
  const header = timeKeys.map((key) => headers[at.get(key) ?? -1] ?? '').find((each) => each !== '') ?? '';
  const [, place] = /\(([A-Za-z]+\/[A-Za-z_/]+)(?: [+-]\d{2}:?\d{2})?\)/.exec(header) ?? [];
  if (place !== undefined && isTimeZone(place)) return { timeZone: place, doubt: null };
  if (isUtc || isInUtc(header)) return { timeZone: 'UTC', doubt: null };
  return byLetters(header, programmeZone, isStandardTime) ?? { timeZone: programmeZone, doubt: null };
};

/** What had to be said of clocks, with what the name of their zone leaves open. */
export const withDoubt = (notes: ClockNotes, doubt: string | null): ClockNotes =>
  notes.zone === null || doubt === null ? notes : { ...notes, zone: `${notes.zone.replace(/\.$/, '')}; ${doubt}.` };
