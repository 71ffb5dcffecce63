import { compare, decimalOf, decimalOfInteger, decimalText, shift } from '../programme/decimal.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { Bill, BilledTotal } from './bill.ts';
import { type BillPart, billNotes, billPartOf } from './billPart.ts';
import { moneyKeys, priceKeys } from './cells/columnKeys.ts';
import type { Columns } from './cells/columns.ts';
import type { Division } from './table/divided.ts';
import { KeptLines } from './kept/keptLines.ts';
import type { Layout } from './layout.ts';
import { checkSequence, gapsIn, joinedGaps } from './sequence.ts';
import type { Steps } from './headers/steps.ts';
import { partsOf } from './table/tableParts.ts';
import { refuseFile } from './unusableFile.ts';
import { type UsualMoney, UsualRows } from './table/usualRows.ts';

/** A price or amounts, and which of the columns of a line it is. */
interface MoneyColumn extends UsualMoney {
  readonly states: 'usdPerKwh' | 'amountUsd';
}

/** The columns of money; null where two of them together say what is owed. */
const moneyIn = ({ at }: Columns): readonly MoneyColumn[] | null => {
  const prices = [...priceKeys].flatMap(([key, powerOfTen]): MoneyColumn[] => {
    const place = at.get(key);
    return place === undefined ? [] : [{ place, powerOfTen, isCredit: false, states: 'usdPerKwh' }];
  });
  const amounts = [...moneyKeys].flatMap(([key, { powerOfTen, isCredit }]): MoneyColumn[] => {
    const place = at.get(key);
    return place === undefined ? [] : [{ place, powerOfTen, isCredit, states: 'amountUsd' }];
  });
  return amounts.length > 1 ? null : [...prices, ...amounts];
};

const finer = (a: DecimalText | null, b: DecimalText | null): DecimalText | null =>
  a === null || b === null ? (a ?? b) : compare(decimalOf(a), decimalOf(b)) < 0 ? a : b;

const stepOf = (powerOfTen: number, written: number | undefined): DecimalText | null =>
  written === undefined ? null : decimalText(shift(decimalOfInteger(1), powerOfTen - written));

/** The last places of all parts together. */
class FinestSteps {
  steps: Steps = { energyWattHours: null, usdPerKwh: null, amountUsd: null };

  add({ energyWattHours, usdPerKwh, amountUsd }: Steps): void {
    this.steps = {
      energyWattHours: finer(this.steps.energyWattHours, energyWattHours),
      usdPerKwh: finer(this.steps.usdPerKwh, usdPerKwh),
      amountUsd: finer(this.steps.amountUsd, amountUsd),
    };
  }
}

/** Reads a large bill's table as it streams by; null where it has to be read whole. @throws UnusableFile */
export const billInParts = (
  file: string,
  pieces: Iterable<Uint8Array>,
  layout: Layout,
  timeZone: string,
  division?: Division,
): Bill<KeptLines> | null => {
  const lines = new KeptLines();
  const finest = new FinestSteps();
  const periods: BilledTotal[] = [];
  const totals: BilledTotal[] = [];
  let money: readonly MoneyColumn[] = [];
  let [priceAt, amountAt] = [-1, -1];
  let energyPower: number | null = null;
  const parts = partsOf<BillPart>(
    {
      file,
      partOf: (table) => billPartOf(table, timeZone),
      usualAs: (first) => {
        const own = moneyIn(first.table.columns);
        const [energy] = first.energies.values();
        money = own ?? [];
        priceAt = money.findIndex(({ states }) => states === 'usdPerKwh');
        amountAt = money.findIndex(({ states }) => states === 'amountUsd');
        energyPower = energy?.powerOfTen ?? null;
        return own === null || first.periods.length > 0 ? null : UsualRows.as({ ...first, rows: first.lines }, own);
      },
      keep: (part) => {
        for (const line of part.lines) lines.push(line);
        periods.push(...part.periods);
        totals.push(...part.totals);
        finest.add(part.steps);
      },
      keepUsual: (statement) => {
        const { device, first, second, decimals, money: stated } = statement;
        const net = first === null ? null : { whole: first - (second ?? 0), decimals };
        lines.add(statement, device, net, stated[priceAt] ?? null, stated[amountAt] ?? null);
      },
      keptUsual: ({ written: [energy, ...ofMoney] }) => {
        const of = (at: number): DecimalText | null => stepOf(money[at]?.powerOfTen ?? 0, ofMoney[at]);
        finest.add({
          energyWattHours: energyPower === null ? null : stepOf(energyPower, energy),
          usdPerKwh: of(priceAt),
          amountUsd: of(amountAt),
        });
      },
    },
    pieces,
    layout,
    division,
  );
  if (parts === null) return null;
  const { whole } = parts;
  lines.sort();
  checkSequence(file, lines.spans(), timeZone);
  if (lines.length + periods.length + totals.length === 0)
    refuseFile({ file }, 'there is a header and nothing below it.');
  const byDevice = [...whole.devices.keys()].flatMap((name) => periods.filter(({ device }) => device === name));
  return {
    file,
    lines,
    totals: [...byDevice, ...totals],
    gaps: joinedGaps([...gapsIn(lines.spans()), ...whole.holes, ...whole.timed.lost]),
    steps: finest.steps,
    notes: billNotes(whole, timeZone),
  };
};
