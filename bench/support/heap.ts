import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is alive on the heap, garbage collected first. @unit MB */
export const liveMB = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
};
