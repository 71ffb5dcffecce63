import { triggerText, type ChartState, type ChartTransition } from './chart.ts';
import type { DrawingPlan } from './plan.ts';
import { textWidth, type TextStyle } from './textWidth.ts';

/** The words in the picture: what stands in a state's box and at a transition's line, broken into lines. */

/** One line of text in a given role; `transition` when it speaks of one. */
export interface DrawnLine {
  readonly role: 'name' | 'detail' | 'trigger' | 'action' | 'mark';
  readonly text: string;
  /** Whether it goes on from the line before. */
  readonly isContinued: boolean;
  readonly transition?: string;
}

/** How each role is set. */
export const textStyles: Readonly<Record<DrawnLine['role'], TextStyle>> = {
  name: { size: 13, weight: 'bold' },
  detail: { size: 10.5, weight: 'regular' },
  trigger: { size: 11, weight: 'regular' },
  action: { size: 10, weight: 'regular' },
  mark: { size: 10, weight: 'regular' },
};

/** From one line to the next. @unit px */
export const lineHeights: Readonly<Record<DrawnLine['role'], number>> = {
  name: 17,
  detail: 14,
  trigger: 14,
  action: 13,
  mark: 14,
};

/** What stands in the mark from which transitions of an enclosing state begin. */
export const markLine: DrawnLine = { role: 'mark', text: 'in any state', isContinued: false };

/** @limit Texts are broken before they become wider: at arrows and in small boxes, and in the heads of states that hold others. @unit px */
const wrapWidths = { narrow: 230, wide: 460 } as const;

type Wrap = keyof typeof wrapWidths;

/** How far lines after the first are indented. @unit px */
export const indent = 12;

/** Phrases in lines of limited width; none is broken. */
const wrapped = (phrases: readonly string[], role: DrawnLine['role'], wrap: Wrap): readonly string[] => {
  const lines: string[] = [];
  for (const phrase of phrases) {
    const last = lines.at(-1);
    const longer = `${last ?? ''} ${phrase}`;
    if (last === undefined || textWidth(longer, textStyles[role]) > wrapWidths[wrap]) lines.push(phrase);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

const linesOf = (
  phrases: readonly string[],
  role: DrawnLine['role'],
  wrap: Wrap,
  transition?: string,
): readonly DrawnLine[] =>
  wrapped(phrases, role, wrap).map((text, place) => ({
    role,
    text,
    isContinued: place > 0,
    ...(transition === undefined ? {} : { transition }),
  }));

/** `entry / poll,`, `countDrained`: names after a lead, each a phrase. */
const listed = (lead: string, names: readonly string[]): readonly string[] =>
  names.map((name, place) => `${place === 0 ? lead : ''}${name}${place < names.length - 1 ? ',' : ''}`);

/** `reply.received [pollBroughtNothing]`; a decision shows only its condition. */
const conditionOf = ({ id, trigger, guard }: ChartTransition): string => {
  const condition = guard === null ? '' : `[${guard}]`;
  if (trigger.kind === 'always') return condition || (id.endsWith('--0') ? 'at once' : '[otherwise]');
  return `${triggerText(trigger)} ${condition}`.trim();
};

/** The lines at the arrow of a transition: its trigger and guard, then what is done. */
export const transitionLines = (transition: ChartTransition): readonly DrawnLine[] => {
  const { id, actions } = transition;
  return [
    { role: 'trigger', text: conditionOf(transition), isContinued: false, transition: id },
    ...linesOf(listed('/ ', actions), 'action', 'narrow', id),
  ];
};

const nameOf = (stateID: string): string => stateID.slice(stateID.lastIndexOf('.') + 1);

/** A transition that has no line of its own. */
const writtenLines = (transition: ChartTransition, wrap: Wrap): readonly DrawnLine[] => {
  const { id, targets, actions } = transition;
  return linesOf(
    [conditionOf(transition), ...targets.map((target) => `→ ${nameOf(target)}`), ...listed('/ ', actions)],
    'detail',
    wrap,
    id,
  );
};

/** The lines in the head of a state: its name, what happens on the way in and out, and what has no line of its own. */
export const stateLines = (state: ChartState, { written }: DrawingPlan): readonly DrawnLine[] => {
  const wrap: Wrap = state.states.length === 0 ? 'narrow' : 'wide';
  return [
    { role: 'name', text: state.name, isContinued: false },
    ...linesOf(listed('entry / ', state.entry), 'detail', wrap),
    ...linesOf(listed('exit / ', state.exit), 'detail', wrap),
    ...state.transitions
      .filter(({ id, targets }) => targets.length === 0 || written.has(id))
      .flatMap((each) => writtenLines(each, wrap)),
  ];
};

const widthOf = ({ text, role, isContinued }: DrawnLine): number =>
  textWidth(text, textStyles[role]) + (isContinued ? indent : 0);

/** The room that lines take up. @unit px */
export const sizeOf = (lines: readonly DrawnLine[]): { readonly width: number; readonly height: number } => ({
  width: Math.ceil(Math.max(0, ...lines.map(widthOf))),
  height: lines.reduce((sum, { role }) => sum + lineHeights[role], 0),
});
