/** The day's money: what is earned so far, and what is planned by midnight. */
import type { VNode } from 'preact';
import type { State } from '../server/answers.ts';
import { toYouText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';
import { Writes } from '../wrote/Writes.tsx';
import { Tile } from './Tile.tsx';

const hourMs = 3_600_000;

/** How much of what is planned is earned; nothing where the two do not go the same way. */
const shareOf = (soFar: number, planned: number): number =>
  soFar <= 0 || planned <= 0 ? 0 : Math.min(1, soFar / planned);

/** The tile. */
export const MoneyTile = ({ state }: { readonly state: State }): VNode => {
  const { today, asOf, timeZone, devices } = state;
  const { soFarUsd, plannedUsd, knownUntil } = today;
  const soFar = Number(soFarUsd);
  const isKnown = devices.length > 0;
  // The hour that runs is not metered yet: that is no gap.
  const isPartly = isKnown && asOf - knownUntil > hourMs;
  return (
    <Tile
      name="Money today"
      figure={
        isKnown ? (
          <Writes pointer="/today/soFarUsd" name="money so far today">
            <span class={soFar >= 0.005 ? 'good' : ''}>{toYouText(soFarUsd)}</span>
          </Writes>
        ) : (
          'none'
        )
      }
      unit={
        !isKnown
          ? undefined
          : isPartly
            ? `known, to ${clockText(knownUntil, timeZone)}`
            : plannedUsd === null
              ? 'so far'
              : `of ${toYouText(plannedUsd)}`
      }
    >
      <div class="shares" aria-hidden="true">
        <span class="earned" style={{ width: `${Math.round(shareOf(soFar, plannedUsd ?? 0) * 100)}%` }} />
      </div>
      <p class="quiet">
        {plannedUsd === null
          ? 'Nothing is planned.'
          : isPartly
            ? `Planned by midnight ${toYouText(plannedUsd)}`
            : 'By midnight, with what is planned'}
      </p>
    </Tile>
  );
};
