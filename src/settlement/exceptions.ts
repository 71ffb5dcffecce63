import { hourMs } from '../programme/calendar.ts';
import { amountOf, sumOf } from '../programme/money.ts';
import { datedAt } from '../store/projections/dated.ts';
import { lookUp } from '../store/projections/keyed.ts';
import { beyondOf } from '../store/projections/priceVersion.ts';
import { netUsage } from '../store/projections/usage.ts';
import { intervalsWithin } from '../store/projections/deliveryState.ts';
import { contestedHour } from './contestedHour.ts';
import type { ExceptionKind, LedgerException, Stake } from './ledgerException.ts';
import type { LedgerLine } from './ledgerLine.ts';
import type { LedgerState, Loss, PriceSeries } from './ledgerState.ts';
import { wentBackwards } from './meter.ts';
import type { HourPrices } from './settledHour.ts';
import { amongAmounts, openStake, unsureStake, wholeStake } from './stake.ts';

/** What is not as it should be about the hours of a ledger. Each check looks at one line and says what it finds. */

/** How long after the end of its day, beyond the configured delay, an hour may be on its way to the VTN. @unit ms */
export const deliveryGraceMs = hourMs;

/** What the checks look at. */
interface Examined {
  readonly state: LedgerState;
  readonly line: LedgerLine;
  readonly prices: HourPrices;
  /** Which series it was settled by. */
  readonly series: PriceSeries;
  /** When its local day ends. UTC ms. */
  readonly dayEndAt: number;
  /** The instant it is judged at. UTC ms. */
  readonly at: number;
}

/** What a check found. */
interface FoundException {
  readonly kind: ExceptionKind;
  readonly text: string;
  readonly detail?: string;
  readonly advice: string;
  readonly positions: readonly number[];
  readonly stake: Stake;
}

type Check = (evidence: Examined) => FoundException | null;

const open = ({ state, line, prices }: Examined): Stake => openStake(state, line, prices);
const whole = (evidence: Examined): Stake => wholeStake(evidence.line, () => open(evidence));

const isMeasured = ({ energyWattHours }: LedgerLine): boolean => energyWattHours !== null;
const pricePositions = ({ origins }: LedgerLine): readonly number[] => origins.map(({ position }) => position);
const namesOf = (texts: readonly string[]): string => [...new Set(texts)].join(' and ');

const missing: Check = (evidence) => {
  const { line, state } = evidence;
  if (line.reading.quality !== 'missing') return null;
  const { positions, bad = 'Non Specific' } = line.reading;
  if (line.reading.source === 'register' && wentBackwards(state.usage, line.resourceID, line.startAt)) {
    const text =
      'A register shows less at one reading of the hour than at the one before it, so the hour cannot be told.';
    return {
      kind: 'registerWentBackwards',
      text,
      advice: 'Find out whether the meter was replaced or reset, and claim the hour by another meter.',
      positions,
      stake: open(evidence),
    };
  }
  const text = `It was not measured: ${bad}.`;
  return {
    kind: 'missing',
    text,
    advice: 'Look for the readings in the memory of the device, or settle the hour by another meter.',
    positions,
    stake: open(evidence),
  };
};

const unpriced: Check = (evidence) => {
  const { line, prices } = evidence;
  if (prices.isPriced || !isMeasured(line)) return null;
  const text = line.origins.length === 0 ? 'No price is known for it.' : 'For some of it no price is known.';
  return {
    kind: 'unpriced',
    text,
    advice: 'Ask the programme for the price of this hour; "ven prices --versions" shows what was received.',
    positions: line.reading.positions,
    stake: open(evidence),
  };
};

const doublyPriced: Check = (evidence) => {
  const { line, prices } = evidence;
  if (prices.contradicting.length === 0) return null;
  const text = 'Two DR events that are both listed state different prices for it.';
  const detail = `${namesOf(prices.contradicting.map(({ source, usdPerKwh }) => `"${source.id}" states ${usdPerKwh} USD/kWh`))}.`;
  return {
    kind: 'doublyPriced',
    text,
    detail,
    advice: 'Ask the programme which of them holds, and have the other one cancelled.',
    positions: pricePositions(line),
    stake: open(evidence),
  };
};

const contestedPrice: Check = (evidence) => {
  const { state, line, prices, series } = evidence;
  const { others, amounts } = contestedHour(state.contests, line, prices, series);
  if (others.length === 0 || prices.contradicting.length > 0) return null;
  const own = line.money?.amountUsd ?? null;
  const isKnown = own !== null && amounts.every((amount) => amount !== null);
  const stake = isKnown
    ? amongAmounts(
        [own, ...amounts.flatMap((amount) => amount ?? [])],
        'its amount at the price that holds and at the refused ones',
      )
    : open(evidence);
  const text =
    'The VTN has listed its DR event at other prices too, without a higher modificationNumber, and they were refused.';
  const detail = `Refused at ${namesOf(others.map(({ usdPerKwh }) => usdPerKwh))} USD/kWh.`;
  const positions = [...new Set([...pricePositions(line), ...others.map(({ position }) => position)])];
  return {
    kind: 'contestedPrice',
    text,
    detail,
    advice: 'Ask the programme which price it bills; a change needs a higher modificationNumber.',
    positions,
    stake,
  };
};

const ungridded: Check = (evidence) => {
  const { line, prices } = evidence;
  if (line.money !== null || !isMeasured(line) || !prices.isPriced || prices.contradicting.length > 0) return null;
  const text = 'Its price changes within the hour, and no register was read at the change.';
  return {
    kind: 'ungridded',
    text,
    advice: 'Have the meter read as often as prices change (setting "sampleEveryMs").',
    positions: pricePositions(line),
    stake: open(evidence),
  };
};

const estimated: Check = (evidence) => {
  const { line } = evidence;
  if (line.reading.quality !== 'estimated') return null;
  return {
    kind: 'estimated',
    text: 'Its meter says that it was estimated.',
    advice: 'Ask for the measured value.',
    positions: line.reading.positions,
    stake: whole(evidence),
  };
};

const implausiblePrice: Check = (evidence) => {
  const { state, line } = evidence;
  const beyond = [...evidence.prices.import, ...evidence.prices.export].flatMap((slot) => {
    const rules = datedAt(state.prices.rules, Math.max(slot.receivedAt, slot.startAt));
    return rules !== undefined && beyondOf(rules)(slot.usdPerKwh) ? [{ slot, rules }] : [];
  });
  const [first] = beyond;
  if (first === undefined) return null;
  const { plausibleUsdPerKwhMin: min, plausibleUsdPerKwhMax: max } = first.rules;
  const text = `Its price lies beyond what is believed (${min} to ${max} USD/kWh).`;
  const detail = `It is ${namesOf(beyond.map(({ slot }) => slot.usdPerKwh))} USD/kWh.`;
  return {
    kind: 'implausiblePrice',
    text,
    detail,
    advice: 'Check the setting "priceUnit", and ask the programme whether this price is meant.',
    positions: pricePositions(line),
    stake: whole(evidence),
  };
};

const waiting: Readonly<Record<string, string>> = {
  notDue: 'No report request has asked for it, and its day is over.',
  owed: 'It is owed: no report has carried it to the VTN yet.',
  sending: 'It is being sent, and its day is long over.',
};

const undelivered: Check = (evidence) => {
  const { line, state, dayEndAt, at } = evidence;
  const { status, because, positions } = line.delivery;
  const text = waiting[status];
  if (
    text === undefined ||
    !isMeasured(line) ||
    at < dayEndAt + (datedAt(state.settings, dayEndAt)?.usageDelayMs ?? 0) + deliveryGraceMs
  )
    return null;
  const said = because === null ? text : `${text.slice(0, -1)} (${because}).`;
  return {
    kind: 'undelivered',
    text: said,
    advice: 'Let the VEN run: what is owed goes out by itself; "ven doctor" says what keeps it.',
    positions,
    stake: whole(evidence),
  };
};

const unknownOutcome: Check = (evidence) => {
  const { status, because, positions } = evidence.line.delivery;
  if (status !== 'inDoubt') return null;
  const text = `It was sent, and nobody knows whether the VTN counted it${because === null ? '' : ` (${because})`}.`;
  return {
    kind: 'unknownOutcome',
    text,
    advice: 'Ask the VTN’s operator what was booked; "ven deliveries --release" sends what is held.',
    positions,
    stake: whole(evidence),
  };
};

const perhapsToldTwice: Check = (evidence) => {
  const { line } = evidence;
  if (line.delivery.perhapsTwiceIDs.length === 0) return null;
  const text = 'It was told again after a sending whose outcome is unknown, so the VTN may have counted it twice.';
  const stake =
    line.money === null
      ? open(evidence)
      : amongAmounts(
          [line.money.amountUsd, sumOf([line.money.amountUsd, line.money.amountUsd])],
          'its amount once and twice',
        );
  return {
    kind: 'perhapsToldTwice',
    text,
    advice: 'Look whether the bill has it once; "ven explain" tells each sending and its requestID.',
    positions: line.delivery.positions,
    stake,
  };
};

const rejected: Check = (evidence) => {
  const { status, because, positions, responseCodes } = evidence.line.delivery;
  if (status !== 'rejected') return null;
  const text = `The VTN refused it (${[namesOf(responseCodes), because].filter((each) => each !== null && each !== '').join(': ')}).`;
  return {
    kind: 'rejected',
    text,
    advice: 'Settle with the VTN’s operator what it has against the report; the hour is claimed by the bill.',
    positions,
    stake: whole(evidence),
  };
};

/** What the acknowledged value comes to at the one price of the hour. */
const amountTold = ({ line }: Examined, wattHours: number): string | null =>
  line.importUsdPerKwh !== null && line.importUsdPerKwh === line.exportUsdPerKwh
    ? amountOf(line.importUsdPerKwh, wattHours)
    : null;

/** Acknowledged intervals that reach beyond the hour and say something else than the registers. */
const differsBeyond = ({ state, line: { resourceID, startAt } }: Examined): boolean =>
  intervalsWithin(state.deliveries, resourceID, startAt, startAt + hourMs).some(
    ({ delivery, interval }) =>
      delivery.status === 'acknowledged' &&
      interval.energyWattHours !==
        netUsage(state.usage, resourceID, interval.startAt, interval.durationMs).energyWattHours,
  );

const toldText = (wattHours: number | null): string => (wattHours === null ? 'as not measured' : `as ${wattHours} Wh`);

const reportedDiffers: Check = (evidence) => {
  const { line } = evidence;
  const { status, acknowledgedWattHours, positions } = line.delivery;
  if (status !== 'acknowledged' || acknowledgedWattHours === line.energyWattHours) return null;
  if (acknowledgedWattHours === null && !differsBeyond(evidence)) return null;
  const text = 'The VTN acknowledged another value than the meter shows.';
  const detail = `It was acknowledged ${toldText(acknowledgedWattHours)} and metered ${toldText(line.energyWattHours)}.`;
  const told = acknowledgedWattHours === null ? '0' : amountTold(evidence, acknowledgedWattHours);
  const stake =
    line.money === null || told === null
      ? whole(evidence)
      : amongAmounts([told, line.money.amountUsd], 'its amount as told and as metered');
  return {
    kind: 'reportedDiffers',
    text,
    detail,
    advice: 'Tell the programme the metered value: a report cannot take back what was acknowledged.',
    positions: [...line.reading.positions, ...positions],
    stake,
  };
};

/** How long before an hour its price may be told or changed: from 17:00 to the end of the next day. @unit ms */
const priceLeadMs = 31 * hourMs;

const recordLost: Check = (evidence) => {
  const { state, line } = evidence;
  const mayConcern = ({ fromAt = 0, toAt, fromPosition }: Loss): boolean =>
    line.startAt + hourMs > fromAt &&
    line.startAt < toAt + priceLeadMs &&
    line.origins.every(({ position }) => position < fromPosition);
  const losses = line.money === null ? [] : state.losses.filter(mayConcern);
  if (losses.length === 0) return null;
  const entries = namesOf(
    losses.map(({ fromPosition, toPosition }) =>
      toPosition === undefined ? `from ${fromPosition} on` : `${fromPosition} to ${toPosition}`,
    ),
  );
  const text = `The entries ${entries} of the log were lost, and a change of its price may have been among them.`;
  return {
    kind: 'recordLost',
    text,
    advice: 'Compare the price with the bill, or ask the programme for the one that holds.',
    positions: losses.map(({ position }) => position),
    stake: unsureStake(state, line, evidence.prices),
  };
};

const unconfirmed: Check = (evidence) => {
  const { state, line } = evidence;
  if (line.delivery.status !== 'acknowledged') return null;
  const doubts = line.delivery.deliveryIDs.flatMap(
    (deliveryID) => lookUp(state.confirmations.unconfirmed, deliveryID) ?? [],
  );
  if (doubts.length === 0 || doubts.length < line.delivery.deliveryIDs.length) return null;
  const text = `Its acknowledgement is worth little: ${namesOf(doubts.map(({ why }) => why))}.`;
  const positions = [...line.delivery.positions, ...doubts.map(({ position }) => position)];
  return {
    kind: 'unconfirmed',
    text,
    advice: 'Compare the hour with the bill first of all; the VTN may have dropped it.',
    positions,
    stake: whole(evidence),
  };
};

const checks: readonly Check[] = [
  unpriced,
  doublyPriced,
  contestedPrice,
  ungridded,
  missing,
  estimated,
  undelivered,
  unknownOutcome,
  perhapsToldTwice,
  rejected,
  implausiblePrice,
  reportedDiffers,
  recordLost,
  unconfirmed,
];

/** Everything that is not as it should be about a line. */
export const exceptionsOf = (evidence: Examined): readonly LedgerException[] => {
  const { resourceID, startAt, durationMs, day, energyWattHours } = evidence.line;
  return checks.flatMap((check) => {
    const finding = check(evidence);
    return finding === null ? [] : [{ resourceID, startAt, durationMs, day, energyWattHours, ...finding }];
  });
};
