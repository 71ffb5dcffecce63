import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factVersions, isFactType, type FactType } from '../../src/facts/fact.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { statesOf, transitionsOf, type Chart, type ChartState } from '../../src/inspector/drawing/chart.ts';
import { readMachine } from '../../src/inspector/drawing/readMachine.ts';
import { machines } from '../../src/machines/machines.ts';
import { repository } from './support/files.ts';

const charts: readonly Chart[] = Object.values(machines).map((machine) => readMachine(machine));

/** States that a run can come to: begun in, or aimed at from a state that can be come to. */
const reachable = (chart: Chart): ReadonlySet<string> => {
  const states = new Map(statesOf(chart).map((state) => [state.id, state]));
  const reached = new Set<string>();
  const enter = (id: string): void => {
    const state = states.get(id);
    if (state === undefined || reached.has(id)) return;
    reached.add(id);
    const parent = id.slice(0, Math.max(0, id.lastIndexOf('.')));
    if (parent !== '') enter(parent);
    if (state.initial !== null) enter(state.initial);
    if (state.kind === 'parallel') state.states.forEach((inner) => enter(inner.id));
    state.transitions.flatMap(({ targets }) => targets).forEach(enter);
  };
  enter(chart.id);
  return reached;
};

const hasDelay = ({ transitions }: ChartState): boolean => transitions.some(({ trigger }) => trigger.kind === 'after');

/** The names a chart uses, by what they name. */
const namesIn = (chart: Chart): Readonly<Record<'actions' | 'guards' | 'delays', ReadonlySet<string>>> => {
  const transitions = transitionsOf(chart);
  return {
    actions: new Set(
      [...transitions, ...statesOf(chart).flatMap(({ entry, exit }) => ({ actions: [...entry, ...exit] }))].flatMap(
        ({ actions }) => actions,
      ),
    ),
    guards: new Set(transitions.flatMap(({ guard }) => guard ?? [])),
    delays: new Set(transitions.flatMap(({ trigger }) => (trigger.kind === 'after' ? trigger.delay : []))),
  };
};

describe.each(Object.entries(machines))('the machine %s', (id, machine) => {
  const chart = readMachine(machine);
  const states = statesOf(chart);

  it('opens with its rules in prose', () => {
    const source = readFileSync(join(repository, 'src', 'machines', `${id}.ts`), 'utf8');
    const opening = /^\/\*\*[\s\S]*?\*\//.exec(source)?.[0] ?? '';
    expect(opening).toContain('Rules of this machine');
    expect(opening.match(/^ \* - /gm)?.length ?? 0).toBeGreaterThanOrEqual(3);
  });

  it('says of every state what it is', () => {
    expect(states.filter(({ description }) => description === null).map((state) => state.id)).toEqual([]);
  });

  it('can come to every state', () => {
    const reached = reachable(chart);
    expect(states.filter((state) => !reached.has(state.id)).map((state) => state.id)).toEqual([]);
  });

  it('waits for nothing without end', () => {
    const awaiting = states.filter(({ name }) => name.startsWith('awaiting'));
    expect(awaiting.filter((state) => !hasDelay(state)).map((state) => state.id)).toEqual([]);
  });

  it('names every guard, action and delay', () => {
    const named = transitionsOf(chart).flatMap(({ id: transition, guard, actions }) =>
      [guard, ...actions].map((name) => [transition, name] as const),
    );
    expect(named.filter(([, name]) => name === 'unnamed').map(([transition]) => transition)).toEqual([]);
  });

  it('knows no guard, action or delay that its chart does not use', () => {
    const used = namesIn(chart);
    const idle = (['actions', 'guards', 'delays'] as const).flatMap((kind) =>
      Object.keys(machine.implementations[kind]).filter((name) => !used[kind].has(name)),
    );
    expect(idle).toEqual([]);
  });

  it('leaves no way untried behind one that is always taken', () => {
    const hidden = states.flatMap(({ transitions }) =>
      transitions.filter((later, place) =>
        transitions
          .slice(0, place)
          .some(({ trigger, guard }) => guard === null && JSON.stringify(trigger) === JSON.stringify(later.trigger)),
      ),
    );
    expect(hidden.map((transition) => transition.id)).toEqual([]);
  });
});

describe('the lifecycle', () => {
  it('shows the named states', () => {
    const ven = charts.find(({ id }) => id === 'ven');
    expect(ven?.states.map(({ name }) => name)).toEqual(['unregistered', 'registering', 'registered', 'backoff']);
    const registered = ven?.states.find(({ name }) => name === 'registered');
    expect(registered?.kind).toBe('parallel');
    expect(registered?.states.map(({ name }) => name)).toEqual(['polling', 'reporting', 'answering']);
  });
});

describe('facts', () => {
  const versions = Object.entries(factVersions) as [FactType, number][];

  it('are named in PascalCase and known by name', () => {
    expect(versions.filter(([name]) => !/^([A-Z][a-z]+)+$/.test(name) || !isFactType(name))).toEqual([]);
  });

  it('can be read in every version they ever had', () => {
    const older = versions.flatMap(([type, present]) =>
      Array.from({ length: present - 1 }, (_, place) => ({ type, version: place + 1 })),
    );
    const entry = {
      position: 0,
      hash: '',
      recordedAt: 0,
      runID: '',
      direction: 'in',
      stream: 'agent',
      cause: null,
      data: {},
    } as const;
    const unreadable = older.filter(({ type, version }) => {
      try {
        return upcast({ ...entry, type, version }).version !== factVersions[type];
      } catch (error) {
        return error instanceof Error && error.message.includes('no upcaster');
      }
    });
    expect(unreadable).toEqual([]);
  });
});
