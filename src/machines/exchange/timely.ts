import type { VenSettings } from '../../facts/settings.ts';

type Timeout = Pick<VenSettings, 'replyTimeoutMs'>;

/** @limit A message that was recorded later is not sent any more, for the line waits for its reply already. @unit ms */
export const recordedWithinMs = ({ replyTimeoutMs }: Timeout): number => Math.max(15_000, replyTimeoutMs / 4);

/** A record that is not on disk after so long hangs: until it is, nothing is concluded from time that passes. @unit ms */
export const hangsAfterMs = (settings: Timeout): number => recordedWithinMs(settings) / 3;

/**
 * How long the line waits for what becomes of a request. The transport times out first, however late the request was recorded; this ends
 * the wait when the transport itself is lost. @unit ms
 */
export const lineWaitsMs = (settings: Timeout): number => settings.replyTimeoutMs + 2 * recordedWithinMs(settings);
