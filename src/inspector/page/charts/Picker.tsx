/** One line for each machine, and below it one for each of its streams. */
import type { VNode } from 'preact';
import type { Machines, State, Stream } from '../server/answers.ts';
import { enter } from '../shell/route.ts';
import { shortDayText } from '../../../text/times.ts';
import { descriptionText } from './lighting.ts';

interface Props {
  readonly machines: Machines['machines'];
  readonly state: State;
  readonly picked: string;
}

/** `registered: waiting, idle`: a state value in the words of the machine. */
export const valueText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value);
  const inner = members.map(([, each]) => valueText(each)).join(', ');
  return members.length === 1 ? `${members[0]?.[0] ?? ''}: ${inner}` : inner;
};

/** @limit Streams of a machine that are listed, the latest. */
const listed = 40;

const Line = ({
  stream: { stream, id, value },
  about,
  isPicked,
}: {
  readonly stream: Stream;
  readonly about: string;
  readonly isPicked: boolean;
}): VNode => (
  <li>
    <button
      type="button"
      class="stream"
      aria-current={isPicked ? 'true' : undefined}
      data-stream={stream}
      title={stream}
      onClick={() => enter('charts', stream)}
    >
      <span class="name">{about === '' ? (id === '' ? stream : id) : about}</span>
      <span class="quiet small">
        {valueText(value)}
        {about === '' ? '' : ` · ${id}`}
      </span>
    </button>
  </li>
);

/** What a stream is about, where its id says little. */
const aboutOf = ({ drEvents, reportRequests, timeZone }: State, { machine, id }: Stream): string => {
  const drEvent = machine === 'drEvent' ? drEvents.find(({ eventID }) => eventID === id) : undefined;
  if (drEvent !== undefined)
    return `${drEvent.isTest ? 'Test event' : 'Event'} of ${shortDayText(drEvent.startAt, timeZone)}`;
  const request =
    machine === 'reportRequest' ? reportRequests.find(({ reportRequestID }) => reportRequestID === id) : undefined;
  return request === undefined ? '' : `${request.kind} report`;
};

/** The picker. */
export const Picker = ({ machines, state, picked }: Props): VNode => (
  <nav class="card picker" aria-label="Machines and their streams">
    {machines.map(({ machine, description }) => {
      const own = state.streams.filter((each) => each.machine === machine);
      const isSingle = own.length === 1 && own[0]?.id === '';
      return (
        <section key={machine} aria-label={machine}>
          {isSingle ? null : (
            <h2 title={descriptionText(description)}>
              {machine} <span class="quiet">{own.length}</span>
            </h2>
          )}
          {own.length === 0 ? <p class="quiet small">none at this moment</p> : null}
          <ul>
            {own
              .slice(-listed)
              .reverse()
              .map((stream) => (
                <Line
                  key={stream.stream}
                  stream={stream}
                  about={aboutOf(state, stream)}
                  isPicked={stream.stream === picked}
                />
              ))}
          </ul>
        </section>
      );
    })}
  </nav>
);
