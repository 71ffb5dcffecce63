/** What a person should look at, with advice. */
import type { VNode } from 'preact';
import type { Alarm, State } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { agoText, momentText } from '../show/times.ts';
import { goTo } from '../time/moment.ts';

interface Props {
  readonly alarms: readonly Alarm[];
  readonly state: State;
}

const One = ({ alarm, state: { asOf, timeZone } }: { readonly alarm: Alarm; readonly state: State }): VNode => (
  <li class="alarm">
    <Icon name="alert" />
    <div>
      <p class="text">{alarm.text}</p>
      <p class="small">{alarm.advice}</p>
      <button
        type="button"
        class="small quiet link"
        title={momentText(alarm.raisedAt, timeZone)}
        onClick={() => goTo(alarm.position)}
      >
        raised {agoText(alarm.raisedAt, asOf)}
      </button>
    </div>
  </li>
);

/** The alarms that are up. */
export const Alarms = ({ alarms, state }: Props): VNode => (
  <section class={`alarms ${alarms.length === 0 ? 'none' : ''}`} aria-label="Alarms" aria-live="polite">
    {alarms.length === 0 ? (
      <p class="quiet">No alarms. Nothing waits for a person.</p>
    ) : (
      <ul>
        {alarms.map((alarm) => (
          <One key={`${alarm.alarm} ${alarm.subject ?? ''}`} alarm={alarm} state={state} />
        ))}
      </ul>
    )}
  </section>
);
