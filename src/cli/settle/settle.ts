import { writeFileSync } from 'node:fs';
import { dayOf } from '../../programme/calendar.ts';
import type { LedgerState } from '../../settlement/ledgerState.ts';
import { devicesOf } from '../../settlement/lines.ts';
import { settle } from '../../settlement/settle.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { formatOf } from '../rows.ts';
import type { Output, Surroundings } from '../surroundings.ts';
import type { Stretch } from '../when.ts';
import { writeCsv } from './asCsv.ts';
import { jsonOf } from './asJson.ts';
import { asTable } from './asTable.ts';
import { ledgerAt, type LedgerAt } from './ledgerAt.ts';
import { monthAt, periodGiven } from './period.ts';
import { roundingGiven } from './roundingGiven.ts';

/** The time that was metered; what is before or after it cannot be settled. */
const meteredStretch = ({ firstBoundaryAt, lastBoundaryAt }: LedgerState): Stretch => {
  if (lastBoundaryAt === 0) throw new CommandFailure('Nothing has been metered yet: the first reading is taken at the next boundary after "ven run" begins.');
  return { fromAt: firstBoundaryAt, toAt: lastBoundaryAt };
};

/** A stretch without limits is cut to what was metered. */
const within = ({ fromAt, toAt }: Stretch, metered: Stretch, timeZone: string): Stretch => ({
  fromAt: fromAt === 0 ? dayOf(metered.fromAt, timeZone).startAt : fromAt,
  toAt: toAt === Number.MAX_SAFE_INTEGER ? dayOf(metered.toAt, timeZone).endAt : toAt,
});

const devicesGiven = (given: ParsedArguments, state: LedgerState): readonly string[] | undefined => {
  const wanted = given.texts.get('device');
  const known = devicesOf(state);
  const stranger = wanted?.find((resourceID) => !known.includes(resourceID));
  if (stranger !== undefined) throw new CommandFailure(`The log knows no device "${stranger}": it has ${known.map((each) => `"${each}"`).join(', ')}.`);
  return wanted;
};

const settlementOf = (given: ParsedArguments, { state, position, at }: LedgerAt, timeZone: string): Settlement => {
  const metered = meteredStretch(state);
  const period = within(periodGiven(given, { timeZone, now: at }) ?? monthAt(metered.toAt - 1, timeZone), metered, timeZone);
  const exportSignalID = given.text('export-signal');
  const resourceIDs = devicesGiven(given, state);
  const settlement = settle(state, {
    startAt: period.fromAt,
    endAt: period.toAt,
    asOf: { position, at },
    timeZone,
    rounding: roundingGiven(given.text('round')),
    ...(exportSignalID === undefined ? {} : { series: { exportSignalID } }),
    ...(resourceIDs === undefined ? {} : { resourceIDs }),
  });
  if (settlement.lines.length > 0) return settlement;
  throw new CommandFailure(`Nothing was metered then: there are readings from ${dayOf(metered.fromAt, timeZone).day} to ${dayOf(metered.toAt, timeZone).day}.`);
};

/** An output that ends in a file, with the same redaction as any other. */
const collecting = (surroundings: Surroundings, texts: string[]): Output => ({ write: (text) => void texts.push(surroundings.redactor.text(text)), isTTY: false, columns: 80 });

const writeOut = (file: string, texts: readonly string[], { stdout }: Surroundings): void => {
  try {
    writeFileSync(file, texts.join(''), { mode: 0o600 });
  } catch (error) {
    throw new CommandFailure(`"${file}" could not be written (${error instanceof Error ? error.message : String(error)}): give --out a file in a directory that is there and may be written to.`);
  }
  stdout.write(`Written to ${file}.\n`);
};

const write = (given: ParsedArguments, output: Output, settlement: Settlement): void => {
  const format = formatOf(given);
  if (format === 'csv') writeCsv(output, settlement);
  else if (format === 'json') output.write(`${JSON.stringify(jsonOf(settlement), null, 2)}\n`);
  else output.write(asTable(output, settlement, { lines: given.switches.has('lines'), positions: given.switches.has('positions') }));
};

/** The body of `ven settle`. */
export const settleCommandBody = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    formatOf(given);
    roundingGiven(given.text('round'));
    const exportSignalID = given.text('export-signal');
    const ledger = await ledgerAt(opened, given.text('as-of'), exportSignalID === undefined ? {} : { exportSignalID }, surroundings);
    const settlement = settlementOf(given, ledger, ledger.state.settings?.timeZone ?? opened.here.timeZone);
    const file = given.text('out');
    if (file === undefined) write(given, surroundings.stdout, settlement);
    else {
      const texts: string[] = [];
      write(given, collecting(surroundings, texts), settlement);
      writeOut(file, texts, surroundings);
    }
    const isWhole = !ledger.isPartial && !(given.switches.has('strict') && settlement.exceptions.length > 0);
    return isWhole ? EXIT.success : EXIT.failure;
  });
