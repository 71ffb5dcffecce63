import { type ChannelMeaning, channelMeaning } from './channels.ts';
import type { Columns } from '../cells/columns.ts';
import type { Layout, SeriesRole } from '../layout.ts';
import { refuseFile, shown } from '../unusableFile.ts';

/** What the rows of a channel state, and what is told of those that are left out. */
export interface ChannelRoles {
  /** Null: the rows are left out. */
  readonly of: ReadonlyMap<string | null, SeriesRole | 'neutral' | null>;
  /** Whether a person said so: then channels of one role are summed. */
  readonly areDeclared: boolean;
  readonly notes: readonly string[];
}

const declaredRole = ({ series }: Layout, name: string): SeriesRole | null =>
  [...series].find(([, names]) => names.some((each) => each.toLowerCase() === name.toLowerCase()))?.[0] ?? null;

const advice = (names: readonly string[]): string =>
  `declare which is which, as in import=${names[0] ?? ''}${names[1] === undefined ? '' : `,export=${names[1]}`} beside the other columns (or net=, exportNet=)`;

const declared = (columns: Columns, names: readonly string[], layout: Layout): ChannelRoles => {
  for (const wanted of [...layout.series.values()].flat())
    if (!names.some((name) => name.toLowerCase() === wanted.toLowerCase()))
      refuseFile(
        { file: columns.file },
        `no channel is called ${shown(wanted)}; the file has ${names.slice(0, 20).map(shown).join(', ')}.`,
      );
  const left = names.filter((name) => declaredRole(layout, name) === null);
  return {
    of: new Map(names.map((name) => [name, declaredRole(layout, name)])),
    areDeclared: true,
    notes: left.map((name) => `${columns.file}: the channel ${shown(name)} is left out: it was not declared.`),
  };
};

/** What each channel of a file states: as declared, or as its name says. @throws UnusableFile when several could be meant */
export const channelRolesOf = (
  columns: Columns,
  channels: readonly (string | null)[],
  layout: Layout,
): ChannelRoles => {
  const names = [...new Set(channels)].flatMap((name) => name ?? []);
  if (names.length === 0) return { of: new Map([[null, 'neutral']]), areDeclared: false, notes: [] };
  if (layout.series.size > 0) return declared(columns, names, layout);
  const meanings = names.map((name) => ({ name, meaning: channelMeaning(name) }));
  const isOther = (each: { meaning: ChannelMeaning }): boolean => each.meaning.kind === 'other';
  const kept = meanings.filter((each) => !isOther(each));
  const unknown = kept.filter(({ meaning }) => meaning.kind === 'unknown');
  if (unknown.length > 0 && kept.length > 1)
    refuseFile(
      { file: columns.file },
      `it is not known what the ${unknown.length === 1 ? 'channel states that is' : 'channels state that are'} called ${unknown
        .slice(0, 20)
        .map(({ name }) => shown(name))
        .join(', ')}; ${advice(kept.map(({ name }) => name))}.`,
    );
  const kinds = kept.map(({ meaning }) => (meaning.kind === 'unknown' ? 'neutral' : meaning.kind));
  const neutral = kept.filter((_, index) => kinds[index] === 'neutral');
  if (neutral.length > 1)
    refuseFile(
      { file: columns.file },
      `the channels ${neutral.map(({ name }) => shown(name)).join(' and ')} may state the same; ${advice(neutral.map(({ name }) => name))}.`,
    );
  const isDrawn = kinds.includes('export') && !kinds.includes('import');
  const roles = new Map<string | null, SeriesRole | 'neutral' | null>(
    kept.map(({ name }, index) => {
      const kind = kinds[index] as SeriesRole | 'neutral';
      return [name, kind === 'neutral' && isDrawn ? 'import' : kind];
    }),
  );
  const notes = meanings.flatMap(({ name, meaning }) => {
    if (meaning.kind !== 'other') return [];
    roles.set(name, null);
    return [`${columns.file}: the channel ${shown(name)} is left out: ${meaning.because}.`];
  });
  if (kept.length === 0)
    refuseFile({ file: columns.file }, `none of its channels can be settled by: ${names.map(shown).join(', ')}.`);
  return { of: roles, areDeclared: false, notes };
};
