import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { keysOf } from '../../src/cli/keys.ts';

/** A terminal's end of standard input, and what was done to it. */
const terminal = () => {
  const events = new EventEmitter();
  const done: string[] = [];
  const source = {
    isTTY: true,
    setRawMode: (isRaw: boolean) => done.push(isRaw ? 'raw' : 'cooked'),
    resume: () => done.push('resumed'),
    pause: () => done.push('paused'),
    once: (_event: 'data', listener: (chunk: string) => void) => events.once('data', listener),
    off: (_event: 'data', listener: (chunk: string) => void) => events.off('data', listener),
  };
  return { source, done, press: (key: string) => events.emit('data', key) };
};

describe('a key', () => {
  it('given a terminal, when a key is pressed, then it is there without Enter, and the terminal is left as it was', async () => {
    const { source, done, press } = terminal();
    const pressed = keysOf(source)?.();
    press('x');
    expect(await pressed).toBe('x');
    expect(done).toEqual(['raw', 'resumed', 'cooked', 'paused']);
  });

  it('given a key that is not pressed in time, when time is up, then it is none, and the terminal is left as it was', async () => {
    const { source, done, press } = terminal();
    const timeIsUp = new AbortController();
    const pressed = keysOf(source)?.(timeIsUp.signal);
    timeIsUp.abort();
    expect(await pressed).toBe('');
    expect(press('x')).toBe(false);
    expect(done).toEqual(['raw', 'resumed', 'cooked', 'paused']);
  });

  it('given no terminal, when keys are wanted, then there are none', () => {
    expect(keysOf({ ...terminal().source, isTTY: false })).toBeNull();
  });
});
