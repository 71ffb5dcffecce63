/** A slip of the pen between reactions and machines does not compile; `npm run types` is the test, this file its cases. */
import { describe, expect, it } from 'vitest';
import { tell, type Consequence } from '../../src/core/consequence.ts';
import { streamOf, venStream, watchStream } from '../../src/machines/streams.ts';

describe('telling a stream something', () => {
  it('takes a stream and an event of its machine', () => {
    expect(tell(streamOf('device', 'battery'), { type: 'slots.given', slots: [] })).toEqual({
      to: 'device/battery',
      event: { type: 'slots.given', slots: [] },
    });
  });

  it('takes no stream that nothing made', () => {
    // @ts-expect-error a text is no stream
    const misspelt: Consequence = { to: 'wacth', event: { type: 'agent.started' } };
    expect(misspelt).toBeDefined();
  });

  it('takes no event that the machine does not hear', () => {
    // @ts-expect-error there is no such event
    expect(tell(watchStream, { type: 'pricess.changed' })).toBeDefined();
    // @ts-expect-error the lifecycle hears nothing of prices
    expect(tell(venStream, { type: 'slots.given', slots: [] })).toBeDefined();
    // @ts-expect-error what it says is part of it
    expect(tell(streamOf('device', 'battery'), { type: 'meter.read' })).toBeDefined();
  });
});
