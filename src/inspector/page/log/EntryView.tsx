/** One entry: what it says, why it is there, what followed, and the XML of both directions. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Row, WholeEntry } from '../server/answers.ts';
import { servings } from '../server/feed.ts';
import { paths } from '../server/paths.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { Icon } from '../shell/Icon.tsx';
import { enter } from '../shell/route.ts';
import { DataTree } from '../show/DataTree.tsx';
import { counted, countText } from '../../../text/quantities.ts';
import { friendly } from '../show/friendly.ts';
import { clockTextWithSeconds, momentText } from '../../../text/times.ts';
import { goTo, pinnedPosition } from '../time/moment.ts';
import { Wires } from './Wires.tsx';

interface Props {
  readonly position: number | null;
  readonly timeZone: string;
}

const Related = ({
  row,
  timeZone,
  depth = 0,
}: {
  readonly row: Row;
  readonly timeZone: string;
  readonly depth?: number;
}): VNode => (
  <li style={{ paddingInlineStart: `${depth * 14}px` }}>
    <button type="button" class={`related lane-${row.lane}`} onClick={() => enter('log', String(row.position))}>
      <span class="number quiet">{clockTextWithSeconds(row.recordedAt, timeZone)}</span>
      <strong>{row.type}</strong>
      <span class="sentence" title={row.sentence}>
        {friendly(row.sentence, row.recordedAt, timeZone)}
      </span>
      <span class="number quiet">{countText(row.position)}</span>
    </button>
  </li>
);

/** What of an entry is looked at; it stays from entry to entry. */
const leaves = [
  { id: 'data', name: 'Data' },
  { id: 'why', name: 'Why, and what followed' },
  { id: 'wire', name: 'XML' },
] as const;

const leaf = signal<(typeof leaves)[number]['id']>('data');

const turn = (event: KeyboardEvent): void => {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  leaf.value =
    leaves[(leaves.findIndex(({ id }) => id === leaf.value) + by + leaves.length) % leaves.length]?.id ?? 'data';
  document.getElementById(`leaf-${leaf.value}`)?.focus();
};

const Leaves = ({ hasWire }: { readonly hasWire: boolean }): VNode => (
  <div class="leaves" role="tablist" aria-label="What of the entry" onKeyDown={turn}>
    {leaves.map(({ id, name }) => (
      <button
        type="button"
        role="tab"
        key={id}
        id={`leaf-${id}`}
        class={id === 'wire' && !hasWire ? 'quiet' : ''}
        aria-selected={leaf.value === id}
        aria-controls="leaf"
        tabIndex={leaf.value === id ? 0 : -1}
        onClick={() => (leaf.value = id)}
      >
        {name}
      </button>
    ))}
  </div>
);

/** @limit Consequences, and causes nearest to the entry, that are listed. */
const shown = { consequences: 50, causes: 6 } as const;

const Causes = ({ causes, timeZone }: { readonly causes: readonly Row[]; readonly timeZone: string }): VNode => {
  const [isWhole, showWhole] = useState(false);
  const listed = isWhole ? causes : causes.slice(-shown.causes);
  const left = causes.length - listed.length;
  return (
    <>
      {left === 0 ? null : (
        <button type="button" class="link small quiet" onClick={() => showWhole(true)}>
          {counted(left, 'earlier cause')}
        </button>
      )}
      <ol class="chain" aria-label="Cause chain">
        {listed.map((row, depth) => (
          <Related key={row.position} row={row} timeZone={timeZone} depth={isWhole ? 0 : depth} />
        ))}
      </ol>
    </>
  );
};

const Chain = ({
  whole: { causes, consequences, entry },
  timeZone,
}: {
  readonly whole: WholeEntry;
  readonly timeZone: string;
}): VNode => (
  <>
    <h3>Why</h3>
    {causes.length === 0 ? (
      <p class="quiet small">
        {entry.direction === 'in' ? 'A first cause: it came from outside.' : 'Nothing led to it.'}
      </p>
    ) : (
      <Causes key={entry.position} causes={causes} timeZone={timeZone} />
    )}
    <h3>What followed</h3>
    {consequences.length === 0 ? (
      <p class="quiet small">Nothing.</p>
    ) : (
      <ol class="chain" aria-label="Consequences">
        {consequences.slice(0, shown.consequences).map((row) => (
          <Related key={row.position} row={row} timeZone={timeZone} />
        ))}
      </ol>
    )}
  </>
);

/** The messages that an entry is about, where it is none itself. */
const Messages = ({ entry, exchange }: Pick<WholeEntry, 'entry' | 'exchange'>): VNode | null => {
  const others = [exchange?.request ?? null, exchange?.reply ?? null].filter(
    (wire) => wire !== null && wire.position !== entry.position,
  );
  return others.length === 0 ? null : (
    <p class="small messages">
      <span class="quiet">Message </span>
      {others.map((wire) =>
        wire === null ? null : (
          <button type="button" class="link" key={wire.position} onClick={() => enter('log', String(wire.position))}>
            {wire.message ?? 'answer'} <span class="number quiet">{countText(wire.position)}</span>
          </button>
        ),
      )}
    </p>
  );
};

const Facts = ({ entry, timeZone }: { readonly entry: WholeEntry['entry']; readonly timeZone: string }): VNode => {
  const facts = [
    ['Recorded', momentText(entry.recordedAt, timeZone)],
    ['Stream', entry.stream],
    ['Direction', entry.direction === 'in' ? 'input: it came through a port' : 'output: a machine concluded it'],
    ['Run', entry.runID],
    ['requestID', entry.requestID],
    ['Hash', entry.hash],
    ['XML hash', entry.wireHash],
  ] as const;
  return (
    <dl class="facts small">
      {facts.map(([name, text]) =>
        text === null ? null : (
          <div key={name}>
            <dt class="quiet">{name}</dt>
            <dd class="mono">{text}</dd>
          </div>
        ),
      )}
    </dl>
  );
};

const Whole = ({ whole, timeZone }: { readonly whole: WholeEntry; readonly timeZone: string }): VNode => {
  const { entry } = whole;
  return (
    <>
      <p class="sentence">{entry.sentence}</p>
      <Messages entry={entry} exchange={whole.exchange} />
      <div class="doings">
        <button
          type="button"
          class="button"
          aria-pressed={pinnedPosition.value === entry.position}
          onClick={() => goTo(entry.position)}
        >
          Show this moment
        </button>
        <button
          type="button"
          class="button"
          onClick={() => enter('charts', entry.stream === 'agent' ? 'ven' : entry.stream)}
        >
          Its statechart
        </button>
      </div>
      <Leaves hasWire={whole.wire !== null || whole.exchange !== null} />
      <div role="tabpanel" id="leaf" aria-labelledby={`leaf-${leaf.value}`}>
        {leaf.value === 'data' ? <DataTree value={entry.data} timeZone={timeZone} open={3} /> : null}
        {leaf.value === 'data' ? <Facts entry={entry} timeZone={timeZone} /> : null}
        {leaf.value === 'why' ? <Chain whole={whole} timeZone={timeZone} /> : null}
        {leaf.value === 'wire' ? <Wires whole={whole} timeZone={timeZone} /> : null}
      </div>
    </>
  );
};

/** The view. */
export const EntryView = ({ position, timeZone }: Props): VNode => {
  const { answer, problem, path } = useAnswer<WholeEntry>(
    position === null ? null : paths.entry(position),
    servings.value,
  );
  const isThis = position !== null && path === paths.entry(position);
  return (
    <section
      class={`card entry ${position === null ? 'closed' : ''}`}
      aria-label={position === null ? 'No entry is open' : `Entry ${position}`}
      tabIndex={position === null ? undefined : 0}
    >
      {position === null ? (
        <p class="empty">Choose an entry to see its data, its cause and its XML.</p>
      ) : (
        <>
          <header>
            <h2>{answer !== null && isThis ? answer.entry.type : '…'}</h2>
            <span class="number quiet">{countText(position)}</span>
            <span class="spacer" />
            <button type="button" class="button icon" aria-label="Close the entry" onClick={() => enter('log')}>
              <Icon name="close" />
            </button>
          </header>
          {problem === null ? null : (
            <p class="bad" role="status">
              {problem}
            </p>
          )}
          {answer === null ? null : <Whole whole={answer} timeZone={timeZone} />}
        </>
      )}
    </section>
  );
};
