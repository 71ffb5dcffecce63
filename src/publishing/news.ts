/** What the VEN knows that is worth telling others: prices, plan, money, devices, alarms. */
import { drEventsOf, optsThatHold, snapshotOf, type AgentState } from '../core/state.ts';
import type { OptTerms } from '../facts/opts.ts';
import type { OneWish, OverrideAction } from '../facts/instructions.ts';
import type { PlanSlot } from '../facts/planning.ts';
import type { DeviceRole, DeviceSettings, VenSettings } from '../facts/settings.ts';
import { dayMoneyOf } from '../inspector/answers/amounts.ts';
import { dayOf } from '../programme/calendar.ts';
import { deviceStandingOf, type DeviceMode } from '../shell/deviceStanding.ts';
import { levelSaid, standingNeed, type NeedStanding } from '../shell/need.ts';
import { reserveAt, wishedStorage } from '../shell/settings/wishedStorage.ts';
import { instructionsAt, wishesAt } from '../store/projections/instructions.ts';
import { priceAt, priceSlots } from '../store/projections/priceSlots.ts';
import { latestState } from '../store/projections/usage.ts';

/** @limit How far ahead prices and plan are told. @unit ms */
const toldAheadMs = 3 * 86_400_000;

/** A price that holds for a while. */
export interface ToldPrice {
  /** @unit USD/kWh */
  readonly usdPerKwh: number;
  /** UTC ms. */
  readonly startAt: number;
  readonly endAt: number;
}

/** What a person told a device, as others are told of it. */
export interface ToldOverride {
  readonly action: OverrideAction;
  /** As much as it can when null. @unit W */
  readonly powerWatts: number | null;
  /** UTC ms. */
  readonly endAt: number;
}

/** What a person wishes of a device once, as others are told of it. */
export interface ToldWish extends OneWish {
  /** UTC ms. */
  readonly endAt: number;
}

/** What is kept in a device now. */
export interface ToldReserve {
  /** 0 to 1. */
  readonly stateOfCharge: number;
  /** When a wish for once ends that says so; null where the configuration does. UTC ms. */
  readonly endAt: number | null;
}

/** A DR event that one can opt into or out of. */
export interface ToldDrEvent {
  readonly eventID: string;
  readonly modificationNumber: number;
  /** `far`, `near`, `active`. */
  readonly status: string;
  /** UTC ms. */
  readonly startAt: number;
  readonly endAt: number | null;
  readonly optType: 'optIn' | 'optOut';
}

/** What is opted by EiOpt and holds, and what the VTN said to it: `asking`, `standing`, `refused`. */
export type ToldOpt = Pick<OptTerms, 'optID' | 'optType' | 'optReason' | 'eventID' | 'windows' | 'resourceIDs'> & {
  readonly standing: string;
};

/** A device as others are told of it. Power is positive when it draws from the grid. */
export interface DeviceNews {
  readonly resourceID: string;
  readonly role: DeviceRole;
  /** False for what is only read: nobody tells it anything. */
  readonly canBeTold: boolean;
  /** Whether it answers; null before it was first read. */
  readonly isOnline: boolean | null;
  /** @unit W */
  readonly powerWatts: number | null;
  /** 0 to 1. */
  readonly stateOfCharge: number | null;
  /** What it is told to do now; null when it is left alone. */
  readonly setpoint: { readonly demandWatts: number; readonly validUntil: number } | null;
  /** From now on. */
  readonly plan: readonly PlanSlot[];
  readonly override: ToldOverride | null;
  readonly wishes: readonly ToldWish[];
  /** Null for what stores nothing. */
  readonly reserve: ToldReserve | null;
  /** What a load has drawn of what it needs; null of what needs nothing. */
  readonly need: NeedStanding | null;
  readonly mode: DeviceMode;
  /** Whether a person trusts it; null where nobody has to. */
  readonly isTrusted: boolean | null;
}

/** All of it at an instant. */
export interface News {
  readonly price: ToldPrice | null;
  readonly prices: readonly ToldPrice[];
  /** The local day's money; positive comes to you. */
  readonly today: {
    readonly day: string;
    readonly startAt: number;
    /** Of metered hours. @unit USD */
    readonly earnedUsd: number;
    /** By the day's end; null without a plan. @unit USD */
    readonly plannedUsd: number | null;
  };
  readonly alarms: readonly string[];
  readonly drEvents: readonly ToldDrEvent[];
  readonly opts: readonly ToldOpt[];
  readonly devices: readonly DeviceNews[];
}

const toldPrices = ({ views }: AgentState, at: number): readonly ToldPrice[] => {
  const from = priceAt(views.prices, at)?.startAt ?? at;
  return priceSlots(views.prices, from, at + toldAheadMs).flatMap(({ startAt, endAt, usdPerKwh, implausible }) =>
    implausible ? [] : [{ usdPerKwh: Number(usdPerKwh), startAt, endAt }],
  );
};

const overrideOf = ({ views }: AgentState, resourceID: string, at: number): ToldOverride | null => {
  const standing = instructionsAt(views.instructions, at).find(
    (each) => each.resourceID === resourceID && each.instruction.kind === 'override',
  );
  if (standing === undefined) return null;
  const { instruction, endAt } = standing;
  return { action: instruction.action, powerWatts: instruction.powerWatts ?? null, endAt };
};

const wishesOf = ({ views }: AgentState, resourceID: string, at: number): readonly ToldWish[] =>
  wishesAt(views.instructions, at)
    .filter((each) => each.resourceID === resourceID)
    .map(({ instruction, endAt }) => ({ ...instruction, endAt }));

const reserveOf = (
  state: AgentState,
  settings: VenSettings,
  device: DeviceSettings,
  at: number,
): ToldReserve | null => {
  if ((device.capacityWattHours ?? 0) <= 0) return null;
  const keep = wishesOf(state, device.resourceID, at).find(({ kind }) => kind === 'keep');
  const horizon = { fromAt: at, toAt: at + 1, timeZone: settings.timeZone };
  const kept = reserveAt(wishedStorage(state, settings, device, null, horizon), at);
  return { stateOfCharge: kept ?? 0, endAt: keep?.endAt ?? null };
};

const drEventNews = (state: AgentState): readonly ToldDrEvent[] =>
  drEventsOf(state)
    .filter(([, { cancelledBy }, status]) => cancelledBy === null && ['far', 'near', 'active'].includes(status))
    .map(([eventID, { modificationNumber, startAt, endAt, optType }, status]) => ({
      eventID,
      modificationNumber,
      status,
      startAt,
      endAt,
      optType,
    }));

const optNews = (state: AgentState): readonly ToldOpt[] =>
  optsThatHold(state).flatMap(({ terms, standing }) => {
    if (terms === null) return [];
    const { optID, optType, optReason, eventID, windows, resourceIDs } = terms;
    return [
      {
        optID,
        optType,
        optReason,
        ...(eventID === undefined ? {} : { eventID }),
        windows,
        ...(resourceIDs === undefined ? {} : { resourceIDs }),
        standing,
      },
    ];
  });

const deviceNews = (state: AgentState, settings: VenSettings, device: DeviceSettings, at: number): DeviceNews => {
  const { resourceID, role = 'battery', isReadOnly, needsTrust } = device;
  const { mode, trustedSince } = deviceStandingOf(state, device, at);
  const reading = latestState(state.views.usage, resourceID);
  const context = snapshotOf(state, `device/${resourceID}`, 'device')?.context;
  const order = context?.order ?? null;
  return {
    resourceID,
    role,
    canBeTold: isReadOnly !== true,
    isOnline: reading === null ? null : reading.status.online && !(`meterSilent ${resourceID}` in state.alarms),
    powerWatts: reading?.status.powerWatts ?? null,
    stateOfCharge: levelSaid(device, reading?.status),
    setpoint: order !== null && order.validUntil > at ? order : null,
    plan: (context?.slots ?? []).filter(({ endAt, startAt }) => endAt > at && startAt < at + toldAheadMs),
    override: overrideOf(state, resourceID, at),
    wishes: wishesOf(state, resourceID, at),
    reserve: reserveOf(state, settings, device, at),
    need: standingNeed(state, device, at, settings.timeZone),
    mode,
    isTrusted: needsTrust === true && isReadOnly !== true ? trustedSince !== null : null,
  };
};

/** What is worth telling at an instant; null before the first start of an agent. */
export const newsOf = (state: AgentState, at: number): News | null => {
  if (state.settings === null) return null;
  const { settings } = state;
  const { devices, timeZone } = settings;
  const prices = toldPrices(state, at);
  const span = dayOf(at, timeZone);
  const { soFarUsd, plannedUsd } = dayMoneyOf(
    { agent: state, views: state.views, asOf: at },
    span,
    devices.map(({ resourceID }) => resourceID),
  );
  return {
    price: prices.find(({ startAt, endAt }) => startAt <= at && at < endAt) ?? null,
    prices,
    today: { day: span.day, startAt: span.startAt, earnedUsd: Number(soFarUsd), plannedUsd },
    alarms: Object.values(state.alarms),
    drEvents: drEventNews(state),
    opts: optNews(state),
    devices: devices.map((device) => deviceNews(state, settings, device, at)),
  };
};
