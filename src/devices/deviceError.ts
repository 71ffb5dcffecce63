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
