import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { longestFileBytes } from '../src/files/fileText.ts';
import { writeCmep } from './support/cmepFile.ts';
import { madeBills, madeTables, writeTable } from './support/csvFile.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, type Figure, type Subject } from './support/figure.ts';
import { type MadeFile, writeGreenButton } from './support/greenButtonFile.ts';

const cpuGoalMs = 10_000;
const memoryGoalMB = 300;

const made: readonly (readonly [name: string, file: Omit<MadeFile, 'bytes'>])[] = [
  ['one net series', { usagePoints: 1, flowDirections: [4], isSpread: false }],
  ['both directions', { usagePoints: 1, flowDirections: [1, 19], isSpread: false }],
  ['both directions of three usage points', { usagePoints: 3, flowDirections: [1, 19], isSpread: false }],
  ['both directions, an element a line', { usagePoints: 1, flowDirections: [1, 19], isSpread: true }],
];

interface Read {
  readonly readings: number;
  readonly peakMB: number;
  readonly cpuMs: number;
}

type Role = 'meter' | 'bill';

const readers: Readonly<Record<Role, string>> = { meter: 'readMeter.mjs', bill: 'readBill.mjs' };

const read = (directory: string, role: Role, write: (path: string) => void): Read => {
  const path = join(directory, role);
  write(path);
  if (statSync(path).size < longestFileBytes * 0.99) throw new Error('The file that was made is too small.');
  return JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, readers[role]), path], { encoding: 'utf8' }),
  ) as Read;
};

type Writer = readonly [name: string, role: Role, write: (path: string) => void];

const writeRecords = (path: string): void =>
  writeCmep(path, { units: ['KWH', 'GKWH'], minutes: 15, meters: 10 }, longestFileBytes);

const writers = (): readonly Writer[] => [
  ...made.map(([name, file]) => {
    const write = (path: string): void => writeGreenButton(path, { ...file, bytes: longestFileBytes });
    return [`a meter in Green Button, ${name}`, 'meter', write] as const;
  }),
  ...madeTables().map(([name, table]) => {
    const write = (path: string): void => writeTable(path, table, longestFileBytes);
    return [`a meter in CSV, ${name}`, 'meter', write] as const;
  }),
  ...madeBills().map(([name, table]) => {
    const write = (path: string): void => writeTable(path, table, longestFileBytes);
    return [`a bill in CSV, ${name}`, 'bill', write] as const;
  }),
  [
    'a bill in Green Button, both directions',
    'bill',
    (path) =>
      writeGreenButton(path, { usagePoints: 1, flowDirections: [1, 19], isSpread: false, bytes: longestFileBytes }),
  ],
  ['a meter in MEPMD01 records, both directions of ten meters', 'meter', writeRecords],
  [
    'a meter in MEPMD01 records, one direction in minutes',
    'meter',
    (path) => writeCmep(path, { units: ['KWH'], minutes: 1, meters: 1 }, longestFileBytes),
  ],
  ['a bill in MEPMD01 records, both directions of ten meters', 'bill', writeRecords],
];

/** The largest files that are read, in processes of their own. */
export const files: Subject = {
  name: 'files',
  title: `Files of ${longestFileBytes / 1024 / 1024} MB, as \`ven settle\` reads them, in a process of its own`,
  measure: () =>
    withDirectory((directory) =>
      Promise.resolve(
        writers().flatMap(([name, role, write]): readonly Figure[] => {
          const { readings, peakMB, cpuMs } = read(directory, role, write);
          return [
            {
              name: `${name} (${readings.toLocaleString('en')} readings): CPU time`,
              value: `${(cpuMs / 1_000).toFixed(1)} s`,
              goal: atMost(cpuMs / 1_000, cpuGoalMs / 1_000, 's'),
            },
            {
              name: 'the most memory it had',
              value: `${peakMB.toFixed(0)} MB`,
              goal: atMost(peakMB, memoryGoalMB, 'MB'),
            },
          ];
        }),
      ),
    ),
};
