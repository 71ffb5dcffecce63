import { describe, expect, it, onTestFinished } from 'vitest';
import { personAt } from '../../src/cli/conformance/person.ts';
import { CaseUnlooked } from '../../src/conformance/proceedings.ts';

/** A person at a terminal, or at none, and what they were told. */
const sitting = (patience?: string, hasTerminal = true) => {
  const told: string[] = [];
  const stop = new AbortController();
  let waiting: (key: string) => void = () => undefined;
  const pressedKey = (until?: AbortSignal): Promise<string> =>
    new Promise((resolve) => {
      waiting = resolve;
      until?.addEventListener('abort', () => resolve(''), { once: true });
    });
  const stderr = { write: (text: string) => void told.push(text), isTTY: hasTerminal, columns: 200 };
  const person = personAt(
    { text: () => patience },
    { pressedKey: hasTerminal ? pressedKey : null, stderr },
    stop.signal,
  );
  onTestFinished(() => person.goes());
  const press = async (key: string): Promise<void> => {
    waiting(key);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { person, told: () => told.join(''), press, stop: () => stop.abort() };
};

describe('the person at another VTN', () => {
  it('given no terminal, then nobody is there; given a patience as well, then somebody is told and waited for', async () => {
    expect(sitting(undefined, false).person.hand).toBeNull();
    const { person, told } = sitting('20m', false);
    expect(person.hand?.patienceMs).toBe(1_200_000);
    person.hand?.tell('Have the VTN cancel the registration.');
    expect(told()).toBe('  Have the VTN cancel the registration.\n');
    await expect(person.hand?.agree('Make it ready.')).rejects.toThrow(CaseUnlooked);
  });

  it('given something to make ready, when Enter is pressed, then the case goes on', async () => {
    const { person, told, press } = sitting();
    expect(person.hand?.patienceMs).toBe(600_000);
    const agreed = person.hand?.agree('Make the VTN ready to refuse.');
    await press('\r');
    await agreed;
    expect(told()).toContain('Press Enter when it is.');
    expect(person.leaves()).toBeNull();
  });

  it('when s is pressed, then this case is passed over, and the next one is not', async () => {
    const { person, press } = sitting();
    const agreed = expect(person.hand?.agree('Make it ready.')).rejects.toThrow('passed over');
    await press('s');
    await agreed;
    expect([person.leaves(), person.endsRun()]).toEqual(['passed over', false]);
    person.turn();
    expect(person.leaves()).toBeNull();
  });

  it.each(['q', '\u0003'])('when %j is pressed, then the run ends', async (key) => {
    const { person, press } = sitting();
    await press(key);
    expect([person.leaves(), person.endsRun()]).toEqual(['the run was broken off', true]);
  });

  it('when the process is asked to stop, then nobody is waited for any more', async () => {
    const { person, stop } = sitting();
    const agreed = expect(person.hand?.agree('Make it ready.')).rejects.toThrow('the run was broken off');
    stop();
    await agreed;
    expect(person.endsRun()).toBe(true);
  });

  it('given a patience that has passed, then nobody said so', async () => {
    await expect(sitting('1s').person.hand?.agree('Make it ready.')).rejects.toThrow(
      'nobody said that the VTN is ready',
    );
  });
});
