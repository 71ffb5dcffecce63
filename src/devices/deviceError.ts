import type { ReadingFailure } from '../shell/ports.ts';
import type { BadQuality } from '../facts/input.ts';

/** A device could not tell its registers, or could not do as it was told. */
export class DeviceError extends Error implements ReadingFailure {
  override readonly name = 'DeviceError';
  /** What is said of the reading instead of a value. */
  readonly quality: BadQuality;
  constructor(quality: BadQuality, text: string) {
    super(text);
    this.quality = quality;
  }
}

/** Another device is there than the one that is trusted: it is told nothing. */
export class AnotherDevice extends DeviceError {
  /** Who it says that it is; empty when it does not say. */
  readonly foundSerial: string;
  constructor(resourceID: string, trusted: string, found: string) {
    super(
      'Configuration Error',
      `${resourceID} is ${found || 'a device that does not say who it is'}, and ${trusted} is trusted: it is told nothing.`,
    );
    this.foundSerial = found;
  }
}
