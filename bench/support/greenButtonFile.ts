import { closeSync, openSync, writeSync } from 'node:fs';

/** What a made Green Button file holds. */
export interface MadeFile {
  readonly usagePoints: number;
  /** Codes of flowDirection: a series for each in every usage point. */
  readonly flowDirections: readonly number[];
  /** Whether every element stands on a line of its own, as some utilities write it. */
  readonly isSpread: boolean;
  readonly bytes: number;
}

const startAt = 1_577_854_800;
const readingsInBlock = 96;
const root = 'https://utility.example/espi/1_1/resource';

const element = (name: string, content: string | number): string => `<espi:${name}>${content}</espi:${name}>`;

const entry = (self: string, others: string, content: string): string =>
  `<entry><link rel="self" href="${self}"/>${others}<content>${content}</content></entry>\n`;

const related = (href: string): string => `<link rel="related" href="${href}"/>`;

/** A usage point's meter reading, with the type of its readings. */
const heading = (meter: string, type: string, flowDirection: number): string =>
  entry(meter, related(type), '<espi:MeterReading/>') +
  entry(
    type,
    '',
    element(
      'ReadingType',
      element('accumulationBehaviour', 4) +
        element('commodity', 1) +
        element('flowDirection', flowDirection) +
        element('intervalLength', 900) +
        element('powerOfTenMultiplier', 0) +
        element('uom', 72),
    ),
  );

const block = (meter: string, number: number, between: string): string => {
  const from = startAt + number * readingsInBlock * 900;
  const readings = Array.from({ length: readingsInBlock }, (_, index) =>
    [
      '<espi:IntervalReading><espi:timePeriod>',
      element('duration', 900),
      element('start', from + index * 900),
      '</espi:timePeriod>',
      element('value', (index * 37 + number * 11) % 1_900),
      '</espi:IntervalReading>',
    ].join(between),
  );
  return entry(
    `${meter}/IntervalBlock/${number}`,
    `<link rel="up" href="${meter}/IntervalBlock"/>`,
    element('IntervalBlock', readings.join(between)),
  );
};

/** Writes a Green Button file of quarter hours, as large as it may be. */
export const writeGreenButton = (file: string, { usagePoints, flowDirections, isSpread, bytes }: MadeFile): void => {
  const descriptor = openSync(file, 'w');
  const write = (text: string): number => writeSync(descriptor, text);
  write('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">\n');
  const share = bytes / (usagePoints * flowDirections.length) - 4_096;
  for (let point = 1; point <= usagePoints; point += 1)
    for (const flowDirection of flowDirections) {
      const meter = `${root}/Subscription/9/UsagePoint/${point}/MeterReading/${flowDirection}`;
      let written = write(heading(meter, `${root}/ReadingType/${point}-${flowDirection}`, flowDirection));
      const text = (number: number): string => block(meter, number, isSpread ? '\r\n              ' : '');
      for (let number = 0; written + text(number).length <= share; number += 1) written += write(text(number));
    }
  write('</feed>\n');
  closeSync(descriptor);
};
