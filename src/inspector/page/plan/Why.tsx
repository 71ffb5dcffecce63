/** Why an hour is as it is: what was bought for what, what binds, and the prices at which it would be otherwise. */
import { token, Writes } from '../wrote/Writes.tsx';
import type { VNode } from 'preact';
import { Command } from '../now/Command.tsx';
import { DevicePick } from '../show/DevicePick.tsx';
import { shortIDs } from '../show/friendly.ts';
import { Icon } from '../shell/Icon.tsx';
import { limitNames, limitText, pricelessLimits, wouldRest } from '../../../text/planWords.ts';
import { plainEnergyText, powerText, readPriceText, toYouText } from '../../../text/quantities.ts';
import { clockText, endClockText, shortDayText } from '../../../text/times.ts';
import type { PlannedDevice } from '../server/answers.ts';
import type { EnergyTold, PlannedSlot, SlotTold } from './picks.ts';

const sources = { grid: '', panels: ' of your panels', lost: ' of your panels, else lost', stock: '' } as const;

/** What one unit of it costs or brings; nothing where there is no energy to divide by. */
const priceOf = (usd: string, wattHours: number): string =>
  wattHours === 0 ? '' : `at ${readPriceText((Number(usd) / wattHours) * 1_000)}`;

const negative = (usd: string): string => toYouText(-Number(usd));

type Stretch = NonNullable<EnergyTold['bought']>;

const hourMs = 3_600_000;

/** An hour by its beginning, more than one as a span; of another day than the hour that is told with its name. */
const when = ({ startAt, endAt }: Stretch, hour: number, timeZone: string): string => {
  const day = shortDayText(startAt, timeZone).slice(0, 3);
  const until = endAt - startAt > hourMs ? `–${endClockText(endAt, timeZone)}` : '';
  return `${day === shortDayText(hour, timeZone).slice(0, 3) ? '' : `${day} `}${clockText(startAt, timeZone)}${until}`;
};

const Ends = ({
  pair,
  now,
  hour,
  timeZone,
}: {
  readonly pair: EnergyTold;
  readonly now: number;
  readonly hour: number;
  readonly timeZone: string;
}): VNode => {
  const { bought, sold, from, to, boughtWattHours, soldWattHours, costUsd, broughtUsd, wearUsd } = pair;
  const lost = boughtWattHours - soldWattHours;
  return (
    <div class="ends">
      <dl class="in">
        <dt>
          {bought === null ? (
            'was stored'
          ) : (
            <>
              {bought.endAt <= now ? 'bought' : 'buys'} <span class="nowrap">{when(bought, hour, timeZone)}</span>
            </>
          )}
        </dt>
        {bought === null ? (
          <dd class="quiet">before the plan</dd>
        ) : (
          <dd>{`${plainEnergyText(boughtWattHours)}${sources[from]}`}</dd>
        )}
        <dd>{bought === null ? 'worth' : priceOf(costUsd, boughtWattHours)}</dd>
        <dd class="money">{negative(costUsd)}</dd>
      </dl>
      <div class="between quiet small">
        {bought === null || sold === null || lost <= 0 ? null : (
          <span>
            {plainEnergyText(lost)}
            <br />
            lost
          </span>
        )}
        <span class="arrow" aria-hidden="true">
          →
        </span>
        {Number(wearUsd) === 0 ? null : (
          <span>
            wear
            <br />
            {negative(wearUsd)}
          </span>
        )}
      </div>
      <dl class="out">
        <dt>
          {sold === null ? (
            'stays stored'
          ) : (
            <>
              {to === 'home' ? 'spares' : to === 'trip' ? 'drives' : 'sells'}{' '}
              <span class="nowrap">{when(sold, hour, timeZone)}</span>
            </>
          )}
        </dt>
        {sold === null ? <dd class="quiet">beyond the plan</dd> : <dd>{plainEnergyText(soldWattHours)}</dd>}
        <dd>{sold === null ? 'worth' : priceOf(broughtUsd, soldWattHours)}</dd>
        <dd class="money">{toYouText(broughtUsd)}</dd>
      </dl>
    </div>
  );
};

const doingText = (slot: PlannedSlot): string => {
  const { does, energyWattHours, demandWatts, importUsdPerKwh, exportUsdPerKwh } = slot;
  const price = does === 'sells' ? exportUsdPerKwh : importUsdPerKwh;
  const at = price === null ? 'no price is known' : `at ${readPriceText(price)}`;
  return does === 'rests'
    ? `Rests ${at}.`
    : `${does === 'buys' ? 'Buys' : 'Sells'} ${plainEnergyText(energyWattHours)} ${at}, with ${powerText(Math.abs(demandWatts))}.`;
};

const OtherwiseText = ({ told, stores }: { readonly told: SlotTold; readonly stores: boolean }): VNode | null => {
  const { limit, buyBelowUsdPerKwh: buy, sellAboveUsdPerKwh: sell } = told;
  const isOfAll = told.thresholdsOf === 'site';
  if (pricelessLimits.includes(limit) || (buy === null && sell === null)) return null;
  if (!stores && !isOfAll)
    return buy === null ? null : (
      <>
        <dt>Otherwise</dt>
        <dd>
          It draws below <strong>{readPriceText(buy)}</strong>; above it rests.
        </dd>
      </>
    );
  return (
    <>
      <dt>Otherwise</dt>
      <dd>
        {buy === null ? (
          `${isOfAll ? 'All together buy' : 'It buys'} at no price`
        ) : (
          <>
            {isOfAll ? 'All together buy' : 'It buys'} below <strong>{readPriceText(buy)}</strong>
          </>
        )}
        {sell === null ? (
          ` and ${isOfAll ? 'sell' : 'sells'} at none.`
        ) : (
          <>
            {' '}
            and {isOfAll ? 'sell' : 'sells'} above <strong>{readPriceText(sell)}</strong>
            {isOfAll ? '.' : `; in between it ${wouldRest(buy, sell) ? 'rests' : 'does what pays more'}.`}
          </>
        )}
      </dd>
    </>
  );
};

interface Props {
  readonly hour: number | null;
  readonly now: number;
  readonly timeZone: string;
  readonly device: PlannedDevice | undefined;
  readonly name: string;
  readonly slot: PlannedSlot | null;
  readonly pair: EnergyTold | null;
  readonly told: SlotTold | null;
  /** The device in shadow that is looked at: the plan in force has nothing for it. */
  readonly shadowed: string | null;
  /** The server has not said yet whether there is a plan. */
  readonly isLooking: boolean;
  /** Why nothing more is told; null while there is nothing to say. */
  readonly problem: string | null;
  readonly devices: readonly { readonly resourceID: string; readonly name: string }[];
  readonly onDevice: (resourceID: string) => void;
  readonly onStep: (hours: number) => void;
}

const Held = ({ told, stores }: { readonly told: SlotTold; readonly stores: boolean }): VNode => (
  <dl class="held">
    <dt>Held by</dt>
    <dd>
      <strong>{limitNames[told.limit]}.</strong> {limitText({ ...told, eventIDs: told.eventIDs.map(shortIDs) })}
      {told.limitUsdPerKwh === null ? null : ` One kWh more would bring ${toYouText(told.limitUsdPerKwh)}.`}
    </dd>
    <OtherwiseText told={told} stores={stores} />
  </dl>
);

const Body = ({
  hour,
  now,
  timeZone,
  device,
  name,
  slot,
  pair,
  told,
  problem,
  shadowed,
  isLooking,
}: Props): VNode | null => {
  if (isLooking) return null;
  if (hour === null) return <p class="quiet">Nothing is planned yet.</p>;
  if (shadowed !== null)
    return (
      <>
        <p class="quiet">It is in shadow: the bars show what it would do, and why tells:</p>
        <Command text={`ven plan --device ${shadowed} --why ${clockText(hour, timeZone)}`} />
      </>
    );
  if (slot === null)
    return (
      <p class="quiet">
        {hour < now
          ? 'This hour is over: it was as the bars show. The log tells what was decided then; go back to that moment to see its plan.'
          : 'The plan in force does not reach this hour: no price is known for it yet.'}
      </p>
    );
  return (
    <>
      <p data-does={slot.does}>
        {device === undefined ? (
          doingText(slot)
        ) : (
          <Writes
            pointer={`/plan/${token(device.resourceID)}/${slot.startAt}/demandWatts`}
            name={`plan of ${name} for ${clockText(hour, timeZone)}`}
          >
            {doingText(slot)}
          </Writes>
        )}
      </p>
      {pair === null ? null : <Ends pair={pair} now={now} hour={hour} timeZone={timeZone} />}
      {pair === null ? null : (
        <p class="sum">
          After losses and wear{' '}
          <strong class={Number(pair.gainUsd) > 0 ? 'good' : ''}>{toYouText(pair.gainUsd)}</strong>
        </p>
      )}
      {told === null ? (
        <p class="quiet small">{problem ?? 'What binds is being found out …'}</p>
      ) : (
        <Held told={told} stores={slot.stateOfChargeAtEnd !== null} />
      )}
    </>
  );
};

/** The card. */
export const WhyCard = (props: Props): VNode => {
  const { hour, timeZone, name, device, devices, onDevice, onStep } = props;
  return (
    <section class="card why" aria-labelledby="why-title" data-why={hour ?? ''}>
      <header>
        <h2 id="why-title">Why</h2>
        <span class="nowrap">
          {hour === null ? '' : `${shortDayText(hour, timeZone).slice(0, 3)} ${clockText(hour, timeZone)}`}
          {devices.length > 1 || name === '' ? '' : `, ${name}`}
        </span>
        <span class="spacer" />
        <button type="button" class="button icon" aria-label="The hour before" onClick={() => onStep(-1)}>
          <Icon name="back" />
        </button>
        <button type="button" class="button icon" aria-label="The hour after" onClick={() => onStep(1)}>
          <Icon name="on" />
        </button>
      </header>
      {devices.length < 2 ? null : (
        <DevicePick devices={devices} chosen={device?.resourceID ?? ''} onChoose={onDevice} />
      )}
      <div aria-live="polite">
        <Body {...props} />
      </div>
    </section>
  );
};
