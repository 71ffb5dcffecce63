import { itemAt } from '../items.ts';
import { usdText } from '../answer/worth.ts';
import type { StorageFigures } from '../model/storageFigures.ts';
import type { PlanSpan } from '../planningProblem.ts';
import type { BoughtFrom, EnergyPair, SoldTo } from './explanation.ts';
import type { PricedFlow } from './meterMoney.ts';
import type { PlanPiece } from './pieces.ts';

/** What was stored together: of one piece, from one source, at one cost. */
interface Tranche {
  readonly piece: number;
  readonly from: BoughtFrom;
  /** What a stored kWh of it cost. @unit USD */
  readonly usdPerStoredKwh: number;
  storedKwh: number;
}

/** A part of a tranche that goes somewhere, before its neighbours are joined to it. */
interface Part {
  readonly bought: number;
  readonly sold: number;
  readonly from: BoughtFrom;
  readonly to: SoldTo;
  storedKwh: number;
  boughtKwh: number;
  soldKwh: number;
  costUsd: number;
  broughtUsd: number;
  wearUsd: number;
}

/** What was there before, and what is there after. */
const outside = -1;

/** @limit Less than this is the arithmetic of floats. @unit kWh */
const dustKwh = 1e-9;

type Figures = Pick<
  StorageFigures,
  'stored' | 'terminal' | 'wear' | 'chargeEfficiency' | 'dischargeEfficiency' | 'trip'
>;

/** The stock of a device as a stack: what was bought last is sold first, so that pairs never cross. */
class Stack {
  readonly #tranches: Tranche[];
  readonly parts: Part[] = [];
  readonly #figures: Figures;

  constructor(figures: Figures) {
    this.#figures = figures;
    this.#tranches = [{ piece: outside, from: 'stock', usdPerStoredKwh: figures.terminal, storedKwh: figures.stored }];
  }

  buy(piece: number, { kilowattHours, usdPerKwh, from }: PricedFlow): void {
    const { chargeEfficiency } = this.#figures;
    const storedKwh = kilowattHours * chargeEfficiency;
    if (storedKwh > 0) this.#tranches.push({ piece, from, usdPerStoredKwh: usdPerKwh / chargeEfficiency, storedKwh });
  }

  sell(piece: number, { kilowattHours, usdPerKwh, to }: PricedFlow): void {
    this.take(piece, kilowattHours / this.#figures.dischargeEfficiency, to, usdPerKwh, this.#figures.wear);
  }

  /** Takes from the top what a sale, a trip or the end takes. */
  take(piece: number, storedKwh: number, to: SoldTo, usdPerKwh: number, wearUsdPerKwh: number): void {
    let left = storedKwh;
    while (left > dustKwh) {
      const top = this.#tranches.at(-1);
      if (top === undefined) return;
      const taken = Math.min(left, top.storedKwh);
      top.storedKwh -= taken;
      left -= taken;
      if (top.storedKwh <= dustKwh) this.#tranches.pop();
      this.#put(top, piece, taken, to, usdPerKwh, wearUsdPerKwh);
    }
  }

  /** What is left is kept, and valued. */
  close(): void {
    const left = this.#tranches.reduce((sum, { storedKwh }) => sum + storedKwh, 0);
    this.take(outside, left, 'stock', this.#figures.terminal, 0);
  }

  #put(top: Tranche, sold: number, storedKwh: number, to: SoldTo, usdPerKwh: number, wear: number): void {
    const { chargeEfficiency, dischargeEfficiency } = this.#figures;
    const isMetered = to === 'grid' || to === 'home';
    const soldKwh = isMetered ? storedKwh * dischargeEfficiency : 0;
    this.parts.push({
      bought: top.piece,
      sold,
      from: top.from,
      to,
      storedKwh,
      boughtKwh: top.piece === outside ? 0 : storedKwh / chargeEfficiency,
      soldKwh,
      costUsd: storedKwh * top.usdPerStoredKwh,
      broughtUsd: (isMetered ? soldKwh : storedKwh) * usdPerKwh,
      wearUsd: soldKwh * wear,
    });
  }
}

/** Stretches of neighbouring pieces in which a device goes the same way: the number of each piece's stretch. */
const runsOf = (energies: readonly number[]): readonly number[] => {
  let run = 0;
  let before = 0;
  return energies.map((energy) => {
    const sign = Math.sign(energy);
    if (sign !== before) run += 1;
    before = sign;
    return run;
  });
};

const spanOf = (pieces: readonly PlanPiece[], places: readonly number[]): PlanSpan | null =>
  places.includes(outside)
    ? null
    : { startAt: itemAt(pieces, Math.min(...places)).startAt, endAt: itemAt(pieces, Math.max(...places)).endAt };

const sum = (parts: readonly Part[], of: (part: Part) => number): number =>
  parts.reduce((all, part) => all + of(part), 0);

const pairOf = (pieces: readonly PlanPiece[], parts: readonly Part[]): EnergyPair => {
  const [first] = parts;
  const wattHours = (of: (part: Part) => number): number => Math.round(sum(parts, of) * 1e6) / 1e3;
  const [cost, brought, wear] = [
    sum(parts, (p) => p.costUsd),
    sum(parts, (p) => p.broughtUsd),
    sum(parts, (p) => p.wearUsd),
  ];
  return {
    bought: spanOf(
      pieces,
      parts.map(({ bought }) => bought),
    ),
    from: first?.from ?? 'grid',
    sold: spanOf(
      pieces,
      parts.map(({ sold }) => sold),
    ),
    to: first?.to ?? 'grid',
    boughtWattHours: wattHours(({ boughtKwh }) => boughtKwh),
    soldWattHours: wattHours(({ soldKwh }) => soldKwh),
    storedWattHours: wattHours(({ storedKwh }) => storedKwh),
    costUsd: usdText(cost),
    broughtUsd: usdText(brought),
    wearUsd: usdText(wear),
    gainUsd: usdText(brought - cost - wear),
  };
};

/** The pairs of a device, and what each piece gains where its energy is sold. */
export interface DevicePairs {
  readonly pairs: readonly EnergyPair[];
  /** Of each pair the pieces it is bought and sold in. */
  readonly places: readonly ReadonlySet<number>[];
  /** Of each piece, what is gained by what is sold in it. @unit USD */
  readonly gains: readonly number[];
  /** Of all pairs, unrounded. @unit USD */
  readonly gain: number;
}

/** What was bought for what: the last bought is sold first; neighbours that do the same are one pair. */
export const pairsOf = (
  figures: Figures,
  pieces: readonly PlanPiece[],
  energies: readonly number[],
  flows: readonly (readonly PricedFlow[])[],
  tripIn: (piece: number) => number,
): DevicePairs => {
  const stack = new Stack(figures);
  energies.forEach((energy, piece) => {
    const trip = tripIn(piece);
    if (trip > 0) stack.take(piece, trip, 'trip', 0, 0);
    for (const flow of itemAt(flows, piece)) {
      if (energy > 0) stack.buy(piece, flow);
      else stack.sell(piece, flow);
    }
  });
  stack.close();
  const runs = runsOf(energies);
  const runOf = (piece: number): number => (piece === outside ? outside : itemAt(runs, piece));
  const groups = new Map<string, Part[]>();
  for (const part of stack.parts) {
    const key = [runOf(part.bought), runOf(part.sold), part.from, part.to].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const kept = [...groups.values()].filter(
    ([first]) => first !== undefined && !(first.bought === outside && first.sold === outside),
  );
  const gainOf = ({ broughtUsd, costUsd, wearUsd }: Part): number => broughtUsd - costUsd - wearUsd;
  const gains = pieces.map(() => 0);
  for (const part of stack.parts) if (part.sold !== outside) gains[part.sold] = itemAt(gains, part.sold) + gainOf(part);
  return {
    pairs: kept.map((parts) => pairOf(pieces, parts)),
    places: kept.map((parts) => new Set(parts.flatMap(({ bought, sold }) => [bought, sold]))),
    gains,
    gain: sum(stack.parts, gainOf),
  };
};
