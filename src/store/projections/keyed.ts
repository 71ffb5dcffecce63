/** A record whose keys come from outside (eventIDs, resourceIDs): read it through `lookUp`, for `constructor` is a possible key too. */
export type Keyed<T> = { readonly [key: string]: T };

/** The record's own value under a key. */
export const lookUp = <T>(record: Keyed<T>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** A copy of the record with the key set. */
export const withKey = <T>(record: Keyed<T>, key: string, value: T): Keyed<T> => ({ ...record, [key]: value });

/** A copy of the record without the key; the record itself when it has none. */
export const withoutKey = <T>(record: Keyed<T>, key: string): Keyed<T> => {
  if (!Object.hasOwn(record, key)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest;
};
