import { dayOf } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { deviceNamed } from '../../files/deviceNames.ts';
import { inferRounding, type InferredRounding, type JudgedAmount, type JudgedTotal } from '../inferRounding.ts';
import type { ReconcileInput } from './reconcileInput.ts';
import { costOf } from './sides.ts';

/** What an inference rests on. `bill`: the products of the bill’s own quantities and prices. `ledger`: our amounts. */
export type InferenceBasis = 'bill' | 'ledger';

/** An inference, and what it rests on. */
export interface BillRounding extends InferredRounding {
  readonly basis: InferenceBasis;
}

/** The bill's own products tell its rounding even where its quantities are wrong. */
const ownAmounts = ({ bill, settlement, devices }: ReconcileInput): readonly JudgedAmount[] | null => {
  const amounts: JudgedAmount[] = [];
  for (const { device, startAt, energyWattHours, usdPerKwh, amountUsd } of bill.lines) {
    if (energyWattHours === null || usdPerKwh === null) return null;
    amounts.push({
      resourceID: deviceNamed(bill.file, device, devices) ?? device ?? '',
      startAt,
      day: dayOf(startAt, settlement.timeZone).day,
      amountUsd: costOf(energyWattHours, usdPerKwh),
      billedUsd: amountUsd,
    });
  }
  return amounts.length === 0 ? null : amounts;
};

const ledgerAmounts = ({ bill, settlement, devices }: ReconcileInput): readonly JudgedAmount[] => {
  const billed = new Map<string, DecimalText | null>();
  for (const { device, startAt, durationMs, amountUsd } of bill.lines)
    billed.set(`${deviceNamed(bill.file, device, devices)} ${startAt} ${durationMs}`, amountUsd);
  return settlement.lines.flatMap(({ resourceID, startAt, durationMs, day, money }): JudgedAmount[] =>
    money === null
      ? []
      : [
          {
            resourceID,
            startAt,
            day,
            amountUsd: money.amountUsd,
            billedUsd: billed.get(`${resourceID} ${startAt} ${durationMs}`) ?? null,
          },
        ],
  );
};

const totalsOf = ({ bill, devices }: ReconcileInput): readonly JudgedTotal[] =>
  bill.totals.flatMap(({ stage, device, startAt, endAt, amountUsd }): JudgedTotal[] =>
    amountUsd === null
      ? []
      : [
          {
            stage,
            resourceID: device === null ? null : (deviceNamed(bill.file, device, devices) ?? device),
            startAt,
            endAt,
            billedUsd: amountUsd,
          },
        ],
  );

/** Which roundings reproduce the bill. @throws UnusableFile when it is about a device that is not known */
export const inferBillRounding = (input: ReconcileInput): BillRounding => {
  const own = ownAmounts(input);
  const inferred = inferRounding(own ?? ledgerAmounts(input), totalsOf(input), input.settlement.timeZone);
  return { ...inferred, basis: own === null ? 'ledger' : 'bill' };
};
