/** The day's money in three figures over one bar, as the bill will show it. */
import type { VNode } from 'preact';
import type { Plan, Why } from '../server/answers.ts';
import { stakeText, toYouText } from '../../../text/quantities.ts';

const Figure = ({
  name,
  usd,
  isGood = false,
}: {
  readonly name: string;
  readonly usd: string | null;
  readonly isGood?: boolean;
}): VNode => (
  <div>
    <dt class="quiet small">{name}</dt>
    <dd class={`number ${isGood && Number(usd) >= 0.005 ? 'good' : ''}`} data-figure={name}>
      {usd === null ? '–' : toYouText(usd)}
    </dd>
  </div>
);

const share = (part: number, whole: number): string =>
  `${Math.max(0, Math.min(100, (part / whole) * 100)).toFixed(2)}%`;

/** The figures. */
export const Earns = ({ plan: { today }, why }: { readonly plan: Plan; readonly why: Why | null }): VNode => {
  const { soFarUsd, plannedUsd } = today;
  const possibleUsd = why?.possibleUsd ?? null;
  const areAsked = why?.wishes.some(({ kind }) => kind === 'constraint') === true;
  const [soFar, planned, possible] = [
    Number(soFarUsd),
    Number(plannedUsd ?? soFarUsd),
    Number(possibleUsd ?? plannedUsd ?? soFarUsd),
  ];
  const lowest = Math.min(0, soFar, planned);
  const whole = Math.max(0.01, Math.max(0, soFar, planned, possible) - lowest);
  const wishes = possibleUsd === null ? 0 : possible - planned;
  const [low, high] = [Math.min(soFar, planned), Math.max(soFar, planned)];
  return (
    <div class="earns">
      <dl>
        <Figure name="So far today" usd={soFarUsd} />
        <Figure name="Planned by midnight" usd={plannedUsd} isGood />
        <Figure
          name={areAsked ? 'Possible without wishes and DR events' : 'Possible without your wishes'}
          usd={possibleUsd}
        />
      </dl>
      <div class="earnbar" aria-hidden="true">
        <span
          class={`sofar ${soFar < 0 ? 'spent' : ''}`}
          style={{ insetInlineStart: share(Math.min(0, soFar) - lowest, whole), width: share(Math.abs(soFar), whole) }}
        />
        <span
          class="planned"
          style={{
            insetInlineStart: share(Math.max(0, low) - lowest, whole),
            width: share(Math.max(0, high) - Math.max(0, low), whole),
          }}
        />
        {wishes < 0.005 ? null : (
          <span
            class="wishes"
            style={{ insetInlineStart: share(planned - lowest, whole), width: share(wishes, whole) }}
          />
        )}
      </div>
      <p class="small">
        <span class="quiet">As the bill will show it, without wear.</span>
        {wishes < 0.005 ? null : (
          <span class="warn">{` ${areAsked ? 'wishes and DR events' : 'wishes'} ${stakeText(wishes)}`}</span>
        )}
      </p>
    </div>
  );
};
