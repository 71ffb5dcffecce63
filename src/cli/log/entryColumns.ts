import type { Entry } from '../../facts/entry.ts';
import { localText } from '../../programme/calendar.ts';
import { isoText, type Column } from '../rows.ts';
import { summaryOf } from '../../telling/summary.ts';

const secondsText = (at: number): string => isoText(at).slice(16, 23);

/** An entry's local time to the millisecond: `2026-11-01 01:00:07.123 -05:00`. */
export const momentText = (at: number, timeZone: string): string => {
  const [date = '', time = '', offset = ''] = localText(at, timeZone).split(' ');
  return `${date} ${time}${secondsText(at)} ${offset}`;
};

/** Entries as rows. */
export const entryColumns = (timeZone: string): readonly Column<Entry>[] => [
  { name: 'position', header: 'position', right: true, value: ({ position }) => position },
  {
    name: 'recordedAt',
    header: 'recorded',
    value: ({ recordedAt }) => isoText(recordedAt),
    text: ({ recordedAt }) => momentText(recordedAt, timeZone),
    gives: 'time',
  },
  {
    name: 'direction',
    header: '',
    value: ({ direction }) => direction,
    text: ({ direction }) => (direction === 'in' ? '▸' : '  ◂'),
  },
  { name: 'type', header: 'fact', goes: 2, value: ({ type }) => type },
  { name: 'stream', header: 'stream', gives: 'identifier', goes: 1, value: ({ stream }) => stream },
  { name: 'cause', value: ({ cause }) => cause },
  { name: 'requestID', value: ({ requestID }) => requestID ?? null },
  { name: 'summary', header: 'what', gives: 'words', value: (entry) => summaryOf(entry, timeZone) },
  { name: 'data', value: ({ data }) => JSON.stringify(data) },
];
