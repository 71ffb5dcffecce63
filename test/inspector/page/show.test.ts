import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../../src/inspector/page/show/differences.ts';
import { friendly } from '../../../src/inspector/page/show/friendly.ts';
import { hintFor } from '../../../src/inspector/page/show/hints.ts';
import {
  dollarsText,
  energyText,
  readPriceText,
  stakeText,
  toYouText,
  powerText,
  priceText,
  shareText,
} from '../../../src/text/quantities.ts';
import {
  agoText,
  clockText,
  dayOfInstant,
  durationText,
  inText,
  momentText,
  offsetAt,
  zoneText,
} from '../../../src/text/times.ts';
import { xmlLines, xmlPieces } from '../../../src/inspector/page/show/xmlLines.ts';

const newYork = 'America/New_York';
const hourMs = 3_600_000;

describe('quantities', () => {
  it('carry their unit, and a sign where one matters', () => {
    expect(energyText(1_250, 3)).toBe('+1.250\u202fkWh');
    expect(energyText(-4_500)).toBe('\u22124.50\u202fkWh');
    expect(energyText(null)).toBe('not measured');
    expect(powerText(-2_700)).toBe('\u22122.7\u202fkW');
    expect(shareText(0.6349)).toBe('63\u202f%');
    expect(priceText('0.08213')).toBe('$0.0821');
  });

  it('call what is owed a cost and what is earned a credit', () => {
    expect(dollarsText('-0.414')).toBe('\u2212$0.41');
    expect(['9.123', '-0.09', '0', '0.001'].map(toYouText)).toEqual(['+$9.12', '−$0.09', '$0.00', '$0.00']);
    expect(['0.041', '-0.02', '0.9994', '4.7764'].map(readPriceText)).toEqual([
      '4.1\u202f¢',
      '−2.0\u202f¢',
      '99.9\u202f¢',
      '$4.78',
    ]);
    expect(stakeText(1290.2)).toBe('$1,290.20');
    expect(dollarsText(null)).toBe('–');
  });

  it('never show a minus before nothing', () => {
    expect(energyText(-1)).toBe('0.00\u202fkWh');
    expect(energyText(-0)).toBe('0.00\u202fkWh');
    expect(dollarsText('-0.0001')).toBe('$0.00');
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        (wattHours) => !/[+\u2212]0\.00\D/.test(energyText(wattHours)),
      ),
    );
  });

  it('are told of bare numbers by their names', () => {
    expect(hintFor('energyWattHours', 1_500, newYork)).toBe('+1.500\u202fkWh');
    expect(hintFor('demandWatts', 2_700, newYork)).toBe('2.7\u202fkW');
    expect(hintFor('pollFreqMs', 300_000, newYork)).toBe('5 min');
    expect(hintFor('startAt', Date.parse('2026-11-24T21:40:00Z'), newYork)).toBe('Tue 24 Nov, 16:40:00 EST');
    expect(hintFor('position', 7, newYork)).toBe('');
    expect(hintFor('startAt', 'soon', newYork)).toBe('');
  });
});

describe('times', () => {
  it('are local to the programme, with the zone beside them', () => {
    expect(momentText(Date.parse('2026-07-01T16:00:05Z'), newYork)).toBe('Wed 1 Jul, 12:00:05 EDT');
    expect(momentText(Date.parse('2026-12-01T17:00:05Z'), newYork)).toBe('Tue 1 Dec, 12:00:05 EST');
    expect(dayOfInstant(Date.parse('2026-11-02T04:59:59Z'), newYork)).toBe('2026-11-01');
  });

  it('tell the two hours of one name apart when the clock is set back', () => {
    const first = Date.parse('2026-11-01T05:30:00Z');
    expect([clockText(first, newYork), zoneText(first, newYork)]).toEqual(['01:30', 'EDT']);
    expect([clockText(first + hourMs, newYork), zoneText(first + hourMs, newYork)]).toEqual(['01:30', 'EST']);
  });

  it('know what local time is ahead of UTC on both sides of a change', () => {
    const change = Date.parse('2026-03-08T07:00:00Z');
    expect(offsetAt(change - 1, newYork)).toBe(-5 * hourMs);
    expect(offsetAt(change, newYork)).toBe(-4 * hourMs);
    expect(offsetAt(change, 'Asia/Kathmandu')).toBe(5.75 * hourMs);
  });

  it('say spans in their two largest units', () => {
    expect([0, 250, 12_000, 252_000, 7_500_000, 90_000_000].map(durationText)).toEqual([
      '0 s',
      '250 ms',
      '12 s',
      '4 min 12 s',
      '2 h 5 min',
      '1 d 1 h',
    ]);
    expect(durationText(59_999)).toBe('1 min');
    expect(agoText(10_000, 10_400)).toBe('just now');
    expect(agoText(10_000, 40_000)).toBe('30 s ago');
    expect(inText(40_000, 10_000)).toBe('in 30 s');
    expect(inText(10_000, 40_000)).toBe('due');
  });
});

describe('sentences for narrow places', () => {
  const at = Date.parse('2026-11-24T22:04:00Z');

  it('name ids by their beginning, and instants of the same day by their time', () => {
    expect(friendly('Due until 2026-11-24 20:00 -05:00.', at, newYork)).toBe('Due until 20:00.');
    expect(friendly('Due until 2026-11-25 01:00 -05:00.', at, newYork)).toBe('Due until Wed 25 Nov 01:00.');
    expect(friendly('Under 4762ff7c-f8cf-4a3d-af30-09ae94b36d4d.', at, newYork)).toBe('Under 4762ff7c…');
  });

  it('leave everything else as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/\d{4}-|[0-9a-f]{8}-/.test(text)),
        (text) => friendly(text, at, newYork) === text,
      ),
    );
  });
});

describe('the XML of a message in lines', () => {
  it('has one element a line, and keeps values beside their names', () => {
    expect(xmlLines('<?xml version="1.0"?><a x="1"><b>one</b><c/><d></d><e><f>two</f></e></a>')).toEqual([
      { depth: 0, text: '<?xml version="1.0"?>' },
      { depth: 0, text: '<a x="1">' },
      { depth: 1, text: '<b>one</b>' },
      { depth: 1, text: '<c/>' },
      { depth: 1, text: '<d></d>' },
      { depth: 1, text: '<e>' },
      { depth: 2, text: '<f>two</f>' },
      { depth: 1, text: '</e>' },
      { depth: 0, text: '</a>' },
    ]);
  });

  it('loses nothing but space between elements, whatever it is given', () => {
    const solid = (text: string): string => text.replace(/\s/g, '');
    const markup = fc
      .array(
        fc.constantFrom(
          '<a>',
          '</a>',
          '<b/>',
          'text',
          ' ',
          '<!-- c -->',
          '<![CDATA[<x>]]>',
          '<',
          '>',
          '"',
          '&lt;',
          '</',
          '<a b="c>d">',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(markup, fc.string()),
        (xml) =>
          solid(
            xmlLines(xml)
              .map(({ text }) => text)
              .join(''),
          ) === solid(xml),
      ),
    );
    fc.assert(
      fc.property(fc.oneof(markup, fc.string()), (xml) =>
        xmlLines(xml).every(
          ({ text }) =>
            xmlPieces(text)
              .map((piece) => piece.text)
              .join('') === text,
        ),
      ),
    );
  });

  it('tells names, attributes and values apart', () => {
    expect(xmlPieces('<a x="1">one</a>')).toEqual([
      { kind: 'mark', text: '<' },
      { kind: 'name', text: 'a' },
      { kind: 'attribute', text: ' x=' },
      { kind: 'value', text: '"1"' },
      { kind: 'mark', text: '>' },
      { kind: 'text', text: 'one' },
      { kind: 'mark', text: '</' },
      { kind: 'name', text: 'a' },
      { kind: 'mark', text: '>' },
    ]);
  });
});

describe('differences', () => {
  const same = (one: string, other: string): boolean => one === other;
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 });

  it('give back both texts', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const found = differencesOf(before, after, same);
        expect(found.flatMap(({ kind, line }) => (kind === 'removed' ? [] : [line]))).toEqual(after);
        expect(found.flatMap(({ kind, line }) => (kind === 'added' ? [] : [line]))).toEqual(before);
      }),
    );
  });

  it('mark nothing that stayed', () => {
    fc.assert(fc.property(lines, (text) => differencesOf(text, text, same).every(({ kind }) => kind === 'same')));
    expect(differencesOf(['a', 'x', 'b'], ['a', 'y', 'b'], same).map(({ kind, line }) => `${kind} ${line}`)).toEqual([
      'same a',
      'removed x',
      'added y',
      'same b',
    ]);
  });

  it('give up on comparing what is too long, and stay right', () => {
    const before = Array.from({ length: 2_500 }, (_, place) => `before ${place}`);
    const after = Array.from({ length: 2_500 }, (_, place) => `after ${place}`);
    const found = differencesOf(before, after, same);
    expect([found.length, found.filter(({ kind }) => kind === 'added').length]).toEqual([5_000, 2_500]);
  });
});
