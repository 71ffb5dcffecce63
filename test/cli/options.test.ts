import { describe, expect, it } from 'vitest';
import { flagLayer } from '../../src/cli/configurationOptions.ts';
import { VEN_OPTIONS } from '../../src/cli/optionTables.ts';
import { parseArguments, UsageError, type Grammar } from '../../src/cli/options.ts';

const grammar: Grammar = {
  name: 'ven log show',
  options: { ...VEN_OPTIONS, json: { help: 'As JSON.' } },
  operands: [
    { placeholder: 'POSITION', required: true },
    { placeholder: 'COUNT', required: false },
  ],
};

const problem = (args: readonly string[], of: Grammar = grammar): string => {
  try {
    parseArguments(of, args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('The arguments were accepted.');
};

describe('arguments that can be understood', () => {
  it.each([
    [['-v', 'a', '5']],
    [['--ven-id', 'a', '5']],
    [['--ven-id=a', '5']],
    [['-va', '5']],
    [['5', '-v', 'a']],
    [['-v', 'x', '-v', 'a', '5']],
  ])('%j give the venID a and the position 5', (args) => {
    const given = parseArguments(grammar, args);
    expect(given.text('ven-id')).toBe('a');
    expect(given.operands).toEqual(['5']);
  });

  it('gather what may be given more than once', () => {
    expect(parseArguments(grammar, ['--set', 'a=1', '5', '--set', 'b=2']).texts.get('set')).toEqual(['a=1', 'b=2']);
  });

  it('tell switches', () => {
    expect(parseArguments(grammar, ['--json', '5']).switches).toEqual(new Set(['json']));
  });

  it('take what follows -- as it is, and a negative number and a lone dash as values', () => {
    expect(parseArguments(grammar, ['--', '-v', '--json']).operands).toEqual(['-v', '--json']);
    expect(parseArguments(grammar, ['-n', '-5', '5']).text('ven-name')).toBe('-5');
    expect(parseArguments(grammar, ['-n', '-', '5']).text('ven-name')).toBe('-');
  });
});

describe('arguments that cannot be understood, each with one sentence', () => {
  it.each([
    [
      ['--ven', 'a', '5'],
      '"ven log show" has no option --ven. Did you mean "--ven-id"? Run "ven help log show" to see what may be given.',
    ],
    [
      ['--jsn', '5'],
      '"ven log show" has no option --jsn. Did you mean "--json"? Run "ven help log show" to see what may be given.',
    ],
    [
      ['--entirely-else', '5'],
      '"ven log show" has no option --entirely-else. Run "ven help log show" to see what may be given.',
    ],
    [['-x', '5'], '"ven log show" has no option -x. Run "ven help log show" to see what may be given.'],
    [
      ['5', '-v'],
      'The option -v of "ven log show" needs a value: write -v VEN_ID. Run "ven help log show" to see what may be given.',
    ],
    [
      ['5', '--ven-id='],
      'The option --ven-id of "ven log show" needs a value: write --ven-id VEN_ID. Run "ven help log show" to see what may be given.',
    ],
    [
      ['-v', '-u', 'x', '5'],
      'The option -v of "ven log show" needs a value, and "-u" looks like the next option: write --ven-id=-u if it is meant. Run "ven help log show" to see what may be given.',
    ],
    [
      ['--json=yes', '5'],
      'The option --json of "ven log show" is a switch and takes no value. Run "ven help log show" to see what may be given.',
    ],
    [[], '"ven log show" needs POSITION. Run "ven help log show" to see what may be given.'],
    [
      ['5', '6', '7'],
      '"ven log show" does not know what to do with "7". Run "ven help log show" to see what may be given.',
    ],
    [
      ['5', '6', '–v'],
      '"ven log show" does not know what to do with "–v". Its first sign is a typographic dash: type "-" instead. Run "ven help log show" to see what may be given.',
    ],
  ])('%j', (args, sentence) => {
    expect(problem(args)).toBe(sentence);
  });
});

describe('the options of the configuration', () => {
  const layer = (args: readonly string[]) => flagLayer(parseArguments({ name: 'ven run', options: VEN_OPTIONS }, args));

  it('are the reference client’s, and more', () => {
    expect(
      Object.fromEntries(
        layer([
          '-v',
          'my.ven',
          '-u',
          'https://h/t',
          '-n',
          'mine',
          '-d',
          '/d',
          '--allow-plain-http',
          '--set',
          'pollJitter=0.5',
        ]),
      ),
    ).toEqual({
      venID: { value: 'my.ven', origin: 'option --ven-id' },
      vtnUrl: { value: 'https://h/t', origin: 'option --vtn-url' },
      venName: { value: 'mine', origin: 'option --ven-name' },
      dataDirectory: { value: '/d', origin: 'option --data' },
      allowPlainHttp: { value: true, origin: 'option --allow-plain-http' },
      pollJitter: { value: 0.5, origin: 'option --set pollJitter' },
    });
  });

  it('keep an equals sign within a value of --set', () => {
    expect(layer(['--set', 'marketContexts=http://m?a=b']).get('marketContexts')).toMatchObject({
      value: ['http://m?a=b'],
    });
  });

  it.each([
    [
      'pollJiter=1',
      'There is no setting "pollJiter" for --set. Did you mean "pollJitter"? Run "ven help settings" for all of them.',
    ],
    ['pollJitter', 'The option --set needs a name and a value: write --set pollJitter=0.2, for example.'],
    ['=5', 'The option --set needs a name and a value: write --set pollJitter=0.2, for example.'],
  ])('refuse --set %s', (given, sentence) => {
    expect(() => layer(['--set', given])).toThrow(sentence);
  });
});
