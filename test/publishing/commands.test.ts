import { describe, expect, it } from 'vitest';
import { commandOf } from '../../src/publishing/mqtt/commands.ts';
import { CommandDesk, type CommandAnswer, commandsPerMinute } from '../../src/publishing/mqtt/commandDesk.ts';
import type { InstructionAsked } from '../../src/shell/instructions.ts';

const usualForMs = 7_200_000;

describe('a command for a device', () => {
  it('is a word that holds for the usual time, or JSON that says more', () => {
    expect(commandOf(' Charge ', 'battery', usualForMs)).toEqual({
      is: 'override',
      asked: { resourceID: 'battery', action: 'charge', forMs: usualForMs, by: 'mqtt' },
    });
    expect(commandOf('none', 'battery', usualForMs)).toEqual({ is: 'release' });
    expect(
      commandOf('{"action":"discharge","powerWatts":2000,"until":"2026-11-02T18:00:00-05:00"}', 'battery', usualForMs),
    ).toEqual({
      is: 'override',
      asked: {
        resourceID: 'battery',
        action: 'discharge',
        powerWatts: 2_000,
        endAt: Date.parse('2026-11-02T23:00:00Z'),
        by: 'mqtt',
      },
    });
  });

  it.each([
    ['explode', '"explode" is no override: send none, charge, discharge, hold.'],
    ['{"action":"charge","for":"2h"}', '"for" means nothing here: there is action, powerWatts, forMs, until.'],
    ['{"action":"charge","until":"18:00"}', '"until" is "18:00": give an instant with its offset'],
    ['{"action":', 'is no object of JSON'],
    ['{}', 'null is no override'],
  ])('that is %s is refused in a sentence', (text, sentence) => {
    expect(() => commandOf(text, 'battery', usualForMs)).toThrow(sentence);
  });
});

const desk = (now: () => number) => {
  const instructed: InstructionAsked[] = [];
  const answers: CommandAnswer[] = [];
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const it = new CommandDesk({
    operator: {
      instruct: (asked) => Promise.resolve(instructed.push(asked)),
      takeBack: () => Promise.reject(new Error('battery is not overridden, so there is nothing to release.')),
    },
    usualForMs,
    clock: { now },
    journal: { info: write, warn: write, error: write, debug: write },
    answer: (answer) => answers.push(answer),
  });
  const send = (text: string, isRetained = false): void =>
    it.take('battery', { topic: 'ven/override/set', text, isRetained });
  return { it, send, instructed, answers, lines };
};

describe('the desk', () => {
  it('leaves what the broker has kept, and says so once', async () => {
    const { it: taker, send, instructed, answers, lines } = desk(() => 0);
    send('charge', true);
    send('charge', true);
    send('discharge');
    await taker.settled;
    expect(instructed).toEqual([{ resourceID: 'battery', action: 'discharge', forMs: usualForMs, by: 'mqtt' }]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('The broker had kept it on ven/override/set, and nobody knows how old it is');
    expect(answers.map(({ command, isAccepted }) => [command, isAccepted])).toEqual([
      ['charge', false],
      ['discharge', true],
    ]);
  });

  it('takes no more than a person would send, until a minute has passed', async () => {
    let now = 0;
    const { it: taker, send, instructed, answers } = desk(() => now);
    for (let count = 0; count < commandsPerMinute + 5; count += 1) send('hold');
    await taker.settled;
    expect(instructed).toHaveLength(commandsPerMinute);
    expect(answers.at(-1)).toMatchObject({ isAccepted: true });
    expect(answers.filter(({ because }) => because?.includes('within a minute'))).toHaveLength(5);
    now = 60_001;
    send('hold');
    await taker.settled;
    expect(instructed).toHaveLength(commandsPerMinute + 1);
  });

  it('says why the agent refuses', async () => {
    const { it: taker, send, answers } = desk(() => 0);
    send('none');
    await taker.settled;
    expect(answers).toEqual([
      {
        device: 'battery',
        command: 'none',
        isAccepted: false,
        because: 'battery is not overridden, so there is nothing to release.',
      },
    ]);
  });
});
