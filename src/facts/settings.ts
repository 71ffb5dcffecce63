/**
 * What the machines are told about the programme and about this VEN.
 *
 * Settings enter with the `AgentStarted` fact, so that a replay decides with the settings of the day and not with today's.
 * They hold no secret: the VTN's URL, keys and passphrases never come here.
 */
import type { Preferences, SiteSettings, Weekday } from './preferences.ts';

/** How the programme states a price that carries no unit on the wire. */
export type PriceUnit = 'usd_per_kwh' | 'cents_per_kwh' | 'usd_per_mwh';

/** What to do with a usage report whose outcome is unknown. `resend`: send it again with the same requestID. `hold`: leave it to a person. */
export type UnknownOutcomePolicy = 'resend' | 'hold';

/**
 * What is said of a gap in the readings. `placeholder`: an interval of 0 whose oadrDataQuality says that it is bad, as rule 318
 * wants. `withhold`: no interval, for a VTN that counts the placeholder as zero. Neither counts as delivered energy.
 */
export type UnmeasuredPolicy = 'placeholder' | 'withhold';

/** What a device is: a store, a car that is away at times, a load that can wait, or only a meter. */
export type DeviceRole = 'battery' | 'ev' | 'flexibleLoad' | 'meter';

/** When a car is away, and what that takes out of it; local times, `HH:MM`. */
export interface DeviceTrip {
  readonly days: readonly Weekday[];
  readonly leaveAt: string;
  /** Earlier than `leaveAt` means the next day. */
  readonly returnAt: string;
  readonly energyWattHours: number;
}

/** What a flexible load needs each day, by a local time, and the least power at which it works. */
export interface DeviceNeed {
  readonly energyWattHours: number;
  readonly doneBy: string;
  /** @unit W */
  readonly minWatts: number;
}

/** What a device's data points are called; those that are absent are called after device and measure. */
export interface DeviceRIDs {
  readonly energyReal?: string;
  readonly powerReal?: string;
  readonly resourceStatus?: string;
}

/** A metered device: its own virtual meter, billed by itself. */
export interface DeviceSettings {
  readonly resourceID: string;
  /** The greatest power it can draw, and the greatest it can deliver; both positive. @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
  /** Usable energy, when it stores energy. @unit Wh */
  readonly capacityWattHours?: number;
  /** Energy delivered of energy drawn; 0.9 where a log of before does not name it. */
  readonly roundTripEfficiency?: number;
  /** Its class in the standard's list (`Storage`, `EVSE` …); absent means that any class may mean it. @rule 2.0b 111 */
  readonly deviceClass?: string;
  /** Its kind in the configuration, and what it is; absent in logs from before there were others than batteries, as all that follows. */
  readonly kind?: string;
  readonly role?: DeviceRole;
  /** By calculation: it moves no power, and what it meters was never used. */
  readonly isSimulated?: boolean;
  /** It is only read: no setpoint is for it. */
  readonly isReadOnly?: boolean;
  /** It moves real power: it is told nothing until a person trusts it. Absent in logs of before, when it was told. */
  readonly needsTrust?: boolean;
  /** Kind and address, so that trust holds for this device and no other; only where that is asked for. */
  readonly address?: string;
  /** What a delivered kWh costs in wear. @unit USD/kWh */
  readonly wearUsdPerKwh?: number;
  /** The group it is shown and totalled with, and the ledger it is settled in, as the fleet's owner calls them. */
  readonly group?: string;
  readonly ledger?: string;
  /** The rIDs of its data points, where they are others than we would give. */
  readonly rIDs?: DeviceRIDs;
  /** Its readings come late, and are awaited for so long; absent: they are there at once. @unit ms */
  readonly awaitedMs?: number;
  /** When a car is away as a rule. */
  readonly trips?: readonly DeviceTrip[];
  /** What a flexible load needs each day. */
  readonly need?: DeviceNeed;
}

/** What one report of usage may hold. */
export interface ReportLimits {
  /** Of its XML. */
  readonly bytes?: number;
  /** Its elements and attributes together. */
  readonly nodes?: number;
  readonly intervals?: number;
}

/** All settings that a decision can depend on. */
export interface VenSettings {
  readonly venID: string;
  readonly venName: string;
  /** Whether the venID was handed out beforehand and so goes into a first oadrCreatePartyRegistration. @rule 2.0b 402 */
  readonly preallocatedVenID: boolean;
  /** Whether an oadrQueryRegistration precedes the registration. @rule 2.0b 404 */
  readonly queryRegistration: boolean;
  /** Whether deviations of the VTN that cost nothing are refused. */
  readonly strict: boolean;
  /** False: messages are sent without oadrPayload and oadrSignedObject. */
  readonly envelope: boolean;
  /** What is signed: what we send, what the VTN sends, or both; absent where nothing is. @rule 2.0b 514 */
  readonly signatures?: 'sign' | 'verify' | 'both';
  /** Market contexts this VEN takes part in, or `any`. @rule 2.0b 48 */
  readonly marketContexts: 'any' | readonly string[];
  /** Whether a known event that is absent from an oadrDistributeEvent is cancelled. @rule 2.0b 61 */
  readonly implicitCancellation: boolean;
  /** Whether levels and setpoints of DR events are carried out; absent in logs of before: then they are not, and opted out of. @rule 2.0b 510 */
  readonly followDrEvents?: boolean;
  /** Whether an override that contradicts a DR event opts out of it by itself; absent: it does not. */
  readonly overrideOptsOut?: boolean;
  /** Whether each device is asked for its state at a start; absent in logs of before: then it is waited for until its next boundary. */
  readonly askDevicesAtStart?: boolean;

  readonly timeZone: string;
  /** Local times of day, `HH:MM`. */
  readonly pricesLateAt: string;
  readonly reregisterAt: string;
  /** Whether party and reports are registered anew before a day's usage is sent, so that the VTN is known to remember its requests. */
  readonly reregisterBeforeUsage: boolean;
  /** Whether a resynchronisation registers the reports again as well as the party. */
  readonly reportResync: boolean;
  readonly priceUnit: PriceUnit;
  /** Prices outside this range hold the plan and raise an alarm. @unit USD/kWh */
  readonly plausibleUsdPerKwhMin: number;
  readonly plausibleUsdPerKwhMax: number;

  /** Used when the VTN names no usable oadrRequestedOadrPollFreq. @unit ms */
  readonly defaultPollFreqMs: number;
  readonly minimumPollFreqMs: number;
  /** Where the VTN is to push; absent: we poll. @rule 2.0b 402, 500 */
  readonly transportAddress?: string;
  /** How long a VTN that pushes may be silent before it is asked for its DR events; only where it pushes. @unit ms */
  readonly pushSilenceMs?: number;
  /** Part of the poll interval that is added at random, so that VENs do not synchronise. */
  readonly pollJitter: number;
  readonly backoffFirstMs: number;
  readonly backoffCapMs: number;
  readonly backoffJitter: number;
  /** The longest patience that a VTN may ask for by Retry-After; an hour where a log of before does not name it. @unit ms */
  readonly retryAfterCapMs?: number;
  /** Polls made at once after one another while the VTN keeps handing things out. */
  readonly drainLimit: number;
  readonly replyTimeoutMs: number;

  readonly unknownOutcome: UnknownOutcomePolicy;
  /** Absent in logs from before the setting: then `placeholder`. @rule 2.0b 300, 318 */
  readonly unmeasured?: UnmeasuredPolicy;
  /** How long after its last interval's end a usage report is sent at the earliest. @unit ms */
  readonly usageDelayMs: number;
  /** How long after registration a usage request may stay away before the alarm. @unit ms */
  readonly usageRequestExpectedMs: number;
  /** Distance of meter readings while no request asks for closer ones; divides the hour. @unit ms */
  readonly sampleEveryMs: number;
  /** The longest that a device is told to go on without hearing from us; what it is told is renewed at half of it. Absent in logs of before: until its slot ends. @unit ms */
  readonly setpointValidityMs?: number;
  /** What one report of usage may hold at the most, where the VTN takes less than we would; absent: as much as we would read ourselves. */
  readonly reportLimits?: ReportLimits;
  readonly usageSpecifierID: string;
  readonly statusSpecifierID: string;
  readonly historySpecifierID: string;
  readonly devices: readonly DeviceSettings[];
  /** Absent in logs of before and where nothing is said, as what is wanted. */
  readonly site?: SiteSettings;
  readonly preferences?: Preferences;
  /**
   * Simulated devices that are left out, because nobody said that they may meter for a VTN that is not on this machine. Empty: none are
   * any more. Absent: none were.
   */
  readonly withheldDevices?: readonly string[];
  /** What of the list of devices cannot be used, a sentence a row. Empty: all of it can again. Absent: it could. */
  readonly devicesLeftOut?: readonly string[];
  /** Whether all devices are in shadow: planned for, and told nothing. */
  readonly shadow?: boolean;
}

const devicesByName = new WeakMap<readonly DeviceSettings[], ReadonlyMap<string, DeviceSettings>>();

/** A device of the settings by its resourceID: asked at each of its transitions, however many there are. */
export const configuredDevice = (
  { devices }: Pick<VenSettings, 'devices'>,
  resourceID: string,
): DeviceSettings | undefined => {
  const known = devicesByName.get(devices);
  if (known !== undefined) return known.get(resourceID);
  const index = new Map(devices.map((device) => [device.resourceID, device]));
  devicesByName.set(devices, index);
  return index.get(resourceID);
};
