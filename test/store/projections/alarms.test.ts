import { describe, expect, it } from 'vitest';
import { alarmsProjection, alarmsUp, pastAlarmsKept } from '../../../src/store/projections/alarms.ts';
import { dayMs, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const alarms = alarmsProjection();
const raised = (at: number, alarm: 'pricesMissing' | 'meterSilent', text = 'no prices for tomorrow'): Told => [
  at,
  'AlarmRaised',
  { alarm, text, advice: 'ask the utility' },
];
const cleared = (at: number, alarm: 'pricesMissing' | 'meterSilent'): Told => [at, 'AlarmCleared', { alarm }];

describe('an alarm', () => {
  it('is up from when it is raised until it is cleared', () => {
    const up = told(alarms, [raised(start, 'pricesMissing'), raised(start + 1, 'meterSilent')]);
    expect(alarmsUp(up)).toMatchObject([
      {
        alarm: 'pricesMissing',
        raisedAt: start,
        clearedAt: null,
        text: 'no prices for tomorrow',
        advice: 'ask the utility',
        position: 0,
      },
      { alarm: 'meterSilent', raisedAt: start + 1 },
    ]);
    const down = told(alarms, [cleared(start + 5, 'pricesMissing')], up, 2);
    expect(alarmsUp(down).map(({ alarm }) => alarm)).toEqual(['meterSilent']);
    expect(down.past).toMatchObject([{ alarm: 'pricesMissing', raisedAt: start, clearedAt: start + 5 }]);
  });

  it('raised again while it is up, says the new thing and keeps its beginning', () => {
    const state = told(alarms, [raised(start, 'pricesMissing'), raised(start + 9, 'pricesMissing', 'still none')]);
    expect(alarmsUp(state)).toMatchObject([{ raisedAt: start, text: 'still none' }]);
  });

  it('cleared without being up changes nothing', () => {
    expect(told(alarms, [cleared(start, 'pricesMissing')])).toBe(alarms.initial);
  });

  it('of the past is kept as often as the limit says, and as long as it is told to', () => {
    const facts = Array.from({ length: pastAlarmsKept + 20 }, (_, day) => [
      raised(start + day * dayMs, 'meterSilent'),
      cleared(start + day * dayMs + 1, 'meterSilent'),
    ]).flat();
    expect(throughJson(told(alarms, facts)).past).toHaveLength(pastAlarmsKept);
    expect(told(alarmsProjection({ keepMs: 3 * dayMs }), facts).past.length).toBeLessThanOrEqual(5);
  });
});
