import type { DateTime, Duration } from '../types/scalars.ts';

/** A period of time with what surrounds it; `xcal:properties`. */
export interface Properties {
  readonly dtstart: DateTime;
  /** Zero means open-ended. @rule 2.0b 210 */
  readonly duration: Duration;
  /** The start is spread at random over this time; `tolerance/tolerate/startafter`. */
  readonly startafter?: Duration;
  readonly 'x-eiNotification'?: Duration;
  readonly 'x-eiRampUp'?: Duration;
  readonly 'x-eiRecovery'?: Duration;
}
