/** How many single letters must change to make one text of another (Levenshtein). */
const distance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const changed = previous[column]! + (letter === other ? 0 : 1);
      current.push(Math.min(changed, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous.at(-1)!;
};

/** The known name a person most likely meant, or null when none is near. */
export const nearest = (given: string, known: readonly string[]): string | null => {
  const wanted = given.toLowerCase();
  const ranked = known
    .map((name) => ({
      name,
      far: name.toLowerCase().startsWith(wanted) && wanted.length > 2 ? 0 : distance(wanted, name.toLowerCase()),
    }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, Math.floor(given.length / 3)) ? best.name : null;
};

/** ` Did you mean "x"?` with its leading blank, or nothing. */
export const didYouMean = (given: string, known: readonly string[]): string => {
  const name = nearest(given, known);
  return name === null ? '' : ` Did you mean "${name}"?`;
};
