import { Fold, type FoldResult } from '../../agent/fold.ts';
import { printable } from '../../adapters/logger.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { machineVersion } from '../../machines/machines.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { mustHold, positionNamed } from '../log/select.ts';
import type { ParsedArguments } from '../options.ts';
import { hereOf, reading } from '../reading.ts';
import { isoText } from '../rows.ts';
import { streamRows, timerRows } from '../status/streams.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { timeNamed, type Here } from '../when.ts';
import { divergenceText } from './divergence.ts';
import { foundationText } from './foundation.ts';

/** Where a replay ends: after an entry, before an instant, or with the log. */
type End = { readonly position: number } | { readonly at: number } | null;

const endGiven = (given: ParsedArguments, here: Here): End => {
  const text = given.text('until');
  if (text === undefined) return null;
  return /^\d+$/.test(text) ? { position: positionNamed(text) } : { at: timeNamed(text, 'end', here) };
};

const isBeyond = (end: End, position: number, recordedAt: number): boolean =>
  end !== null && ('position' in end ? position > end.position : recordedAt >= end.at);

/** Folds until the end; the step that is under way there is folded whole. */
const foldUntil = async (log: EventLog, end: End, verify: boolean): Promise<FoldResult> => {
  const fold = await Fold.of(log, { verify });
  for await (const entry of log.read({ from: fold.position + 1 })) {
    if (entry.direction === 'in' && isBeyond(end, entry.position, entry.recordedAt)) break;
    fold.take(entry);
  }
  return fold.finish();
};

const verdictOf = ({ divergences, uncompared, entries }: FoldResult): string => {
  if (divergences.length > 0) return `It differs at ${divergences.length} ${divergences.length === 1 ? 'place' : 'places'}; the first is the one that matters.`;
  const old = uncompared === 0 ? '' : ` ${uncompared} outputs were concluded by another version of the machines (this is ${machineVersion}) and not compared.`;
  return `Every one of the outputs among ${entries} entries is concluded again, to the letter.${old}`;
};

const write = (result: FoldResult, elapsedMs: number, { stdout }: Surroundings, here: Here, verify: boolean): void => {
  const { state, position, entries, divergences } = result;
  const pace = Math.round(entries / Math.max(elapsedMs / 1_000, 0.001));
  stdout.write(`Replayed ${entries} entries up to position ${position} in ${(elapsedMs / 1_000).toFixed(2)} s (${pace} entries/s).\n`);
  const built = foundationText(result.foundation);
  if (built !== null) stdout.write(`${built}\n`);
  if (verify) stdout.write(`${verdictOf(result)}\n`);
  for (const divergence of divergences.slice(0, 10)) stdout.write(printable(divergenceText(divergence, stdout.isTTY ? stdout.columns : 120)));
  if (divergences.length > 10) stdout.write(`\n${divergences.length - 10} more are in the JSON form (--json).\n`);
  if (verify && divergences.length > 0) return;
  stdout.write(`\n${tableText(['stream', 'state'], streamRows(state.streams).map(({ stream, text }) => [stream, text]))}`);
  const timers = timerRows(Object.values(state.timers), here);
  if (timers.length > 0) stdout.write(`\n${tableText(['due', 'stream', 'waits for'], timers.map(({ due, stream, text }) => [due, stream, text]))}`);
};

const documentOf = ({ state, position, entries, divergences, uncompared, foundation }: FoldResult, elapsedMs: number) => ({
  position,
  entries,
  elapsedMs: Math.round(elapsedMs),
  uncompared,
  foundation,
  divergences,
  streams: Object.fromEntries(Object.entries(state.streams).map(([stream, { value }]) => [stream, value])),
  timers: Object.values(state.timers).map(({ stream, timer, dueAt }) => ({ stream, timer, dueAt: isoText(dueAt) })),
  alarms: state.alarms,
});

const mustHaveEnded = ({ divergences }: FoldResult): ExitCode => (divergences.length > 0 ? EXIT.failure : EXIT.success);

const check = (log: EventLog, end: End): void => {
  if (end !== null && 'position' in end) mustHold(log, end.position);
  if (log.durableHead.position < 0) throw new CommandFailure('The log has no entries yet, so there is nothing to replay.');
};

/** The body of `ven replay`: the same steps that led to the log, once more. */
export const replay = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const verify = given.switches.has('verify');
    const here = given.text('until') === undefined ? opened.here : await hereOf(opened);
    const end = endGiven(given, here);
    check(opened.log, end);
    const beganAt = performance.now();
    const result = await foldUntil(opened.log, end, verify);
    const elapsedMs = performance.now() - beganAt;
    const local: Here = { ...here, timeZone: result.state.settings?.timeZone ?? here.timeZone };
    if (given.switches.has('json')) surroundings.stdout.write(`${JSON.stringify(documentOf(result, elapsedMs))}\n`);
    else write(result, elapsedMs, surroundings, local, verify);
    return mustHaveEnded(result);
  });

