import { describe, expect, it } from 'vitest';
import { outlines } from '../../src/inspector/charts/pictures.ts';
import { statesOf, transitionsOf } from '../../src/inspector/drawing/chart.ts';
import { outlineOf } from '../../src/inspector/drawing/outline.ts';
import { readMachine } from '../../src/inspector/drawing/readMachine.ts';
import { machines } from '../../src/machines/machines.ts';

describe.each(Object.keys(machines))('the outline of %s', (name) => {
  const chart = readMachine(machines[name as keyof typeof machines] as unknown as Parameters<typeof readMachine>[0]);
  const outline = outlineOf(chart);
  const encloses = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}.`);

  it('has every state of it', () => {
    expect(statesOf(outline).map(({ id, kind, description }) => [id, kind, description])).toEqual(
      statesOf(chart).map(({ id, kind, description }) => [id, kind, description]),
    );
  });

  it('has only ways of it, under the same ids', () => {
    const known = new Map(transitionsOf(chart).map((each) => [each.id, each.targets]));
    for (const { id, targets } of transitionsOf(outline)) expect(known.get(id)).toEqual(targets);
  });

  it('shows every way from one state to another, where it begins or around it', () => {
    const shown = transitionsOf(outline);
    for (const { id, source, targets } of transitionsOf(chart)) {
      const leadsAway = targets.some((target) => target !== source);
      const isShown = targets.every((target) =>
        shown.some((each) => encloses(each.source, source) && each.targets.includes(target)),
      );
      expect(!leadsAway || isShown, id).toBe(true);
    }
  });

  it('says nothing twice, and nothing of what is done on the way', () => {
    for (const { entry, exit, transitions } of statesOf(outline)) {
      expect([...entry, ...exit, ...transitions.flatMap(({ actions }) => actions)]).toEqual([]);
      const said = transitions.map(({ trigger, guard, targets }) => JSON.stringify([trigger, guard, targets]));
      expect(new Set(said).size).toBe(said.length);
    }
  });

  it('is drawn with the ids of its states', () => {
    for (const { id } of statesOf(chart)) expect(outlines[name]).toContain(`id="${id}"`);
  });
});
