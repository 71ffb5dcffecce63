import { dayOf } from '../../programme/calendar.ts';
import type { LedgerState } from '../../settlement/ledgerState.ts';
import { devicesOf } from '../../settlement/lines.ts';
import { settle } from '../../settlement/settle.ts';
import type { ReconciledHour } from '../../settlement/reconciliation/hour.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { verdictOf } from '../../settlement/verdict.ts';
import { datedNow } from '../../store/projections/dated.ts';
import { priceVersions } from '../../store/projections/priceSlots.ts';
import { registrationProjection } from '../../store/projections/registration.ts';
import { proseFor } from '../prose.ts';
import { firstReadingAt } from '../../store/projections/usage.ts';
import { reviewDocument, reviewText } from '../plan/reviewText.ts';
import type { DayReview, DayWithout } from '../../review/terms.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { devicesChosen, devicesNamed } from '../many/deviceChoice.ts';
import { pagingOf } from '../many/paging.ts';
import { reading, type OpenReading } from '../reading.ts';
import { restOf, restText } from '../atRest.ts';
import { formatOf, writeRows } from '../rows.ts';
import type { TextOutput, Surroundings } from '../surroundings.ts';
import { configuredIn, nothingMeteredThen } from '../days/days.ts';
import { viewsOf } from '../views.ts';
import type { Stretch } from '../../machines/report/periods.ts';
import { writeCsv } from './asCsv.ts';
import { jsonOf } from './asJson.ts';
import { asTable } from './asTable.ts';
import { billedStretch, comparedFiles } from './comparedFiles.ts';
import { compare, type Comparison, isContradicted } from './comparison.ts';
import { hourColumns } from './comparisonColumns.ts';
import { comparisonDocument } from './comparisonJson.ts';
import { comparisonText, verdictText } from './comparisonTable.ts';
import { claimText, pageOf } from './documents.ts';
import { heldBackText } from './heldBack.ts';
import { ledgerAt, type LedgerAt } from './ledgerAt.ts';
import { collecting, writeOutputFile } from './outputFile.ts';
import { monthAt, periodGiven } from './period.ts';
import { reviewOfSettlement, reviewTold } from './review.ts';
import { roundingGiven } from './roundingGiven.ts';
import { crowdKeys } from '../../store/projections/crowd.ts';

/** The time that was metered; what is before or after it cannot be settled. */
const meteredStretch = ({ usage, firstBoundaryAt, lastBoundaryAt }: LedgerState): Stretch => {
  if (lastBoundaryAt === 0)
    throw new CommandFailure(
      'Nothing has been metered yet: the first reading is taken at the next boundary after "ven run" begins.',
    );
  // Boundaries of a wrong clock were read, and are of no hour.
  const firsts = crowdKeys(usage.meters).flatMap((resourceID) => firstReadingAt(usage, resourceID) ?? []);
  return { fromAt: firsts.length === 0 ? firstBoundaryAt : Math.min(...firsts), toAt: lastBoundaryAt };
};

/** A stretch without limits is cut to what was metered. */
const within = ({ fromAt, toAt }: Stretch, metered: Stretch, timeZone: string): Stretch => ({
  fromAt: fromAt === 0 ? dayOf(metered.fromAt, timeZone).startAt : fromAt,
  toAt: toAt === Number.MAX_SAFE_INTEGER ? dayOf(metered.toAt, timeZone).endAt : toAt,
});

/** The devices that were named, by themselves or by their group; absent when none were. */
const devicesGiven = async (
  given: ParsedArguments,
  { state }: LedgerAt,
  opened: OpenReading,
): Promise<readonly string[] | undefined> =>
  given.texts.has('device') || given.texts.has('group')
    ? devicesChosen(given, devicesOf(state), () => configuredIn(opened))
    : undefined;

/** A signal that no event ever had would leave everything that was delivered without a price. */
const mustBeKnown = (exportSignalID: string, { prices }: LedgerState): void => {
  const known = [...new Set(priceVersions(prices, 0, Number.MAX_SAFE_INTEGER).map(({ seriesID }) => seriesID))];
  if (known.includes(exportSignalID)) return;
  const some = known
    .slice(-5)
    .map((each) => `"${each}"`)
    .join(', ');
  throw new CommandFailure(
    `No price signal is called "${exportSignalID}": ${known.length === 0 ? 'no price has arrived yet' : `the latest are ${some}`}. Give --export-signal the signalID that stands in the DR events.`,
  );
};

const settlementOf = (
  given: ParsedArguments,
  { state, position, at }: LedgerAt,
  timeZone: string,
  billed: Stretch | null,
  resourceIDs: readonly string[] | undefined,
): Settlement => {
  const metered = meteredStretch(state);
  const period = within(
    periodGiven(given, { timeZone, now: at }) ?? billed ?? monthAt(metered.toAt - 1, timeZone),
    metered,
    timeZone,
  );
  const exportSignalID = given.text('export-signal');
  if (exportSignalID !== undefined) mustBeKnown(exportSignalID, state);
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
  throw nothingMeteredThen(metered, timeZone);
};

const tellNotes = (notes: readonly string[], { stderr }: Surroundings): void => {
  for (const note of new Set(notes)) stderr.write(proseFor(stderr, `${note}\n`));
};

/** The hours of the time that is asked for held against the bill that is given; null where none is, or it states no hours. */
export const reconciledHours = async (
  given: ParsedArguments,
  ledger: LedgerAt,
  timeZone: string,
  surroundings: Surroundings,
): Promise<readonly ReconciledHour[] | null> => {
  if (given.text('bill') === undefined) return null;
  const files = await comparedFiles(given, timeZone);
  const { reconciliation } = compare(
    given,
    settlementOf(given, ledger, timeZone, null, devicesNamed(given, devicesOf(ledger.state))),
    files,
    devicesOf(ledger.state),
  );
  tellNotes(reconciliation?.notes ?? [], surroundings);
  return reconciliation === null || reconciliation.hours.length === 0 ? null : reconciliation.hours;
};

/** A settlement, and what it was held against. */
interface SettledAndCompared {
  readonly settlement: Settlement;
  readonly comparison: Comparison;
  /** That the agent has not run since; empty where there is nothing to say. */
  readonly rest: string;
  /** Its days looked back upon; null where that was not asked for. */
  readonly review: readonly (DayReview | DayWithout)[] | null;
}

const write = (
  given: ParsedArguments,
  output: TextOutput,
  { settlement, comparison, rest, review }: SettledAndCompared,
): void => {
  const format = formatOf(given);
  const { reconciliation } = comparison;
  if (format === 'csv' && reconciliation !== null)
    writeRows(output, 'csv', hourColumns(settlement.timeZone), reconciliation.hours);
  else if (format === 'csv') writeCsv(output, settlement);
  else if (format === 'json')
    output.write(
      `${JSON.stringify({ verdict: verdictOf(settlement, reconciliation, comparison.elsewhere), ...(rest === '' ? {} : { atRest: rest }), ...jsonOf(settlement), ...comparisonDocument(comparison, settlement.timeZone), ...(review === null ? {} : { review: reviewDocument(review) }) }, null, 2)}\n`,
    );
  else {
    const wishes = {
      lines: given.switches.has('lines'),
      positions: given.switches.has('positions'),
      isCompared: reconciliation !== null,
      all: given.switches.has('all'),
      paging: pagingOf(given),
    };
    output.write(
      `${proseFor(output, `${verdictText(verdictOf(settlement, reconciliation, comparison.elsewhere))}${rest === '' ? '' : `${rest}\n`}`)}\n${comparisonText(output, settlement, comparison, wishes.all)}${asTable(output, settlement, wishes)}${review === null ? '' : `\n${reviewText(output, review)}`}`,
    );
  }
};

/** Writes the main output where it belongs. */
const writeMain = async (
  given: ParsedArguments,
  told: SettledAndCompared,
  dataDirectory: string,
  surroundings: Surroundings,
): Promise<void> => {
  const file = given.text('out');
  if (formatOf(given) === 'csv')
    surroundings.stderr.write(proseFor(surroundings.stderr, heldBackText(told.settlement, told.comparison)));
  if (file === undefined) {
    write(given, surroundings.stdout, told);
    return;
  }
  const texts: string[] = [];
  write(given, collecting(surroundings, texts), told);
  await writeOutputFile({ option: 'out', file, text: texts.join('') }, dataDirectory, surroundings);
};

/** Writes the documents that were asked for beside it. */
const writeDocuments = async (
  given: ParsedArguments,
  { settlement, comparison, review }: SettledAndCompared,
  { log, settings, here }: OpenReading,
  surroundings: Surroundings,
): Promise<void> => {
  const [html, claim] = [given.text('html'), given.text('claim')];
  const { reconciliation } = comparison;
  if (html === undefined && claim === undefined) return;
  const { registration } = await viewsOf(log, { registration: registrationProjection() });
  const making = { log, venID: registration.run?.venID ?? null, madeAt: here.now };
  const write = (option: string, file: string, text: string): Promise<void> =>
    writeOutputFile({ option, file, text }, settings.dataDirectory, surroundings);
  if (html !== undefined)
    await write(
      'html',
      html,
      await pageOf(settlement, comparison, making, review === null ? null : reviewTold(review)),
    );
  const [elsewhere] = comparison.elsewhere;
  if (claim !== undefined && elsewhere !== undefined)
    throw new CommandFailure(`Nothing can be claimed by files of other days. ${elsewhere.text}`);
  if (claim !== undefined && reconciliation !== null)
    await write('claim', claim, await claimText(claim, settlement, reconciliation, comparison, making));
};

/** The body of `ven settle`. */
export const settleCommandBody = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    formatOf(given);
    pagingOf(given);
    roundingGiven(given.text('round'));
    const exportSignalID = given.text('export-signal');
    const ledger = await ledgerAt(
      opened,
      given.text('as-of'),
      exportSignalID === undefined ? {} : { exportSignalID },
      surroundings,
    );
    const timeZone = datedNow(ledger.state.settings)?.timeZone ?? opened.here.timeZone;
    const files = await comparedFiles(given, timeZone);
    const billed = files.bill === null ? null : billedStretch(files.bill);
    const settlement = settlementOf(given, ledger, timeZone, billed, await devicesGiven(given, ledger, opened));
    const comparison = compare(given, settlement, files, devicesOf(ledger.state));
    const unread = formatOf(given) === 'csv' ? comparison.elsewhere.map(({ text }) => text) : [];
    tellNotes([...unread, ...(comparison.reconciliation?.notes ?? []), ...(files.meter?.notes ?? [])], surroundings);
    const since = given.text('as-of') === undefined ? await restOf(opened) : null;
    const review = given.switches.has('review')
      ? await reviewOfSettlement(opened, settlement, comparison, ledger)
      : null;
    const told = { settlement, comparison, rest: restText(since, { ...opened.here, timeZone }), review };
    await writeMain(given, told, opened.settings.dataDirectory, surroundings);
    await writeDocuments(given, told, opened, surroundings);
    const isContrary = settlement.exceptions.length > 0 || isContradicted(comparison);
    return !ledger.isPartial && !(given.switches.has('strict') && isContrary) ? EXIT.success : EXIT.failure;
  });
