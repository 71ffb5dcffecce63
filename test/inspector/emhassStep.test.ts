import { expect, it } from 'vitest';
import { emhassStepAt } from '../../src/inspector/answers/programs.ts';

const halfHourMs = 1_800_000;

/** As `pandas.Timestamp(now).floor('s').round('30min')` says, which is what EMHASS 0.18.7 begins with. */
it.each([
  ['2026-11-30T10:14:59.999Z', '2026-11-30T10:00:00Z'],
  ['2026-11-30T10:15:00.700Z', '2026-11-30T10:00:00Z'],
  ['2026-11-30T10:15:01Z', '2026-11-30T10:30:00Z'],
  ['2026-11-30T10:44:59Z', '2026-11-30T10:30:00Z'],
  ['2026-11-30T10:45:00Z', '2026-11-30T11:00:00Z'],
])('the list for EMHASS begins with the step that it begins with: at %s with %s', (now, first) => {
  expect(emhassStepAt(Date.parse(now), halfHourMs)).toBe(Date.parse(first));
});
