/** The looks of a statechart: two palettes, and the rules that use them. */

interface Palette {
  readonly paper: string;
  readonly outer: string;
  readonly box: string;
  readonly group: string;
  readonly border: string;
  readonly region: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly label: string;
}

const light: Palette = {
  paper: '#ffffff',
  outer: '#fbfcfe',
  box: '#ffffff',
  group: '#f5f7fb',
  border: '#8a93a8',
  region: '#2f6fd0',
  ink: '#1b2233',
  quiet: '#5c667c',
  line: '#7d879d',
  label: '#eef1f7',
};

const dark: Palette = {
  paper: '#0d1117',
  outer: '#11161f',
  box: '#1b2230',
  group: '#151b26',
  border: '#6b7690',
  region: '#6aa3f5',
  ink: '#e8ecf4',
  quiet: '#a3adc2',
  line: '#7f8aa3',
  label: '#232b3b',
};

/** SVG rules without variables, so that simple viewers show the light picture. */
const rules = ({ paper, outer, box, group, border, region, ink, quiet, line, label }: Palette): string =>
  [
    `.paper{fill:${paper}}`,
    `.state>rect{fill:${box};stroke:${border}}`,
    `.compound>rect,.parallel>rect{fill:${group}}`,
    `.outermost>rect{fill:${outer}}`,
    `.region>rect{fill:${box};stroke:${region};stroke-dasharray:5 4}`,
    `.parallel>rect{stroke:${region}}`,
    `.inner{fill:none;stroke:${border}}`,
    `.rule{stroke:${border};stroke-opacity:.35}`,
    `.dot{fill:${ink}}`,
    `rect.mark{fill:${label};stroke:${border};stroke-dasharray:2 3}`,
    `.line{fill:none;stroke:${line}}`,
    `.head{fill:${line}}`,
    `.label{fill:${label}}`,
    `.name,.trigger{fill:${ink}}`,
    `.detail,.action,text.mark{fill:${quiet}}`,
  ].join('');

/** The stylesheet of a drawing: light, and dark where the reader prefers it. */
export const stylesheet =
  `text{font-family:Inter,"Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif}` +
  `.name{font-size:13px;font-weight:700}.detail{font-size:10.5px}.trigger{font-size:11px}.action,text.mark{font-size:10px}` +
  `.state>rect,.line{stroke-width:1.2}.parallel>rect{stroke-width:1.8}` +
  `${rules(light)}@media (prefers-color-scheme:dark){${rules(dark)}}`;
