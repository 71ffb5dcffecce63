import { describe, expect, it } from 'vitest';
import { lengthNamed, powerNamed } from '../../src/cli/ask/amounts.ts';
import { timeAhead } from '../../src/cli/when.ts';

/** A Sunday on which the clocks are set back: 12:00 in New Hampshire. */
const here = { timeZone: 'America/New_York', now: Date.parse('2026-11-01T17:00:00Z') };
const ahead = (text: string): string => new Date(timeAhead(text, here)).toISOString();

describe('amounts as people give them', () => {
  it.each([
    ['3kW', 3_000],
    ['2.5 kW', 2_500],
    ['2500W', 2_500],
    ['2500', 2_500],
  ])('%s is a power', (text, watts) => {
    expect(powerNamed(text)).toBe(watts);
  });

  it.each(['', 'much', '-3kW', '0', '3kWh', '1e9', '3 MW'])('"%s" is none', (text) => {
    expect(() => powerNamed(text)).toThrow(`"${text}" is no power: write 3kW`);
  });

  it.each([
    ['45min', 2_700_000],
    ['2h', 7_200_000],
    ['1h30min', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1d', 86_400_000],
  ])('%s is a length of time', (text, ms) => {
    expect(lengthNamed(text)).toBe(ms);
  });

  it.each(['', '2', 'h', '2 hours', '-2h', '0h', '2h or so'])('"%s" is none', (text) => {
    expect(() => lengthNamed(text)).toThrow(`"${text}" is no length of time`);
  });
});

describe('times to come as people give them', () => {
  it.each([
    ['18:00', '2026-11-01T23:00:00.000Z'],
    ['06:00', '2026-11-02T11:00:00.000Z'],
    ['tomorrow 06:00', '2026-11-02T11:00:00.000Z'],
    ['tomorrow', '2026-11-02T05:00:00.000Z'],
    ['Sunday', '2026-11-08T05:00:00.000Z'],
    ['monday 07:30', '2026-11-02T12:30:00.000Z'],
    ['2026-11-05 12:00', '2026-11-05T17:00:00.000Z'],
    ['2026-11-05T12:00Z', '2026-11-05T12:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(ahead(text)).toBe(instant);
  });

  it.each(['', 'soon', '25:00', 'someday 10:00', '2026-13-01'])('"%s" is none', (text) => {
    expect(() => ahead(text)).toThrow(`"${text}" is no time to come`);
  });
});
