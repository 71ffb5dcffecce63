import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { stopOnSignals } from '../../src/cli/shutdown.ts';

const given = () => {
  const source = new EventEmitter();
  let now = 0;
  let gaveUp = 0;
  const signal = stopOnSignals({
    source,
    now: () => now,
    giveUp: () => {
      gaveUp += 1;
    },
  });
  return {
    source,
    signal,
    pass: (ms: number) => {
      now += ms;
    },
    gaveUp: () => gaveUp,
  };
};

describe('a wish to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('is %s, and says which it was', (name) => {
    const { source, signal } = given();
    expect(signal.aborted).toBe(false);
    source.emit(name);
    expect(signal).toMatchObject({ aborted: true, reason: name });
  });

  it('is one wish although the terminal and npm both pass it on', () => {
    const { source, signal, pass, gaveUp } = given();
    source.emit('SIGINT');
    pass(30);
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(signal.aborted).toBe(true);
    expect(gaveUp()).toBe(0);
  });

  it('is urgent when it comes again after a while', () => {
    const { source, pass, gaveUp } = given();
    source.emit('SIGINT');
    pass(1_500);
    source.emit('SIGINT');
    expect(gaveUp()).toBe(1);
  });
});
