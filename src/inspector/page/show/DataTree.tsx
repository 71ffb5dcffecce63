/** Data as a tree that opens. Whatever the VTN wrote into it is text and nothing else. */
import type { VNode } from 'preact';
import { hintFor } from './hints.ts';

interface Props {
  readonly name?: string;
  readonly value: unknown;
  readonly timeZone: string;
  /** How many levels are open at first. */
  readonly open?: number;
}

/** @limit Members that are shown of one list; longer ones say how many are left out. */
const shownMembers = 200;

const isNest = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const leafText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? '[]'
      : typeof value === 'object' && value !== null
        ? '{}'
        : String(value);

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);

const countOf = (value: object): string => (Array.isArray(value) ? `${value.length}` : '');

const Leaf = ({ name = '', value, timeZone }: Props): VNode => {
  const hint = hintFor(name, value, timeZone);
  return (
    <div class="leaf">
      {name === '' ? null : <span class="name">{name}</span>}
      <span class={`value ${kindOf(value)}`}>{leafText(value)}</span>
      {hint === '' ? null : <span class="hint">{hint}</span>}
    </div>
  );
};

const Nest = ({ name = '', value, timeZone, open = 0 }: Props & { readonly value: object }): VNode => {
  const members = Object.entries(value);
  return (
    <details open={open > 0}>
      <summary>
        <span class="name">{name}</span> <span class="hint">{countOf(value)}</span>
      </summary>
      {members.slice(0, shownMembers).map(([key, member]) => (
        <DataTree key={key} name={key} value={member} timeZone={timeZone} open={open - 1} />
      ))}
      {members.length > shownMembers ? <p class="quiet small">{members.length - shownMembers} more</p> : null}
    </details>
  );
};

/** The tree. */
export const DataTree = ({ name, value, timeZone, open = 2 }: Props): VNode => {
  if (!isNest(value)) return <Leaf name={name ?? ''} value={value} timeZone={timeZone} />;
  if (name !== undefined) return <Nest name={name} value={value} timeZone={timeZone} open={open} />;
  return (
    <div class="tree">
      {Object.entries(value).map(([key, member]) => (
        <DataTree key={key} name={key} value={member} timeZone={timeZone} open={open - 1} />
      ))}
    </div>
  );
};
