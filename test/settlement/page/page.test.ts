import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daySpan, hourMs, hoursOf } from '../../../src/programme/calendar.ts';
import { billFromCsv } from '../../../src/files/billFile.ts';
import { noLayout } from '../../../src/files/layout.ts';
import type { LedgerException } from '../../../src/settlement/ledgerException.ts';
import type { LedgerLine } from '../../../src/settlement/ledgerLine.ts';
import { inferBillRounding } from '../../../src/settlement/reconciliation/billRounding.ts';
import { reconcile } from '../../../src/settlement/reconciliation/reconcile.ts';
import { devicesOf, madeLine, madeSettlement, timeZone } from '../support/made.ts';
import { pageOf } from './support.ts';
import { triesOf } from '../../support/leftOut.ts';

const dayLines = (day: string, resourceID = 'battery'): readonly LedgerLine[] =>
  hoursOf(daySpan(day, timeZone)).map((startAt, index) =>
    madeLine({
      resourceID,
      startAt,
      importWattHours: index % 3 === 0 ? 1_000 : 0,
      exportWattHours: index % 3 === 1 ? 500 + index : 0,
      usdPerKwh: `0.${10 + index}`,
    }),
  );

const missing = (startAt: number): LedgerException => ({
  kind: 'missing',
  resourceID: 'battery',
  startAt,
  durationMs: hourMs,
  day: '2026-06-10',
  energyWattHours: null,
  stake: { lowUsd: '-0.75', highUsd: '0.25', basis: 'what the device can do' },
  text: 'It was not measured: Comm Failure.',
  advice: 'Look into the device.',
  positions: [101, 102],
});

const first = Date.parse('2026-06-10T04:00Z');
const small = madeSettlement(
  [
    madeLine({ startAt: first, importWattHours: 1_500, usdPerKwh: '0.12345' }),
    madeLine({ startAt: first + hourMs, exportWattHours: 2_000, usdPerKwh: '1.5', acknowledgedWattHours: -1_900 }),
    madeLine({ startAt: first + 2 * hourMs, importWattHours: null }),
  ],
  { exceptions: [missing(first + 2 * hourMs)] },
);

describe('the page of a settlement', () => {
  it('tells it in the order of what must be known', () => {
    expect(pageOf(small).texts('//h:h1|//h:h2|//h:h3')).toEqual([
      'Settlement of 2026-06-10 00:00 -04:00 to 2026-06-10 03:00 -04:00',
      'Exceptions',
      'Adjustments',
      'Days and hours',
      'Lines',
      'battery',
      'Provenance',
    ]);
  });

  it('says before all else whether it was paid right', () => {
    expect(pageOf(small).texts('//h:header/h:p[1]')[0]).toMatch(/^Owed to you: \$2\.81/);
  });

  it('says whose, of when, as of which entry, and what it comes to', () => {
    const page = pageOf(small);
    expect(page.texts('//h:header//h:li')).toEqual([
      '+2.81 USDcredit, by the declared rounding',
      '1.500 kWhdrawn: −0.19 USD',
      '2.000 kWhdelivered: +3.00 USD',
      '2 of 3hours are settled; 1 hour is open',
    ]);
    const facts = page.texts('//h:header//h:dd');
    expect(facts).toContain('ven-1');
    expect(facts).toContain('entry #9999 of the log, 2026-12-01 07:00 -05:00');
    expect(facts).toContain('exact until each month of a device, then to 2 decimals, HALF_EVEN');
    expect(facts).toContain('+2.814825 USD: first lines +2.814825 and adjustments 0.00');
  });

  it('lists exceptions with what is at stake, what to do, and their entries', () => {
    expect(pageOf(small).table('Hours that follow one another')).toEqual([
      ['From', 'Hours', 'Device', 'What', 'kWh net', 'USD between', 'What it means, and what to do', 'Entries'],
      [
        '2026-06-10 02:00 -04:00',
        '1',
        'battery',
        'not measured',
        '–',
        '−0.25 to +0.75',
        'It was not measured: Comm Failure. Look into the device. Bounds: what the device can do.',
        '#101, #102',
      ],
    ]);
  });

  it('has every line exactly, with the entries each number rests on', () => {
    expect(pageOf(small).table('battery:')).toEqual([
      ['Hour', 'kWh in', 'kWh out', 'kWh net', 'USD/kWh', 'USD', 'Delivery', 'Readings', 'Price', 'Told', 'Exceptions'],
      ['2026-06-10, 3 hours', '−0.500', '', '+2.814825', '1 open'],
      [
        '00:00 -04:00',
        '1.500',
        '0.000',
        '1.500',
        '0.12345',
        '−0.185175',
        'acknowledged',
        '#101, #102',
        '#100',
        '#103',
        '',
      ],
      [
        '01:00 -04:00',
        '0.000',
        '2.000',
        '−2.000',
        '1.5000',
        '+3.00',
        'acknowledged as −1.900',
        '#101, #102',
        '#100',
        '#103',
        '',
      ],
      ['02:00 -04:00', '–', '–', '–', '0.1000', '–', 'owed', '#102', '#100', '#103', 'not measured'],
    ]);
  });

  it('leads from each number to the entries it rests on, from each entry to its numbers, and back and forth', () => {
    const entries = [100, 101, 102, 103].map((position) => ({
      position,
      recordedAt: first + position,
      sentence: `Entry ${position} says <this>.`,
    }));
    const page = pageOf(small, { entries });
    const ids = page.all('//@id').map(({ content }) => content);
    const aims = page.all('//@href').map(({ content }) => content.slice(1));
    expect(aims.length).toBeGreaterThan(10);
    expect(aims.filter((aim) => !ids.includes(aim))).toEqual([]);
    // Whatever is aimed at by a line aims back at it.
    expect(page.table('4 entries of the log')).toEqual([
      ['Entry', 'Recorded', 'What it says', 'Hours that rest on it', 'Before', 'After'],
      ['#100', '2026-06-10 00:00', 'Entry 100 says <this>.', '06-10 00:00 06-10 01:00 06-10 02:00', '', ''],
      ['#101', '2026-06-10 00:00', 'Entry 101 says <this>.', '06-10 00:00 06-10 01:00', '', '#102'],
      ['#102', '2026-06-10 00:00', 'Entry 102 says <this>.', '06-10 00:00 06-10 01:00 06-10 02:00', '#101', ''],
      ['#103', '2026-06-10 00:00', 'Entry 103 says <this>.', '06-10 00:00 06-10 01:00 06-10 02:00', '', ''],
    ]);
    expect(page.table('battery:')).toEqual(pageOf(small).table('battery:'));
  });

  it('names the price versions, with the hash of the XML that brought them', () => {
    expect(pageOf(small).table('Price versions')).toEqual([
      ['Entry', 'DR event', 'Version', 'Signal', 'Received', 'Hours', 'Message', 'SHA-256 of its XML'],
      ['#100', 'event1', '0', 'signal', '2026-06-09 17:00 -04:00', '3', '#99', 'ab'.repeat(32)],
    ]);
  });

  it('of a settlement without exceptions says so', () => {
    expect(
      pageOf(madeSettlement(dayLines('2026-06-10'))).texts('//h:section[@aria-labelledby="exceptions"]/h:p'),
    ).toEqual(['None: every hour was measured, priced, delivered and acknowledged as measured.']);
  });

  it('tells what changed, old and new', () => {
    const adjustments = [
      {
        resourceID: 'battery',
        startAt: first,
        durationMs: hourMs,
        day: '2026-06-10',
        because: 'priceRevised' as const,
        position: 300,
        at: first + hourMs,
        oldWattHours: 1_500,
        newWattHours: 1_500,
        oldUsdPerKwh: '0.1',
        newUsdPerKwh: '0.12345',
        oldUsd: '0.15',
        newUsd: '0.185175',
        deltaUsd: '0.035175',
      },
    ];
    const rows = pageOf({ ...small, adjustments, totals: { ...small.totals, adjustmentsUsd: '0.035175' } }).table(
      'What changed',
    );
    expect(rows[1]).toEqual([
      '2026-06-10 00:00 -04:00',
      'battery',
      'price revised',
      '2026-06-10 01:00 -04:00',
      '1.500',
      '1.500',
      '0.1000',
      '0.12345',
      '−0.035175',
      '#300',
    ]);
    expect(rows.at(-1)).toEqual(['Total', '', '', '', '', '', '', '', '−0.035175', '']);
  });

  it('holds a bill against it, totals, rounding and hours that differ', () => {
    const rows = [
      'Start,kWh,Price ($/kWh),Amount ($)',
      '2026-06-10T04:00Z,1.500,0.12345,0.19',
      '2026-06-10T05:00Z,-1.900,1.5,-2.85',
      'Total,,,-2.60',
    ];
    const bill = billFromCsv('bill.csv', rows.join('\n'), noLayout, timeZone);
    const input = { settlement: small, bill, meter: null, devices: devicesOf(small) };
    const page = pageOf(small, {
      reconciliation: reconcile(input),
      billRounding: inferBillRounding(input),
      files: [{ role: 'bill', name: 'bill.csv', sha256: 'ef'.repeat(32) }],
    });
    expect(page.texts('//h:p[starts-with(@class, "finding")]')).toEqual([
      '1 hour of 2 differs: together 0.15 USD missing.',
    ]);
    expect(page.table('Hours by how')).toEqual([
      ['Class', 'What it means', 'Hours', 'Expected USD', 'Billed USD', 'Missing USD'],
      ['quantity differs', 'Billed for other energy than was metered.', '1', '+3.00', '+2.85', '0.15'],
      [
        'rounding only',
        'No further apart than the places in which the bill is written.',
        '1',
        '−0.185175',
        '−0.19',
        '0.004825',
      ],
    ]);
    expect(page.table('Totals that the bill states.')[1]).toEqual([
      'the whole bill',
      'all',
      '+2.60',
      '+2.66',
      '+2.81',
      'does not add up',
      '4',
    ]);
    expect(page.table('Hours that differ.')[1]).toEqual([
      '2026-06-10 01:00 -04:00battery#100, #101, #102, #103',
      'quantity differs, billed as acknowledged',
      '−2.000',
      '−1.900',
      '−1.900',
      '1.5000',
      '1.5000',
      '+3.00',
      '+2.85',
      '0.15',
    ]);
    expect(page.table('Files that were compared.')[1]).toEqual(['bill.csv', 'bill', 'ef'.repeat(32)]);
    expect(page.texts('//h:h3')[0]).toBe('How the bill is rounded');
  });
});

describe('the pictures', () => {
  const squares = (day: string) => {
    const page = pageOf(madeSettlement([...dayLines('2026-06-09'), ...dayLines(day)]));
    const map = '//s:svg[contains(@aria-labelledby, "heat-map")]';
    return {
      heads: page.texts(`${map}/s:text[@text-anchor="middle"]`),
      cells: page.texts(`${map}/s:g/s:title`),
      strokes: page.all(`${map}/s:path`).length,
    };
  };

  it('have 24 cells on a day of 24 hours', () => {
    const { heads, cells, strokes } = squares('2026-06-10');
    expect(heads).toHaveLength(24);
    expect(cells).toHaveLength(48);
    expect(strokes).toBe(0);
  });

  it('give the hour that the clocks show again a column of its own', () => {
    const { heads, cells, strokes } = squares('2026-11-01');
    expect(heads).toHaveLength(25);
    expect(heads.slice(0, 4)).toEqual(['00', '01', '01*', '02']);
    expect(cells).toHaveLength(49);
    expect(cells.filter((text) => text.startsWith('2026-11-01 01:00')).map((text) => text.split(': ')[0])).toEqual([
      '2026-11-01 01:00 -04:00',
      '2026-11-01 01:00 -05:00 (second)',
    ]);
    expect(strokes).toBe(0);
  });

  it('strike out the hour that the clocks skip', () => {
    const { heads, cells, strokes } = squares('2026-03-08');
    expect(heads).toHaveLength(24);
    expect(cells).toHaveLength(47);
    expect(strokes).toBe(1);
  });

  it('lay a long time on several sheets, in the same shades', () => {
    const days = Array.from({ length: 70 }, (_, index) =>
      new Date(Date.UTC(2026, 4, 1 + index)).toISOString().slice(0, 10),
    );
    const page = pageOf(madeSettlement(days.flatMap((day) => dayLines(day))));
    expect(
      page.texts('//s:svg[contains(@aria-labelledby, "heat-map")]/s:desc').map((text) => text.replace(/;.*USD/, '')),
    ).toEqual([
      '62 days, 1 488 hours, 0 of them open. The table of lines has every number.',
      '8 days, 192 hours, 0 of them open. The table of lines has every number.',
    ]);
    expect(new Set(page.texts('//h:figcaption').map((text) => /up to [\d.]+ USD/.exec(text)?.[0])).size).toBe(2);
  });

  it('are described in words, and every number of theirs stands in a table', () => {
    const page = pageOf(small);
    expect(page.texts('//s:svg/s:title')).toEqual([
      'Net amount of each local day in USD',
      'What each hour of battery comes to, local days down, hours of the clock across',
    ]);
    expect(page.texts('//s:svg/s:desc')[1]).toMatch(/^1 day, 3 hours, 1 of them open;/);
    for (const svg of page.all('//s:svg')) {
      expect(svg.attr('role')?.value).toBe('img');
      for (const id of svg.attr('aria-labelledby')?.value.split(' ') ?? [])
        expect(page.all(`//*[@id="${id}"]`)).toHaveLength(1);
    }
  });

  it('cross what is open, and show no bar that is not there', () => {
    const page = pageOf(small);
    expect(page.texts('//s:svg[1]//s:rect/s:title')).toContain('2026-06-10: +2.81 USD, 1 hour open');
    expect(
      page.all('//s:svg[contains(@aria-labelledby, "heat-map")]/s:g[contains(s:title, "open")]/s:path'),
    ).toHaveLength(1);
  });
});

describe('whoever opens the page', () => {
  const page = pageOf(madeSettlement([...dayLines('2026-06-10'), ...dayLines('2026-06-10', 'ev')]));

  it('loads, runs and sends nothing', () => {
    expect(page.all('//h:meta[@http-equiv="Content-Security-Policy"]')[0]?.attr('content')?.value).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    );
    expect(page.all('//h:script|//h:link|//h:img|//h:iframe|//h:form|//h:object')).toEqual([]);
    expect(
      page.all(
        '//@*[starts-with(name(), "on") or name() = "src" or name() = "style" or (name() = "href" and not(starts-with(., "#")))]',
      ),
    ).toEqual([]);
    expect(page.text.match(/url\(|@import|https?:\/\/(?!www\.w3\.org\/)/g)).toBeNull();
  });

  it('finds its way without seeing it', () => {
    expect(page.all('/h:html[@lang]')).toHaveLength(1);
    expect(page.all('//h:h1')).toHaveLength(1);
    expect(page.all('//h:table[not(h:caption)]')).toEqual([]);
    expect(page.all('//h:thead//h:th[not(@scope)]|//h:tbody//h:tr[not(h:th[@scope])]')).toEqual([]);
    expect(page.texts('//h:thead//h:th')).not.toContain('');
    for (const section of page.all('//h:section[@aria-labelledby]'))
      expect(page.all(`//h:h2[@id="${section.attr('aria-labelledby')?.value}"]`)).toHaveLength(1);
    const ids = page.all('//@id').map(({ content }) => content);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('can print it: the header of a table is repeated, and paper says its margins', () => {
    const [style = ''] = page.texts('//h:style');
    expect(style).toContain('@page');
    expect(style).toContain('@media print');
    expect(style).toContain('display: table-header-group');
  });

  it('of a month of one device, waits for less than 600 bytes an hour', () => {
    const lines = Array.from({ length: 30 }, (_, index) =>
      dayLines(`2026-06-${String(index + 1).padStart(2, '0')}`),
    ).flat();
    expect(Buffer.byteLength(pageOf(madeSettlement(lines)).text)).toBeLessThan(lines.length * 600);
  });
});

describe('text of the VTN', () => {
  const withEvent = (eventID: string, resourceID = 'battery') =>
    madeSettlement([madeLine({ startAt: first, importWattHours: 1, eventID, resourceID })]);

  it.each([
    ['<script>alert(1)</script>'],
    ['"><img src=x onerror=alert(1)>'],
    ["' onload='x"],
    ['</table></main><h1>Paid in full</h1>'],
    ['&lt;b&gt; &amp; ]]> <!-- -->'],
  ])('is shown, not obeyed: %s', (hostile) => {
    const page = pageOf(withEvent(hostile, hostile));
    expect(page.table('Price versions')[1]?.[1]).toBe(hostile);
    expect(page.texts('//h:main//h:h3')).toEqual([hostile]);
    expect(page.all('//h:script|//h:img|//h:b[not(ancestor::h:li)]')).toEqual([]);
    expect(page.all('//h:h1')).toHaveLength(1);
  });

  it('that turns the direction of a line is made harmless', () => {
    expect(pageOf(withEvent('\u202e00.1 DSU')).table('Price versions')[1]?.[1]).toBe('\ufffd00.1 DSU');
  });

  it('of any kind leaves a page that can be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        const page = pageOf(withEvent(text));
        expect(page.all('//h:h2')).toHaveLength(5);
        expect(page.table('Price versions')[1]).toHaveLength(8);
      }),
      { numRuns: triesOf(200), seed: 7 },
    );
  });
});
