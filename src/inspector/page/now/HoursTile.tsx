/** Hours of usage: with the VTN, on their way, or in doubt. */
import type { VNode } from 'preact';
import type { State } from '../server/answers.ts';
import { counted, countText } from '../show/quantities.ts';
import { Tile } from './Tile.tsx';

const Share = ({
  name,
  count,
  whole,
}: {
  readonly name: string;
  readonly count: number;
  readonly whole: number;
}): VNode | null => (count === 0 ? null : <span class={name} style={{ width: `${(count / whole) * 100}%` }} />);

const Count = ({
  name,
  look,
  count,
}: {
  readonly name: string;
  readonly look: string;
  readonly count: number;
}): VNode => (
  <li class={count === 0 ? 'quiet' : look} data-hours={name}>
    <span class={`swatch ${look}`} />
    {countText(count)} {name}
  </li>
);

/** The tile. */
export const HoursTile = ({ state: { hours } }: { readonly state: State }): VNode => {
  const { acknowledged, pending, inDoubt, rejected, heldDeliveries } = hours;
  const whole = acknowledged + pending + inDoubt + rejected;
  return (
    <Tile
      name="Usage delivered"
      figure={countText(acknowledged)}
      unit={whole === 0 ? 'hours' : `of ${counted(whole, 'hour')} due`}
    >
      <div class="shares" aria-hidden="true">
        <Share name="acknowledged" count={acknowledged} whole={whole} />
        <Share name="pending" count={pending} whole={whole} />
        <Share name="inDoubt" count={inDoubt} whole={whole} />
        <Share name="rejected" count={rejected} whole={whole} />
      </div>
      <ul class="counts">
        <Count name="pending" look="pending" count={pending} />
        <Count name="in doubt" look="inDoubt" count={inDoubt} />
        {rejected === 0 ? null : <Count name="rejected" look="rejected" count={rejected} />}
        {heldDeliveries === 0 ? null : <li class="warn">{counted(heldDeliveries, 'report')} held for a person</li>}
      </ul>
    </Tile>
  );
};
