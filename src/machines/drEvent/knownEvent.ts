import type { VenSettings } from '../../facts/settings.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { OptType } from '../../protocol/types/enumerations.ts';

/** What we know of an event that the VTN listed before. */
export interface KnownEvent {
  readonly event: EiEvent;
  readonly modificationNumber: number;
  readonly status: 'far' | 'near' | 'active' | 'ending' | 'completed' | 'cancelled';
  readonly optType: OptType;
  /** Whether it was cancelled only by not being listed: then it lives again when it is. */
  readonly isOnlyMissing?: boolean;
}

/** What a judgement rests on. */
export interface JudgeContext {
  readonly known: ReadonlyMap<string, KnownEvent>;
  readonly venID: string;
  readonly vtnID: string | null;
  readonly settings: VenSettings;
  readonly at: number;
}
