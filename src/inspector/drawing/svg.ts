import { statesOf, triggerText, type ChartState, type ChartTransition } from './chart.ts';
import { headOf, padding } from './elkGraph.ts';
import type { Box, ChartDrawing, Point } from './layout.ts';
import { indent, lineHeights, markLine, sizeOf, stateLines, transitionLines, type DrawnLine } from './lines.ts';
import type { Connection, DrawingPlan } from './plan.ts';
import { stylesheet } from './style.ts';

/**
 * A laid-out statechart as SVG.
 *
 * Every state is a group with the state's id, every transition one with the transition's, so that a page can light them;
 * descriptions and rule numbers are titles, which a browser shows where the pointer rests.
 */

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const title = (text: string | null): string => (text === null ? '' : `<title>${escaped(text)}</title>`);

/** The radius of corners of boxes, and of bends. @unit px */
const radius = { box: 7, bend: 6 } as const;

const rect = ({ x, y, width, height }: Box, className?: string, round: number = radius.box): string =>
  `<rect${className === undefined ? '' : ` class="${className}"`} x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}"/>`;

const textLine = ({ role, text }: DrawnLine, x: number, y: number, anchor: 'start' | 'middle'): string =>
  `<text class="${role}" x="${x}" y="${y}"${anchor === 'middle' ? ' text-anchor="middle"' : ''}>${escaped(text)}</text>`;

/** Lines below one another; `y` is the upper edge of the first. */
const textBlock = (
  lines: readonly DrawnLine[],
  x: number,
  y: number,
  anchor: 'start' | 'middle',
): readonly string[] => {
  let top = y;
  return lines.map((line) => {
    const height = lineHeights[line.role];
    top += height;
    const left = anchor === 'start' && line.isContinued ? x + indent : x;
    return textLine(line, left, Math.round(top - height * 0.27), anchor);
  });
};

/** Texts with those of one transition in a group of their own. */
const grouped = (lines: readonly DrawnLine[], texts: readonly string[], titleOf: (id: string) => string): string => {
  const parts: string[] = [];
  for (const [place, { transition }] of lines.entries()) {
    const previous = lines[place - 1]?.transition;
    if (transition !== previous && previous !== undefined) parts.push('</g>');
    if (transition !== undefined && transition !== previous)
      parts.push(`<g class="transition" id="${escaped(transition)}">${titleOf(transition)}`);
    parts.push(texts[place] ?? '');
  }
  if (lines.at(-1)?.transition !== undefined) parts.push('</g>');
  return parts.join('');
};

const sentenceOf = (transition: ChartTransition): string => {
  const { source, targets, trigger, guard, actions, description } = transition;
  const where = targets.length === 0 ? `stays in ${source}` : `${source} → ${targets.join(', ')}`;
  const parts = [
    `${where}: ${triggerText(trigger)}`,
    guard === null ? '' : ` if ${guard}`,
    actions.length === 0 ? '' : `, does ${actions.join(', ')}`,
    description === null ? '' : ` — ${description}`,
  ];
  return parts.join('');
};

const titlesOf =
  (transitions: readonly ChartTransition[]) =>
  (id: string): string => {
    const transition = transitions.find((each) => each.id === id);
    return title(transition === undefined ? null : sentenceOf(transition));
  };

const classOf = (state: ChartState, isOutermost: boolean): string =>
  ['state', state.kind, ...(state.isRegion ? ['region'] : []), ...(isOutermost ? ['outermost'] : [])].join(' ');

const stateGroup = (state: ChartState, box: Box, plan: DrawingPlan): string => {
  const lines = stateLines(state, plan);
  const isLeaf = state.states.length === 0;
  const { height } = isLeaf ? box : headOf(state, plan);
  const isLoneName = isLeaf && lines.length === 1;
  const x = isLoneName ? box.x + Math.round(box.width / 2) : box.x + padding.x;
  const y = box.y + (isLeaf ? Math.round((height - sizeOf(lines).height) / 2) : padding.y);
  const inner = { x: box.x + 3, y: box.y + 3, width: box.width - 6, height: box.height - 6 };
  return [
    `<g class="${classOf(state, state === plan.chart)}" id="${escaped(state.id)}">`,
    title(state.description),
    rect(box),
    state.kind === 'final' ? rect(inner, 'inner', 5) : '',
    isLeaf ? '' : `<path class="rule" d="M${box.x} ${box.y + height}h${box.width}"/>`,
    grouped(lines, textBlock(lines, x, y, isLoneName ? 'middle' : 'start'), titlesOf(state.transitions)),
    '</g>',
  ].join('');
};

const towards = (from: Point, to: Point, distance: number): Point => {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(0.5, distance / length);
  const round = (amount: number): number => Math.round(amount * 10) / 10;
  return { x: round(from.x + (to.x - from.x) * part), y: round(from.y + (to.y - from.y) * part) };
};

/** A line with round bends. */
const pathOf = (line: readonly Point[]): string =>
  line
    .map((point, place) => {
      const before = line[place - 1];
      const after = line[place + 1];
      if (before === undefined) return `M${point.x} ${point.y}`;
      if (after === undefined) return `L${point.x} ${point.y}`;
      const into = towards(point, before, radius.bend);
      const out = towards(point, after, radius.bend);
      return `L${into.x} ${into.y}Q${point.x} ${point.y} ${out.x} ${out.y}`;
    })
    .join('');

const arrow = (line: readonly Point[], marker: string): string =>
  `<path class="line" d="${pathOf(line)}" marker-end="url(#${marker})"/>`;

const labelOf = ({ transitions }: Connection, box: Box): string => {
  const lines = transitions.flatMap(transitionLines);
  const texts = textBlock(lines, box.x + Math.round(box.width / 2), box.y + 2, 'middle');
  return `${rect(box, 'label', 3)}${grouped(lines, texts, titlesOf(transitions))}`;
};

const markOf = (box: Box): string =>
  `${rect(box, 'mark', box.height / 2)}${textBlock([markLine], box.x + Math.round(box.width / 2), box.y + 2, 'middle').join('')}`;

const marker = (id: string): string =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">` +
  `<path class="head" d="M0 0.8L8 4L0 7.2Z"/></marker>`;

/** The stylesheet as a picture that stands alone carries it. */
export const styleElement = `<style>${stylesheet}</style>`;

/** Draws a statechart. Lines lie under labels, labels over everything. Without its style it needs a page that has the stylesheet. */
export const svgOf = (drawing: ChartDrawing, { isStyled = true }: { readonly isStyled?: boolean } = {}): string => {
  const { plan, width, height, boxes, marks, beginnings, connections } = drawing;
  const { chart } = plan;
  const markerID = `${chart.id}--arrow`;
  const boxOf = (id: string): Box => boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`Statechart ${chart.id}`)}">`,
    title(chart.description),
    isStyled ? styleElement : '',
    `<defs>${marker(markerID)}</defs>`,
    rect({ x: 0, y: 0, width, height }, 'paper', 0),
    ...statesOf(chart).map((state) => stateGroup(state, boxOf(state.id), plan)),
    ...marks.map(markOf),
    ...beginnings.map(
      ({ dot, line }) =>
        `${arrow(line, markerID)}<circle class="dot" cx="${dot.x + dot.width / 2}" cy="${dot.y + dot.height / 2}" r="${dot.width / 2}"/>`,
    ),
    ...connections.map(
      ({ connection, line }) => `<g class="connection" id="${escaped(connection.id)}">${arrow(line, markerID)}</g>`,
    ),
    ...connections.map(({ connection, label }) => (label === null ? '' : labelOf(connection, label))),
    '</svg>',
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
};
