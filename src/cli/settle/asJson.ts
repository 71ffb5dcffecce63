import { comingToYou } from '../../programme/money.ts';
import type { LedgerException } from '../../settlement/ledgerException.ts';
import type { Adjustment, LedgerLine, LinePart, PriceOrigin } from '../../settlement/ledgerLine.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { isoOrNull, isoText } from '../rows.ts';

/** A settlement for programs: everything it consists of, times in UTC, money as exact text. */

const originDocument = (origin: PriceOrigin) => ({ ...origin, receivedAt: isoText(origin.receivedAt) });

const partDocument = (part: LinePart) => ({
  ...part,
  startAt: isoText(part.startAt),
  endAt: isoText(part.endAt),
  importOrigin: part.importOrigin.position,
  exportOrigin: part.exportOrigin.position,
});

/** Beside an amount of the ledger, where a credit is negative, stands what comes to you. */
const lineDocument = ({ first, ...line }: LedgerLine) => ({
  ...line,
  money: line.money === null ? null : { ...line.money, toYouUsd: comingToYou(line.money.amountUsd) },
  startAt: isoText(line.startAt),
  parts: line.parts.map(partDocument),
  reading: { ...line.reading, startAt: isoText(line.reading.startAt), receivedAt: isoOrNull(line.reading.receivedAt) },
  origins: line.origins.map(originDocument),
  delivery: { ...line.delivery, acknowledgedAt: isoOrNull(line.delivery.acknowledgedAt) },
  first: first === null ? null : { ...first, at: isoText(first.at) },
});

const adjustmentDocument = (adjustment: Adjustment) => ({
  ...adjustment,
  startAt: isoText(adjustment.startAt),
  at: isoText(adjustment.at),
});

const exceptionDocument = (exception: LedgerException) => ({ ...exception, startAt: isoText(exception.startAt) });

/** The settlement as one document. */
export const jsonOf = ({ startAt, endAt, asOf, lines, adjustments, exceptions, totals, ...rest }: Settlement) => ({
  startAt: isoText(startAt),
  endAt: isoText(endAt),
  asOf: { position: asOf.position, at: isoText(asOf.at) },
  ...rest,
  totals: { ...totals, toYouUsd: comingToYou(totals.amountUsd) },
  roundedToYouUsd: comingToYou(rest.roundedUsd),
  exceptions: exceptions.map(exceptionDocument),
  adjustments: adjustments.map(adjustmentDocument),
  lines: lines.map(lineDocument),
});
