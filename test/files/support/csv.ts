/** The zone of the files in these tests. */
export const timeZone = 'America/New_York';

/** Lines of a file. */
export const csv = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** Rows that say one kilowatt-hour for each start. */
export const flat = (starts: readonly string[]): readonly string[] => starts.map((start) => `${start},1`);
