/** A day's hours in figures. */
import type { VNode } from 'preact';
import type { Hour } from '../server/answers.ts';
import { energyText, priceText, readPriceText, toYouText } from '../../../text/quantities.ts';
import { clockText, zoneText } from '../../../text/times.ts';
import { token, Writes } from '../wrote/Writes.tsx';
import { deliverySigns, deliveryWords } from './delivery.ts';

/** Energy, whose unit goes where there is no room and the head of the column says it. */
const Energy = ({ wattHours }: { readonly wattHours: number }): VNode => {
  const [figure, unit] = energyText(wattHours, 3).split(/(?=\u202f)/);
  return (
    <>
      {figure}
      <span class="unit">{unit}</span>
    </>
  );
};

interface Props {
  readonly hours: readonly Hour[];
  readonly timeZone: string;
  readonly now: number;
  /** Whose hours they are; null of several devices together. */
  readonly resourceID: string | null;
}

const deliveryText = ({ delivery, because }: Hour): string =>
  `${deliverySigns[delivery]} ${deliveryWords[delivery]}${because === null ? '' : `: ${because}`}`.trim();

const Line = ({ hour, timeZone, now, resourceID }: Omit<Props, 'hours'> & { readonly hour: Hour }): VNode => {
  const { startAt, durationMs, importWattHours, exportWattHours, usdPerKwh, toYouUsd, delivery, bad } = hour;
  const isOver = startAt + durationMs <= now;
  const isNow = startAt <= now && !isOver;
  const hourText = `${clockText(startAt, timeZone)}${resourceID === null ? '' : ` of ${resourceID}`}`;
  const written = (field: string, name: string, text: string | VNode): VNode | string =>
    resourceID === null ? (
      text
    ) : (
      <Writes pointer={`/hour/${token(resourceID)}/${startAt}/${field}`} name={`${name} at ${hourText}`}>
        {text}
      </Writes>
    );
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
        {usdPerKwh === null ? (
          '–'
        ) : (
          <Writes pointer={`/price/${startAt}/usdPerKwh`} name={`price at ${clockText(startAt, timeZone)}`}>
            {readPriceText(usdPerKwh)}
          </Writes>
        )}
      </td>
      {importWattHours === null && exportWattHours === null ? (
        <td class="number" colSpan={2}>
          {missing}
        </td>
      ) : (
        <>
          <td class="number">
            {importWattHours === null
              ? missing
              : written('importWattHours', 'what was bought', <Energy wattHours={importWattHours} />)}
          </td>
          <td class="number">
            {exportWattHours === null
              ? missing
              : written('exportWattHours', 'what was sold', <Energy wattHours={-exportWattHours} />)}
          </td>
        </>
      )}
      <td class="number">{toYouUsd === null ? '–' : written('toYouUsd', 'money', toYouText(toYouUsd))}</td>
      <td class={`delivery ${delivery}`}>
        {isOver || delivery !== 'notDue' ? written('delivery', 'usage', deliveryText(hour)) : ''}
      </td>
    </tr>
  );
};

/** The table. */
export const HoursTable = ({ hours, timeZone, now, resourceID }: Props): VNode => (
  <section class="card hours" aria-labelledby="hours-title">
    <header>
      <h2 id="hours-title">Hour by hour</h2>
      <span class="quiet small">money: + comes to you, − goes from you</span>
    </header>
    <div class="scroll" tabIndex={0} role="group" aria-label="Table of the hours">
      <table class={new Set(hours.map(({ startAt }) => zoneText(startAt, timeZone))).size === 1 ? 'onezone' : ''}>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Price</th>
            <th scope="col">
              Bought<span class="headunit"> kWh</span>
            </th>
            <th scope="col">
              Sold<span class="headunit"> kWh</span>
            </th>
            <th scope="col">Money</th>
            <th scope="col">Usage</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <Line key={hour.startAt} hour={hour} timeZone={timeZone} now={now} resourceID={resourceID} />
          ))}
        </tbody>
      </table>
      {hours.length === 0 ? <p class="empty">No device is known on this day.</p> : null}
    </div>
  </section>
);
