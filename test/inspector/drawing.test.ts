import ELK from 'elkjs/lib/elk.bundled.js';
import { SaxesParser } from 'saxes';
import { assign, setup } from 'xstate';
import { beforeAll, describe, expect, it } from 'vitest';
import { statesOf, transitionsOf, triggerText, type Chart } from '../../src/inspector/drawing/chart.ts';
import { layOutChart, type Box, type ChartDrawing } from '../../src/inspector/drawing/layout.ts';
import { sizeOf, stateLines } from '../../src/inspector/drawing/lines.ts';
import { planOf } from '../../src/inspector/drawing/plan.ts';
import { readMachine } from '../../src/inspector/drawing/readMachine.ts';
import { svgOf } from '../../src/inspector/drawing/svg.ts';
import { textWidth } from '../../src/inspector/drawing/textWidth.ts';
import { machines } from '../../src/machines/machines.ts';

const elk = new ELK();
const draw = (chart: Chart): Promise<ChartDrawing> => layOutChart(chart, (graph) => elk.layout(graph));

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const isInside = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const pairs = <Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] =>
  items.flatMap((item, place) => items.slice(place + 1).map((other) => [item, other] as const));

/** Ids in a drawing, as a strict XML parser reads it. */
const idsIn = (svg: string): readonly string[] => {
  const ids: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ attributes }) => {
    const id = attributes['id'];
    if (id !== undefined) ids.push(id.value);
  });
  parser.write(svg).close();
  return ids;
};

describe.each(Object.entries(machines))('the drawing of %s', (_id, machine) => {
  const chart = readMachine(machine);
  let drawing: ChartDrawing;
  beforeAll(async () => {
    drawing = await draw(chart);
  });
  const boxOf = (id: string): Box => drawing.boxes.get(id) as Box;

  it('holds every state inside the one around it, and beside its neighbours', () => {
    for (const state of statesOf(chart)) {
      for (const inner of state.states) expect(isInside(boxOf(inner.id), boxOf(state.id)), inner.id).toBe(true);
      for (const [one, other] of pairs(state.states))
        expect(overlap(boxOf(one.id), boxOf(other.id)), `${one.id} ${other.id}`).toBe(false);
    }
  });

  it('has room for every word in a box', () => {
    const plan = planOf(chart);
    for (const state of statesOf(chart)) {
      const { width, height } = sizeOf(stateLines(state, plan));
      expect(boxOf(state.id).width, state.id).toBeGreaterThanOrEqual(width);
      expect(boxOf(state.id).height, state.id).toBeGreaterThanOrEqual(height);
    }
  });

  it('lets no two labels overlap, and none lie on a state', () => {
    const labels = drawing.connections.flatMap(({ label }) => label ?? []);
    expect(labels).toHaveLength(drawing.connections.length);
    const leaves = statesOf(chart)
      .filter(({ states }) => states.length === 0)
      .map(({ id }) => boxOf(id));
    expect(pairs(labels).filter(([one, other]) => overlap(one, other))).toEqual([]);
    expect(labels.flatMap((label) => leaves.filter((leaf) => overlap(label, leaf)))).toEqual([]);
    expect(
      labels.filter((label) => !isInside(label, { x: 0, y: 0, width: drawing.width, height: drawing.height })),
    ).toEqual([]);
  });

  it('begins each line at its source and ends it at its target', () => {
    const touches = (point: { x: number; y: number } | undefined, box: Box): boolean =>
      point !== undefined &&
      isInside(
        { ...point, width: 0, height: 0 },
        { x: box.x - 2, y: box.y - 2, width: box.width + 4, height: box.height + 4 },
      );
    for (const { connection, line } of drawing.connections) {
      expect(touches(line.at(-1), boxOf(connection.target)), connection.id).toBe(true);
      expect(touches(line[0], boxOf(connection.source)), connection.id).toBe(true);
    }
  });

  it('names every state and every transition, each once', () => {
    const ids = idsIn(svgOf(drawing));
    expect(new Set(ids).size).toBe(ids.length);
    const expected = [...statesOf(chart).map(({ id }) => id), ...transitionsOf(chart).map(({ id }) => id)];
    expect(expected.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('is the same each time', async () => {
    expect(svgOf(await draw(readMachine(machine)))).toBe(svgOf(drawing));
  });

  it('tells light from dark, and what each state is', () => {
    const svg = svgOf(drawing);
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    const described = statesOf(chart).filter(({ description }) => description !== null).length;
    expect(
      svg.match(/<g class="state [^>]*><title>/g)?.length ?? svg.match(/<g class="state [^>]*>\n?<title>/g)?.length,
    ).toBe(described);
  });
});

/** A machine with everything that can stand in a chart. */
const sample = setup({
  types: { events: {} as { type: 'go' } | { type: 'note' } | { type: 'stop' }, context: {} as { n: number } },
  guards: { isReady: () => true },
  actions: { begin: assign({ n: 1 }), write: () => undefined, leave: () => undefined },
  delays: { patience: 1 },
}).createMachine({
  id: 'sample',
  description: 'All there is <& "more">.',
  context: { n: 0 },
  initial: 'first',
  states: {
    first: {
      on: { go: { guard: 'isReady', target: 'both', actions: 'begin' }, note: { actions: 'write' } },
      after: { patience: 'first', 250: 'last' },
    },
    both: {
      type: 'parallel',
      onDone: 'last',
      on: { stop: 'last', go: { target: '.left.two' } },
      exit: 'leave',
      states: {
        left: {
          initial: 'one',
          states: {
            one: { always: { guard: 'isReady', target: 'two' } },
            two: { on: { stop: '#sample.last' } },
            before: { type: 'history' },
          },
        },
        right: { initial: 'three', states: { three: { type: 'final' } } },
      },
    },
    last: { type: 'final' },
  },
});

describe('a chart read from a definition', () => {
  const chart = readMachine(sample);
  const states = new Map(statesOf(chart).map((state) => [state.id, state]));

  it('tells compound, parallel, final and history states', () => {
    const kinds = ['sample', 'sample.both', 'sample.both.right.three', 'sample.both.left.before', 'sample.first'].map(
      (id) => states.get(id)?.kind,
    );
    expect(kinds).toEqual(['compound', 'parallel', 'final', 'history', 'atomic']);
    expect(states.get('sample.both.left')?.isRegion).toBe(true);
    expect(states.get('sample.both.left')?.initial).toBe('sample.both.left.one');
  });

  it('tells what sets each transition off, delays last', () => {
    const told = (id: string): readonly string[] =>
      states.get(id)?.transitions.map(({ trigger }) => triggerText(trigger)) ?? [];
    expect(told('sample.first')).toEqual(['go', 'note', 'after 250 ms', 'after patience']);
    expect(told('sample.both.left.one')).toEqual(['always']);
    expect(told('sample.both')).toContain('when done');
  });

  it('shows what people named and not what XState adds', () => {
    expect(states.get('sample.first')?.entry).toEqual([]);
    expect(states.get('sample.both')?.exit).toEqual(['leave']);
  });

  it('writes into the box what a surrounding state draws already', () => {
    const { written, connections } = planOf(chart);
    expect([...written]).toEqual(['sample.both.left.two--stop--0']);
    expect(connections.find(({ id }) => id === 'sample.both--to--sample.both.left.two')?.isFromWithin).toBe(true);
  });

  it('survives being drawn, characters of XML included', async () => {
    const svg = svgOf(await draw(chart));
    expect(idsIn(svg)).toContain('sample.both.left.two--stop--0');
    expect(svg).toContain('All there is &lt;&amp; &quot;more&quot;&gt;.');
  });
});

describe('the width of a text', () => {
  it('grows with its letters, its size and its weight', () => {
    expect(textWidth('iii', { size: 10, weight: 'regular' })).toBeLessThan(
      textWidth('mmm', { size: 10, weight: 'regular' }),
    );
    expect(textWidth('abc', { size: 20, weight: 'regular' })).toBe(
      2 * textWidth('abc', { size: 10, weight: 'regular' }),
    );
    expect(textWidth('abc', { size: 10, weight: 'bold' })).toBeGreaterThan(
      textWidth('abc', { size: 10, weight: 'regular' }),
    );
  });

  it('counts what it does not know as wide', () => {
    expect(textWidth('→', { size: 10, weight: 'regular' })).toBe(10);
  });
});
