import type { MeterRead } from '../facts/input.ts';
import type { ConfiguredAs, ConfiguredDevice, DeviceKind } from '../shell/settings/deviceKinds.ts';
import type { Journal } from '../shell/ports.ts';
import type { GivenSetpoint } from './simulatedDevice.ts';

/** What a configured device is opened with. */
export interface OpeningOf<Configured extends ConfiguredDevice> {
  readonly device: Configured;
  readonly timeZone: string;
  /** The time, real or virtual. UTC ms. */
  readonly now: () => number;
  /** The last reading known of it; null when it was never read. */
  readonly resumeFrom: MeterRead | null;
  /** What it was given before that reading and since, oldest first. */
  readonly resumeSetpoints: readonly GivenSetpoint[];
  readonly journal: Journal;
}

/** What a device of a kind is opened with. */
export type Opening<Kind extends DeviceKind = DeviceKind> = OpeningOf<ConfiguredAs<Kind>>;
