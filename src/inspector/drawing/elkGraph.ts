import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.d.ts';
import { statesOf, type ChartState } from './chart.ts';
import { markLine, sizeOf, stateLines, transitionLines } from './lines.ts';
import { hasMark, type Connection, type DrawingPlan } from './plan.ts';

/** A statechart as a graph that ELK can lay out. Its outermost state is the graph itself. */

/** Space between a box and its text. @unit px */
export const padding = { x: 10, y: 7 } as const;

/** Space around what is inside a state. @unit px */
const inset = 18;

/** The diameter of the dot from which a state begins. @unit px */
export const dotSize = 10;

/** Order options stand on the root only: on children they make ELK throw (eclipse-elk/elk#1182). */
const rootOptions: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.randomSeed': '1',
};

const spacing: LayoutOptions = {
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '3',
  'elk.spacing.labelLabel': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '24',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
};

/** The same where no words stand between. */
const closeSpacing: LayoutOptions = {
  ...spacing,
  'elk.spacing.nodeNode': '16',
  'elk.spacing.edgeNode': '8',
  'elk.spacing.edgeEdge': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '8',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
};

/** From far away names are kept larger than all else: how much wider their boxes are then. */
const far = 1.15;

/** The head of a state's box. @unit px */
export const headOf = (state: ChartState, plan: DrawingPlan): { readonly width: number; readonly height: number } => {
  const { width, height } = sizeOf(stateLines(state, plan));
  return { width: width + 2 * padding.x, height: height + 2 * padding.y };
};

/** The id of the dot inside a state that begins in one of its states. */
export const dotOf = (state: ChartState): string => `${state.id}--initial`;

/** The id of the mark inside a state that stands for all states there. */
export const markOf = (stateID: string): string => `${stateID}--any`;

const dotNode = (state: ChartState): ElkNode => ({
  id: dotOf(state),
  width: dotSize,
  height: dotSize,
  layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' },
});

const markNode = (state: ChartState): ElkNode => {
  const { width, height } = sizeOf([markLine]);
  return {
    id: markOf(state.id),
    width: width + 16,
    height: height + 4,
    layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' },
  };
};

const insideOf = (
  state: ChartState,
  plan: DrawingPlan,
): Pick<ElkNode, 'children'> & { readonly layoutOptions: LayoutOptions } => {
  const { width, height } = headOf(state, plan);
  return {
    layoutOptions: {
      ...(plan.saysWays ? spacing : closeSpacing),
      'elk.padding': `[top=${height + inset},left=${inset},bottom=${inset},right=${inset}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
      ...(state.isRegion ? { 'elk.alignment': 'TOP' } : {}),
    },
    children: [
      ...(state.initial === null ? [] : [dotNode(state)]),
      ...(hasMark(plan, state) ? [markNode(state)] : []),
      ...state.states.map((inner) => nodeOf(inner, plan)),
    ],
  };
};

const nodeOf = (state: ChartState, plan: DrawingPlan): ElkNode => {
  if (state.states.length > 0) return { id: state.id, ...insideOf(state, plan) };
  const { width, height } = headOf(state, plan);
  return { id: state.id, width: Math.max(plan.saysWays ? width : Math.round(width * far), 64), height };
};

/** ELK is given lines that all point forward, so that the chart reads from top to bottom on every level. */
const edgeOf = ({ id, source, target, isBackward, isFromWithin }: Connection): ElkExtendedEdge => {
  const from = isFromWithin ? markOf(source) : source;
  const [start, end] = isBackward ? [target, from] : [from, target];
  return { id, sources: [start], targets: [end] };
};

/** An arrow with what it says. */
const saidEdgeOf = (connection: Connection): ElkExtendedEdge => {
  const { id, transitions } = connection;
  const { width, height } = sizeOf(transitions.flatMap(transitionLines));
  const label = {
    id: `${id}--label`,
    text: id,
    width: width + 10,
    height: height + 4,
    layoutOptions: { 'elk.edgeLabels.inline': 'true' },
  };
  return { ...edgeOf(connection), labels: [label] };
};

const beginningsOf = ({ chart }: DrawingPlan): readonly ElkExtendedEdge[] =>
  statesOf(chart).flatMap((state) =>
    state.initial === null ? [] : [{ id: `${dotOf(state)}--edge`, sources: [dotOf(state)], targets: [state.initial] }],
  );

/** The graph of a statechart. */
export const elkGraphOf = (plan: DrawingPlan): ElkNode => {
  const { layoutOptions, children } = insideOf(plan.chart, plan);
  return {
    id: plan.chart.id,
    layoutOptions: { ...rootOptions, ...layoutOptions },
    ...(children === undefined ? {} : { children }),
    edges: [...beginningsOf(plan), ...plan.connections.map(plan.saysWays ? saidEdgeOf : edgeOf)],
  };
};
