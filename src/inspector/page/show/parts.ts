/** A part of many devices: what is shown at once, and what is left out of it. */

/** @limit Devices on the map at once; what is not shown has no place in the page at all. */
export const cellsAtOnce = 200;

/** @limit Devices that a list offers to choose from at once. */
export const offeredAtOnce = 50;

/** @limit Lines of a card of which each device may have one. */
export const linesAtOnce = 12;

/** Those whose name has the text in it; all for none. */
export const soughtIn = <Item extends { readonly resourceID: string }>(
  items: readonly Item[],
  sought: string,
): readonly Item[] => {
  const text = sought.trim().toLowerCase();
  return text === '' ? items : items.filter(({ resourceID }) => resourceID.toLowerCase().includes(text));
};

/** A part, where it begins, and how many there are. */
export interface ShownPart<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly pages: number;
  /** `1–200 of 1000`; empty when all are shown. */
  readonly text: string;
}

/** The part on a page, counted from 0; the last one where there are fewer. */
export const partOf = <Item>(items: readonly Item[], page: number, size = cellsAtOnce): ShownPart<Item> => {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const shown = Math.min(Math.max(0, page), pages - 1);
  const part = items.slice(shown * size, (shown + 1) * size);
  const from = shown * size + 1;
  const text = pages === 1 ? '' : `${from}–${from + part.length - 1} of ${items.length}`;
  return { items: part, page: shown, pages, text };
};

/** Those that are offered: what was sought, so many at the most, and what is chosen in any case. */
export const offeredOf = <Item extends { readonly resourceID: string }>(
  items: readonly Item[],
  sought: string,
  chosen: string,
): readonly Item[] => {
  const offered = soughtIn(items, sought).slice(0, offeredAtOnce);
  const isThere = chosen === '' || offered.some(({ resourceID }) => resourceID === chosen);
  return isThere ? offered : [...items.filter(({ resourceID }) => resourceID === chosen), ...offered];
};
