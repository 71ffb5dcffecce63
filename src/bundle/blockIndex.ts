import { createHash } from 'node:crypto';
import { blockHeadBytes, blockHeadOf, unpackBlock } from './block.ts';
import { type Ending, bundleFormat, isManifest, isOfBundle, type Manifest } from './manifest.ts';
import { changed, cutShort, foreign, madeByNewer } from './refusal.ts';

/** The bytes of a bundle, wherever they are. */
export interface BundleSource {
  /** For people: the path as it was given. */
  readonly name: string;
  readonly bytes: number;
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where a block stands. */
export interface BlockPlace {
  readonly offset: number;
  readonly length: number;
}

/** Where the entries from a position on stand. */
export interface EntryPlace extends BlockPlace {
  readonly first: number;
}

/** What a bundle is found to be before any entry is read. */
export interface BlockIndex {
  readonly manifest: Manifest;
  readonly checkpoints: readonly BlockPlace[];
  readonly entries: readonly EntryPlace[];
  readonly ending: Ending;
}

/** The text of a block. @throws LogError `corrupt` */
export const blockText = async (source: BundleSource, { offset, length }: BlockPlace): Promise<string> => {
  try {
    return unpackBlock(await source.read(offset, length));
  } catch {
    throw changed(source.name, `the block at byte ${offset} cannot be unpacked`);
  }
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const manifestOf = async (source: BundleSource, place: BlockPlace): Promise<Manifest> => {
  const value = json(await blockText(source, place));
  if (!isOfBundle(value)) throw foreign(source.name);
  if (value.format > bundleFormat) throw madeByNewer(source.name, value.format, bundleFormat);
  if (!isManifest(value)) throw changed(source.name, 'its first line says too little');
  return value;
};

const endingOf = async (source: BundleSource, place: BlockPlace): Promise<Ending> => {
  const value = json(await blockText(source, place));
  const end = typeof value === 'object' && value !== null && 'end' in value ? (value.end as Ending) : undefined;
  if (typeof end?.digest !== 'string') throw cutShort(source.name);
  return end;
};

/** @limit Bytes that are read at a time to work out the digest. */
const chunkBytes = 1024 * 1024;

const digestOf = async (source: BundleSource, upTo: number): Promise<string> => {
  const hash = createHash('sha256');
  for (let offset = 0; offset < upTo; offset += chunkBytes)
    hash.update(await source.read(offset, Math.min(chunkBytes, upTo - offset)));
  return hash.digest('hex');
};

const placesOf = async (source: BundleSource): Promise<readonly (BlockPlace & { readonly first: number | null })[]> => {
  const places: (BlockPlace & { first: number | null })[] = [];
  for (let offset = 0; offset < source.bytes;) {
    const head = blockHeadOf(await source.read(offset, Math.min(blockHeadBytes, source.bytes - offset)));
    if (head === undefined)
      throw offset === 0
        ? foreign(source.name)
        : source.bytes - offset < blockHeadBytes
          ? cutShort(source.name)
          : changed(source.name, `no block begins at byte ${offset}`);
    if (offset + head.length > source.bytes) throw cutShort(source.name);
    places.push({ offset, ...head });
    offset += head.length;
  }
  return places;
};

/**
 * Walks over the blocks of a bundle, and makes sure that every byte is as it was written.
 *
 * @throws LogError `corrupt` when it is no bundle, cut short or changed; `newer` when a later release made it.
 */
export const indexBlocks = async (source: BundleSource): Promise<BlockIndex> => {
  const places = await placesOf(source);
  const [first, ...rest] = places;
  const last = rest.pop();
  if (first === undefined) throw foreign(source.name);
  const manifest = await manifestOf(source, first);
  if (last === undefined) throw cutShort(source.name);
  const ending = await endingOf(source, last);
  if ((await digestOf(source, last.offset)) !== ending.digest)
    throw changed(source.name, 'its bytes do not give the digest in its last line');
  return {
    manifest,
    ending,
    checkpoints: rest.filter((each) => each.first === null),
    entries: rest.filter((each): each is EntryPlace => each.first !== null),
  };
};
