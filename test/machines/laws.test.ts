import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi, type MockInstance } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { isFactType } from '../../src/facts/fact.ts';
import { refusalsOf } from '../../src/inspector/answers/refusals.ts';
import { transitionID } from '../../src/inspector/drawing/readMachine.ts';
import { machines } from '../../src/machines/machines.ts';
import { given, noon, type MachineName, type Play } from './support/given.ts';
import {
  createdPartyRegistration,
  distributeNothing,
  lineFree,
  registeredReport,
  reply,
  report,
  reportFailure,
  transportAddress,
} from './support/venTalk.ts';
import { shareOf } from '../support/leftOut.ts';
import { search, type Visit } from './support/search.ts';

/** Laws of every statechart: of its shape, and of all it does in a search through all it may hear. */

const names = Object.keys(machines) as MachineName[];
const machineOf = (name: MachineName): AnyStateMachine => machines[name] as AnyStateMachine;

const nodesBelow = (node: AnyStateNode): readonly AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child as AnyStateNode, ...nodesBelow(child as AnyStateNode)]);
const nodesOf = (name: MachineName): readonly AnyStateNode[] => nodesBelow(machineOf(name).root);
const isLeaf = (node: AnyStateNode): boolean => Object.keys(node.states).length === 0;
const transitionsOf = (node: AnyStateNode) => [...node.transitions.values()].flat().concat(node.always ?? []);

/** A state that is left within the step that enters it. */
const isPassedThrough = (node: AnyStateNode): boolean => (node.always ?? []).some(({ guard }) => guard === undefined);

/** A node and what is above it. */
const lineage = (node: AnyStateNode): readonly AnyStateNode[] =>
  node.parent === undefined ? [node] : [node, ...lineage(node.parent)];

const leavesOf = (play: Play): readonly string[] =>
  play.snapshot._nodes.filter(isLeaf).map((node: AnyStateNode) => node.id);
const leavesActive = ({ before, after }: Visit): readonly string[] => [...leavesOf(before), ...leavesOf(after)];

const freezeDeep = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freezeDeep);
};

const visits = new Map<MachineName, readonly Visit[]>();
let warned: MockInstance;
let erred: MockInstance;

/** A VEN whose VTN failed on a report, and that is back: few stories come so far by themselves. */
const afterAFailedReport = (beginning: Play): Play =>
  beginning
    .having(
      { type: 'agent.started' },
      reply('registration', createdPartyRegistration()),
      reply('metadata', registeredReport),
      reply('requestEvent', distributeNothing),
      report({ deliveryID: 'delivery-1' }),
      lineFree,
      reportFailure('delivery-1'),
    )
    .whenDue('backoffDelayMs')
    .when(reply('requestEvent', distributeNothing));

beforeAll(() => {
  warned = vi.spyOn(console, 'warn');
  erred = vi.spyOn(console, 'error');
  for (const name of names)
    visits.set(name, [
      // It polls in one search, and is pushed to in the other.
      ...search(name, { drainLimit: 2 }),
      ...(name === 'ven'
        ? [
            ...search(name, { queryRegistration: true, unknownOutcome: 'hold', transportAddress }),
            ...search(name, {}, { story: afterAFailedReport, places: 100 }),
          ]
        : []),
    ]);
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe.each(names)('%s: its shape', (name) => {
  it('describes every state', () => {
    expect(
      nodesOf(name)
        .filter((node) => (node.description ?? '').trim() === '')
        .map(({ id }) => id),
    ).toEqual([]);
    expect(machineOf(name).root.description ?? '').not.toBe('');
  });

  it('gives every state that awaits something a timeout', () => {
    const patient = nodesOf(name).filter((node) => node.key.startsWith('awaiting') && node.after.length === 0);
    expect(patient.map(({ id }) => id)).toEqual([]);
  });

  it('invokes nothing, and brings no actors', () => {
    expect(nodesOf(name).filter((node) => node.invoke.length > 0)).toEqual([]);
    expect(Object.keys(machineOf(name).implementations.actors)).toEqual([]);
    const source = readFileSync(new URL(`../../src/machines/${name}.ts`, import.meta.url), 'utf8');
    expect(source).not.toMatch(/\bspawn(Child)?\b|\binvoke\b|\bfromPromise\b|\bsendTo\b/);
  });

  it('lets every state that is not final be left, by itself or by what is above it', () => {
    const leads = (from: AnyStateNode, node: AnyStateNode): boolean =>
      transitionsOf(from).some(({ target }) => target?.some((to) => to !== node || from === node) ?? false);
    const stuck = nodesOf(name).filter(
      (node) => isLeaf(node) && node.type !== 'final' && !lineage(node).some((from) => leads(from, node)),
    );
    expect(stuck.map(({ id }) => id)).toEqual([]);
  });

  it('re-enters no region of a parallel state, which would leave them all', () => {
    const regions = [machineOf(name).root, ...nodesOf(name)].filter((node) => node.parent?.type === 'parallel');
    const reentering = regions.flatMap((node) =>
      transitionsOf(node)
        .filter(({ reenter }) => reenter)
        .map(({ eventType }) => `${node.id} on ${eventType}`),
    );
    expect(reentering).toEqual([]);
  });

  it('names every guard, action and delay it uses, and uses every one it names', () => {
    const { config, implementations } = machineOf(name);
    const { guards, actions, delays } = implementations;
    const source = readFileSync(new URL(`../../src/machines/${name}.ts`, import.meta.url), 'utf8');
    // What a chart takes from beside it stands in what it is made of.
    const chart = source.slice(source.indexOf('.createMachine(')) + JSON.stringify(config);
    const unused = [...Object.keys(guards), ...Object.keys(actions), ...Object.keys(delays)].filter(
      (word) => !new RegExp(`\\b${word}\\b`).test(chart),
    );
    expect(unused).toEqual([]);
    const nameless = nodesOf(name).flatMap((node) =>
      transitionsOf(node)
        .filter(({ guard }) => typeof guard === 'function')
        .map(() => node.id),
    );
    expect(nameless).toEqual([]);
  });
});

describe.each(names)('%s: whatever it hears', (name) => {
  it('reaches every state', () => {
    const reached = new Set((visits.get(name) ?? []).flatMap(leavesActive));
    const unreached = nodesOf(name).filter((node) => isLeaf(node) && !isPassedThrough(node) && !reached.has(node.id));
    expect(unreached.map(({ id }) => id)).toEqual([]);
  });

  it('passes through its eventless states, and never stays in one', () => {
    const passing = new Set(
      nodesOf(name)
        .filter(isPassedThrough)
        .map(({ id }) => id),
    );
    expect((visits.get(name) ?? []).flatMap(leavesActive).filter((id) => passing.has(id))).toEqual([]);
  });

  it('changes nothing it was given, and does the same again', () => {
    const whole = ({ state, context, said, pending }: Play): string => JSON.stringify([state, context, said, pending]);
    const taken = shareOf(visits.get(name) ?? [], (_visit, index) => index % 4 === 0);
    const differing = taken.filter(({ before, event, after }) => {
      freezeDeep(before.context);
      freezeDeep(event);
      return whole(before.when(event)) !== whole(after);
    });
    expect(differing.map(({ before, event }) => [before.state, event.type])).toEqual([]);
  });

  it('answers its guards alike and alters nothing by them', () => {
    const guards = Object.entries(machineOf(name).implementations.guards) as [
      string,
      (args: object, params: object) => unknown,
    ][];
    const odd = (visits.get(name) ?? []).flatMap(({ before, event }) => {
      const args = { context: before.context, event: { ...event, at: before.at, settings: before.settings } };
      freezeDeep(args);
      return guards
        .filter(([, guard]) => typeof guard(args, {}) !== 'boolean' || guard(args, {}) !== guard(args, {}))
        .map(([word]) => word);
    });
    expect(odd).toEqual([]);
  });

  it('says only facts and signals, and waits only for times to come', () => {
    const said = (visits.get(name) ?? []).flatMap(({ after }) => after.said);
    for (const one of said) expect(isFactType(one.type) || /^[a-z]+\.[a-z]+$/.test(one.type)).toBe(true);
    for (const { before, after } of visits.get(name) ?? []) {
      const armed = after.pending.filter((timer) => !before.pending.includes(timer));
      expect(armed.every(({ dueAt }) => Number.isSafeInteger(dueAt) && dueAt >= after.at)).toBe(true);
    }
  });

  it('stands still at what it does not know', () => {
    for (const { after } of (visits.get(name) ?? []).slice(0, 500)) {
      if (after.isOver) continue;
      const unmoved = after.when({ type: 'nobody.says.this' });
      expect([unmoved.state, unmoved.said, unmoved.pending]).toEqual([after.state, [], after.pending]);
    }
  });
});

describe('the development build of XState', () => {
  it('is the one that runs here, and has nothing to warn of', () => {
    expect(process.execArgv).toContain('--conditions=development');
    expect(import.meta.resolve('xstate')).toContain('development');
    expect(warned.mock.calls).toEqual([]);
    expect(erred.mock.calls).toEqual([]);
  });
});

/** The search does not tell places apart by what is true or false there: an override with an end of its own is one more. */
const untilItsEnd = (): Visit => {
  const before = given('instruction', { id: 'thing-1' }).when({
    type: 'instruction.given',
    resourceID: 'battery',
    kind: 'override',
    endAt: noon + 3_600_000,
    isForLength: false,
  });
  const event = { type: 'clock.set', jumpMs: 60_000 };
  return { before, event, after: before.when(event) };
};

/** @limit Visits in which each state is asked about each event. */
const askedVisits = 4;

/** Every edge of a chart that a guard can close; of one that waits for no event the type of its event is empty. */
const guardedEdges = (name: MachineName) =>
  nodesOf(name).flatMap((node) =>
    [...node.transitions, ['', node.always ?? []] as const].flatMap(([eventType, ways]) =>
      ways.flatMap(({ guard }, place) =>
        guard === undefined || typeof guard === 'function'
          ? []
          : [{ id: transitionID(node, eventType, place), node, eventType, guard: nameOf(guard) }],
      ),
    ),
  );

const nameOf = (guard: string | { readonly type: string }): string => (typeof guard === 'string' ? guard : guard.type);

describe.each(names)('%s: why not', (name) => {
  it('names for each input the guards that said no, and of what they looked at what was there', () => {
    const machine = machineOf(name);
    const eventless = guardedEdges(name).filter(({ eventType }) => eventType === '');
    const isEventless = ({ id }: { readonly id: string }): boolean => eventless.some((edge) => edge.id === id);
    const guards = machine.implementations.guards as Readonly<
      Record<string, (args: unknown, params: unknown) => boolean>
    >;
    const asked = new Map<string, number>();
    const told = new Set<string>();
    const edges = new Set<string>();
    let saidNo = 0;
    for (const { before, event, after } of [
      ...(name === 'instruction' ? [untilItsEnd()] : []),
      ...(visits.get(name) ?? []),
    ]) {
      const key = `${JSON.stringify(before.state)} ${event.type}`;
      const times = asked.get(key) ?? 0;
      if (times >= askedVisits) continue;
      asked.set(key, times + 1);
      const heard = before.heard(event);
      const { context, _nodes: nodes } = before.snapshot;
      const expected = (nodes as readonly AnyStateNode[]).flatMap((node) =>
        (node.transitions.get(event.type) ?? []).flatMap(({ guard }) => {
          if (guard === undefined || typeof guard === 'function') return [];
          const [type, params] = typeof guard === 'string' ? [guard, undefined] : [guard.type, guard.params];
          return guards[type]?.({ context, event: heard }, params) === false ? [`${node.id} ${type}`] : [];
        }),
      );
      const refused = refusalsOf({
        stream: name as never,
        machine,
        event: heard,
        before: before.snapshot,
        isFounded: false,
        after: after.snapshot,
      });
      saidNo += expected.length;
      // Then every guard that says no is told, and no other
      const [atOnce, onTheWay] = [refused.filter((each) => !isEventless(each)), refused.filter(isEventless)];
      expect(atOnce.map(({ source, guard }) => `${source} ${guard}`).sort()).toEqual(expected.sort());
      // And on the way from there no edge twice
      expect(new Set(onTheWay.map(({ id }) => id)).size).toBe(onTheWay.length);
      for (const { id, guard, saw } of refused) {
        told.add(guard);
        edges.add(id);
        for (const { name: path } of saw) expect(path).toMatch(/^(?:context|event)\./);
      }
    }
    // And where there are guards, some said no
    expect(told.size > 0).toBe(saidNo > 0);
    // And each decision that is taken on the way was once told
    expect(eventless.map(({ id }) => id).filter((id) => !edges.has(id))).toEqual([]);
    expect(saidNo > 0).toBe(nodesOf(name).some((node) => transitionsOf(node).some(({ guard }) => guard !== undefined)));
  });

  it('can be told of each edge that a guard can close', () => {
    for (const { id, node, eventType, guard } of guardedEdges(name).filter((edge) => edge.eventType !== '')) {
      // Given a chart in the state where the edge begins, and a guard that looks at what is known and says no
      const lookAndRefuse = ({ context }: { readonly context: unknown }): boolean =>
        Object.values(context as object).length === -1;
      const machine = machineOf(name).provide({ guards: { [guard]: lookAndRefuse } });
      const value = node.path.reduceRight<unknown>(
        (inner, key) => (inner === undefined ? key : { [key]: inner }),
        undefined,
      );
      const { snapshot } = given(name, { id: 'thing-1' });
      const before = machine.resolveState({ value: (value ?? {}) as never, context: snapshot.context as never });
      // When its event is heard
      const refused = refusalsOf({
        stream: name as never,
        machine,
        event: { type: eventType },
        before,
        isFounded: false,
        after: before,
      });
      // Then the edge is told with where it begins and what it leads to
      expect(refused).toContainEqual(expect.objectContaining({ id, source: node.id, guard }));
    }
  });
});
