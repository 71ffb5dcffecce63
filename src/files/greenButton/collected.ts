import { readForeignXml, type XmlInput } from '../../protocol/foreignXml.ts';
import { refuseFile } from '../unusableFile.ts';
import { atom, espi } from './espi.ts';
import { Readings } from './readings.ts';

/** A resource of a feed: an ESPI element, with the links of its entry. */
export interface Resource {
  readonly local: string;
  readonly self: string;
  readonly up: string;
  readonly related: readonly string[];
  readonly title: string;
  /** The texts of its leaves by their names; the first of each name counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** The readings of an interval block: from the first to before the last. */
  readonly from: number;
  readonly to: number;
}

/** What a file holds. */
export interface Collected {
  readonly resources: readonly Resource[];
  readonly readings: Readings;
  /** Whether readings state costs, which are not read. */
  readonly hasCosts: boolean;
  /** Summaries of bills and of quality, which are not read, by their names, with the number of each. */
  readonly summaries: ReadonlyMap<string, number>;
  /** What the file is read as, for declarations. */
  readonly readAs: 'bill' | 'meter';
}

interface FeedEntry {
  self: string;
  up: string;
  related: string[];
  title: string;
  contents: { local: string; fields: Map<string, string>; from: number; to: number }[];
}

const newEntry = (): FeedEntry => ({ self: '', up: '', related: [], title: '', contents: [] });

/** Elements that are resources: what stands in them is theirs. */
const resourceNames: ReadonlySet<string> = new Set([
  'UsagePoint',
  'MeterReading',
  'ReadingType',
  'IntervalBlock',
  'LocalTimeParameters',
]);

/** Elements that state sums, and nothing of an hour. */
const summaryNames: ReadonlySet<string> = new Set([
  'UsageSummary',
  'ElectricPowerUsageSummary',
  'ElectricPowerQualitySummary',
]);

/** Hears a feed, an entry or a bare element go by, and keeps what is needed. */
class Collector {
  readonly resources: Resource[] = [];
  readonly readings = new Readings();
  readonly summaries = new Map<string, number>();
  hasCosts = false;
  #entry = newEntry();
  #content: FeedEntry['contents'][number] | null = null;
  #depth = 0;
  #contentDepth = 0;
  #isReading = false;

  opened(namespace: string, local: string, attribute: (local: string) => string | undefined): void {
    this.#depth += 1;
    if (namespace === espi) this.#openedEspi(local);
    else if (namespace === atom && this.#content === null) this.#openedAtom(local, attribute);
  }

  closed(local: string, text: string): void {
    if (this.#isReading) this.#closedInReading(local, text);
    else if (this.#content !== null) this.#closedInContent(local, text);
    else if (local === 'title') this.#entry.title = text;
    else if (local === 'entry') this.finish();
    this.#depth -= 1;
  }

  /** Ends the entry: its links are known now. */
  finish(): void {
    const { contents, ...links } = this.#entry;
    for (const content of contents) this.resources.push({ ...content, ...links });
    this.#entry = newEntry();
  }

  #openedAtom(local: string, attribute: (local: string) => string | undefined): void {
    if (local === 'entry') this.#entry = newEntry();
    if (local !== 'link') return;
    const [rel, href] = [attribute('rel'), (attribute('href') ?? '').replace(/\/$/, '')];
    if (rel === 'self') this.#entry.self = href;
    else if (rel === 'up') this.#entry.up = href;
    else if (rel === 'related') this.#entry.related.push(href);
  }

  #openedEspi(local: string): void {
    if (local === 'IntervalReading' && this.#content?.local === 'IntervalBlock') {
      this.#isReading = true;
      this.readings.add();
    } else if (this.#content === null && summaryNames.has(local))
      this.summaries.set(local, (this.summaries.get(local) ?? 0) + 1);
    else if (this.#content === null && resourceNames.has(local)) {
      const at = this.readings.length;
      this.#content = { local, fields: new Map(), from: at, to: at };
      this.#contentDepth = this.#depth;
    }
  }

  #closedInReading(local: string, text: string): void {
    const { readings } = this;
    if (local === 'value') readings.setValue(text);
    else if (local === 'start') readings.setStart(text);
    else if (local === 'duration') readings.setDuration(text);
    else if (local === 'quality') readings.addQuality(text);
    else if (local === 'cost') this.hasCosts = true;
    else if (local === 'IntervalReading') this.#isReading = false;
  }

  #closedInContent(local: string, text: string): void {
    const content = this.#content;
    if (content === null) return;
    if (this.#depth > this.#contentDepth) {
      if (text !== '' && !content.fields.has(local)) content.fields.set(local, text);
      return;
    }
    content.to = this.readings.length;
    this.#entry.contents.push(content);
    this.#content = null;
  }
}

/** Reads a file to its end. @throws UnusableFile when it is no XML */
export const collect = (file: string, bytes: XmlInput, readAs: Collected['readAs']): Collected => {
  const collector = new Collector();
  const xml = readForeignXml(bytes, {
    opened: (namespace, local, attribute) => collector.opened(namespace, local, attribute),
    closed: (local, text) => collector.closed(local, text),
  });
  if (!xml.ok) return refuseFile({ file }, xml.because);
  collector.finish();
  const { resources, readings, hasCosts, summaries } = collector;
  return { resources, readings, hasCosts, summaries, readAs };
};
