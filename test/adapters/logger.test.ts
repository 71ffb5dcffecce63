import { describe, expect, it } from 'vitest';
import { createLogger, logStyleFor, type LogLevel, type LogStyle } from '../../src/adapters/process/logger.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { CANARY, canaryUrl, expectNoCanary } from '../support/canary.ts';

const at = Date.UTC(2026, 6, 1, 21, 0, 5, 42);

const given = (style: LogStyle, level: LogLevel = 'trace') => {
  const lines: string[] = [];
  const redactor = createRedactor(secretsOf(parseVtnUrl(canaryUrl())));
  const logger = createLogger({ style, level, redactor, now: () => at, write: (line) => lines.push(line) });
  return { logger, lines };
};

describe('the logger', () => {
  it('writes one JSON object per line, with time, level, message and fields', () => {
    const { logger, lines } = given('json');
    logger.info('Prices arrived.', { eventID: 'e1', slots: 24, absent: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/}\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      time: '2026-07-01T21:00:05.042Z',
      level: 'info',
      message: 'Prices arrived.',
      eventID: 'e1',
      slots: 24,
    });
  });

  it('keeps a message of several lines, and hostile text, on one line of JSON', () => {
    const { logger, lines } = given('json');
    logger.warn('first\nsecond', { vtnComment: '\u001b[2Jgone\n{"level":"error"}' });
    expect(lines.join('').split('\n')).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', message: 'first\nsecond' });
  });

  it('lets no field replace time, level or message', () => {
    const { logger, lines } = given('json');
    logger.error('real', { level: 'info', message: 'false', time: 'never' });
    expect(JSON.parse(lines[0]!)).toEqual({ time: '2026-07-01T21:00:05.042Z', level: 'error', message: 'real' });
  });

  it('writes a readable line for people, quoting what has spaces', () => {
    const { logger, lines } = given('text');
    logger.info('Prices arrived.', { eventID: 'e1', note: 'two words', list: [1, 2] });
    expect(lines[0]).toBe('21:00:05.042 info  Prices arrived. eventID=e1 note="two words" list=[1,2]\n');
  });

  it('colours only when asked to', () => {
    const colour = given('colour');
    colour.logger.error('x');
    expect(colour.lines[0]).toContain('\u001b[31m');
    const text = given('text');
    text.logger.error('x');
    expect(text.lines[0]).not.toContain('\u001b');
  });

  it('lets no control character of the VTN reach the terminal', () => {
    const { logger, lines } = given('text');
    logger.info('from the VTN: \u001b[2J\u0007', { vtnComment: '\u001b]0;owned\u0007' });
    expect(lines[0]).not.toMatch(/[\u001b\u0007]/);
    expect(lines[0]).toContain('\\x1b');
  });

  it.each(['json', 'text', 'colour'] as const)(
    'in style %s shows no C1 control and nothing that turns the direction of text',
    (style) => {
      const { logger, lines } = given(style);
      const hostile = 'a\u009b31mb\u202ec\u2066d\u0085e\u200ff';
      logger.warn(hostile, { [hostile]: hostile, list: [hostile] });
      expect(lines[0]).not.toMatch(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      if (style === 'json')
        expect(JSON.parse(lines[0]!)).toMatchObject({ message: hostile, [hostile]: hostile, list: [hostile] });
    },
  );

  it('cuts a very long field for people and keeps it for machines', () => {
    const text = given('text');
    text.logger.info('m', { body: 'x'.repeat(5000) });
    expect(text.lines[0]!.length).toBeLessThan(500);
    const json = given('json');
    json.logger.info('m', { body: 'x'.repeat(5000) });
    expect(JSON.parse(json.lines[0]!).body).toHaveLength(5000);
  });

  it.each([
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
    ['trace', 5],
  ] as const)('at level %s writes %d of the five levels', (level, count) => {
    const { logger, lines } = given('json', level);
    for (const each of ['error', 'warn', 'info', 'debug', 'trace'] as const) {
      logger[each](each);
      expect(logger.isEnabled(each)).toBe(lines.some((line) => line.includes(`"message":"${each}"`)));
    }
    expect(lines).toHaveLength(count);
  });

  it('adds a child’s fields to each of its lines, and the line’s own fields win', () => {
    const { logger, lines } = given('json');
    logger.child({ stream: 'ven', device: 'd1' }).child({ part: 'poll' }).info('m', { device: 'd2' });
    expect(JSON.parse(lines[0]!)).toMatchObject({ stream: 'ven', device: 'd2', part: 'poll' });
  });

  it.each(['json', 'text', 'colour'] as const)('in style %s shows no secret, wherever it was put', (style) => {
    const { logger, lines } = given(style);
    const cause = new Error(`connect ${canaryUrl()}`);
    logger.child({ url: canaryUrl() }).error(`failed: ${CANARY}`, {
      error: new Error(CANARY, { cause }),
      [CANARY]: true,
      list: [canaryUrl()],
    });
    expect(lines).toHaveLength(1);
    expectNoCanary(lines.join(''));
  });

  it('tells an error’s stack and cause to machines', () => {
    const { logger, lines } = given('json');
    logger.error('m', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(JSON.parse(lines[0]!).error).toMatchObject({ name: 'Error', message: 'outer', cause: { message: 'inner' } });
    expect(JSON.parse(lines[0]!).error.stack).toContain('logger.test.ts');
  });
});

describe('the style of a stream', () => {
  it.each([
    ['no terminal', { isTTY: false }, {}, 'json'],
    ['a pipe', {}, {}, 'json'],
    ['a terminal', { isTTY: true }, {}, 'colour'],
    ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, 'text'],
    ['a terminal with an empty NO_COLOR, which counts as unset', { isTTY: true }, { NO_COLOR: '' }, 'colour'],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, 'text'],
  ] as const)('for %s is right', (_what, stream, environment, style) => {
    expect(logStyleFor(stream, environment)).toBe(style);
  });
});
