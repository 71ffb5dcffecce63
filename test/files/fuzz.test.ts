import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billFromCsv } from '../../src/files/billFile.ts';
import { fileText } from '../../src/files/fileText.ts';
import { meterFromGreenButton } from '../../src/files/greenButton/greenButton.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterFromCsv } from '../../src/files/meterFile.ts';
import { UnusableFile } from '../../src/files/unusableFile.ts';
import { csv, timeZone } from './support/csv.ts';
import { feed, intervalEnergy } from './support/greenButton.ts';
import { triesOf } from '../support/leftOut.ts';

/** Whatever a file holds, it is read, or refused in one sentence; nothing else ever happens. */
const readsOrRefuses = (read: () => unknown): void => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UnusableFile);
    expect((error as Error).message).toMatch(/^[^\n]+\.$/);
  }
};

const bill = csv(
  'Device,Start,End,kWh,Price ($/kWh),Amount ($),Currency',
  'a,2026-11-01 00:00 EDT,2026-11-01 01:00 EDT,1.5,0.12,$0.18,USD',
  'a,2026-11-01 01:00 EDT,2026-11-01 01:00 EST,-1.5,0.12,-0.18,USD',
  'Total,Total,,0,,0,',
);
const meter = csv(
  'time,import register kWh,export register kWh,quality',
  '2026-06-10T04:00Z,1.5,0,A',
  '2026-06-10T05:00Z,2.5,1,E',
  '2026-06-10T06:00Z,2.5,3,A',
);
const greenButton = feed([
  {
    type: intervalEnergy(1),
    blocks: [
      [
        { start: 1_781_064_000, value: 5, quality: [0] },
        { start: 1_781_067_600, value: 7 },
      ],
    ],
  },
  {
    meterReading: '02',
    type: intervalEnergy(19, 3),
    blocks: [
      [
        { start: 1_781_064_000, value: 1 },
        { start: 1_781_067_600, value: 0 },
      ],
    ],
  },
]);

/** A text with some stretches of it replaced, repeated or dropped. */
const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length),
        length: fc.nat(12),
        with: fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom(
            ',',
            '\n',
            '"',
            '-',
            '1e9',
            '99999999999999999999',
            '2026-11-01 01:00',
            '<',
            '&#0;',
            '0.0000000001',
            ';',
            '\ufeff',
            '24:00',
            '٣',
          ),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((changes) =>
      changes.reduce(
        (changed, { at, length, with: given }) => changed.slice(0, at) + given + changed.slice(at + length),
        text,
      ),
    );

describe('files that were damaged', () => {
  const options = { numRuns: triesOf(400), seed: 20261101 };

  it('as bills are read or refused', () => {
    fc.assert(
      fc.property(mutated(bill), (text) => readsOrRefuses(() => billFromCsv('bill.csv', text, noLayout, timeZone))),
      options,
    );
  });

  it('as meters are read or refused', () => {
    fc.assert(
      fc.property(mutated(meter), fc.boolean(), (text, acceptsGaps) =>
        readsOrRefuses(() => meterFromCsv('meter.csv', text, noLayout, timeZone, acceptsGaps)),
      ),
      options,
    );
  });

  it('as Green Button are read or refused', () => {
    fc.assert(
      fc.property(mutated(greenButton), fc.boolean(), (text, acceptsGaps) =>
        readsOrRefuses(() => meterFromGreenButton('meter.xml', text, timeZone, acceptsGaps)),
      ),
      options,
    );
  });

  it('as bytes of any kind are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        readsOrRefuses(() => billFromCsv('bill.csv', fileText('bill.csv', bytes), noLayout, timeZone)),
      ),
      options,
    );
  });

  it('as declared columns are understood or refused', () => {
    fc.assert(
      fc.property(mutated('time=Start,kwh=Net,dates=mdy,delimiter=comma,interval=60'), (text) =>
        readsOrRefuses(() => layoutOfText(text)),
      ),
      options,
    );
  });

  it('are as good as whole in the seed they grow from', () => {
    expect(billFromCsv('bill.csv', bill, noLayout, timeZone).lines).toHaveLength(2);
    expect(meterFromCsv('meter.csv', meter, noLayout, timeZone).readings).toHaveLength(2);
    expect(meterFromGreenButton('meter.xml', greenButton, timeZone).readings).toHaveLength(2);
  });
});
