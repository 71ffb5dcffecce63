/** Which rows of a long list are in view. Browsers end at some height, so a longer list moves by more than it is scrolled. */

/** The height of a row. @unit px */
export const rowHeight = 30;

/** @limit The height of the list's inside; some browsers draw nothing beyond. @unit px */
export const mostHeight = 12_000_000;

/** What is in view. */
export interface View {
  /** Height of the whole inside. @unit px */
  readonly height: number;
  readonly first: number;
  readonly last: number;
  /** Where the first row stands. @unit px */
  readonly top: number;
}

/** Rows drawn beyond each edge. */
const overscan = 8;

/** The view of a list that is scrolled. */
export const viewOf = (total: number, scrollTop: number, viewHeight: number): View => {
  const whole = total * rowHeight;
  const height = Math.min(whole, mostHeight);
  const scrollable = Math.max(1, height - viewHeight);
  const hidden = Math.max(0, whole - viewHeight);
  const isScaled = whole > mostHeight;
  const offset = isScaled ? Math.min(1, scrollTop / scrollable) * hidden : scrollTop;
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const last = Math.min(total - 1, Math.ceil((offset + viewHeight) / rowHeight) + overscan);
  return { height, first, last, top: scrollTop - (offset - first * rowHeight) };
};

/** Where to scroll so that a row stands in the middle. */
export const scrollTopFor = (row: number, total: number, viewHeight: number): number => {
  const whole = total * rowHeight;
  const hidden = Math.max(0, whole - viewHeight);
  const offset = Math.max(0, Math.min(hidden, row * rowHeight - (viewHeight - rowHeight) / 2));
  return whole <= mostHeight ? offset : (offset / Math.max(1, hidden)) * (mostHeight - viewHeight);
};
