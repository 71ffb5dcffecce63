import { describe, expect, it } from 'vitest';
import { commandOf, type CommandTarget } from '../../src/publishing/mqtt/commands.ts';
import { CommandDesk, type CommandAnswer } from '../../src/publishing/mqtt/commandDesk.ts';
import type { OperatorCommand } from '../../src/shell/operatorCommands.ts';

const terms = { overrideForMs: 7_200_000, reserveForMs: 86_400_000, mayTrust: false };
const resourceID = 'battery';
const about = (is: 'override' | 'reserve' | 'wish' | 'trust'): CommandTarget => ({ is, resourceID });

describe('a command at the broker', () => {
  it('for an override is a word that holds for the usual time, or JSON that says more', () => {
    expect(commandOf(' Charge ', about('override'), terms)).toEqual({
      type: 'OperatorInstructed',
      resourceID,
      action: 'charge',
      forMs: 7_200_000,
    });
    expect(commandOf('none', about('override'), terms)).toEqual({ type: 'OperatorReleased', resourceID });
    expect(
      commandOf(
        '{"action":"discharge","powerWatts":2000,"until":"2026-11-02T18:00:00-05:00"}',
        about('override'),
        terms,
      ),
    ).toEqual({
      type: 'OperatorInstructed',
      resourceID,
      action: 'discharge',
      powerWatts: 2_000,
      endAt: Date.parse('2026-11-02T23:00:00Z'),
    });
  });

  it('for a reserve is a number of percent, as Home Assistant sends it, and none takes it back', () => {
    const keep = { type: 'OperatorInstructed', resourceID, kind: 'keep' };
    expect(commandOf('35', about('reserve'), terms)).toEqual({ ...keep, stateOfCharge: 0.35, forMs: 86_400_000 });
    expect(commandOf('0.0', about('reserve'), terms)).toEqual({ ...keep, stateOfCharge: 0, forMs: 86_400_000 });
    expect(commandOf('{"percent":80,"until":"2026-11-02T18:00:00Z"}', about('reserve'), terms)).toEqual({
      ...keep,
      stateOfCharge: 0.8,
      endAt: Date.parse('2026-11-02T18:00:00Z'),
    });
    expect(commandOf('None', about('reserve'), terms)).toEqual({ type: 'OperatorReleased', resourceID, kind: 'keep' });
  });

  it('for a wish, for trust and for a DR event says what is meant', () => {
    expect(
      commandOf('{"kind":"leave","percent":80,"until":"2026-11-02T06:00:00-05:00"}', about('wish'), terms),
    ).toEqual({
      type: 'OperatorInstructed',
      resourceID,
      kind: 'leave',
      stateOfCharge: 0.8,
      endAt: Date.parse('2026-11-02T11:00:00Z'),
    });
    expect(commandOf('{"kind":"leave","cancel":true}', about('wish'), terms)).toEqual({
      type: 'OperatorReleased',
      resourceID,
      kind: 'leave',
    });
    expect(commandOf('distrust', about('trust'), terms)).toEqual({ type: 'DeviceDistrusted', resourceID });
    expect(commandOf('trust', about('trust'), { ...terms, mayTrust: true })).toEqual({
      type: 'DeviceTrusted',
      resourceID,
    });
    expect(
      commandOf(
        '{"optType":"optOut","from":"2026-06-10T17:00:00-04:00","until":"2026-06-10T20:00:00-04:00","device":"ev"}',
        { is: 'opt' },
        terms,
      ),
    ).toEqual({
      type: 'OptGiven',
      optType: 'optOut',
      windows: [{ startAt: Date.parse('2026-06-10T21:00:00Z'), endAt: Date.parse('2026-06-11T00:00:00Z') }],
      resourceIDs: ['ev'],
    });
    const again = { from: '2026-06-10T17:00:00-04:00', every: 'week', times: 4, class: 'EVSE', reason: 'mustRun' };
    expect(commandOf(JSON.stringify({ optType: 'optOut', ...again }), { is: 'opt' }, terms)).toEqual({
      type: 'OptGiven',
      optType: 'optOut',
      windows: [{ startAt: Date.parse('2026-06-10T21:00:00Z'), endAt: null }],
      every: 'week',
      times: 4,
      deviceClass: 'EVSE',
      optReason: 'mustRun',
    });
    const windows = ['05', '12'].map((day) => ({
      from: `2026-06-${day}T17:00:00-04:00`,
      until: `2026-06-${day}T20:00:00-04:00`,
    }));
    expect(commandOf(JSON.stringify({ optType: 'optOut', windows }), { is: 'opt' }, terms)).toMatchObject({
      windows: windows.map(({ from, until }) => ({ startAt: Date.parse(from), endAt: Date.parse(until) })),
    });
    expect(commandOf('{"eventID":"e1","optType":"optIn","device":"ev"}', { is: 'opt' }, terms)).toEqual({
      type: 'OptGiven',
      optType: 'optIn',
      eventID: 'e1',
      resourceIDs: ['ev'],
    });
    expect(commandOf('{"cancel":"o1"}', { is: 'opt' }, terms)).toEqual({ type: 'OptTakenBack', optID: 'o1' });
    expect(commandOf('{"eventID":"e1","optType":"optOut"}', { is: 'opt' }, terms)).toEqual({
      type: 'OperatorOpted',
      eventID: 'e1',
      optType: 'optOut',
    });
  });

  it.each<readonly [string, CommandTarget, string]>([
    ['explode', about('override'), '"explode" is no override: send none, charge, discharge, hold.'],
    [
      '{"action":"charge","for":"2h"}',
      about('override'),
      '"for" means nothing here: there is action, powerWatts, forMs, until.',
    ],
    ['{"action":"charge","until":"18:00"}', about('override'), '"until" is "18:00": give an instant with its offset'],
    ['{"action":', about('override'), 'is no object of JSON'],
    ['{}', about('override'), 'null is no override'],
    ['much', about('reserve'), '"much" is no level: send a number of percent, from 0 to 100.'],
    ['-5', about('reserve'), '-5 is no level'],
    ['250', about('reserve'), '250 is no level'],
    ['NaN', about('reserve'), '"NaN" is no level'],
    ['Infinity', about('reserve'), 'is no level'],
    ['{"percent":"40"}', about('reserve'), '"40" is no level'],
    ['{"kind":"stay"}', about('wish'), '"stay" is no wish: send leave or keep.'],
    ['leave', about('wish'), 'is no object of JSON'],
    ['trust', about('trust'), 'Nobody at the broker may trust a device: say it with "ven devices trust battery"'],
    ['yes', about('trust'), '"yes" says nothing of trust: send trust or distrust.'],
    ['{"optType":"optOut","from":"17:00"}', { is: 'opt' }, '"from" is "17:00"'],
    ['{"optType":"optOut","eventID":"e1","by":"me"}', { is: 'opt' }, '"by" means nothing here'],
    ['{"eventID":7,"optType":"optIn"}', { is: 'opt' }, '"eventID" is 7'],
    ['{"eventID":"e1","optType":"out"}', { is: 'opt' }, '"optType" is "out": send optIn or optOut.'],
  ])('that is %s is refused in a sentence', (text, target, sentence) => {
    expect(() => commandOf(text, target, terms)).toThrow(sentence);
  });
});

const desk = () => {
  const taken: (readonly [string, OperatorCommand])[] = [];
  const answers: CommandAnswer[] = [];
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const it = new CommandDesk({
    operator: {
      take: async (subject, read) => {
        const command = read();
        if (command.type === 'OperatorReleased')
          throw new Error('battery is not overridden, so there is nothing to release.');
        taken.push([subject, command]);
        return Promise.resolve();
      },
    },
    terms,
    journal: { info: write, warn: write, error: write, debug: write },
    answer: (answer) => answers.push(answer),
  });
  const send = (text: string, isRetained = false): void =>
    it.take(about('override'), { topic: 'ven/override/set', text, isRetained });
  return { it, send, taken, answers, lines };
};

describe('the desk', () => {
  it('leaves what the broker has kept, and says so once', async () => {
    const { it: taker, send, taken, answers, lines } = desk();
    send('charge', true);
    send('charge', true);
    send('discharge');
    await taker.settled;
    expect(taken).toEqual([
      ['device/battery', { type: 'OperatorInstructed', resourceID, action: 'discharge', forMs: terms.overrideForMs }],
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('The broker had kept it on ven/override/set, and nobody knows how old it is');
    expect(answers.map(({ command, isAccepted }) => [command, isAccepted])).toEqual([
      ['charge', false],
      ['discharge', true],
    ]);
  });

  it('says why the agent refuses', async () => {
    const { it: taker, send, answers } = desk();
    send('none');
    send('explode');
    await taker.settled;
    expect(answers).toEqual([
      {
        device: 'battery',
        command: 'none',
        isAccepted: false,
        because: 'battery is not overridden, so there is nothing to release.',
      },
      {
        device: 'battery',
        command: 'explode',
        isAccepted: false,
        because: '"explode" is no override: send none, charge, discharge, hold.',
      },
    ]);
  });
});
