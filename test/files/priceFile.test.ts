import { describe, expect, it } from 'vitest';
import { hourMs } from '../../src/programme/calendar.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { pricesFromCsv } from '../../src/files/priceFile.ts';

const timeZone = 'America/New_York';
const read = (text: string, columns?: string) =>
  pricesFromCsv('prices.csv', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone);
const spans = (text: string, columns?: string) =>
  read(text, columns).prices.map(({ startAt, durationMs, usdPerKwh }) => [
    new Date(startAt).toISOString().slice(0, 16),
    durationMs / 60_000,
    usdPerKwh,
  ]);

describe('a file of prices', () => {
  it('is read as start,price with an offset, exactly', () => {
    expect(spans('start,price\n2026-01-05T00:00-05:00,0.04210\n2026-01-05T01:00-05:00,-0.5e-2\n')).toEqual([
      ['2026-01-05T05:00', 60, '0.0421'],
      ['2026-01-05T06:00', 60, '-0.005'],
    ]);
  });

  it('may be newest first, in cents or per MWh, with declared columns', () => {
    expect(
      spans(
        'Begin;LMP\n2026-01-05T01:00Z;42\n2026-01-05T00:00Z;-1.5\n',
        'time=Begin,pricePerMwh=LMP,delimiter=semicolon',
      ),
    ).toEqual([
      ['2026-01-05T00:00', 60, '-0.0015'],
      ['2026-01-05T01:00', 60, '0.042'],
    ]);
  });

  it('has 23 hours on the day on which an hour is skipped, and 25 where one is shown twice', () => {
    const rows = (first: number, count: number) =>
      `start,price\n${Array.from({ length: count }, (_, hour) => `${new Date(first + hour * hourMs).toISOString()},0.1\n`).join('')}`;
    expect(read(rows(Date.UTC(2026, 2, 8, 5), 23)).prices).toHaveLength(23);
    const local = (hour: number) => `2026-11-01 ${String(hour).padStart(2, '0')}:00`;
    const naive = [0, 1, 1, ...Array.from({ length: 22 }, (_, hour) => hour + 2)];
    const found = read(`start,price\n${naive.map((hour) => `${local(hour)},0.1\n`).join('')}`);
    expect(found.prices).toHaveLength(25);
    expect(found.gaps).toEqual([]);
    expect(found.notes.join(' ')).toContain('twice');
  });

  it('may change its pace: each price holds until the next', () => {
    const quarter = ['00', '15', '30', '45'].map((minute) => `2026-01-05T03:${minute}Z,3\n`).join('');
    expect(
      spans(`start,price\n2026-01-05T00:00Z,0\n2026-01-05T01:00Z,1\n2026-01-05T02:00Z,2\n${quarter}`).map(
        ([, minutes]) => minutes,
      ),
    ).toEqual([60, 60, 60, 15, 15, 15, 15]);
    expect(
      spans('start,price\n2026-01-05T00:00Z,0\n2026-01-05T04:00Z,1\n2026-01-05T08:00Z,2\n').map(
        ([, minutes]) => minutes,
      ),
    ).toEqual([240, 240, 240]);
  });

  it('has its hours by the number that ends them', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => `2026-01-05,${hour + 1},0.1\n`).join('');
    expect(spans(`date,hour ending,price\n${hours}`).at(0)).toEqual(['2026-01-05T05:00', 60, '0.1']);
    expect(read(`date,hour ending,price\n${hours}`).prices).toHaveLength(24);
  });

  it.each([
    ['start,price', '4.2', undefined, /middle one of its prices would be 4\.2 USD\/kWh.*"time=start,priceCents=price/],
    ['start,Rate ct', '0.2', 'time=start,price=Rate ct', /the header "Rate ct" names another unit.*priceCents=Rate ct/],
    ['start,LMP $/MWh', '0.2', 'time=start,price=LMP $/MWh', /names another unit.*pricePerMwh=LMP \$\/MWh/],
  ])('that may be in another unit says so, and how it is declared: %s', (header, price, columns, doubt) => {
    const text = `${header}\n2026-01-05T00:00Z,${price}\n2026-01-05T01:00Z,${price}\n`;
    expect(read(text, columns).doubts.join('')).toMatch(doubt);
  });

  it('in dollars has one dear hour without a doubt, and so has one whose unit is declared', () => {
    const rows = '2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z,4.8\n2026-01-05T02:00Z,0.1\n';
    expect(read(`start,price\n${rows}`).doubts).toEqual([]);
    expect(read(`start,price cents\n${rows}`, 'time=start,priceCents=price cents').doubts).toEqual([]);
  });

  it('that leaves an hour out has a gap there, and no price that lasts two hours', () => {
    const { prices, gaps } = read(
      'start,price\n2026-01-05T00:00Z,0\n2026-01-05T01:00Z,1\n2026-01-05T03:00Z,3\n2026-01-05T04:00Z,4\n',
    );
    expect(prices.map(({ durationMs }) => durationMs / hourMs)).toEqual([1, 1, 1, 1]);
    expect(gaps).toMatchObject([{ startAt: Date.UTC(2026, 0, 5, 2), endAt: Date.UTC(2026, 0, 5, 3) }]);
  });

  it.each([
    ['', /prices\.csv: the file has no rows/],
    ['start,price\n', /nothing below it/],
    ['start,price\n2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z,abc\n', /line 3, column "price": "abc" is not a number/],
    [
      'start,price\n2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z,\n',
      /line 3, column "price": the cell is empty: no price stands there/,
    ],
    [
      'start,price\n2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z\n',
      /line 3: the row has 1 of 2 cells: the file is cut off here/,
    ],
    ['start,price\n2026-01-05T00:00Z,0.1\nyesterday,0.1\n', /line 3, column "start"/],
    [
      'start,price\n2026-01-05T00:00Z,0.1\n2026-01-05T01:00Z,0.1\n2026-01-05T00:00Z,0.2\n',
      /line 4: .* stands here again, after line 2/,
    ],
    ['start,price\n2026-01-05T00:00Z,"0,1"\n2026-01-05T01:00Z,0.1\n', /line 2, .*comma/],
    ['start,price\n2026-01-05T00:00Z,€0.1\n2026-01-05T01:00Z,0.1\n', /another currency/],
    ['start,kWh\n2026-01-05T00:00Z,0.1\n', /do not say which column is the start and which the price/],
    ['start,price\n2026-01-05T00:00Z,0.1\n', /does not say how long its intervals are/],
    ['start,price\n2026-11-01 01:00,0.1\n2026-11-01 02:00,0.1\n', /twice/],
  ])('that is wrong is refused with one sentence: %j', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });
});
