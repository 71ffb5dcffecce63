import type { Planning } from '../backtest/rolling.ts';
import type { PlanSpan } from '../dispatch/planningProblem.ts';
import type { Entry } from '../facts/entry.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { Fold } from '../shell/fold.ts';

/**
 * A fork: what would have been from a moment on with other settings. Everything of it is reckoned, never recorded. Devices are
 * by their models, and the VTN said what it said. Money: + comes to you.
 */

/** What a fork is asked with. */
export interface ForkGiven {
  /** Stands at the moment, or before it. */
  readonly fold: Fold;
  /** What was recorded from there on, in order. */
  readonly entries: AsyncIterable<Entry>;
  readonly at: number;
  readonly until: number;
  /** The settings as they would have been, of those that were. @throws whatever makes them impossible */
  readonly change: (settings: VenSettings) => VenSettings;
  readonly planning: Planning;
  /** Whether nobody waits for it any more. */
  readonly isGone?: () => boolean;
}

/** The two lives that are lived beside the record: with the settings that were, and with the others. */
export type ForkLife = 'same' | 'other';

/** What a device was told at an instant. Import positive; null: it was left alone. @unit W */
export type ToldWatts = number | null;

/** The first thing that would have been otherwise. */
export interface ForkDivergence {
  readonly at: number;
  readonly resourceID: string;
  /** The order that was in force, or else the plan; null where the record has neither. */
  readonly position: number | null;
  readonly type: string | null;
  readonly recordedWatts: ToldWatts;
  readonly wouldBeWatts: ToldWatts;
}

/** Money and energy of a stretch of time, by one of the three. */
export interface ForkAmount {
  /** Null where that is not known. @unit USD */
  readonly usd: DecimalText | null;
  /** Import positive. @unit Wh */
  readonly wattHours: number | null;
}

/** An hour, or the part of one in which the fork begins or ends. */
export interface ForkHour extends PlanSpan {
  readonly recorded: ForkAmount;
  /** By the models, with the settings that were. */
  readonly same: ForkAmount;
  readonly other: ForkAmount;
  /** What the other settings would have brought more: `other` less `same`. Null where nothing was priced. @unit USD */
  readonly differenceUsd: DecimalText | null;
}

/** How full a device is at the end; 0 to 1. */
export interface ForkLevel {
  readonly resourceID: string;
  readonly capacityWattHours: number;
  readonly recorded: number | null;
  readonly same: number;
  readonly other: number;
}

/** What a load has of one of its needs, up to its time or to the end. */
export interface ForkNeed {
  readonly resourceID: string;
  /** UTC ms. */
  readonly doneAt: number;
  /** Still needed when it began, or the fork did. @unit Wh */
  readonly energyWattHours: number;
  /** @unit Wh */
  readonly sameWattHours: number;
  readonly otherWattHours: number;
}

/** What devices in shadow would have brought beside those that are told. @unit USD */
export interface ForkShadow {
  readonly resourceIDs: readonly string[];
  readonly sameUsd: DecimalText;
  readonly otherUsd: DecimalText;
  readonly differenceUsd: DecimalText;
}

/** Why a device is not lived through by a model. */
export type ForkLeft = 'noStore' | 'noLevel' | 'notRead';

/** What cannot be known of a fork. */
export type ForkUnknown =
  | { readonly kind: 'leftDevice'; readonly resourceID: string; readonly because: ForkLeft }
  | { readonly kind: 'vtnToldOtherwise' }
  | { readonly kind: 'drEvents'; readonly eventIDs: readonly string[] }
  | { readonly kind: 'offer'; readonly resourceID: string }
  | { readonly kind: 'trustChanged'; readonly resourceID: string }
  | { readonly kind: 'notRunning'; readonly startAt: number; readonly endAt: number }
  | { readonly kind: 'unpriced'; readonly hours: number }
  | { readonly kind: 'notMetered'; readonly hours: number }
  | { readonly kind: 'planFailed'; readonly at: number; readonly detail: string };

/** What would have been. */
export interface Fork {
  readonly timeZone: string;
  /** Where it begins: at the last reading before the moment that was asked for. */
  readonly at: number;
  readonly position: number;
  readonly until: number;
  readonly resourceIDs: readonly string[];
  /** They are in shadow, and no other device is told anything: of them nothing is recorded but what they did by themselves. */
  readonly isShadow: boolean;
  readonly divergence: ForkDivergence | null;
  readonly hours: readonly ForkHour[];
  /** Of the hours whose record is known. */
  readonly recordedUsd: DecimalText;
  /** Of the same hours by the models: how much that is off from the record is the models' fault. */
  readonly sameWhereRecordedUsd: DecimalText;
  readonly sameUsd: DecimalText;
  readonly otherUsd: DecimalText;
  readonly differenceUsd: DecimalText;
  readonly wearSameUsd: DecimalText;
  readonly wearOtherUsd: DecimalText;
  /** Null where nothing is in shadow beside what is told. */
  readonly shadow: ForkShadow | null;
  readonly levels: readonly ForkLevel[];
  readonly needs: readonly ForkNeed[];
  readonly plans: number;
  readonly unknown: readonly ForkUnknown[];
}
