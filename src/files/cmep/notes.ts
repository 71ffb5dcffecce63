/** One sentence for many of a kind: how many there are, and where the first one is. */

/** What is told of records that are not read, by why. */
export const leftOutNotes = (file: string, lines: ReadonlyMap<string, readonly number[]>): readonly string[] =>
  [...lines].map(([because, [first, ...more]]) =>
    more.length === 0
      ? `${file}: the record on line ${first} is left out: ${because}.`
      : `${file}: the record on line ${first} and ${more.length} more are left out: of each, ${because}.`,
  );

const others = (count: number): string =>
  count === 1 ? '' : ` and ${count - 1} more ${count === 2 ? 'meter' : 'meters'}`;

/** What is told of values that are multiplied before they are kWh. */
export const constantNotes = (file: string, meters: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] =>
  [...meters].map(([constant, of]) => {
    const [first = ''] = of;
    return `${file}: the values of ${first}${others(of.size)} are multiplied by their calculation constant, ${constant}.`;
  });

/** Things that are told once, with their number. */
export class Counter {
  count = 0;
  first: string | null = null;

  /** Counts one; `says` is asked of the first alone. */
  add(says: () => string): void {
    this.first ??= says();
    this.count += 1;
  }
}

/** What is told of statements that were made later. */
export const correctionNotes = (file: string, { count, first }: Counter): readonly string[] => {
  if (first === null) return [];
  return count === 1
    ? [`${file}: ${first}: what was made later counts.`]
    : [
        `${file}: ${count} readings were sent again with another value, the first where ${first}: what was made later counts.`,
      ];
};

/** What is told of meters of which one direction is stated. */
export const oneWayNotes = (file: string, of: Readonly<Record<'import' | 'export', Counter>>): readonly string[] =>
  (['import', 'export'] as const).flatMap((stated) => {
    const { count, first } = of[stated];
    const says =
      stated === 'import'
        ? 'drawn is stated; what was delivered counts as none'
        : 'delivered is stated; what was drawn counts as none';
    return first === null ? [] : [`${file}: of ${first}${others(count)} only what was ${says}.`];
  });

/** What is told of KWH below zero. */
export const negativeNotes = (file: string, { count, first }: Counter): readonly string[] =>
  first === null
    ? []
    : [
        `${file}: ${count} ${count === 1 ? 'reading of KWH is' : 'readings of KWH are'} negative, the first that of ${first}: they are read as net energy, negative where energy was delivered.`,
      ];
