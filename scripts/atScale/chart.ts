/** One line chart as an SVG that stands by itself, light and dark. */
import { at, drawing } from '../../src/settlement/page/drawing.ts';
import { html, type Html } from '../../src/settlement/page/html.ts';

/** A line of a chart. */
export interface ChartLine {
  readonly name: string;
  /** Values at equal distances, or null where there are none. */
  readonly values: readonly number[];
  readonly isLimit?: boolean;
}

/** What a chart shows. */
export interface LineChart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly lines: readonly ChartLine[];
  /** What stands below the first value and the last one. */
  readonly ends: readonly [string, string];
  readonly unit: string;
}

const size = { width: 720, height: 260 };
const edge = { left: 84, right: 16, top: 34, bottom: 34 };

/** The next round number. */
const roundUp = (value: number): number => {
  let step = 1;
  while (step * 10 <= value) step *= 10;
  return Math.ceil(value / step) * step;
};

const looks = `
svg { font: 13px system-ui, sans-serif; background: #ffffff }
text { fill: #5c667c } .ink { fill: #1b2233 }
path { fill: none; stroke: #2f6fd0; stroke-width: 1.6 } .rule { stroke: #dfe3ec; stroke-width: 1 } .limit { stroke: #b4472e; stroke-dasharray: 5 4 }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 } text { fill: #9aa4b8 } .ink { fill: #e6e9f0 } path { stroke: #6ea3f0 } .rule { stroke: #2a3140 } .limit { stroke: #f0876b }
}`;

/** Draws it. */
export const lineChart = ({ id, title, description, lines, ends, unit }: LineChart): string => {
  const inner = { width: size.width - edge.left - edge.right, height: size.height - edge.top - edge.bottom };
  const top = roundUp(Math.max(...lines.flatMap(({ values }) => values)));
  const x = (place: number, count: number): string => at(edge.left + (place / Math.max(1, count - 1)) * inner.width);
  const y = (value: number): string => at(edge.top + inner.height * (1 - value / top));
  const path = ({ values, isLimit = false }: ChartLine): Html =>
    html`<path
      class="${isLimit ? 'limit' : 'line'}"
      d="M${values.map((value, place) => `${x(place, values.length)} ${y(value)}`).join('L')}"
    />`;
  const rule = (value: number): Html =>
    html`<path class="rule" d="M${edge.left} ${y(value)}H${size.width - edge.right}" /><text
        x="${edge.left - 8}"
        y="${y(value)}"
        text-anchor="end"
        dominant-baseline="middle"
        >${value.toLocaleString('en')}</text
      >`;
  const base = size.height - edge.bottom + 20;
  const names = lines.map(({ name, isLimit = false }) => `${isLimit ? 'dashed: ' : ''}${name}`).join(' · ');
  return `${drawing(
    id,
    title,
    description,
    size,
    html`<style>
        ${looks}</style
      >${[0, 0.5, 1].map((part) => rule(top * part))}
      <text class="ink" x="${edge.left}" y="20">${names} (${unit})</text>
      <text x="${edge.left}" y="${base}">${ends[0]}</text>
      <text x="${size.width - edge.right}" y="${base}" text-anchor="end">${ends[1]}</text>
      ${lines.map(path)}`,
  )
    .markup.replace(/>\s+</g, '><')
    .trim()}\n`;
};
