import { grouped } from '../grouped.ts';
import { refuseFile } from '../unusableFile.ts';
import type { Collected, Resource } from './collected.ts';

/**
 * Series are told apart by their whole identity: customer, usage point, meter reading and reading type, which says
 * direction, commodity, unit, and whether it is of registers or intervals.
 */
export interface Series {
  /** As people name it in a declaration: the end of its address that no other series has. */
  readonly name: string;
  /** The address of the usage point with the customer in it; null where the file names none. */
  readonly usagePoint: string | null;
  /** What the reading type says, by the names of the standard; empty where it says nothing. */
  readonly type: (field: string) => string;
  /** Whether there is a reading type at all. */
  readonly hasType: boolean;
  /** The kind of its usage point's service. */
  readonly serviceKind: string;
  /** Stretches of readings, each from the first to before the last. */
  readonly stretches: readonly { readonly from: number; readonly to: number }[];
}

const named = (resources: readonly Resource[], local: string): readonly Resource[] =>
  resources.filter((resource) => resource.local === local);

const isUnder = ({ self }: Resource, hrefs: readonly string[]): boolean =>
  self !== '' && hrefs.some((href) => href.startsWith(`${self}/`));

/** The resource that another belongs to: whose address or links lead to it, or the only one there is. */
const ownerOf = (owned: Resource, owners: readonly Resource[]): Resource | undefined =>
  owners.find(
    (owner) =>
      isUnder(owner, [owned.up, owned.self]) ||
      owner.related.some((href) => href !== '' && (href === owned.up || href === owned.self)),
  ) ?? (owners.length === 1 ? owners[0] : undefined);

/** The reading type that a block, or the meter reading it belongs to, leads to; or the only one there is. */
const readingTypeOf = (
  block: Resource,
  meterReading: Resource | undefined,
  readingTypes: readonly Resource[],
): Resource | undefined =>
  readingTypes.find(
    ({ self }) => self !== '' && (block.related.includes(self) || meterReading?.related.includes(self) === true),
  ) ?? (readingTypes.length === 1 ? readingTypes[0] : undefined);

const pointAddress = (href: string): string | null => /^.*?\/UsagePoint\/[^/]+/.exec(href)?.[0] ?? null;

const lastParts = (href: string, count: number): string => href.split('/').slice(-count).join('/');

/** A block with what says what it is. */
interface Placed {
  readonly block: Resource;
  readonly meterReading: Resource | undefined;
  readonly type: Resource | undefined;
  readonly point: string | null;
}

const placed = (block: Resource, resources: readonly Resource[]): Placed => {
  const meterReading = ownerOf(block, named(resources, 'MeterReading'));
  const from = meterReading ?? block;
  const address = pointAddress(from.self === '' ? from.up : from.self);
  const point = address ?? (ownerOf(from, named(resources, 'UsagePoint'))?.self || null);
  return { block, meterReading, type: readingTypeOf(block, meterReading, named(resources, 'ReadingType')), point };
};

/** Names of several lengths, shortest first: the first length at which no two are alike is used. */
const candidateNames = ({ meterReading, type, block }: Placed, index: number): readonly string[] => {
  const self = meterReading?.self ?? '';
  const typed = type === undefined || type.self === '' ? null : lastParts(type.self, 2);
  const reading = self === '' ? null : lastParts(self, 2);
  return [
    reading ?? typed ?? `series ${index + 1}`,
    self === '' ? `series ${index + 1}` : lastParts(self, 4),
    self === '' ? `series ${index + 1}` : lastParts(self, 6),
    `${self === '' ? block.self : lastParts(self, 6)} ${typed ?? ''}`.trim(),
    `series ${index + 1}`,
  ];
};

const namesOf = (firsts: readonly Placed[]): readonly string[] => {
  const candidates = firsts.map(candidateNames);
  const length = [0, 1, 2, 3].find(
    (each) => new Set(candidates.map((names) => names[each])).size === candidates.length,
  );
  return candidates.map((names) => names[length ?? 4] as string);
};

const seriesFrom = (name: string, group: readonly Placed[], resources: readonly Resource[]): Series => {
  const { type, point } = group[0] as Placed;
  const service = named(resources, 'UsagePoint').find(
    ({ self }, _, all) => all.length === 1 || (self !== '' && self === point),
  );
  return {
    name,
    usagePoint: point,
    type: (field) => type?.fields.get(field) ?? '',
    hasType: type !== undefined,
    serviceKind: service?.fields.get('kind') ?? '',
    stretches: group.map(({ block: { from, to } }) => ({ from, to })),
  };
};

/** The series of a file, in the order in which they first appear. @throws UnusableFile when there are none */
export const seriesOf = (file: string, { resources }: Collected): readonly Series[] => {
  const owning = resources.filter(({ local }) => local !== 'IntervalBlock');
  const blocks = named(resources, 'IntervalBlock').map((block) => placed(block, owning));
  if (blocks.length === 0)
    refuseFile({ file }, 'the XML has no IntervalBlock of Green Button (http://naesb.org/espi) in it.');
  const groups = [
    ...grouped(
      blocks,
      ({ meterReading, type, point }) => `${meterReading?.self ?? point ?? ''} ${type?.self ?? ''}`,
    ).values(),
  ];
  const names = namesOf(groups.map(([first]) => first as Placed));
  return groups.map((group, index) => seriesFrom(names[index] as string, group, owning));
};
