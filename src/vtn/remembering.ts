/** How many results are kept: more than the texts that several VENs say again and again. */
const capacity = 64;

/** A longer text is hardly said twice. @unit characters */
const longest = 4_096;

/**
 * A pure function of a text that keeps its latest results: who polls says and hears the same for days, and reading it once is
 * enough. What it gives is shared, and must not be changed.
 */
export const remembering = <Result>(resultOf: (text: string) => Result): ((text: string) => Result) => {
  const kept = new Map<string, Result>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const result = resultOf(text);
    if (text.length > longest) return result;
    kept.set(text, result);
    const [oldest] = kept.size > capacity ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    return result;
  };
};
