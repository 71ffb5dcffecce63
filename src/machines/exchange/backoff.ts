import type { VenSettings } from '../../facts/settings.ts';
import type { Failure } from '../wanted.ts';

/** Statuses that say our credentials or our URL are wrong: hammering would not help. @rule 2.0b 517 */
const credentialStatuses: readonly number[] = [401, 403, 404, 406, 501];

/** Whether a failure is about credentials or the address rather than the moment. */
export const isAboutCredentials = ({
  reason,
  httpStatus,
}: {
  readonly reason: string;
  readonly httpStatus?: number | null;
}): boolean => reason === 'tls' || credentialStatuses.includes(httpStatus ?? 0);

/** @limit A VTN may ask for this much patience and no more, where no setting says otherwise. @unit ms */
export const retryAfterCapMs = 3_600_000;

/**
 * How long to wait after the nth failure in a row: doubling from `backoffFirstMs` up to `backoffCapMs`, spread by
 * `backoffJitter` to either side, at least a minute when the credentials were refused, and never less than Retry-After.
 *
 * @rule 2.0b §9.1.7
 * @unit ms
 */
export const backoffMs = (settings: VenSettings, attempt: number, failure: Failure | null, chance: number): number => {
  const doubled = Math.min(settings.backoffCapMs, settings.backoffFirstMs * 2 ** Math.min(attempt - 1, 30));
  const patient =
    failure !== null && isAboutCredentials(failure)
      ? Math.max(doubled, Math.min(60_000, settings.backoffCapMs))
      : doubled;
  const spread = patient * (1 + settings.backoffJitter * (2 * chance - 1));
  const asked = Math.min(failure?.retryAfterMs ?? 0, settings.retryAfterCapMs ?? retryAfterCapMs);
  return Math.round(Math.max(Math.min(spread, settings.backoffCapMs), settings.backoffFirstMs * 0.9, asked));
};

/** Whether somebody answered, with what is no message: the way is there, and its end is not well. */
export const answeredBadly = ({ reason }: { readonly reason: string }): boolean =>
  ['httpStatus', 'redirect', 'contentType', 'tooLarge', 'unreadable'].includes(reason);

/** One line for people about a failure: `timeout: no answer within 30 s`. */
export const describeFailure = (failure: Failure): string =>
  `${failure.reason}${failure.httpStatus === undefined ? '' : ` ${failure.httpStatus}`}: ${failure.detail}`;
