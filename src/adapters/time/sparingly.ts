/** Tells the first of many, and how many more there were when the next is told. @unit ms */
export const sparingly = (
  tell: (sentence: string) => void,
  everyMs: number,
  now: () => number = () => performance.now(),
): ((sentence: string) => void) => {
  let toldAt = -Infinity;
  let untold = 0;
  return (sentence) => {
    const at = now();
    if (at - toldAt < everyMs) return void (untold += 1);
    tell(untold === 0 ? sentence : `${sentence} (${untold} more since the last of these lines)`);
    toldAt = at;
    untold = 0;
  };
};
