import type { Entry } from './entry.ts';
import { factVersions, isFactType, type KnownEntry } from './fact.ts';
import { lifts } from './lifts.ts';

/** An entry this version cannot read: an unknown fact, or one from a newer version. */
export class UnreadableFact extends Error {
  override readonly name = 'UnreadableFact';
  readonly position: number;
  constructor(position: number, text: string) {
    super(text);
    this.position = position;
  }
}

/**
 * Brings an entry up to the present version of its fact.
 *
 * @throws UnreadableFact when the type is unknown or newer than this program: an entry is never skipped.
 */
export const upcast = (entry: Entry): KnownEntry => {
  if (!isFactType(entry.type)) {
    throw new UnreadableFact(
      entry.position,
      `Entry ${entry.position} holds the fact ${entry.type}, which this version does not know; read the log with the version that wrote it or a newer one.`,
    );
  }
  const present = factVersions[entry.type];
  if (entry.version > present) {
    throw new UnreadableFact(
      entry.position,
      `Entry ${entry.position} holds ${entry.type} in version ${entry.version}, and this program reads up to ${present}; use a newer one.`,
    );
  }
  if (entry.version === present) return entry as KnownEntry;
  let data = entry.data;
  for (let version = entry.version; version < present; version += 1) {
    const lift = lifts[entry.type]?.[version];
    if (lift === undefined) {
      throw new UnreadableFact(
        entry.position,
        `Entry ${entry.position}: no upcaster lifts ${entry.type} from version ${version}.`,
      );
    }
    data = lift(data);
  }
  return { ...entry, version: present, data } as KnownEntry;
};
