/**
 * Definitions of XState 5 as XState 4 writes them: `guard` is `cond`, a transition stays inside unless it re-enters,
 * and functions are known by their names only.
 */

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const nameOf = (part) => (typeof part === 'string' ? part : (part?.type ?? 'inline'));

const transition = (given) => {
  if (typeof given === 'string') return { target: given };
  const { target, guard, actions, reenter, description } = given;
  return {
    ...(target === undefined ? {} : { target }),
    ...(guard === undefined || guard === null ? {} : { cond: nameOf(guard) }),
    ...(actions === undefined ? {} : { actions: list(actions).map(nameOf) }),
    ...(description === undefined ? {} : { description }),
    internal: reenter !== true,
  };
};

const transitions = (given) => list(given).map(transition);

const byName = (record, convert) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value)]));

/** One state of a definition, with all inside it. */
export const stateOfVersion4 = ({
  id,
  type,
  initial,
  description,
  tags,
  entry,
  exit,
  on,
  after,
  always,
  onDone,
  states,
}) => ({
  ...(id === undefined ? {} : { id }),
  ...(type === undefined ? {} : { type }),
  ...(initial === undefined
    ? {}
    : { initial: typeof initial === 'string' ? initial : nameOf(initial?.target ?? initial) }),
  ...(description === undefined ? {} : { description }),
  ...(tags === undefined ? {} : { tags }),
  ...(entry === undefined ? {} : { entry: list(entry).map(nameOf) }),
  ...(exit === undefined ? {} : { exit: list(exit).map(nameOf) }),
  ...(on === undefined ? {} : { on: byName(on, transitions) }),
  ...(after === undefined ? {} : { after: byName(after, transitions) }),
  ...(always === undefined ? {} : { always: transitions(always) }),
  ...(onDone === undefined ? {} : { onDone: transitions(onDone) }),
  ...(states === undefined ? {} : { states: byName(states, stateOfVersion4) }),
});
