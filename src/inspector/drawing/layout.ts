import type { ElkEdgeSection, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.d.ts';
import { statesOf, type Chart } from './chart.ts';
import { dotOf, elkGraphOf, markOf } from './elkGraph.ts';
import { hasMark, planOf, type Connection, type DrawingPlan } from './plan.ts';

/** A point of the picture. @unit px */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of the picture. @unit px */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. */
export interface ChartDrawing {
  readonly plan: DrawingPlan;
  readonly width: number;
  readonly height: number;
  /** By state. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** The marks that stand for all states inside a state. */
  readonly marks: readonly Box[];
  readonly beginnings: readonly { readonly dot: Box; readonly line: readonly Point[] }[];
  readonly connections: readonly {
    readonly connection: Connection;
    readonly line: readonly Point[];
    /** Null where arrows say nothing. */
    readonly label: Box | null;
  }[];
}

/** Gives every node and edge its place, as ELK does; handed in, so that only those who draw need elkjs. */
export type LayOut = (graph: ElkNode) => Promise<ElkNode>;

/** The room around the picture. @unit px */
const margin = 12;

/** Whole pixels: sharper lines, and the same text on every machine. */
const boxOf = ({
  x = 0,
  y = 0,
  width = 0,
  height = 0,
}: {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}): Box => ({
  x: Math.round(x) + margin,
  y: Math.round(y) + margin,
  width: Math.round(width),
  height: Math.round(height),
});

const pointsOf = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): readonly Point[] =>
  [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: Math.round(x) + margin, y: Math.round(y) + margin }));

const boxesOf = (node: ElkNode): readonly (readonly [string, Box])[] => [
  [node.id, boxOf(node)],
  ...(node.children ?? []).flatMap(boxesOf),
];

const required = <Value>(value: Value | undefined, id: string): Value => {
  if (value === undefined) throw new Error(`ELK gave no place to ${id}.`);
  return value;
};

const edgesOf = (graph: ElkNode): readonly ElkExtendedEdge[] => [
  ...(graph.edges ?? []),
  ...(graph.children ?? []).flatMap(edgesOf),
];

/**
 * Lays a statechart out.
 *
 * @throws Error when the layout leaves a state or a transition without a place.
 */
export const layOutChart = async (chart: Chart, layOut: LayOut, saysWays = true): Promise<ChartDrawing> => {
  const plan = planOf(chart, saysWays);
  const graph = await layOut(elkGraphOf(plan));
  const places = new Map(boxesOf(graph));
  const edges = new Map(edgesOf(graph).map((edge) => [edge.id, edge]));
  const lineOf = (id: string): readonly Point[] => pointsOf(required(edges.get(id)?.sections?.[0], id));
  const place = (id: string): Box => required(places.get(id), id);
  const states = statesOf(chart);
  return {
    plan,
    width: place(chart.id).width + 2 * margin,
    height: place(chart.id).height + 2 * margin,
    boxes: new Map(states.map(({ id }) => [id, place(id)])),
    marks: states.filter((state) => hasMark(plan, state)).map(({ id }) => place(markOf(id))),
    beginnings: states
      .filter(({ initial }) => initial !== null)
      .map((state) => ({ dot: place(dotOf(state)), line: lineOf(`${dotOf(state)}--edge`) })),
    connections: plan.connections.map((connection) => {
      const line = lineOf(connection.id);
      const label = saysWays ? boxOf(required(edges.get(connection.id)?.labels?.[0], connection.id)) : null;
      return { connection, line: connection.isBackward ? [...line].reverse() : line, label };
    }),
  };
};
