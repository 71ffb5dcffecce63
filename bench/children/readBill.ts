/** Reads a bill as `ven settle --bill` does, and says what it cost this whole process. */
import { piecesOf } from '../../src/cli/settle/fileBytes.ts';
import { billFromBytes } from '../../src/files/billFromBytes.ts';
import { noLayout } from '../../src/files/layout.ts';

const [, , file = ''] = process.argv;
const pieces = piecesOf(file, 'settled', () => undefined);
const { lines } = billFromBytes('bill', pieces, noLayout, 'America/New_York');
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(
  JSON.stringify({
    readings: lines.length,
    peakMB: (maxRSS * 1_024) / 1e6,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
  }),
);
