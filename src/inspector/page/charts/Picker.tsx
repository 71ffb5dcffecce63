/** One line for each machine, and below it one for each of its streams. */
import type { VNode } from 'preact';
import type { Machines, Stream } from '../server/answers.ts';
import { enter } from '../shell/route.ts';
import { descriptionText } from './lighting.ts';

interface Props {
  readonly machines: Machines['machines'];
  readonly streams: readonly Stream[];
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

const Line = ({ stream: { stream, id, value }, isPicked }: { readonly stream: Stream; readonly isPicked: boolean }): VNode => (
  <li>
    <button type="button" class="stream" aria-current={isPicked ? 'true' : undefined} data-stream={stream} onClick={() => enter('charts', stream)}>
      <span class="name">{id === '' ? stream : id}</span>
      <span class="quiet small">{valueText(value)}</span>
    </button>
  </li>
);

/** The picker. */
export const Picker = ({ machines, streams, picked }: Props): VNode => (
  <nav class="card picker" aria-label="Machines and their streams">
    {machines.map(({ machine, description }) => {
      const own = streams.filter((each) => each.machine === machine);
      const isSingle = own.length === 1 && own[0]?.id === '';
      return (
        <section key={machine} aria-label={machine}>
          {isSingle ? null : <h3 title={descriptionText(description)}>{machine} <span class="quiet">{own.length}</span></h3>}
          {own.length === 0 ? <p class="quiet small">none at this moment</p> : null}
          <ul>{own.slice(-listed).reverse().map((stream) => <Line key={stream.stream} stream={stream} isPicked={stream.stream === picked} />)}</ul>
        </section>
      );
    })}
  </nav>
);
