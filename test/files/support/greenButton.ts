/** Green Button files of our own, in the forms that utilities write. */

/** One reading: epoch seconds, length, value, and quality codes. */
export interface MadeReading {
  readonly start: number;
  readonly duration?: number;
  readonly value: number | string;
  readonly quality?: readonly number[];
}

/** One direction of one usage point. */
export interface MadeSeries {
  readonly usagePoint?: string;
  /** The number of the meter reading within its usage point. */
  readonly meterReading?: string;
  readonly type: Readonly<Record<string, string | number>>;
  readonly blocks: readonly (readonly MadeReading[])[];
}

const readingXml = (p: string, { start, duration = 3600, value, quality = [] }: MadeReading): string =>
  `<${p}IntervalReading>${quality.map((code) => `<${p}ReadingQuality><${p}quality>${code}</${p}quality></${p}ReadingQuality>`).join('')}` +
  `<${p}timePeriod><${p}duration>${duration}</${p}duration><${p}start>${start}</${p}start></${p}timePeriod><${p}value>${value}</${p}value></${p}IntervalReading>`;

/** A feed with entries for usage points, meter readings, reading types and blocks. `prefix` is what the file calls the namespace. */
export const feed = (
  series: readonly MadeSeries[],
  { prefix = 'espi', doctype = '' }: { readonly prefix?: string; readonly doctype?: string } = {},
): string => {
  const p = prefix === '' ? '' : `${prefix}:`;
  const declare = prefix === '' ? 'xmlns="http://naesb.org/espi"' : `xmlns:${prefix}="http://naesb.org/espi"`;
  const entry = (links: readonly (readonly [rel: string, href: string])[], content: string): string =>
    `<entry><id>urn:uuid:0</id>${links.map(([rel, href]) => `<link rel="${rel}" href="${href}"/>`).join('')}<title/><content>${content}</content></entry>`;
  const entries = series.flatMap(({ usagePoint = '01', meterReading = '01', type, blocks }, index) => {
    const point = `https://utility.example/espi/1_1/resource/Subscription/9/UsagePoint/${usagePoint}`;
    const meter = `${point}/MeterReading/${meterReading}`;
    const typeHref = `https://utility.example/espi/1_1/resource/ReadingType/${index}`;
    return [
      entry(
        [
          ['self', point],
          ['related', `${point}/MeterReading`],
        ],
        `<${p}UsagePoint ${declare}><${p}ServiceCategory><${p}kind>0</${p}kind></${p}ServiceCategory></${p}UsagePoint>`,
      ),
      entry(
        [
          ['self', meter],
          ['up', `${point}/MeterReading`],
          ['related', `${meter}/IntervalBlock`],
          ['related', typeHref],
        ],
        `<${p}MeterReading ${declare}/>`,
      ),
      entry(
        [['self', typeHref]],
        `<${p}ReadingType ${declare}>${Object.entries(type)
          .map(([name, value]) => `<${p}${name}>${value}</${p}${name}>`)
          .join('')}</${p}ReadingType>`,
      ),
      ...blocks.map((readings, block) =>
        entry(
          [
            ['self', `${meter}/IntervalBlock/${block}`],
            ['up', `${meter}/IntervalBlock`],
          ],
          `<${p}IntervalBlock ${declare}><${p}interval><${p}duration>86400</${p}duration><${p}start>${readings[0]?.start ?? 0}</${p}start></${p}interval>${readings.map((each) => readingXml(p, each)).join('')}</${p}IntervalBlock>`,
        ),
      ),
    ];
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}<feed xmlns="http://www.w3.org/2005/Atom">\n<id>urn:uuid:1</id><title>Green Button Usage Feed</title>\n${entries.join('\n')}\n</feed>\n`;
};

/** The reading type of interval energy. */
export const intervalEnergy = (flowDirection: number, powerOfTenMultiplier = 0): Readonly<Record<string, number>> => ({
  accumulationBehaviour: 4,
  commodity: 1,
  flowDirection,
  intervalLength: 3600,
  kind: 12,
  powerOfTenMultiplier,
  uom: 72,
});
