/** Sums of amounts that stand in answers as exact text: for the eye, to the cent. */

/** The sum; null where nothing is known. */
export const sumOfUsd = (amounts: readonly (string | null)[]): string | null => {
  const known = amounts.flatMap((amount) => amount ?? []);
  return known.length === 0 ? null : known.reduce((sum, each) => sum + Number(each), 0).toFixed(6);
};
