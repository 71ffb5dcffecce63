/** What a person tells a device for a time; it lapses by itself. */

/** What an overridden device does. */
export type OverrideAction = 'charge' | 'discharge' | 'hold';

/** What a person tells a device: to do something whatever the plan says. */
export interface OverrideInstruction {
  readonly kind: 'override';
  readonly action: OverrideAction;
  /** Positive; absent: as much as it can. @unit W */
  readonly powerWatts?: number;
}

/** What a person wishes of a device once: to be as full when it leaves, at the end, or to keep so much until then. */
export interface OneWish {
  readonly kind: 'leave' | 'keep';
  /** 0 to 1. */
  readonly stateOfCharge: number;
}

/** What a person tells a device, or wishes of it, for a time. */
export type Instruction = OverrideInstruction | OneWish;

/** Kinds of instructions; a device has one of each at most, and a new one takes the place of the former. */
export type InstructionKind = Instruction['kind'];

/** A person told a device something for a time. */
export interface OperatorInstructed {
  readonly resourceID: string;
  readonly instruction: Instruction;
  /** When it lapses. UTC ms. */
  readonly endAt: number;
  /** Whether it was given for a length of time: then its end moves when the clock is set. */
  readonly isForLength: boolean;
  /** Which way it came: `ven`, `mqtt`, `api`. */
  readonly by: string;
}

/** A person took back what a device was told. */
export interface OperatorReleased {
  /** All devices when absent. */
  readonly resourceID?: string;
  /** What is taken back: overrides when absent. */
  readonly kind?: InstructionKind;
  readonly by: string;
}

/** What a person told a device holds no longer. */
export interface InstructionEnded {
  readonly resourceID: string;
  readonly kind: InstructionKind;
  /** `inShadow`: the device is told nothing any more. */
  readonly because: 'lapsed' | 'released' | 'inShadow';
}
