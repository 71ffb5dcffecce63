import { shown, UnusableFile } from './unusableFile.ts';

/** What files call devices, by the name in the file: `{ "SN-17": "battery" }`. */
export type DeviceNames = ReadonlyMap<string, string>;

/** The device a file's name means. @throws UnusableFile when it means none, or the file names none and there are several */
export const deviceNamed = (file: string, name: string | null, resourceIDs: readonly string[], names: DeviceNames): string => {
  const known = resourceIDs.map(shown).join(', ');
  if (name === null) {
    const [only, ...others] = resourceIDs;
    if (only !== undefined && others.length === 0) return only;
    throw new UnusableFile(`${file}: the file does not say which device it is about, and there are ${resourceIDs.length === 0 ? 'none' : known}; add a device column, or say --device RESOURCE_ID.`);
  }
  const meant = names.get(name) ?? name;
  if (resourceIDs.includes(meant)) return meant;
  throw new UnusableFile(`${file}: the device ${shown(name)} is none of ${known}; say which one it is with --device ${shown(`${name}=RESOURCE_ID`)}.`);
};
