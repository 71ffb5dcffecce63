/** The present hour's price, and which prices are in hand. */
import type { VNode } from 'preact';
import type { State } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { priceText, readPriceText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';
import { Writes } from '../wrote/Writes.tsx';
import { Tile } from './Tile.tsx';

type PricedDay = State['prices']['days'][number];

const DayInHand = ({ name, day }: { readonly name: string; readonly day: PricedDay }): VNode => {
  const priced = Math.floor(day.pricedHours);
  const isWhole = day.pricedHours >= day.hours;
  return (
    <li class={isWhole ? 'good' : 'quiet'} data-priced={day.day}>
      <Icon name={isWhole ? 'check' : 'minus'} size={14} /> {name} {isWhole ? '' : `${priced} of `}
      {day.hours} h
    </li>
  );
};

/** The tile. */
export const PriceTile = ({ state: { prices, timeZone, agent } }: { readonly state: State }): VNode => {
  const { now, next, days } = prices;
  const [today, tomorrow] = days;
  const until = now === null ? '' : now.endAt === null ? 'further notice' : clockText(now.endAt, timeZone);
  return (
    <Tile
      name={agent.notRunSince === null ? 'Price now' : 'Price then'}
      figure={
        now === null ? (
          'none'
        ) : (
          <Writes pointer="/prices/now/usdPerKwh" name={`price now, ${priceText(now.usdPerKwh)} per kWh`}>
            {readPriceText(now.usdPerKwh)}
          </Writes>
        )
      }
      unit={now === null ? undefined : 'per kWh'}
    >
      <p class="quiet">
        {now === null
          ? agent.notRunSince === null
            ? 'No price is known for this hour.'
            : 'No price was known for that hour.'
          : `${clockText(now.startAt, timeZone)} to ${until}${next === null ? '' : `, then ${readPriceText(next.usdPerKwh)}`}`}
        {now?.isImplausible === true ? <span class="warn"> · implausible</span> : null}
      </p>
      <ul class="inhand" aria-label="Prices in hand">
        {today === undefined ? null : <DayInHand name="Today" day={today} />}
        {tomorrow === undefined ? null : <DayInHand name="Tomorrow" day={tomorrow} />}
      </ul>
    </Tile>
  );
};
