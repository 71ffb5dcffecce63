import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Bill, BilledRows } from '../../files/bill.ts';
import type { FilePieces } from '../../files/filePieces.ts';
import type { ReadingRows } from '../../files/kept/keptReadings.ts';
import type { MeterFile } from '../../files/meterFile.ts';
import type { SourceFile } from '../../files/sourceFile.ts';
import { piecesOf } from './fileBytes.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { layoutsGiven } from './layoutsGiven.ts';

/** The files that a settlement is compared with. */
export interface ComparedFiles {
  readonly bill: Bill<BilledRows> | null;
  readonly meter: MeterFile<ReadingRows> | null;
  readonly sources: readonly SourceFile[];
}

const needsBill = ['infer-rounding', 'claim'] as const;

const checkOptions = (given: ParsedArguments): void => {
  const isGiven = (name: string): boolean => given.switches.has(name) || given.texts.has(name);
  const alone = needsBill.find((name) => isGiven(name) && !isGiven('bill'));
  if (alone !== undefined)
    throw new UsageError(`The option --${alone} is about a bill: give one with --bill FILE.csv.`);
  const idle = ['columns', 'file-device'].find((name) => isGiven(name) && !isGiven('bill') && !isGiven('meter'));
  if (idle !== undefined)
    throw new UsageError(`The option --${idle} is about a file: give one with --bill or --meter.`);
  if (isGiven('accept-gaps') && !isGiven('meter'))
    throw new UsageError('The option --accept-gaps is about a meter file: give one with --meter FILE.');
};

/**
 * Reads the files that were given. What reads them is imported where one is, for most settlements are compared with none.
 * @throws UnusableFile, CommandFailure or UsageError, each with one sentence
 */
export const comparedFiles = async (given: ParsedArguments, timeZone: string): Promise<ComparedFiles> => {
  checkOptions(given);
  const layouts = layoutsGiven(given);
  const [billName, meterName] = [given.text('bill'), given.text('meter')];
  const sources: SourceFile[] = [];
  /** Reads a file of that role, and keeps what says which file it was. */
  const read = <Result>(role: SourceFile['role'], file: string, by: (pieces: FilePieces) => Result): Result => {
    const hash = createHash('sha256');
    const result = by(piecesOf(file, 'settled', (piece) => hash.update(piece)));
    sources.push({ role, name: basename(file), sha256: hash.digest('hex') });
    return result;
  };
  const billOf = async (file: string): Promise<Bill<BilledRows>> => {
    const { billFromBytes } = await import('../../files/billFromBytes.ts');
    return read('bill', file, (pieces) => billFromBytes(basename(file), pieces, layouts.bill, timeZone));
  };
  const meterOf = async (file: string): Promise<MeterFile<ReadingRows>> => {
    const { meterFromBytes } = await import('../../files/meterFromBytes.ts');
    return read('meter', file, (pieces) =>
      meterFromBytes(basename(file), pieces, layouts.meter, timeZone, given.switches.has('accept-gaps')),
    );
  };
  return {
    bill: billName === undefined ? null : await billOf(billName),
    meter: meterName === undefined ? null : await meterOf(meterName),
    sources,
  };
};

/** The time a bill is about: from its first line to its last, or its totals. */
export const billedStretch = ({ lines, totals }: Bill<BilledRows>): Stretch | null => {
  let [fromAt, toAt] = [Number.POSITIVE_INFINITY, 0];
  const reach = (startAt: number, endAt: number): void => {
    fromAt = Math.min(fromAt, startAt);
    toAt = Math.max(toAt, endAt);
  };
  for (const { startAt, durationMs } of lines) reach(startAt, startAt + durationMs);
  for (const { startAt, endAt } of totals) if (startAt !== null && endAt !== null) reach(startAt, endAt);
  return toAt === 0 ? null : { fromAt, toAt };
};
