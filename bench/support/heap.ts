/** What is alive on the heap, garbage collected first. @unit MB */
export const liveMB = (): number => {
  if (globalThis.gc === undefined) throw new Error('This figure needs node --expose-gc: run it with npm run bench.');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
};
