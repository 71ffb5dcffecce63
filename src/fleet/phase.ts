/** Where a VEN stands in a span that all share, from 0 to 1: always the same for a venID, and even over many of them. */
export const phaseOf = (venID: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < venID.length; index += 1) {
    hash ^= venID.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  // The last characters, by which VENs differ most, have hardly reached the upper bits yet.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** The next instant at which a VEN has its turn in spans that follow one another. @unit ms */
export const nextTurnOf = (venID: string, now: number, spanMs: number): number => {
  const turn = phaseOf(venID) * spanMs;
  const inSpan = now - Math.floor(now / spanMs) * spanMs;
  return Math.ceil(now + (turn >= inSpan ? turn - inSpan : turn + spanMs - inSpan));
};
