import { shown, UnusableFile } from './unusableFile.ts';

/** Devices as files and the log call them. */
export interface FileDevices {
  /** Those that are settled, by their resourceID. */
  readonly settled: readonly string[];
  /** Those the log knows beside them: what files say of them is left out. */
  readonly others: readonly string[];
  /** What files call them, where that is not the resourceID: `SN-17` is `battery`. */
  readonly names: ReadonlyMap<string, string>;
}

/** The device a file's name means; null for one that is not settled. @throws UnusableFile when it means none, or the file names none and there are several */
export const deviceNamed = (
  file: string,
  name: string | null,
  { settled, others, names }: FileDevices,
): string | null => {
  const known = settled.map(shown).join(', ');
  if (name === null) {
    const [only, ...more] = settled;
    if (only !== undefined && more.length === 0) return only;
    throw new UnusableFile(
      `${file}: the file does not say which device it is about, and there are ${settled.length === 0 ? 'none' : known}; add a device column, or settle one of them with --device RESOURCE_ID.`,
    );
  }
  const meant = names.get(name) ?? name;
  if (settled.includes(meant)) return meant;
  if (others.includes(meant)) return null;
  throw new UnusableFile(
    `${file}: the device ${shown(name)} is none of ${known}; say which one it is with --file-device ${shown(`${name}=RESOURCE_ID`)}.`,
  );
};
