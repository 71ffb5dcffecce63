/** A day's hours as a strip: what became of each. */
import type { VNode } from 'preact';
import type { Hour } from '../server/answers.ts';
import { energyText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';
import { deliverySigns, deliveryWords } from './delivery.ts';

interface Props {
  readonly hours: readonly Hour[];
  readonly timeZone: string;
  readonly now: number;
}

/** The strip. */
export const Hours = ({ hours, timeZone, now }: Props): VNode => (
  <div class="usage">
    <span class="quiet" aria-hidden="true">
      <span class="usageword">Usage, </span>
      {hours.filter(({ delivery }) => delivery === 'acknowledged').length} of {`${hours.length}\u00a0h`}
    </span>
    <ol class="strip" aria-label="Hours of the day and whether the VTN has them">
      {hours.map(({ startAt, durationMs, energyWattHours, delivery }) => {
        const text = `${clockText(startAt, timeZone)}: ${startAt + durationMs > now ? 'not over yet' : energyText(energyWattHours)}, ${deliveryWords[delivery]}`;
        return (
          <li key={startAt} class={delivery} title={text} data-delivery={delivery}>
            <span aria-hidden="true">{deliverySigns[delivery]}</span>
            <span class="unseen">{text}</span>
          </li>
        );
      })}
    </ol>
  </div>
);
