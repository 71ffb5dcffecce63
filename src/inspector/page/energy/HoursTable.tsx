/** A day's hours in figures. */
import type { VNode } from 'preact';
import type { Hour } from '../server/answers.ts';
import { energyText, priceText, readPriceText, toYouText } from '../../../text/quantities.ts';
import { clockText, zoneText } from '../../../text/times.ts';
import { deliverySigns, deliveryWords } from './delivery.ts';

interface Props {
  readonly hours: readonly Hour[];
  readonly timeZone: string;
  readonly now: number;
}

const deliveryText = ({ delivery, because }: Hour): string =>
  `${deliverySigns[delivery]} ${deliveryWords[delivery]}${because === null ? '' : `: ${because}`}`.trim();

const Line = ({
  hour,
  timeZone,
  now,
}: {
  readonly hour: Hour;
  readonly timeZone: string;
  readonly now: number;
}): VNode => {
  const { startAt, durationMs, importWattHours, exportWattHours, usdPerKwh, toYouUsd, delivery, bad } = hour;
  const isOver = startAt + durationMs <= now;
  const isNow = startAt <= now && !isOver;
  const missing = isOver ? (
    <span class="warn" title={bad ?? undefined}>
      not measured
    </span>
  ) : (
    '–'
  );
  return (
    <tr class={isNow ? 'now' : ''} aria-current={isNow ? 'time' : undefined}>
      <th scope="row" class="number">
        {clockText(startAt, timeZone)} <span class="quiet small">{zoneText(startAt, timeZone)}</span>
      </th>
      <td class="number" title={usdPerKwh === null ? undefined : `${priceText(usdPerKwh)} per kWh`}>
        {usdPerKwh === null ? '–' : readPriceText(usdPerKwh)}
      </td>
      <td class="number">{importWattHours === null ? missing : energyText(importWattHours, 3)}</td>
      <td class="number">{exportWattHours === null ? missing : energyText(-exportWattHours, 3)}</td>
      <td class="number">{toYouUsd === null ? '–' : toYouText(toYouUsd)}</td>
      <td class={`delivery ${delivery}`}>{isOver || delivery !== 'notDue' ? deliveryText(hour) : ''}</td>
    </tr>
  );
};

/** The table. */
export const HoursTable = ({ hours, timeZone, now }: Props): VNode => (
  <section class="card hours" aria-labelledby="hours-title">
    <header>
      <h2 id="hours-title">Hour by hour</h2>
      <span class="quiet small">money: + comes to you, − goes from you</span>
    </header>
    <div class="scroll" tabIndex={0} role="group" aria-label="Table of the hours">
      <table>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Price</th>
            <th scope="col">Bought</th>
            <th scope="col">Sold</th>
            <th scope="col">Money</th>
            <th scope="col">Usage</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <Line key={hour.startAt} hour={hour} timeZone={timeZone} now={now} />
          ))}
        </tbody>
      </table>
      {hours.length === 0 ? <p class="empty">No device is known on this day.</p> : null}
    </div>
  </section>
);
