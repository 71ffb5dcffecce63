import type { KnownEntry } from '../../facts/fact.ts';
import { decimalOf, decimalOfInteger, decimalText, multiply, quotient } from '../../programme/decimal.ts';
import { differenceOf, sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { Projection } from '../projection.ts';
import { type Crowd, crowdGet, crowdKeys, crowdMap, crowdPut } from './crowd.ts';
import { isForExport, isForImport, priceSlots } from './priceSlots.ts';
import type { PricesState } from './priceState.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** What devices in shadow would have done. */

/** A power that a device would have had for a time. */
export interface ShadowedSpan {
  /** UTC ms, inclusive and exclusive. */
  readonly startAt: number;
  readonly endAt: number;
  /** @unit W */
  readonly demandWatts: number;
}

/** By device, oldest first. */
export interface ShadowState extends Prunable {
  readonly devices: Crowd<readonly ShadowedSpan[]>;
}

/** @limit Spans of a device that are remembered. */
const spansKept = 5_000;

/** What goes on is over at an instant. */
const cut = (spans: readonly ShadowedSpan[], at: number): readonly ShadowedSpan[] => {
  const last = spans.at(-1);
  if (last === undefined || last.endAt <= at) return spans;
  return last.startAt >= at ? cut(spans.slice(0, -1), at) : [...spans.slice(0, -1), { ...last, endAt: at }];
};

const changed = (state: ShadowState, resourceID: string, at: number, next: readonly ShadowedSpan[]): ShadowState => {
  const before = crowdGet(state.devices, resourceID) ?? [];
  const spans = [...cut(before, at), ...next].slice(-spansKept);
  return spans === before ? state : { ...state, devices: crowdPut(state.devices, resourceID, spans) };
};

/** Nobody would have told anything while no agent ran. */
const allOver = (state: ShadowState, at: number): ShadowState =>
  crowdKeys(state.devices).reduce((next, resourceID) => changed(next, resourceID, at, []), state);

const take = (state: ShadowState, entry: KnownEntry): ShadowState => {
  const at = entry.recordedAt;
  switch (entry.type) {
    case 'SetpointShadowed': {
      const { resourceID, demandWatts, validUntil } = entry.data;
      const isSpan = demandWatts !== null && validUntil > at;
      return changed(state, resourceID, at, isSpan ? [{ startAt: at, endAt: validUntil, demandWatts }] : []);
    }
    case 'SetpointRequested':
    case 'DeviceTrusted':
      return crowdGet(state.devices, entry.data.resourceID) === undefined
        ? state
        : changed(state, entry.data.resourceID, at, []);
    case 'AgentStopped':
    case 'AgentStarted':
      return allOver(state, at);
    default:
      return state;
  }
};

const prune = (state: ShadowState, beforeAt: number): ShadowState => ({
  ...state,
  devices: crowdMap(state.devices, (spans) => spans.filter(({ endAt }) => endAt >= beforeAt)),
});

/** What devices in shadow would have done. */
export const shadowProjection = (keep: Keep = {}): Projection<ShadowState> =>
  pruned({ name: 'shadow', version: '2', initial: { devices: {}, prunedDay: 0 }, take, prune }, keep);

const hourMs = 3_600_000;

/** @limit Digits of what a part of a span would have cost. */
const digits = 12;

const costOf = (usdPerKwh: DecimalText, demandWatts: number, lengthMs: number): DecimalText => {
  const wattMs = multiply(decimalOf(String(demandWatts)), decimalOfInteger(lengthMs));
  return decimalText(quotient(multiply(decimalOf(usdPerKwh), wattMs), decimalOfInteger(1_000 * hourMs), digits));
};

/**
 * What a device in shadow would have brought in [fromAt, toAt), as the bill would have shown it, at the prices that are known; null where
 * it was in shadow at no time of it. + comes to you. @unit USD
 */
export const shadowUsd = (
  { devices }: ShadowState,
  prices: PricesState,
  resourceID: string,
  fromAt: number,
  toAt: number,
): DecimalText | null => {
  const spans = (crowdGet(devices, resourceID) ?? []).filter(({ startAt, endAt }) => startAt < toAt && endAt > fromAt);
  if (spans.length === 0) return null;
  const costs = spans.flatMap(({ startAt, endAt, demandWatts }) =>
    priceSlots(
      prices,
      Math.max(startAt, fromAt),
      Math.min(endAt, toAt),
      demandWatts < 0 ? isForExport : isForImport,
    ).map((slot) => costOf(slot.usdPerKwh, demandWatts, slot.endAt - slot.startAt)),
  );
  return differenceOf('0', sumOf(costs));
};
