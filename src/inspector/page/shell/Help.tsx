/** Keys, and what the signs mean. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './Icon.tsx';

/** Whether it is shown. */
export const isHelpOpen = signal(false);

const keys: readonly (readonly [string, string])[] = [
  ['← →', 'one entry back or on'],
  ['Shift ← →', 'twenty entries back or on'],
  ['Home End', 'the first entry, the last entry'],
  ['L', 'live: follow the present again'],
  ['Space', 'replay from here, and pause'],
  ['+ −', 'replay faster, slower'],
  ['1 2 3 4 5', 'Now, Plan, Statecharts, Prices and energy, Log'],
  ['Tab, then ← →', 'in a chart: the hour before or after; Home and End for its ends'],
  ['/', 'search the log'],
  ['W', 'where in the log something holds; N and P: the next place, the one before'],
  ['F', 'fork: what would have been with other settings'],
  ['T', 'light, dark, or as the system has it'],
  ['?', 'this list'],
];

const signs: readonly (readonly [string, string])[] = [
  ['+ and −', '+ comes to you, − goes from you: energy and money alike'],
  ['Bought, sold', 'drawn from the grid, delivered to it; buys and sells: as planned'],
  ['¢', 'only ever a price, per kWh; from a dollar on it is written in dollars'],
  ['Dashed, ~', 'planned or reckoned; what happened is solid'],
  ['Delivered', 'the VTN has acknowledged the hour’s usage'],
  ['Pending', 'the hour is owed to the VTN or on its way'],
  ['In doubt', 'it is unknown whether the VTN counted it; nothing is sent twice by guess'],
  ['Times', 'local time of the programme, with the zone beside it'],
];

const List = ({
  of: pairs,
  isKeys = false,
}: {
  readonly of: readonly (readonly [string, string])[];
  readonly isKeys?: boolean;
}): VNode => (
  <dl>
    {pairs.map(([name, meaning]) => (
      <div key={name}>
        <dt>{isKeys ? <kbd>{name}</kbd> : name}</dt>
        <dd>{meaning}</dd>
      </div>
    ))}
  </dl>
);

/** The list, over the page. */
export const Help = (): VNode => {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpOpen.value;
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (isHelpOpen.value = false)}>
      <header>
        <h2 id="help-title">Keys and signs</h2>
        <button type="button" class="button icon" aria-label="Close" onClick={() => (isHelpOpen.value = false)}>
          <Icon name="close" />
        </button>
      </header>
      <List of={keys} isKeys />
      <h3>What the words mean</h3>
      <List of={signs} />
      <p class="small quiet">This page reads and never writes: nothing here can change what the agent does.</p>
    </dialog>
  );
};
