/** What a person opts, by EiOpt: of a DR event after it was answered, or by a schedule. @rule 2.0b 206 */
import type { OptReason, OptType } from '../protocol/types/enumerations.ts';

/** A time that an opt schedule speaks of. UTC ms, inclusive and exclusive. */
export interface OptWindow {
  readonly startAt: number;
  /** Null: open-ended. @rule 2.0b 210 */
  readonly endAt: number | null;
}

/** What is opted, of what, and for whom. */
export interface OptTerms {
  readonly optID: string;
  readonly optType: OptType;
  readonly optReason: OptReason;
  /** The DR event that it qualifies, and the version of it; absent: it is a schedule. */
  readonly eventID?: string;
  readonly modificationNumber?: number;
  /** When a schedule holds, oldest first; none where it qualifies a DR event. */
  readonly windows: readonly OptWindow[];
  /** The programme that a schedule is limited to. */
  readonly marketContext?: string;
  /** The devices it is for; absent: all behind the VEN. */
  readonly resourceIDs?: readonly string[];
  /** The class by which those devices were named. @rule 2.0b 209 */
  readonly deviceClass?: string;
}

/** A person opted. */
export interface OptGiven extends OptTerms {
  /** Which way it came: `ven`, `mqtt`, `http`; `override`: it was concluded from one. */
  readonly by: string;
}

/** An override contradicts a DR event, and it is opted out of by itself, as the settings say. */
export interface OptConcluded extends OptGiven {
  /** The device that is overridden. */
  readonly resourceID: string;
}

/** A person took an opt back. */
export interface OptTakenBack {
  readonly optID: string;
  readonly by: string;
}

/** The VTN has taken an opt. @rule 2.0b 206 */
export interface OptCreated {
  readonly optID: string;
  readonly optType: OptType;
}

/** The VTN does not take an opt: here it holds all the same. */
export interface OptRefused {
  readonly optID: string;
  readonly responseCode: string;
  readonly why: string;
}

/** An opt holds no longer. `over`: its time; `cancelled`: a person took it back; `replaced`: a later one stands for it. */
export interface OptEnded {
  readonly optID: string;
  readonly because: 'over' | 'cancelled' | 'replaced';
}
