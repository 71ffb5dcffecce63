/** Reads a meter's file as `ven settle --meter` does, and says what it cost this whole process. */
import { piecesOf } from '../../src/cli/settle/fileBytes.ts';
import { noLayout } from '../../src/files/layout.ts';
import { meterFromBytes } from '../../src/files/meterFromBytes.ts';

const [, , file = ''] = process.argv;
const pieces = piecesOf(file, 'settled', () => undefined);
const { readings } = meterFromBytes('meter', pieces, noLayout, 'America/New_York', true);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(
  JSON.stringify({
    readings: readings.length,
    peakMB: (maxRSS * 1_024) / 1e6,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
  }),
);
